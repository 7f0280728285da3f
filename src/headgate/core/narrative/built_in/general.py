"""What there is to say where no template says it: general words, from the form of facts, findings and profile."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from headgate.core.narrative.built_in.values import Figure, NothingToSay, shown
from headgate.core.narrative.guards import Guards
from headgate.core.narrative.model import LINE, TEXT, Anomaly, Insight, Recommendation, Summary, citable
from headgate.core.narrative.request import Matter
from headgate.core.printable import printable
from headgate.core.report.header import Shown
from headgate.core.report.numbers import column_label, counted, is_number

PROFILE, COUNTS = "profile", "counts"
_SEVERITY: dict[Any, Any] = {"critical": "high", "warning": "medium", "info": "low"}
_COLUMNS, _TEXT, _MOST = 6, 300, 3


def general_summary(matter: Matter, counts: Mapping[str, Any] | None) -> Summary:
    """How many rows were accepted, and what stands out most; what is unlike earlier runs is said apart from it."""
    cited, texts = [], []
    if counts and is_number(counts.get("records")):
        cited.append(COUNTS)
        texts.append(_rows(int(counts["records"]), int(counts["accepted"]), int(counts["rejected"])))
    own = next((one for one in matter.findings if not str(one["finding"]).startswith("drift_")), None)
    if own and (text := _message(own, Guards(matter))):
        cited.append(str(own["finding"]))
        # What is unlike earlier runs stands out more.
        texts.append(
            f"{'What stands out most' if own is matter.findings[0] else 'Of its rows, what stands out'}: {text}"
        )
    return Summary(text=" ".join(texts), facts=citable(cited))


def _rows(records: int, accepted: int, rejected: int) -> str:
    if not records:
        return "The file holds no rows."
    if records == 1:
        return "The only row was accepted." if accepted else "The only row was rejected."
    if not rejected:
        return f"All {records:,} rows were accepted."
    if not accepted:
        return f"None of the {records:,} rows was accepted, so there is nothing to say of what is in them."
    return f"{accepted:,} of {records:,} rows were accepted and {rejected:,} rejected."


def general_insights(matter: Matter, profile: Mapping[str, Any] | None) -> list[Insight]:
    """One for each fact, of its row or of the highest and the lowest of its rows; without facts, of columns."""
    facts = ((name, _of_fact(rows, matter.shown.get(name, Shown()))) for name, rows in matter.facts.items())
    told = [(matter.shown.get(name, Shown()).title or column_label(name), text, name) for name, text in facts if text]
    told = told or [(name, text, PROFILE) for name, text in _of_columns(profile or {})]
    return [
        Insight(type=printable(type_, LINE - 1), description=text[:TEXT], confidence="high", facts=citable([name]))
        for type_, text, name in told
    ]


def _of_fact(rows: Sequence[Mapping[str, Any]], how: Shown) -> str:
    try:
        return _figures(rows[0], how) if len(rows) == 1 else _ends(rows, how)
    except (NothingToSay, LookupError, TypeError):
        return ""


def _figures(row: Mapping[str, Any], how: Shown) -> str:
    """`Orders: 200; revenue: 12,345.67 USD.`"""
    cells = [(name, value) for name, value in row.items() if is_number(value)][:_COLUMNS]
    said = [f"{column_label(name).lower()}: {_number(name, value, how)}" for name, value in cells]
    return sentence_of("; ".join(said))


def _ends(rows: Sequence[Mapping[str, Any]], how: Shown) -> str:
    """`Of 10, Desk lamp has the highest revenue, 4,321 USD, and Paper the lowest, 12 USD.`"""
    label, measure = _label_and_measure(rows, how)
    names = _names(rows, label, measure)
    ranked = sorted((row for row in rows if is_number(row.get(measure))), key=lambda row: row[measure])
    if len(ranked) < 2 or ranked[-1][measure] == ranked[-2][measure]:
        return ""
    low, high = ranked[0], ranked[-1]
    text = f"Of {len(rows):,} listed, {_name(high, names)} has the highest {_words(measure)}"
    text += f", {_number(measure, high[measure], how)}"
    if low[measure] == ranked[1][measure]:
        return sentence_of(text)
    return sentence_of(f"{text}, and {_name(low, names)} the lowest, {_number(measure, low[measure], how)}")


def _names(rows: Sequence[Mapping[str, Any]], label: str, measure: str) -> list[str]:
    """As few columns as tell the rows apart, that of the label first: a day alone names no row of a day and a meter."""
    names = [label]
    # What is measured names nothing, even where a row of it is empty.
    words = [name for name in rows[0] if name != measure and not any(is_number(row.get(name)) for row in rows)]
    for other in (label, *words):
        names += [other] if other not in names else []
        if len({tuple(row.get(name) for name in names) for row in rows}) == len(rows):
            return names
    raise NothingToSay


def _name(row: Mapping[str, Any], names: Sequence[str]) -> str:
    first, *others = names
    beside = [f"no {_words(name)}" if row[name] in (None, "") else shown(row[name]) for name in others]
    return f"{shown(row[first])} ({', '.join(beside)})" if beside else shown(row[first])


def _label_and_measure(rows: Sequence[Mapping[str, Any]], how: Shown) -> tuple[str, str]:
    if how.charts:
        return how.charts[0].x, how.charts[0].y
    names = list(rows[0])
    label = next((name for name in names if isinstance(rows[0][name], str)), None)
    measure = next((name for name in names if any(is_number(row.get(name)) for row in rows)), None)
    if label is None or measure is None:
        raise NothingToSay
    return label, measure


def _of_columns(profile: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What most rows have, and what many lack; of the columns of which there is most to say."""
    rows = profile.get("rows") or 0
    told = 0
    for column in profile.get("columns", ()) if rows > 1 else ():
        text = _of_column(column, rows)
        told += bool(text)
        if text and told <= _MOST:
            yield printable(column["name"], LINE - 1), text


