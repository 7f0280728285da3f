"""The daily report as a JSON document; every text in it is safe to print."""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import GenerateJsonSchema

FORM = 1
MOST = 10
"""How many files, runs or reasons a list names; the counts beside it are always complete."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Figures(_Part):
    """What came in, in numbers."""

    files: int = Field(
        description="Files that came in; each is in exactly one of the six counts from processed to dead."
    )
    bytes: int = Field(description="Their size together, as far as it is known: that of a file under way is not.")
    processed: int = Field(description="Files that were processed.")
    failed: int = Field(description="Files that failed as a whole.")
    duplicates: int = Field(description="Files whose content had been processed before.")
    unmatched: int = Field(description="Files that no pipeline, or more than one, takes.")
    under_way: int = Field(description="Files that were still under way when the report was made.")
    dead: int = Field(
        description="Files whose event used up its attempts and is among the dead letters, or whose process or function was "
        "killed and that nobody took up since."
    )
    records: int = Field(description="Records of the processed files, as far as they have any.")
    accepted: int = Field(description="Accepted rows.")
    rejected: int = Field(description="Rejected rows.")
    warned: int = Field(description="Accepted rows with a warning.")
    reject_rate: float | None = Field(description="rejected / (accepted + rejected); null without rows.")


class _OfPipeline(_Part):
    pipeline: str | None = Field(description="The pipeline; null for files that no single pipeline takes.")


class PipelineFigures(Figures, _OfPipeline):
    """The same for one pipeline; every pipeline of the project has an entry."""


class TypeFigures(_Part):
    """What came in of one type of file."""

    type: str = Field(
        description="A media type: by content for described files, else by the name's ending. "
        "An ending that says nothing stands for itself, such as `.dat`."
    )
    files: int = Field(description="Files that came in.")
    bytes: int = Field(description="Their size together.")
    records: int = Field(description="Records of the processed ones.")


class Mean(_Part):
    """The mean of the days before on which files came in."""

    days: int = Field(description="How many days before were looked at.")
    days_with_files: int = Field(description="On how many of them files came in; the mean is over these.")
    files: float = Field(description="Files a day.")
    bytes: float = Field(description="Bytes a day.")
    failed: float = Field(description="Failed files a day.")
    duplicates: float = Field(description="Duplicates a day.")
    records: float = Field(description="Records a day.")
    rejected: float = Field(description="Rejected rows a day.")
    reject_rate: float | None = Field(description="Of all rows of those days together.")


class Compared(_Part):
    """What came in before."""

    day_before: Figures = Field(description="The day before.")
    mean: Mean | None = Field(description="The 7 days before; null when no file came in on any of them.")


class NamedFile(_Part):
    """A file and what is to be said of it."""

    file: str = Field(description="Its name.")
    pipeline: str | None = Field(description="The pipeline it came to.")
    run: str | None = Field(description="Its run; null when it was never claimed.")
    message: str | None = Field(description="What happened, in a sentence.")


class FilesByCode(_Part):
    """Files that ended for one reason."""

    code: str = Field(description="The reason's code, as in the manifest or the dead letter.")
    count: int = Field(description="How many files.")
    files: list[NamedFile] = Field(description=f"The first {MOST} of them.")


class Duplicates(_Part):
    """Files with the content of one run."""

    run: str | None = Field(description="The run that had processed the content.")
    file: str | None = Field(description="The name of the file it processed.")
    pipeline: str | None = Field(description="Its pipeline.")
    count: int = Field(description="How many duplicates of it came in.")
    names: list[str] = Field(description=f"Their names, without repetition; the first {MOST}.")


class RejectReason(_Part):
    """A reason for which rows were rejected."""

    pipeline: str | None = Field(description="The pipeline.")
    reason: str = Field(description="The rule's id, or the code where no rule gives it.")
    message: str = Field(description="What it says.")
    rows: int = Field(description="Rows that have it; a row may have several.")
    files: int = Field(description="Files in which it occurs.")


class MeasuredFile(_Part):
    """A processed file that took long, or a file that is large."""

    file: str = Field(description="Its name.")
    pipeline: str | None = Field(description="The pipeline it came to.")
    run: str | None = Field(description="Its run.")
    bytes: int | None = Field(description="Its size.")
    seconds: float | None = Field(description="How long the gate took; null when it did not judge the file.")


class DailyReport(_Part):
    """What came in on one day, what became of it, and how it compares with the days before."""

    daily_report: Literal[1] = Field(description="Version of this form.")
    project: str = Field(description="Name of the project.")
    day: str = Field(description="The day, such as 2026-11-20.")
    zone: str = Field(description="The time zone whose calendar it is from.")
    from_: str = Field(alias="from", description="Its first moment, UTC.")
    until: str = Field(description="The first moment of the next day, UTC.")
    hours: float = Field(description="How long it is: 23 or 25 when the clock is changed.")
    made_at: str = Field(description="When the report was made, UTC.")
    day_over: bool = Field(description="Whether the day was over then; else the numbers are not final.")
    totals: Figures = Field(description="All files of the day.")
    compared: Compared = Field(description="The days before.")
    by_pipeline: list[PipelineFigures] = Field(description="By pipeline, by name; unmatched files last.")
    by_type: list[TypeFigures] = Field(description="By type of file, the most frequent first.")
    failures: list[FilesByCode] = Field(description="Failed files by reason, the most frequent first.")
    dead: list[FilesByCode] = Field(
        description="Dead files by error, the most frequent first; `killed_the_process` for those that were killed."
    )
    unmatched: list[NamedFile] = Field(description=f"The first {MOST} unmatched files.")
    under_way: list[NamedFile] = Field(description=f"The first {MOST} files still under way.")
    duplicates: list[Duplicates] = Field(description=f"The {MOST} runs with most duplicates.")
    reject_reasons: list[RejectReason] = Field(description=f"The {MOST} reasons that cost most rows.")
    slowest: list[MeasuredFile] = Field(description=f"The {MOST} files that took longest.")
    largest: list[MeasuredFile] = Field(description=f"The {MOST} largest files.")
    broken_off: int = Field(
        description="Attempts at these files that an error broke off; they were tried again, or died."
    )
    replays: int = Field(description="Runs processed again by `replay`; they are in none of the other numbers.")
    missing_manifests: list[str] = Field(
        description="Runs whose manifest is missing or unreadable: reasons, durations and media types lack them."
    )

    def as_text(self) -> str:
        """The document as it is kept: the same report gives the same bytes."""
        return json.dumps(self.model_dump(by_alias=True), indent=2, ensure_ascii=False) + "\n"


class _Untitled(GenerateJsonSchema):
    """Titles made up from keys say nothing that the key does not."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def report_schema() -> str:
    """The JSON Schema (draft 2020-12) of the document, as it is written to a file."""
    schema = DailyReport.model_json_schema(mode="serialization", schema_generator=_Untitled)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(head | schema | {"title": "Headgate daily report"}, indent=2, ensure_ascii=False) + "\n"
