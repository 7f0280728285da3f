"""A file was processed: say in numbers what is in it, what is unusual in it, and what differs from earlier runs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path, PurePosixPath
from typing import Any

from headgate.core.accepted_rows import accepted_types
from headgate.core.analysis.analysis import Analysis, analyze_rows
from headgate.core.analysis.drift import MOST, Past, drift_findings, drift_note
from headgate.core.analysis.findings import by_severity
from headgate.core.analysis.limits import Limits
from headgate.core.analysis.queries import Queries
from headgate.core.analysis.views import Earlier, Rows
from headgate.core.errors import UserMistake
from headgate.core.events import Event
from headgate.core.gate.derive import sensitive_columns
from headgate.core.gate.session import Budget
from headgate.core.gate.workspace import workspace
from headgate.core.manifest import Manifest
from headgate.core.narrative.file_fact import file_fact
from headgate.core.places import manifest_key
from headgate.core.reject_samples import sample_rejects
from headgate.core.report import top_reasons
from headgate.ports import Context
from headgate.stages.earlier_runs import EarlierRuns
from headgate.stages.kept import still_kept
from headgate.stages.made_by import contract_of, pipeline_of
from headgate.stages.narrating import Narration
from headgate.stages.reported import going_on, is_told_of

FORM = 1

_DAMAGED = (FileNotFoundError, ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What reading a document raises that is gone, or holds something else than it should; JSON may also be nested too deeply."""


