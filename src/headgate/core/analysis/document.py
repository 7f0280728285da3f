"""The form of the analysis document, `analysis/<pipeline>/<run>.json`: its JSON Schema is made from this."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import GenerateJsonSchema

from headgate.core.narrative.model import Narrative

Count = Annotated[int, Field(ge=0)]
Scalar = bool | int | float | str | None
Row = dict[str, Scalar]
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class File(_Part):
    """The file that was processed."""

    name: str = Field(description="Its name.")
    size: Count = Field(description="Bytes.")
    sha256: str = Field(description="SHA-256 of its bytes, in hexadecimal digits.")


class Counts(_Part):
    """Rows, as the manifest counts them."""

    records: Count | None = Field(description="Records of the file; null where it has none to count.")
    accepted: Count | None = Field(description="Accepted rows.")
    rejected: Count | None = Field(description="Rejected rows.")
    warned: Count | None = Field(description="Accepted rows with a warning.")


class TopReason(_Part):
    """A reason that cost many rows."""

    reason: str = Field(description="Its code, such as `price.maximum`.")
    message: str = Field(description="What it means.")
    count: Count = Field(description="How often it was given.")


class Sample(_Part):
    """A rejected row to show to people; values of sensitive columns are masked, long ones cut."""

    record: int | None = Field(description="Number of the record.")
    line: int | None = Field(description="Line on which it starts.")
    reasons: list[str] = Field(description="One text for each reason.")
    cells: dict[str, str] = Field(description="Column → value; empty for a malformed record.")
    raw: str | None = Field(description="The text of a malformed record.")


class Quantiles(_Part):
    """Of numbers, interpolated."""

    p05: float = Field(description="A twentieth of the values are not larger.")
    p25: float = Field(description="A quarter.")
    p50: float = Field(description="The median.")
    p75: float = Field(description="Three quarters.")
    p95: float = Field(description="All but a twentieth.")


class Frequent(_Part):
    """One of the most frequent values."""

    value: Scalar = Field(description="The value.")
    count: Count = Field(description="In how many rows.")


class Column(_Part):
    """One column of the accepted rows."""

    name: str = Field(description="Its name.")
    type: Literal["integer", "number", "string", "boolean", "date", "timestamp", "time"] = Field(
        description="What kind of values it has."
    )
    nulls: Count = Field(description="Rows without a value.")
    distinct: Count = Field(description="Different values.")
    min: Scalar = Field(description="The least value; null for booleans, sensitive columns and where there is none.")
    max: Scalar = Field(description="The greatest value; null like `min`.")
    mean: float | None = Field(description="Of numbers.")
    quantiles: Quantiles | None = Field(description="Of numbers.")
    top: list[Frequent] = Field(description="The most frequent values.")
    approximate: list[Literal["distinct", "quantiles"]] = Field(description="Which of these are not exact.")


class Profile(_Part):
    """What is in each column of the accepted rows."""

    rows: Count = Field(description="Accepted rows.")
    columns: list[Column] = Field(description="One entry for each column.")


class Found(_Part):
    """A finding: something unusual."""

    finding: str = Field(description="Its name: of the SQL file, or of Headgate's own that begin with `drift_`.")
    severity: Literal["critical", "warning", "info"] = Field(description="How bad it is.")
    message: str = Field(description="What was found, in a sentence.")
    expected: str | None = Field(description="What was expected.")
    observed: str | None = Field(description="What was there instead.")
    count: Count = Field(description="How many rows were flagged with this message.")
    rows: list[Row] = Field(description="The first of them.")


class HistoryNote(_Part):
    """Of how many earlier files the SQL asked for the rows, and of how many runs it could see them."""

    asked: Count = Field(description="Files whose rows were wanted.")
    found: Count = Field(description="Runs whose rows are there; corrected rows of a file are a run of their own.")
    missing: Count = Field(description="Runs whose rows are no longer kept as they were written.")


class DriftNote(_Part):
    """How many earlier runs there were to compare with."""

    found: Count = Field(description="Earlier runs, at most 20.")
    needed: Count = Field(description="Runs that it takes before anything is compared.")


class SentimentNote(_Part):
    """What `sentiment()` was asked for."""

    columns: list[str] = Field(description="Columns.")
    texts: Count = Field(description="Different texts.")
    scored: Count = Field(description="Texts that were scored.")


class Notes(_Part):
    """What a reader must know to judge the rest; empty for a file without a contract."""

    cut: list[str] = Field([], description="Facts that had more rows than are kept.")
    history: HistoryNote | None = Field(None, description="Where the SQL asks for earlier runs.")
    drift: DriftNote | None = Field(None, description="Null where nothing is compared: replays and corrected rows.")
    sentiment: SentimentNote | None = Field(None, description="Where the SQL asks for sentiment.")


class Fallback(_Part):
    """Why the built-in narrator wrote."""

    code: str = Field(description="A stable name, such as `narrator_throttled`.")
    message: str = Field(description="What happened.")
    next: str | None = Field(description="What to do about it.")
    asks_again: bool = Field(
        True,
        description="Whether a replay of this analysis asks the model again; not where it answered to no use, as that is "
        "paid for.",
    )


class Model(_Part):
    """What a language model had to do with the narrative."""

    name: str = Field(description="provider:model.")
    at: str = Field(description="When it was asked, UTC.")
    tokens_in: Count = Field(description="Tokens sent, by the provider's count.")
    tokens_out: Count = Field(description="Tokens of the answers.")
    cost_usd: float | None = Field(
        description="US dollars, as the budget counts them; null where no price is known. At most so many where `uncounted` "
        "is more than 0."
    )
    attempts: Count = Field(description="How often it was asked.")
    uncounted: Count = Field(
        0,
        description="Of these, those of which nobody says what they took, as no answer came, or one without a count of "
        "tokens; each is in `cost_usd` with the most that it can cost.",
    )
    prompt_characters: Count = Field(description="Size of the largest prompt, at most 12,000.")
    left_out: dict[str, Count] = Field(description="Fact, or `findings` → rows that had no room in the prompt.")
    withheld: Count = Field(description="Cells that looked like instructions and were not sent.")
    sent_back: Count = Field(description="Sentences that went back once because no fact supports them.")
    fallback: Fallback | None = Field(description="Why the built-in narrator wrote; null when the model did.")


class AnalysisDocument(_Part):
    """What was found in one run's accepted rows, and how it is told."""

    analysis: Literal[1] = Field(description="Form of this document.")
    run: str = Field(description="The run.")
    pipeline: str = Field(description="Its pipeline.")
    correlation_id: str = Field(description="The same from the arrival of the file to its report.")
    claimed_at: str = Field(description="When the file was taken up; UTC, ISO 8601.")
    manifest: str = Field(description="Where the run's manifest lies.")
    file: File = Field(description="The file that was processed.")
    counts: Counts = Field(description="Rows, as the manifest counts them.")
    top_reasons: list[TopReason] = Field(description="The reasons that cost most rows.")
    samples: list[Sample] = Field(description="Up to three rejected rows, masked.")
    profile: Profile | None = Field(description="What is in each column; null for a file without a contract.")
    facts: dict[str, list[Row]] = Field(description="Name of the SQL file → its rows.")
    findings: list[Found] = Field(description="What is unusual, the worst first.")
    notes: Notes = Field(description="What a reader must know to judge the rest.")
    narrative: Narrative = Field(description="What is told.")
    model: Model | None = Field(description="What a language model took; null when none was asked.")
    fingerprint: Digest = Field(
        description="SHA-256 of what decides the analysis, such as SQL, sensitive columns, templates, prompt and narrator "
        "settings: the same, and no model is paid again."
    )


class _Untitled(GenerateJsonSchema):
    """Titles made up from keys say nothing that the key does not."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def analysis_schema() -> str:
    """The JSON Schema (draft 2020-12) of the document, as it is written to a file."""
    schema = AnalysisDocument.model_json_schema(schema_generator=_Untitled)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(head | schema | {"title": "Headgate analysis"}, indent=2, ensure_ascii=False) + "\n"
