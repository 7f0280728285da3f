"""The parts of a report for those who look closer: the last days, what a model cost, every column."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from headgate.core.errors import HeadgateError
from headgate.core.printable import printable
from headgate.core.report.blocks import Chart, Column, Mark, Pair, Pairs, Prose, Section, Table
from headgate.core.report.input import OWN, RecentDay
from headgate.core.report.numbers import counted, day_text, percent, value_text

_COLUMNS = 200


def last_days(days: Sequence[RecentDay]) -> Section | None:
    """What came on the last days, with a picture when there were several."""
    if not days:
        return None
    came = sum(day.files for day in days)
    title = f"The last {counted(len(days), 'day')}: {counted(came, 'file')}"
    chart = _rows_by_day(days)
    table = _days_table(days)
    return Section("recent", title, (chart, table) if chart else (table,))


def _rows_by_day(days: Sequence[RecentDay]) -> Chart | None:
    busy = [day for day in days if day.accepted or day.rejected]
    if len(busy) < 2:
        return None
    marks = [
        Mark(day.day, float(value), f"{value:,}", series)
        for day in days
        for series, value in (("accepted", day.accepted), ("rejected", day.rejected))
    ]
    named = "; ".join(f"{day.day}: {day.accepted:,} accepted, {day.rejected:,} rejected" for day in days)
    alt = f"Bar chart, rows by day. {named}."
    return Chart("bar", "Rows by day", "Day", "Rows", tuple(marks), alt, upright=True, temporal=True)


def _days_table(days: Sequence[RecentDay]) -> Table:
    # The last columns have no room on a phone.
    names = ("Day", "Files", "Accepted", "Rejected", "Rate", "Failed")
    columns = tuple(Column(name, numeric=name != "Day") for name in names)
    return Table(columns, tuple(_day_cells(day) for day in reversed(days)))


def _day_cells(day: RecentDay) -> tuple[str, ...]:
    rate = percent(day.rejected, day.accepted + day.rejected)
    return (day_text(day.day), f"{day.files:,}", f"{day.accepted:,}", f"{day.rejected:,}", rate, f"{day.failed:,}")


def model_cost(model: Mapping[str, Any] | None) -> Section:
    """What the model was given, gave, and cost; without a model, that there is nothing to pay."""
    if not model:
        return Section("cost", "What the narrative cost", (Pairs((Pair("Cost", "nothing: no model was asked"),)),))
    items = [Pair("Model", printable(model["name"], 80))]
    for label, key in (("Tokens in", "tokens_in"), ("Tokens out", "tokens_out")):
        if model.get(key) is not None:
            items.append(Pair(label, f"{model[key]:,}"))
    if cost := _cost(model):
        items.append(Pair("Cost", cost))
    return Section("cost", "What the narrative cost", (Pairs((*items, *_why_not(model.get("fallback")))),))


def _cost(model: Mapping[str, Any]) -> str:
    uncounted = model.get("uncounted") or 0
    if model.get("cost_usd") is None:
        was_asked = uncounted or model.get("tokens_in") or model.get("tokens_out")
        return "not known: no price of this model is known here" if was_asked else ""
    cost = _dollars(model["cost_usd"])
    if not uncounted:
        return cost
    return f"at most {cost}: what {uncounted:,} of {counted(model['attempts'], 'request')} took is not known"


def _why_not(fallback: Mapping[str, Any] | None) -> list[Pair]:
    if not fallback:
        return []
    said = [printable(fallback[key], 300) for key in ("message", "next") if fallback.get(key)]
    found = [Pair("Why not", "; next: ".join(said))]
    if not fallback.get("asks_again", True):
        # A replay is what a reader would try first.
        again = "only once what is asked changes, such as prompt.md or narrator.model: a replay of the same pays no second time"
        found.append(Pair("Asked again", again))
    return found


def _dollars(cost: float) -> str:
    """To the cent, or where there are no cents to two digits that count."""
    places = 2 if cost >= 0.1 or cost <= 0 else min(6, 1 - math.floor(math.log10(cost)))
    return f"{cost:,.{places}f} USD"


def not_in_own_form(fault: HeadgateError | None) -> Section | None:
    """Why the pipeline's own template did not make this report; for its owner, so it comes last."""
    if fault is None:
        return None
    line = f", line {fault.where.line}" if fault.where and fault.where.line else ""
    said = f"This report has Headgate's own form, since the pipeline's own {OWN} failed{line}: {fault.message}"
    return Section("template", "", (Prose((), printable(said, 500)),))


def columns_of_rows(profile: Mapping[str, Any] | None) -> Section | None:
    """Every column of the accepted rows in numbers: detail for the web page."""
    columns = (profile or {}).get("columns") or ()
    if not columns:
        return None
    heads = (
        Column("Column"),
        Column("Type"),
        Column("Missing", numeric=True),
        Column("Different", numeric=True),
        Column("Least", numeric=True),
        Column("Middle", numeric=True),
        Column("Mean", numeric=True),
        Column("Most", numeric=True),
        Column("Most frequent"),
    )
    rows = tuple(_column_cells(column) for column in columns[:_COLUMNS])
    table = Table(heads, rows, max(0, len(columns) - len(rows)))
    return Section("columns", "Every column of the accepted rows", (table,), folded=True)


def _column_cells(column: Mapping[str, Any]) -> tuple[str, ...]:
    middle = (column.get("quantiles") or {}).get("p50")
    shown = (column.get(name) for name in ("nulls", "distinct", "min"))
    top = "; ".join(f"{value_text(one['value'])} ({one['count']:,})" for one in (column.get("top") or ())[:3])
    return (
        printable(column["name"], 60),
        printable(column.get("type") or "", 40).lower(),
        *map(value_text, shown),
        *map(value_text, (middle, column.get("mean"), column.get("max"))),
        top or value_text(None),
    )
