"""Dead letters for people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from headgate.core.printable import and_more, printable
from headgate.faces.cli.lists import counted
from headgate.faces.cli.next_step import next_step
from headgate.faces.cli.runs import SHORT, outcome

_LONG = 1000
_ALREADY = "left alone, as somebody else has redriven or discarded it already, or is at it this very moment"


def groups_text(groups: Sequence[Mapping[str, Any]], of: int) -> str:
    """Groups with their samples, and what can be typed next.

    Args:
        of: how many groups there are in all.
    """
    if not groups:
        return "no dead letters"
    lines: list[str] = []
    for group in groups:
        lines += [*_group(group), ""]
    if len(groups) < of:
        lines += [f"the {len(groups):,} most frequent of {of:,} reasons", ""]
    next_ = "headgate dead show N, then headgate dead redrive N… or headgate dead discard N…"
    return "\n".join([*lines, f"next: {next_step(next_)}"])


def _group(group: Mapping[str, Any]) -> list[str]:
    settled = ", ".join(f"{count:,} {state}" for state, count in group["states"].items() if count and state != "dead")
    over = f"{time(group['first'])} to {time(group['last'])}" if group["count"] > 1 else time(group["last"])
    lines = [
        f"{group['count']:,} × {printable(group['stage'])}: {printable(group['message'])} [{printable(group['code'])}]",
        f"  {over}" + (f" ({settled})" if settled else ""),
    ]
    lines += [_sample(sample, group["message"]) for sample in group["samples"]]
    return lines + and_more(group["count"] - len(group["samples"]))


def _sample(sample: Mapping[str, Any], usual: str) -> str:
    own = f": {printable(sample['message'])}" if sample["message"] != usual else ""
    state = "" if sample["state"] == "dead" else f", {sample['state']}"
    where = f", at {printable(sample['where'])}" if sample["where"] else ""
    return f"  {sample['number']:>5}  {about(sample)}, {counted(sample['attempts'], 'attempt')}{state}{where}{own}"


def about(row: Mapping[str, Any]) -> str:
    """What a dead letter is about: the file and its run, else the subject of its event."""
    run = f" (run {printable(row['run'])[:SHORT]})" if row["run"] else ""
    return f"{printable(row['file'] if row['file'] and row['run'] else row['subject'], 80)}{run}"


def time(iso: str) -> str:
    """A time of a document as people read it."""
    return iso[:19].replace("T", " ") + "Z"


def letter_text(letter: Mapping[str, Any]) -> str:
    """One dead letter on a page."""
    event, error = letter["event"], letter["error"]
    settled = f", {letter['state']} {time(letter['settled_at'])}" if letter["settled_at"] else ""
    lines = [
        f"dead letter {letter['number']}: {letter['stage']} of {event['type']}",
        f"died {time(letter['died_at'])} after {counted(letter['attempts'], 'attempt')}{settled}",
        "",
        f"error     {printable(error.get('message', ''), _LONG)} [{printable(error.get('code', ''))}]",
        *(f"{label:<9} {printable(_said(error, key), _LONG)}" for key, label in _ERROR.items() if error.get(key)),
        "",
        f"event     {event['id']}, {time(event['time'])}",
        f"subject   {printable(event['subject'], _LONG)}",
        f"correlation id {event['correlationid']}",
        *(f"  {printable(key)}: {printable(_value(value), _LONG)}" for key, value in event["data"].items()),
        *_run(letter["run"]),
    ]
    if letter["same_event"]:
        lines += ["", f"the same event was dead before or after: {', '.join(map(str, letter['same_event']))}"]
    if letter["redrive"]:
        number = letter["number"]
        lines += [
            "",
            f"{next_step(f'headgate dead redrive {number}')}: {printable(letter['redrive'], _LONG)}",
            next_step(f"headgate dead discard {number}"),
        ]
    return "\n".join(lines)


def _value(value: object) -> str:
    """What stands under a key of an event, as a person reads it."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {_value(one)}" for key, one in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(_value(one) for one in value) or "none"
    return value if isinstance(value, str) else json.dumps(value)


def _said(error: Mapping[str, Any], key: str) -> str:
    return next_step(error[key]) if key == "next" else str(error[key])


_ERROR = {"where": "where", "who": "who acts", "next": "next"}


def _run(run: Mapping[str, Any] | None) -> list[str]:
    if run is None:
        return []
    whole = next_step(f"headgate runs {run['run'][:SHORT]}")
    return ["", f"run       {run['run']} of {printable(run['pipeline'])}: {outcome(run)} ({whole})"]


def redriven_text(document: Mapping[str, Any], at_work: str | None) -> str:
    """What is tried anew, and who takes it."""
    rows, would = document["redriven"], document["dry_run"]
    if not rows:
        return "no dead letters"
    lines = [_line(row, "would be tried anew" if would else "is tried anew", row["note"]) for row in rows]
    if not would and not all(row["already"] for row in rows):
        lines.append(f"{at_work}: it is taken up by itself" if at_work else f"next: {next_step('headgate run')}")
    return "\n".join(lines)


def discarded_text(document: Mapping[str, Any]) -> str:
    """What was given up, and where the files are."""
    rows, would = document["discarded"], document["dry_run"]
    if not rows:
        return "no dead letters"
    lines = []
    for row in rows:
        kept = f"its file {'would be' if would else 'is'} kept in {row['kept']}" if row["kept"] else row["note"]
        lines.append(_line(row, "would be discarded" if would else "discarded", kept))
    return "\n".join(lines)


def _line(row: Mapping[str, Any], what: str, note: str | None) -> str:
    said = f"{row['number']:>5}  {row['stage']} of {about(row)}: {_ALREADY if row['already'] else what}"
    return f"{said}; {printable(note, _LONG)}" if note else said
