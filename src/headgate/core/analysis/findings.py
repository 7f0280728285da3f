"""Findings: what somebody should look at; each row that an SQL file gives back is one, or part of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from headgate.core.analysis.engine import Engine, Output
from headgate.core.analysis.facts import check_shown
from headgate.core.analysis.header import SEVERITIES
from headgate.core.analysis.limits import Limits
from headgate.core.analysis.queries import Query
from headgate.core.analysis.template import filled, in_sentence, places
from headgate.core.config.mistakes import shown

_SAID = ("severity", "message", "expected", "observed")
# What makes rows one finding; what was observed may differ between them.
_SAME = ("severity", "message", "expected")
_TEXT = 400


@dataclass(frozen=True)
class Finding:
    """Something that somebody should look at.

    Attributes:
        finding: name of the file that found it; those of drift begin with `drift_`.
        severity: `critical`, `warning` or `info`.
        message: one sentence, safe to print.
        expected, observed: what would have been usual, and what was there.
        count: rows concerned.
        rows: some of them, with the columns that were flagged.
        weight: of what differs from earlier runs, how far it is outside of what is usual.
    """

    finding: str
    severity: str
    message: str
    expected: str | None = None
    observed: str | None = None
    count: int = 1
    rows: tuple[Mapping[str, Any], ...] = ()
    weight: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """As the analysis document holds it."""
        return {
            "finding": self.finding,
            "severity": self.severity,
            "message": self.message,
            "expected": self.expected,
            "observed": self.observed,
            "count": self.count,
            "rows": [dict(row) for row in self.rows],
        }


def by_severity(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The worst first; of the same severity in the order they came."""
    return tuple(sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity)))


def run_findings(engine: Engine, queries: Iterable[Query], limits: Limits) -> tuple[Finding, ...]:
    """The findings of some queries, the worst first.

    Rows with the same severity, message and expectation are one finding. What goes beyond the limits is counted.

    Raises:
        UserMistake: a query can't be answered, or says a severity that there is not (with file and line).
    """
    return by_severity(finding for query in queries for finding in _found(engine, query, limits))


def check_finding(engine: Engine, query: Query) -> Output:
    """What the result of a finding's query looks like.

    Raises:
        UserMistake: it can't be answered, says something twice or has no message, or its header names a column that it
            does not have.
    """
    output = engine.output(query)
    check_shown(query, output)
    for said in _SAID:
        _check_said(query, output, said)
    return output


def _check_said(query: Query, output: Output, said: str) -> None:
    template, line = getattr(query.header, said), query.header.lines.get(said)
    is_column = output.at(said) is not None
    if template is not None and is_column:
        raise query.mistake(f"the {said} is said twice: by the header, and by a column", line)
    if template is None and not is_column and said in ("severity", "message"):
        raise query.mistake(f"it says no {said}: add a column of that name, or `-- {said}: …` at its head")
    if template is None or said == "severity":
        return
    try:
        unknown = [name for name in places(template) if output.at(name) is None]
    except ValueError as error:
        raise query.mistake(f"the {said} can't be read: {error}", line) from None
    if unknown:
        raise query.mistake(f"the {said} names {shown(unknown[0])}, which is no column of the result", line)


@dataclass
class _Group:
    """Rows with the same severity, message and expectation."""

    first: dict[str, Any]
    count: int = 0
    has_others: bool = False
    rows: list[dict[str, Any]] = field(default_factory=list)


def _found(engine: Engine, query: Query, limits: Limits) -> list[Finding]:
    output = check_finding(engine, query)
    groups: dict[tuple[Any, ...], _Group] = {}
    kept, left_out = dict.fromkeys(SEVERITIES, 0), dict.fromkeys(SEVERITIES, 0)
    same = [at for said in _SAME for at in _columns_of(query, output, said)]
    observed = _columns_of(query, output, "observed")
    for cells in engine.cells(query, output):
        key = tuple(cells[at] for at in same)
        if key not in groups:
            severity = _severity(query, output, cells)
            if kept[severity] == limits.findings:
                left_out[severity] += 1
                continue
            kept[severity] += 1
            groups[key] = _Group(engine.row(output, cells))
        _add(groups[key], engine, output, cells, observed, limits.flagged)
    made = [_made(query, output, group) for group in groups.values()]
    return made + [_rest(query, severity, count) for severity, count in left_out.items() if count]


def _columns_of(query: Query, output: Output, said: str) -> list[int]:
    """The columns that decide something a finding says."""
    template = getattr(query.header, said)
    if template is None:
        names: Sequence[str] = (said,)
    else:
        names = () if said == "severity" else places(template)
    return [at for name in names if (at := output.at(name)) is not None]


def _add(
    group: _Group, engine: Engine, output: Output, cells: Sequence[Any], observed: Sequence[int], most: int
) -> None:
    group.count += 1
    if len(group.rows) < most:
        group.rows.append(engine.row(output, cells))
    if not group.has_others:
        row = engine.row(output, cells)
        group.has_others = any(row[output.names[at]] != group.first[output.names[at]] for at in observed)


def _severity(query: Query, output: Output, cells: Sequence[Any]) -> str:
    at = output.at("severity")
    severity = query.header.severity if at is None else cells[at]
    if severity not in SEVERITIES:
        raise query.mistake(f"the severity {shown(severity)} is none of {', '.join(SEVERITIES)}")
    return str(severity)


def _made(query: Query, output: Output, group: _Group) -> Finding:
    said = {name: _said(query, output, name, group.first) for name in _SAID[1:]}
    observed = said["observed"]
    if observed is not None and group.has_others:
        observed += ", and others"
    cells = [group.first[name] for name in output.names]
    flagged = tuple({name: row[name] for name in row if name.casefold() not in _SAID} for row in group.rows)
    return Finding(
        query.name,
        _severity(query, output, cells),
        said["message"] or query.header.title or query.name,
        said["expected"],
        observed,
        group.count,
        flagged,
    )


def _said(query: Query, output: Output, name: str, row: Mapping[str, Any]) -> str | None:
    template = getattr(query.header, name)
    if template is not None:
        return filled(template, {place: row[output.names[output.at(place) or 0]] for place in places(template)})
    at = output.at(name)
    value = None if at is None else row[output.names[at]]
    return None if value is None else in_sentence(value, most=_TEXT)


def _rest(query: Query, severity: str, count: int) -> Finding:
    rows = "one more row" if count == 1 else f"{count:,} more rows"
    return Finding(query.name, severity, f"{rows} like these were found and are not listed here", count=count)
