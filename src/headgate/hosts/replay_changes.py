"""What a replay changes, or would change: which records change sides, and what the tables get."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from headgate.core.errors import FileFailed, UserMistake
from headgate.core.events import Event
from headgate.core.gate.gate import GateInput, Outcome, run_gate
from headgate.core.gate.workspace import workspace
from headgate.core.places import Places
from headgate.core.sink import keys_of_a_run
from headgate.core.verdict_diff import VerdictDiff, verdict_diff
from headgate.hosts.desk import Host
from headgate.hosts.replay import check_kept, latest, output_of, pipeline_of, replay_arrival
from headgate.ports import Run
from headgate.stages.family import Family
from headgate.stages.ingest import gate_settings
from headgate.stages.load import table_of


@dataclass(frozen=True)
class Changes:
    """What comes of judging a file once more.

    Attributes:
        diff: which records change sides; None when the file could not be read.
        accepted: how many rows were accepted.
        failure: why the file fails as a whole, so that nothing of it is published and the run before stands.
    """

    diff: VerdictDiff | None
    accepted: int
    failure: FileFailed | None = None


def tried(host: Host, run: Run) -> Changes:
    """What a replay would change; nothing of it is published.

    Raises:
        UserMistake: this run can't be processed once more.
    """
    before = latest(host, run)
    with workspace(host.project.temp_directory) as folder:
        known = _rejected_of(host, before, folder)
        try:
            outcome = _judged_again(host, before, folder)
        except FileFailed as error:
            # No record was judged.
            return Changes(None, 0, _failure(before, error.code, error.message))
        diff = verdict_diff(known, [folder / "out" / "rejected.jsonl"])
    failure = _failure(before, *outcome.failure) if outcome.failure else None
    return Changes(diff, 0 if failure else outcome.split.accepted, failure)


def changed(host: Host, before: Run, after: Run) -> Changes:
    """What a replay changed."""
    with workspace(host.project.temp_directory) as folder:
        diff = verdict_diff(_rejected_of(host, before, folder), _rejected_of(host, after, folder))
    return Changes(diff, after.counts.get("accepted") or 0)


def not_changed(host: Host, before: Run, failed: Event) -> Changes:
    """What a replay would have changed, had its file not failed as a whole.

    Args:
        failed: its `file.failed`.
    """
    reason = failed.data["reason"]
    failure = _failure(before, reason["code"], reason["message"])
    judged = output_of(host, failed.data["manifest"], "rejected_jsonl")
    if not judged:
        return Changes(None, 0, failure)
    with workspace(host.project.temp_directory) as folder:
        host.files.download(judged, folder / "judged.jsonl")
        return Changes(verdict_diff(_rejected_of(host, before, folder), [folder / "judged.jsonl"]), 0, failure)


def versions_held(host: Host, pipeline: str) -> Mapping[str, int]:
    """Tables in which a replay's rows stand beside those of the runs before, and how many rows each holds."""
    known = host.project.pipelines.get(pipeline)
    if known is None:
        return {}
    return {name: host.tables.count(table_of(name, known.sinks[name])) for name in keys_of_a_run(known)}


def _failure(run: Run, code: str, message: str) -> FileFailed:
    remedy = "correct the contract" if code != "max_rejected" else "correct the contract or raise max_rejected"
    next_ = f"{remedy}, then headgate replay {run.run} --dry-run; until then run {run.run} stands"
    return FileFailed(message, code=code, who="pipeline owner", next=next_)


def _rejected_of(host: Host, run: Run, folder: Path) -> list[Path]:
    """A copy of the rejected rows of a committed run; none where the run has none."""
    output = output_of(host, Places(host.project.settings.zones, run.pipeline, run.run).manifest, "rejected_jsonl")
    if not output:
        return []
    check_kept(host, output, run.run, "gate")
    path = folder / f"{run.run}.jsonl"
    host.files.download(output, path)
    return [path]


def _judged_again(host: Host, run: Run, folder: Path) -> Outcome:
    """What the contract as it is now makes of the file; the outputs are in `out`."""
    pipeline, contract = pipeline_of(host, run), host.contracts.get(run.pipeline)
    if contract is None:
        raise UserMistake(
            f"{run.pipeline} has no contract, so nothing is judged", next="headgate runs", code="no_contract"
        )
    path, work, out = folder / "arrived" / run.file, folder / "work", folder / "out"
    for empty in (path.parent, work, out, folder / "family"):
        empty.mkdir()
    arrival = replay_arrival(host, run)
    host.files.download(arrival.data["key"], path)
    given = GateInput(path, run.file, run.pipeline, run.claimed_at, run.replay + 1)
    with Family(arrival, host.context(), run.pipeline, folder / "family") as family:
        closed, accepted = family.brought_in(run.run)
        given = replace(given, roots=family.root, closed=closed, accepted=accepted)
        return run_gate(given, contract, gate_settings(pipeline, host.project), work, out)
