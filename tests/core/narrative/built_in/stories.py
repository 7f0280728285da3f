"""What the built-in narrator tells of a file: through the real gate, the real SQL and the pipeline's own templates."""

from __future__ import annotations

import functools
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headgate.core.accepted_rows import accepted_types
from headgate.core.analysis.analysis import analyze_rows
from headgate.core.analysis.check import check_analysis
from headgate.core.analysis.limits import Limits
from headgate.core.analysis.queries import Queries
from headgate.core.analysis.views import Rows
from headgate.core.contract.load import load_contract
from headgate.core.metadata import describe
from headgate.core.narrative.built_in import Templates, built_in_draft, read_templates
from headgate.core.narrative.file_fact import file_fact
from headgate.core.narrative.model import Draft
from headgate.core.narrative.request import Matter
from headgate.core.pipeline import load_pipeline
from headgate.core.reading.source import Limits as ReadLimits
from tests.examples.samples import EXAMPLES, ROW_PIPELINES, generator
from tests.examples.sql_facts import gated

SAMPLES = [
    (pipeline, file.name)
    for pipeline in (*ROW_PIPELINES, "file_intake")
    for file in sorted((EXAMPLES / pipeline / "samples").iterdir())
]


@dataclass(frozen=True)
class Story:
    """A run, and what is told of it."""

    matter: Matter
    counts: dict[str, Any]
    profile: dict[str, Any] | None
    draft: Draft

    def again(self, matter: Matter, templates: Templates | None) -> Draft:
        return built_in_draft(matter, templates, self.counts, self.profile)

    def texts(self) -> list[tuple[str, tuple[str, ...]]]:
        """Every text, with what it cites."""
        draft = self.draft
        told = [(draft.summary.text, draft.summary.facts)]
        told += [(one.description, one.facts) for one in draft.insights]
        told += [(one.description, one.facts) for one in draft.anomalies]
        told += [(one.action, one.facts) for one in draft.recommendations]
        for one in draft.entities:
            told += [(text, one.facts) for text in (one.summary, one.opportunities, one.risks, one.key_anomaly)]
        return [(text, facts) for text, facts in told if text]


def written(draft: Draft) -> str:
    """A narrative as people read it, one statement a line."""
    lines = [draft.summary.text, ""]
    lines += [f"insight ({one.type}, {one.confidence}): {one.description}" for one in draft.insights]
    lines += [f"anomaly ({one.type}, {one.severity}): {one.description}" for one in draft.anomalies]
    lines += [f"advice ({one.category}, {one.priority}): {one.action}" for one in draft.recommendations]
    for one in draft.entities:
        said = (one.summary, one.opportunities, one.risks, one.key_anomaly)
        lines.append(f"{one.entity}: " + " | ".join(said))
    return "\n".join(lines) + "\n"


@functools.cache
def templates_of(pipeline: str) -> Templates:
    found = read_templates(EXAMPLES / pipeline)
    assert found
    return found


@functools.cache
def queries_of(pipeline: str) -> Queries:
    loaded = load_pipeline(EXAMPLES / pipeline)
    contract = load_contract(loaded.contract_path) if loaded.contract_path else None
    return check_analysis(loaded.folder, contract, loaded.derive, loaded.place("derive"))


@functools.cache
def story_of(pipeline: str, name: str, data: bytes) -> Story:
    """A file of a bundled pipeline."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(data)
        return _described(file) if pipeline == "file_intake" else _analyzed(pipeline, file, Path(folder))


def sample_story(pipeline: str, name: str) -> Story:
    return story_of(pipeline, name, (EXAMPLES / pipeline / "samples" / name).read_bytes())


def made_story(pipeline: str, rows: int, seed: int = 7, dirty: bool = False) -> Story:
    """A file as the pipeline's generator makes it."""
    ending = "json" if pipeline == "stocks" else "csv"
    return story_of(pipeline, f"{pipeline}.{ending}", b"".join(generator(pipeline).make(rows, seed, dirty)))


def _described(file: Path) -> Story:
    work = file.parent / "work"
    work.mkdir()
    metadata = describe(file, file.name, ReadLimits(), work).as_json()
    counts = {"records": metadata["records"], "accepted": metadata["records"], "rejected": 0, "warned": 0}
    matter = Matter("file_intake", file_fact(metadata))
    return Story(matter, counts, None, built_in_draft(matter, templates_of("file_intake"), counts, None))


def _analyzed(pipeline: str, file: Path, folder: Path) -> Story:
    loaded, queries = load_pipeline(EXAMPLES / pipeline), queries_of(pipeline)
    assert loaded.contract_path
    contract = load_contract(loaded.contract_path)
    verdict = gated(pipeline, file, folder / "out")
    work = folder / "work"
    work.mkdir()
    types = accepted_types(contract, loaded.derive, loaded.place("derive"))
    sensitive = frozenset(column.name for column in contract.columns if column.sensitive)
    accepted = verdict.accepted.path if verdict.accepted else None
    found = analyze_rows(Rows(accepted, types, sensitive, ()), queries, work, Limits())
    facts = {fact.name: [dict(row) for row in fact.rows] for fact in found.facts}
    findings = [finding.as_json() for finding in found.findings]
    words = loaded.narrator.summary_words
    matter = Matter(pipeline, facts, findings, "", {query.name: query.shown for query in queries}, words=words)
    counts = dict(verdict.manifest["counts"])
    draft = built_in_draft(matter, templates_of(pipeline), counts, found.profile)
    return Story(matter, counts, dict(found.profile), draft)
