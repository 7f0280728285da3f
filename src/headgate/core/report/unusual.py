"""The part of a report that says what stands out: the findings, the worst first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from headgate.core.printable import printable
from headgate.core.report.blocks import Badge, Level, Notice, Notices, Prose, Section, Seen, Table
from headgate.core.report.facts import table_of, title_of
from headgate.core.report.header import Shown
from headgate.core.report.numbers import counted

Finding = Mapping[str, Any]

_ORDER: tuple[Level, ...] = ("critical", "warning", "info")
_NOTICES, _ITEMS, _ROWS, _TEXT = 20, 10, 20, 500
# These are said in words already.
_SAID = ("severity", "message", "expected", "observed")


def what_stands_out(findings: Sequence[Finding], shown: Mapping[str, Shown]) -> Section | None:
    """The findings, the worst first, those of one kind together; None without any."""
    groups: defaultdict[tuple[int, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[_ORDER.index(_level(finding)), str(finding["finding"])].append(finding)
    order = sorted(groups, key=lambda key: key[0])
    notices = tuple(_notice(_ORDER[level], name, groups[level, name], shown.get(name)) for level, name in order)
    return Section("findings", "What stands out", (Notices(notices[:_NOTICES]),)) if notices else None


def not_compared(notes: Mapping[str, Any]) -> Section | None:
    """That nothing was compared with earlier runs yet: without it, silence would look like `as ever`."""
    drift = notes.get("drift")
    if not drift or drift["found"] >= drift["needed"]:
        return None
    there = {0: "is none", 1: "is one"}.get(drift["found"], f"are {drift['found']}")
    said = f"Not compared with earlier runs yet: that takes {drift['needed']} of them, and there {there} so far."
    return Section("drift", "", (Prose((), said),), part=True)


def of_a_sample(notes: Mapping[str, Any]) -> Section | None:
    """That not every text has a sentiment: averages of it are those of a sample."""
    texts = notes.get("sentiment")
    if not texts or texts["scored"] >= texts["texts"]:
        return None
    columns = ", ".join(texts["columns"])
    said = (
        f"How positive texts are was read from a sample: {texts['scored']:,} of about {texts['texts']:,} different ones "
        f"in {printable(columns, _TEXT)}. Averages are those of the sample."
    )
    return Section("sample", "", (Prose((), said),), part=True)


def severities(findings: Sequence[Finding]) -> list[Badge]:
    """How many findings there are of each severity that needs somebody, those that are not listed included."""
    counts: Counter[Level] = Counter()
    for finding in findings:
        # One without rows stands for as many as it counts.
        counts[_level(finding)] += 1 if finding.get("rows") else finding.get("count", 1)
    found = {"critical": f"{counts['critical']:,} critical", "warning": counted(counts["warning"], "warning")}
    return [Badge(level, found[level]) for level in _ORDER[:2] if counts[level]]


def _level(finding: Finding) -> Level:
    return next((level for level in _ORDER if level == finding["severity"]), "info")


def _notice(level: Level, name: str, findings: Sequence[Finding], shown: Shown | None) -> Notice:
    rows = [row for finding in findings for row in finding.get("rows") or ()]
    count = sum(map(_rows_of, findings))
    label, table = title_of(name, shown), _table(rows, count, shown)
    items = tuple(_seen(finding, len(findings) > 1) for finding in findings[:_ITEMS])
    # What is unlike earlier runs is said of the file.
    counts = f" · {counted(count, 'row')}" if count > 1 and not name.startswith("drift_") else ""
    return Notice(level, f"{label}{counts}", items, sum(map(_rows_of, findings[_ITEMS:])), table)


def _rows_of(finding: Finding) -> int:
    return int(finding.get("count") or len(finding.get("rows") or ()) or 1)


def _seen(finding: Finding, is_one_of_several: bool) -> Seen:
    """Of several, one that stands for several rows says so: the rows must add up."""
    expected, observed, rows = finding.get("expected"), finding.get("observed"), _rows_of(finding)
    is_said = is_one_of_several and rows > 1 and finding.get("rows") and not finding["finding"].startswith("drift_")
    alike = f" ({counted(rows, 'row')} alike)" if is_said else ""
    return Seen(f"{printable(finding['message'], _TEXT)}{alike}", _said(expected), _said(observed), rows)


def _said(text: Any) -> str:
    return "" if text is None else printable(text, _TEXT)


def _table(rows: Sequence[Mapping[str, Any]], count: int, shown: Shown | None) -> Table | None:
    kept = [{name: value for name, value in row.items() if name not in _SAID} for row in rows]
    return table_of(kept, shown or Shown(), _ROWS, count) if any(kept) else None
