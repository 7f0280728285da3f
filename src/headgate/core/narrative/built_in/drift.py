"""What there is to say first: that a file is unlike earlier runs, and what to do about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from headgate.core.narrative.built_in.general import sentence_of
from headgate.core.narrative.guards import Guards
from headgate.core.narrative.model import Recommendation, citable
from headgate.core.narrative.request import Matter
from headgate.core.report.numbers import counted

Finding = Mapping[str, Any]

# Whoever has a minute reads two sentences before what the file is about.
_MOST = 2
_SERIOUS = ("critical", "warning")


@dataclass(frozen=True)
class _Kind:
    """What is said of one kind of drift: `{message}`, `{expected}` and `{observed}` are the finding's own.

    Attributes:
        less: what to do where there is less than usual; `action` then holds where there is more.
    """

    category: str
    action: str
    less: str = ""
    told: str = "{message}: {observed}, where {expected} is usual"


_KINDS: dict[str, _Kind] = {
    "drift_reject_rate": _Kind(
        "rejected rows",
        "Look at why rows were rejected before relying on the rest, and ask the sender whether the file is made as before: "
        "{observed} of the rows were rejected, where {expected} is usual",
        "Find out whether the sender mended the file or somebody loosened a rule: only {observed} of the rows were "
        "rejected, where {expected} is usual",
    ),
    "drift_row_count": _Kind(
        "size of the file",
        "Ask the sender whether the file repeats rows or covers more than usual: it has {observed} records, where "
        "{expected} is usual",
        "Ask the sender whether the file is whole: it has {observed} records, where {expected} is usual",
    ),
    "drift_missing_values": _Kind(
        "missing values",
        "Ask the sender why {message}: {expected} would have been usual",
        told="{message}: {expected} would have been usual",
    ),
    "drift_null_rate": _Kind(
        "empty cells",
        "Ask the sender why {message}: {observed}, where {expected} is usual",
    ),
    "drift_mean": _Kind(
        "changed values",
        "Compare the file with the one before, and ask the sender whether a unit has changed: {message}, {observed} where "
        "{expected} is usual",
    ),
    "drift_new_values": _Kind(
        "new values",
        "Ask the sender whether it is meant that {message}: {observed}",
        told="{message}: {observed}",
    ),
}
# How a message begins that says less, not more.
_LESS = ("Fewer ", "The file has fewer ")


def is_drift(finding: Finding) -> bool:
    """Whether it says that the file is unlike earlier runs."""
    return str(finding["finding"]).startswith("drift_")


def drift_sentences(matter: Matter) -> list[tuple[str, str]]:
    """The worst one or two things that are unlike earlier runs, each with the finding that it rests on."""
    serious = [one for one in _worst(matter) if one.get("severity") in _SERIOUS]
    guards = Guards(matter) if serious else None
    said = ((_said(_KINDS[str(one["finding"])].told, one, guards), str(one["finding"])) for one in serious if guards)
    return [(text, name) for text, name in said if text][:_MOST]


def drift_advice(matter: Matter, serious: bool) -> Iterator[Recommendation]:
    """What to do about each kind of drift, in the order of the findings.

    Args:
        serious: about what is critical or a warning; else about the rest.
    """
    worst = [one for one in _worst(matter) if (one.get("severity") in _SERIOUS) == serious]
    guards = Guards(matter) if worst else None
    kinds = Counter(one["finding"] for one in matter.findings)
    for one in worst:
        kind = _KINDS[str(one["finding"])]
        is_less = kind.less and str(one.get("message")).startswith(_LESS)
        if guards and (text := _said(kind.less if is_less else kind.action, one, guards)):
            cited = citable([str(one["finding"])])
            yield Recommendation(
                category=kind.category,
                action=text + _and_others(kinds[one["finding"]] - 1),
                priority="high" if serious else "low",
                facts=cited,
            )


def _and_others(count: int) -> str:
    return f" There {'is' if count == 1 else 'are'} {counted(count, 'other finding')} of this kind." if count else ""


def _worst(matter: Matter) -> Sequence[Finding]:
    """The first finding of each kind: they come in the order of their weight."""
    first: dict[str, Finding] = {}
    for one in matter.findings:
        if str(one["finding"]) in _KINDS:
            first.setdefault(str(one["finding"]), one)
    return list(first.values())


def _said(template: str, finding: Finding, guards: Guards) -> str:
    """A template filled; empty where values might be a stranger's prose or orders."""
    message, expected, observed = (
        str(finding.get(name) or "").rstrip(".") for name in ("message", "expected", "observed")
    )
    within = f"{message[:1].lower()}{message[1:]}" if message.startswith(("More ", "Fewer ", "The ")) else message
    whole = template.format(
        message=message if template.startswith("{message}") else within, expected=expected, observed=observed
    )
    texts = (sentence_of(whole), sentence_of(message))
    return next((text for text in texts if text and message and not guards.objections(text)), "")
