"""From the rows of a fact to a chart of it."""

from __future__ import annotations

from typing import Any

import pytest

from headgate.core.report.blocks import Chart
from headgate.core.report.charting import MOST_BARS, MOST_LINES, chart_of, milliseconds
from headgate.core.report.header import Shown, parse_chart


def charted(rows: Any, header: str = "bar x=a y=b", unit: str = "") -> Chart | None:
    return chart_of(rows, parse_chart(header), Shown(units={"b": unit} if unit else {}))


def bars(count: int, name: str = "brand {}") -> list[dict[str, Any]]:
    return [{"a": name.format(place), "b": place + 1} for place in range(count)]


def drawn(rows: Any, header: str = "bar x=a y=b", unit: str = "") -> Chart:
    chart = charted(rows, header, unit)
    assert chart is not None
    return chart


def test_bars_keep_the_order_of_the_rows_and_carry_their_numbers():
    chart = drawn([{"a": "x", "b": 2.5}, {"a": "y", "b": 10.0}], unit="EUR")
    assert [(mark.at, mark.value, mark.text) for mark in chart.marks] == [("x", 2.5, "2.50"), ("y", 10.0, "10.00")]
    assert (chart.x, chart.y, chart.title) == ("A", "B (EUR)", "B (EUR) by a")


def test_no_more_bars_than_can_be_read_and_the_rest_is_said():
    chart = drawn(bars(40))
    assert len(chart.marks) == MOST_BARS == 12
    assert chart.note == "the first 12 of 40"
    assert drawn(bars(12)).note == ""


def test_steps_of_a_number_are_not_names_and_are_all_drawn():
    chart = drawn([{"a": 10 * place, "b": place} for place in range(20)])
    assert (len(chart.marks), chart.upright) == (20, True)


def test_of_days_the_last_are_drawn_in_their_order():
    rows = [{"a": f"2025-{month:02}-{day:02}", "b": day} for month in (4, 3, 2, 1) for day in range(28, 0, -1)]
    chart = drawn(rows)
    assert chart.temporal
    assert chart.upright
    assert len(chart.marks) == 62
    assert (chart.marks[0].at, chart.marks[-1].at) == ("2025-02-23", "2025-04-28")
    assert chart.note == "the last 62 of 112"


def test_in_words_the_latest_days_are_said_and_of_names_the_first():
    days = [{"a": f"2025-09-{day:02}", "b": day} for day in range(1, 21)]
    said = drawn(days).alt
    assert "2025-09-20: 20" in said
    assert "2025-09-01" not in said
    assert "14 earlier values" in said
    assert "brand 0: 1" in drawn(bars(8)).alt


def test_of_several_lines_what_is_not_said_is_not_called_earlier():
    rows = [{"a": f"2025-01-0{day}", "b": day, "c": f"s{series}"} for series in range(9) for day in (1, 2, 3)]
    said = drawn(rows, "line x=a y=b color=c").alt
    assert "and 21 more values" in said
    assert "earlier" not in said


def test_long_names_lie_and_short_ones_stand():
    assert drawn(bars(3, "b{}")).upright
    assert not drawn(bars(3, "a rather long name {}")).upright
    assert not drawn(bars(12, "seven {}")).upright


def test_bars_of_one_name_are_told_apart():
    chart = drawn([{"a": "x", "b": 1}, {"a": "x", "b": 2}, {"a": "y", "b": 3}])
    assert [mark.at for mark in chart.marks] == ["x", "x (2)", "y"]


def test_lines_are_no_more_than_can_be_told_apart():
    rows = [{"a": f"2025-01-0{day}", "b": day, "c": f"s{series}"} for series in range(9) for day in (1, 2)]
    chart = drawn(rows, "line x=a y=b color=c")
    assert {mark.series for mark in chart.marks} == {f"s{series}" for series in range(MOST_LINES)}
    assert chart.note == "the first 6 of 9 lines"


@pytest.mark.parametrize(
    "rows",
    [[], [{"a": "x", "b": 1}], [{"a": "x", "b": None}, {"a": "y", "b": 2}], [{"a": "x", "b": "1"}, {"a": "y", "b": "2"}],
     [{"c": 1}, {"c": 2}], [{"a": "x", "b": True}, {"a": "y", "b": False}], [{"a": None, "b": 1}, {"a": None, "b": 2}]],
)  # fmt: skip
def test_what_is_no_picture_is_not_drawn(rows):
    assert charted(rows) is None


def test_the_picture_is_told_in_words():
    said = drawn([{"a": f"b{place}", "b": place} for place in range(9)], unit="%").alt
    assert said == "Bar chart, B by a. b0: 0%; b1: 1%; b2: 2%; b3: 3%; b4: 4%; b5: 5%; and 3 more values."


@pytest.mark.parametrize("text", ["2025-13-45", "2025-02-30", "0000-01-01", "2025", "x", "٢٠٢٥-٠١-٠١"])
def test_what_is_no_time_is_a_name(text):
    assert milliseconds(text) is None
    assert not drawn([{"a": text, "b": 1}, {"a": "2025-01-01", "b": 2}]).temporal


def test_a_time_without_a_zone_is_utc():
    assert milliseconds("1970-01-02") == 86_400_000
    assert milliseconds("1970-01-01T00:00:01.5") == 1500
    assert milliseconds("1970-01-01 01:00:00+01:00") == 0