def analyze(event: Event, context: Context) -> list[Event]:
    """Takes `file.processed`; stores the analysis and gives `analysis.completed`.

    A model is asked for the narrative once: what it told is found again, also when the document could not be stored.

    Raises:
        Busy: a model is telling of this very run for somebody else.
        Permanent: the pipeline, or the contract that the run was held against, is gone.
        UserMistake: a query of the pipeline can't be answered for these rows (with file and line).
    """
    key = _key(context, event.data["pipeline"], event.data["run"])
    analyzed = _Analyzed(event, context)
    narration = Narration(event, context, analyzed.sensitive, analyzed.looked_back)
    with narration.alone():
        if not narration.stands_in(key):
            with workspace(context.project.temp_directory) as folder:
                document = narration.add_to(analyzed.document(folder))
            context.files.write(key, (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode())
    data = {**_data(event, context, key), "analysis": key, **narration.carried()}
    return [event.next("analysis.completed", event.data["run"], data)]


def _data(event: Event, context: Context, key: str) -> Mapping[str, Any]:
    return going_on(event.data, context.files.read(key)) if is_told_of(event) else event.data


def _facts(found: Analysis) -> dict[str, list[dict[str, Any]]]:
    return {fact.name: [dict(row) for row in fact.rows] for fact in found.facts}


def _key(context: Context, pipeline: str, run: str) -> str:
    return f"{context.project.settings.zones.analysis}/{pipeline}/{run}.json"


class _Analyzed:
    """One run, looked at beside the earlier ones of its pipeline."""

    def __init__(self, event: Event, context: Context) -> None:
        self._event, self._context = event, context
        self._run: str = event.data["run"]
        self._pipeline = pipeline_of(event, context)
        self._queries = context.queries.get(self._pipeline.name, Queries())
        self._manifest: Manifest = json.loads(context.files.read(event.data["manifest"]))
        self._contract = contract_of(self._pipeline, self._manifest, context)
        self._earlier = EarlierRuns(context.ledger, self._pipeline.name, self._run, self._manifest)
        self._back = list(self._earlier.with_rows(self._queries.history))

    @property
    def sensitive(self) -> frozenset[str]:
        """Columns of which no value is told."""
        if self._contract is None:
            return frozenset()
        return sensitive_columns(self._contract, self._pipeline.derive, self._pipeline.place("derive"))

    @property
    def looked_back(self) -> list[str]:
        """The earlier runs that queries look at, newest first."""
        return [run.run for _, run in self._back]

    def document(self, folder: Path) -> dict[str, Any]:
        """All that is found; files are fetched into an empty folder."""
        self._folder = folder
        manifest, found = self._manifest, self._analysis()
        now = Past(manifest["counts"], found.profile if found else None)
        past = None if manifest["replay"] or manifest.get("resubmission") else list(self._past())
        drift = drift_findings(now, past or ())
        findings = by_severity([*drift, *(found.findings if found else ())])
        return {
            "analysis": FORM,
            "run": self._run,
            "pipeline": self._pipeline.name,
            "correlation_id": self._event.correlation_id,
            "claimed_at": manifest["observed"]["claimed_at"],
            "manifest": self._event.data["manifest"],
            "file": {name: manifest["file"][name] for name in ("name", "size", "sha256")},
            "counts": manifest["counts"],
            "top_reasons": top_reasons(manifest),
            "samples": self._samples(),
            "profile": found.profile if found else None,
            "facts": _facts(found) if found else file_fact(manifest["metadata"]),
            "findings": [finding.as_json() for finding in findings],
            "notes": found.notes | {"drift": drift_note(past) if past is not None else None} if found else {},
        }

    def _analysis(self) -> Analysis | None:
        """None for a file that is only described."""
        if self._contract is None:
            return None
        pipeline, queries = self._pipeline, self._queries
        types = accepted_types(self._contract, pipeline.derive, pipeline.place("derive"))
        with self._still_kept("accepted"):
            accepted, _ = self._copy(self._manifest, self._run)
        history = tuple(self._history())
        work = self._folder / "work"
        work.mkdir()
        gate = self._context.project.settings.gate
        limits = Limits(Budget(gate.memory_limit, gate.threads))
        return analyze_rows(Rows(accepted, types, self.sensitive, history), queries, work, limits)

    def _history(self) -> Iterator[Earlier]:
        """Accepted rows of earlier files, the newest first; where they are gone, nothing lies at the path."""
        for root, run in self._back:
            path = self._kept_rows(run.run) or self._folder / run.run / "gone"
            yield Earlier(path, run.run, root.claimed_at, root.run)

    def _kept_rows(self, run: str) -> Path | None:
        """A person may have deleted or changed what an earlier run left; that must not cost this one."""
        try:
            manifest = self._read(manifest_key(self._context.project.settings.zones, run))
            path, sha256 = self._copy(manifest, run)
            return path if path and sha256 == manifest["outputs"]["accepted"]["sha256"] else None
        except (*_DAMAGED, UserMistake):
            return None

    def _copy(self, manifest: Manifest, run: str) -> tuple[Path | None, str]:
        """The accepted rows of a run, where there are any, and what they hash to."""
        output = manifest["outputs"].get("accepted")
        if not output:
            return None, ""
        path = self._folder / run / f"accepted{PurePosixPath(output['path']).suffix}"
        path.parent.mkdir()
        return path, self._context.files.download(output["path"], path).sha256

    def _still_kept(self, role: str) -> AbstractContextManager[None]:
        output = self._manifest["outputs"].get(role) or {}
        return still_kept(self._context, output.get("path", ""), self._run, "gate")

    def _past(self) -> Iterator[Past]:
        for run in self._earlier.ordinary(MOST):
            yield Past(run.counts, self._profile(run.run))

    def _profile(self, run: str) -> dict[str, Any] | None:
        """A person may have deleted or changed an earlier analysis; that must not cost this one."""
        try:
            profile = self._read(_key(self._context, self._pipeline.name, run))["profile"]
        except _DAMAGED:
            return None
        return profile if isinstance(profile, dict) else None

    def _read(self, key: str) -> Any:
        return json.loads(self._context.files.read(key))

    def _samples(self) -> list[dict[str, Any]]:
        rejected = self._manifest["outputs"].get("rejected_jsonl")
        if not rejected or self._contract is None or not self._manifest["counts"]["rejected"]:
            return []
        path = self._folder / "rejected.jsonl"
        with self._still_kept("rejected_jsonl"):
            self._context.files.download(rejected["path"], path)
        return [sample.as_json() for sample in sample_rejects(path, self._contract)]
