"""What an alert says: what happened, where, who acts, and the next command to type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from headgate.core.astray import fault_named
from headgate.core.events import Event
from headgate.core.printable import printable

_SHOWN = 5
_LISTED_BY = {"event.dead": "headgate dead list", "mail.refused": "headgate config show"}
_PUT_BACK = "put the file back"
_Line = tuple[str, str]


@dataclass(frozen=True)
class AlertText:
    """A subject line and a text."""

    subject: str
    text: str


def alert_text(event: Event, inbox: str) -> AlertText:
    """What to tell about an event that needs a person.

    Args:
        inbox: the zone that files are put into.
    """
    title, lines = _ALERTS[event.type](event.data, inbox)
    return _text(title, [*lines, ("correlation id", event.correlation_id)])


def alert_group(event: Event) -> str:
    """`type/pipeline/code`: alerts of one group are told in one mail."""
    reason = event.data.get("reason") or event.data.get("error") or {}
    code = reason.get("code") or event.data.get("fault")
    return "/".join([event.type, str(event.data.get("pipeline") or "-"), str(code or "-")])


def about(group: str) -> str:
    """The type of the events that a group's alerts are about."""
    return group.partition("/")[0]


def together(alerts: Sequence[AlertText], group: str, first: datetime, last: datetime) -> AlertText:
    """One mail for several alerts of a group: their number, the first few, and how to see the others.

    Args:
        first, last: when the first and the last of them were raised, UTC, naive.
    """
    if len(alerts) == 1:
        return alerts[0]
    shown, count = alerts[:_SHOWN], len(alerts)
    lines = [f"This happened {count:,} times from {_time(first)} to {_time(last)}."]
    if count > _SHOWN:
        lines.append(f"The first {_SHOWN} are below; for the others: {_others(group, first)}")
    texts = [f"{number} of {count:,}\n\n{one.text.strip()}" for number, one in enumerate(shown, 1)]
    return AlertText(f"{alerts[0].subject}, and {count - 1:,} more", "\n\n\n".join(["\n".join(lines), *texts]) + "\n")


def refused_text(address: str, answer: str, subject: str) -> AlertText:
    """What the other recipients of a mail are told when one of them can't be mailed.

    Args:
        answer: of the mail server.
        subject: of the mail.
    """
    return _text(
        f"{printable(address)} can't be mailed",
        [
            (
                "what",
                f"the mail server refuses this address for good; a mail could not be delivered: {printable(subject)}",
            ),
            ("why", printable(answer)),
            ("who acts", "the project's owner"),
            ("next", "correct mail.to in headgate.yaml, or the recipients in pipeline.yaml"),
        ],
    )


def _text(title: str, lines: Sequence[_Line]) -> AlertText:
    width = max(len(name) for name, _ in lines) + 2
    body = [f"{f'{name}:' if name else '':<{width}}{said}" for name, said in lines]
    return AlertText(f"Headgate: {title}", "\n".join([title, "", *body, ""]))