def _of_column(column: Mapping[str, Any], rows: int) -> str:
    name = printable(column["name"], 60)
    if column.get("nulls"):
        return f"`{name}` is empty in {column['nulls']:,} of {counted(rows, 'row')}."
    try:
        if is_number(column.get("mean")):
            least, most = (shown(Figure(column[end], column["name"])) for end in ("min", "max"))
            return f"`{name}` goes from {least} to {most}, {shown(Figure(column['mean']))} on average."
        top = column.get("top") or []
        return f"`{name}` is most often {shown(top[0]['value'])}, in {top[0]['count']:,} of {counted(rows, 'row')}."
    except (NothingToSay, LookupError, TypeError):
        return ""


def general_anomalies(matter: Matter, told: Collection[str]) -> list[Anomaly]:
    """One for each finding that was not told of: its worst, and how many there are."""
    groups = [(name, some) for name, some in _by_name(matter).items() if name not in told]
    guards = Guards(matter) if groups else None
    return [_anomaly(name, some, matter, guards) for name, some in groups if guards]


def _by_name(matter: Matter) -> dict[str, list[Mapping[str, Any]]]:
    """The findings of each name, the worst first."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for one in matter.findings:
        groups.setdefault(str(one["finding"]), []).append(one)
    return groups


def _anomaly(name: str, some: Sequence[Mapping[str, Any]], matter: Matter, guards: Guards) -> Anomaly:
    title = _title(name, matter)
    text = _message(some[0], guards) or sentence_of(f"{title}; look at the rows themselves")
    if len(some) > 1:
        text += f" In all there are {len(some):,} such findings."
    return Anomaly(
        type=title, description=text, severity=_SEVERITY.get(some[0].get("severity"), "low"), facts=citable([name])
    )


def general_advice(matter: Matter) -> Iterator[Recommendation]:
    """To look at the worst of each finding that is more than a note; what to do about drift is said by itself."""
    worst = [(name, some[0]) for name, some in _by_name(matter).items() if not name.startswith("drift_")]
    serious = [(name, one) for name, one in worst if one.get("severity") in ("critical", "warning")]
    guards = Guards(matter) if serious else None
    for name, one in serious:
        if guards and (text := _message(one, guards)):
            yield Recommendation(
                category=_title(name, matter), action=f"Look into this: {text}", priority=_SEVERITY[one["severity"]],
                facts=citable([name]),
            )  # fmt: skip


def _title(name: str, matter: Matter) -> str:
    known = matter.shown.get(name)
    if known and known.title:
        return printable(known.title, LINE - 1)
    return "Unlike earlier runs" if name.startswith("drift_") else column_label(name)


def _message(finding: Mapping[str, Any], guards: Guards) -> str:
    """What a finding says, without what might be a stranger's prose or orders."""
    message, expected, observed = (str(finding.get(name) or "") for name in ("message", "expected", "observed"))
    beside = [f"expected {expected}"] * bool(expected) + [f"observed {observed}"] * bool(observed)
    whole = sentence_of(f"{message.rstrip('.')} ({', '.join(beside)})") if beside else ""
    texts = (text for text in (whole, sentence_of(message)) if text and message)
    return next((text for text in texts if not guards.objections(text)), "")


def sentence_of(text: str) -> str:
    """A text as a sentence: with a capital and a full stop."""
    said = printable(text.strip(), _TEXT)
    said = said[:1].upper() + said[1:]
    return said if not said or said[-1] in ".!?…" else f"{said}."


def _number(name: str, value: float, how: Shown) -> str:
    return shown(Figure(value, name, how.units.get(name, "")))


def _words(column: str) -> str:
    return column_label(column).lower()
