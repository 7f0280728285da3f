"""One run on a page, for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from headgate.core.printable import and_more, printable
from headgate.faces.cli.lists import counted
from headgate.faces.cli.runs import SHORT, STAGE_WORDS, outcome, relation, then

_PATH = 1000
_MOST_DUPLICATES = 20


def one_run_text(run: Mapping[str, Any]) -> str:
    """The document of `one_run` as a text: what came, what became of it and why, what happened, where it lies, what to do."""
    parts = [
        _head(run),
        _failure(run),
        _reasons(run),
        _attempts(run),
        _events(run["events"]),
        _places(run),
        _duplicates(run["duplicates"]),
        _others("corrected and sent again", run["resubmissions"]),
        _others("processed once more", run["replayed_by"]),
        [f"next: {printable(run['next'], _PATH)}"] if run["next"] else [],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _head(run: Mapping[str, Any]) -> list[str]:
    belongs = relation(run)
    size = f" ({run['size']:,} bytes)" if run["size"] is not None else ""
    lines = [
        f"run {run['run']}",
        f"{printable(run['file'], 80)}{size} of {printable(run['pipeline'])}: {outcome(run)}"
        + (f" ({belongs})" if belongs else ""),
        f"began {_time(run['claimed_at'])}, {_ended(run)}",
    ]
    counts = {name: count for name, count in run["counts"].items() if count is not None}
    if counts:
        lines.append(", ".join(f"{name} {count:,}" for name, count in counts.items()))
    if "dead" in run["stages"].values():
        lines.append(f"then: {then(run['stages'])}")
    if run["open"]:
        lines.append(f"{counted(run['open'], 'rejected record')} not corrected yet")
    if run["correlation_id"]:
        lines.append(f"correlation id {run['correlation_id']}")
    return lines


def _ended(run: Mapping[str, Any]) -> str:
    attempts = counted(run["attempts"], "attempt")
    return (
        f"ended {_time(run['settled_at'])} after {attempts}" if run["settled_at"] else f"not ended, {attempts} so far"
    )


def _time(iso: str) -> str:
    return iso[:19].replace("T", " ") + "Z"


def _failure(run: Mapping[str, Any]) -> list[str]:
    if run["vanished"]:
        return ["Why", "  the process that worked on it is gone: out of memory, out of time, or stopped"]
    reason = run["reason"]
    if not reason:
        return []
    place = f"line {reason['line']}: " if reason.get("line") else ""
    lines = ["Why", f"  {place}{printable(reason.get('message', ''), _PATH)} [{printable(reason.get('code', ''))}]"]
    return [*lines, *([f"  who acts: {printable(reason['who'])}"] if reason.get("who") else [])]


def _reasons(run: Mapping[str, Any]) -> list[str]:
    lines = [
        f"  {one['count']:,} × {printable(one['reason'])}"
        + (f": {printable(one['message'])}" if one["message"] else "")
        for one in run["top_reasons"]
    ]
    return ["Why rows were rejected", *lines, *and_more(run["reasons"] - len(lines))] if lines else []


def _attempts(run: Mapping[str, Any]) -> list[str]:
    """Only where there is more to say than that it was committed at once."""
    if len(run["each_attempt"]) < 2:
        return []
    lines = []
    for one in run["each_attempt"]:
        reason = one["reason"] or {}
        why = f": {printable(reason.get('message', ''))} [{printable(reason.get('code', ''))}]" if reason else ""
        lines.append(f"  {one['number']}  {_time(one['at'])}  {one['outcome']}{why}")
    return ["Attempts", *lines]


def _events(events: Sequence[Mapping[str, Any]]) -> list[str]:
    if not events:
        return []
    width = max(len(event["type"]) for event in events)
    lines = ["What happened"]
    for event in events:
        stages = event["stages"] or [None]
        for number, stage in enumerate(stages):
            lead = f"  {_time(event['time'])}  {event['type']:<{width}}" if number == 0 else " " * (width + 24)
            lines.append(f"{lead}  {_stage(stage)}".rstrip() if stage else lead.rstrip())
    return lines


def _stage(stage: Mapping[str, Any]) -> str:
    said = f"{stage['stage']} {STAGE_WORDS[stage['state']]}"
    if stage["state"] == "done" and stage["seconds"] is not None:
        said += f" ({stage['seconds']:.2f} s)"
    if stage["attempts"] > 1 or stage["error"]:
        said += f", {counted(stage['attempts'], 'attempt')}"
    if stage["error"]:
        again = f", again at {_time(stage['again_at'])}" if stage["again_at"] else ""
        said += f"{again}: {printable(stage['error'].get('message', ''))} [{printable(stage['error'].get('code', ''))}]"
    return said


def _places(run: Mapping[str, Any]) -> list[str]:
    found = {role.replace("_", " "): output["path"] for role, output in run["outputs"].items()}
    found |= {name: key for name, key in run["paths"].items() if key}
    lines = [f"  {name:<15} {printable(key, _PATH)}" for name, key in found.items()]
    return ["Where it lies", *lines] if lines else []


def _duplicates(arrivals: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = [f"  {_time(one['at'])}  {printable(one['file'], 80)}" for one in arrivals[-_MOST_DUPLICATES:]]
    if len(arrivals) > _MOST_DUPLICATES:
        lines.insert(0, f"  {len(arrivals) - _MOST_DUPLICATES:,} earlier ones, and")
    return ["The same bytes came again, and were not processed twice", *lines] if lines else []


def _others(title: str, runs: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = [
        f"  run {one['run'][:SHORT]}  {_time(one['claimed_at'])}  {printable(one['file'], 60)}: {outcome(one)}"
        + (f", {one['counts']['accepted']:,} accepted" if one["counts"]["accepted"] is not None else "")
        for one in runs
    ]
    return [f"Its rows, {title}", *lines] if lines else []