def _time(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC"


def _others(group: str, first: datetime) -> str:
    type_, pipeline, _ = group.split("/", 2)
    if type_ in _LISTED_BY:
        return _LISTED_BY[type_]
    return "headgate status" if pipeline == "-" else f"headgate runs --pipeline {pipeline} --since {first:%Y-%m-%d}"


def _failed(data: Mapping[str, Any], inbox: str) -> tuple[str, list[_Line]]:
    reason = data["reason"]
    step, back = reason.get("next") or "correct the file", f"put it back into {inbox}/{data['pipeline']}/"
    lines = [
        ("why", f"{printable(reason['message'])} [{reason['code']}]"),
        ("who acts", printable(reason.get("who") or "the owner of the pipeline")),
        ("it lies", f"{printable(data['key'])} (the reason beside it, in .error.json)"),
        ("next", printable(step.replace(_PUT_BACK, back))),
        *([] if _PUT_BACK in step else [("", f"then {back}")]),
    ]
    return f"{data['pipeline']}: {printable(data['file'])} failed", lines


def _unmatched(data: Mapping[str, Any], inbox: str) -> tuple[str, list[_Line]]:
    if data.get("fault"):
        return _astray(data)
    lines = [
        ("why", f"pipelines whose intake.match fits: {', '.join(data['candidates']) or 'none'}"),
        ("who acts", "the project's owner, or the sender"),
        ("it lies", printable(data["key"])),
        ("next", f"put it into {inbox}/<pipeline>/, or correct intake.match in pipeline.yaml"),
    ]
    return f"{printable(data['file'])} belongs to no single pipeline", lines


def _astray(data: Mapping[str, Any]) -> tuple[str, list[_Line]]:
    fault = fault_named(data["fault"])
    lines = [
        ("why", fault.why),
        ("who acts", "the sender, or whoever looks after this machine"),
        ("it lies", printable(data["key"])),
        ("next", fault.next),
    ]
    return f"{printable(data['file'])} can't be taken", lines


def _grew(data: Mapping[str, Any], inbox: str) -> tuple[str, list[_Line]]:
    run = (
        f"run {data['run']} holds its first {data['size']:,} bytes only"
        if "run" in data
        else "its run has a part of it"
    )
    lines = [
        ("what", f"the sender wrote on after it was taken: {run}"),
        ("it lies", f"{printable(data['key'])}, and is taken once more, as another file, when it is whole"),
        ("who acts", "the sender"),
        ("next", "write under a name that ends in .part, and rename the file when it is whole"),
    ]
    return f"{data.get('pipeline') or 'no pipeline'}: {printable(data['file'])} grew after it was taken", lines


def _missing(data: Mapping[str, Any], inbox: str) -> tuple[str, list[_Line]]:
    pipeline = data["pipeline"]
    lines = [
        ("expected", printable(data["expected"])),
        ("due", data["due"]),
        ("who acts", "the sender"),
        ("next", f"ask the sender for it; it goes into {inbox}/{pipeline}/"),
        ("came before", f"headgate runs --pipeline {pipeline} --limit 5"),
    ]
    return f"{pipeline}: no file has come that was due {data['due']}", lines


def _found(data: Mapping[str, Any], inbox: str) -> tuple[str, list[_Line]]:
    lines = [
        ("expected", printable(data["expected"])),
        ("due", data["due"]),
        ("came", f"{data['came']}: {printable(data['file'])}"),
        ("who acts", "nobody"),
        ("next", f"headgate runs --pipeline {data['pipeline']} --limit 5, to see what became of it"),
    ]
    return f"{data['pipeline']}: the missing file has come", lines


def _limit(data: Mapping[str, Any], inbox: str) -> tuple[str, list[_Line]]:
    counts, run = data["counts"], data["run"]
    lines = [
        ("why", f"{counts['rejected']:,} of {counts['records']:,} records were rejected; the limit is {data['limit']}"),
        ("who acts", "the sender, or the owner of the pipeline"),
        ("next", f"headgate runs {run}, and look at its rejected.csv; the accepted rows were published"),
    ]
    return f"{data['pipeline']}: many rows of {printable(data['file'])} were rejected", lines


def _source(data: Mapping[str, Any], inbox: str) -> tuple[str, list[_Line]]:
    reason, pipeline = data["reason"], data["pipeline"]
    lines = [
        ("why", f"{printable(reason['message'])} [{reason['code']}]"),
        ("who acts", printable(reason.get("who") or "the owner of the pipeline")),
        ("next", printable(reason.get("next") or "correct the `source` section of pipeline.yaml")),
        ("", f"then headgate fetch {pipeline}"),
    ]
    return f"{pipeline}: the source gave nothing", lines


def _dead(data: Mapping[str, Any], inbox: str) -> tuple[str, list[_Line]]:
    error, letter = data["error"], data["letter"]
    lines = [
        ("what", f"{data['stage']} gave up on {data['type']} {printable(data['subject'])}"),
        ("why", f"{printable(error['message'])} [{error['code']}]"),
        *([("where", printable(error["where"]))] if error.get("where") else []),
        ("who acts", printable(error.get("who") or "the project's owner")),
        ("next", printable(error.get("next") or f"headgate dead show {letter}")),
        ("", f"headgate dead show {letter} shows all of it; when the cause is gone, headgate dead redrive {letter}"),
    ]
    return f"{data.get('pipeline') or 'no pipeline'}: dead letter {letter}, {data['stage']} failed", lines


_ALERTS: Mapping[str, Callable[[Mapping[str, Any], str], tuple[str, list[_Line]]]] = {
    "file.failed": _failed,
    "file.unmatched": _unmatched,
    "file.grew": _grew,
    "file.missing": _missing,
    "file.found": _found,
    "limit.exceeded": _limit,
    "source.failed": _source,
    "event.dead": _dead,
}
