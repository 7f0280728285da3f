"""What the comments at the head of an SQL file say about how its result is shown."""

from __future__ import annotations

import pytest

from headgate.core.report.header import ChartHeader, Shown, check_columns, parse_chart, parse_units


def test_a_chart_names_its_kind_and_its_columns():
    assert parse_chart("bar x=brand y=revenue") == ChartHeader("bar", "brand", "revenue")
    assert parse_chart('line x=day y="mean price" color=symbol') == ChartHeader("line", "day", "mean price", "symbol")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there is no chart '', only bar and line"),
        ("pie x=a y=b", "there is no chart 'pie'"),
        ("bar x=a", "a chart needs x and y"),
        ("bar x=a y=b z=c", "'z' is nothing a chart has"),
        ("bar x=a y", "'y' is not of the form name=value"),
        ("bar x= y=b", "'x=' is not of the form name=value"),
        ('bar x="a y=b', "a quotation mark is not closed"),
        ("bar\x1b x=a y=b", r"there is no chart 'bar\x1b'"),
    ],
)
def test_a_mistake_in_a_chart_is_said_with_the_right_form(text, said):
    with pytest.raises(ValueError, match="=") as caught:
        parse_chart(text)
    assert said in str(caught.value)


def test_units_may_stand_on_one_line_or_several():
    assert parse_units("revenue=USD, share=%") == {"revenue": "USD", "share": "%"}
    shown = Shown.of("Sales", ["bar x=a y=b"], ["a=EUR", "b=%"])
    assert shown == Shown("Sales", (ChartHeader("bar", "a", "b"),), {"a": "EUR", "b": "%"})


def test_a_chart_of_a_column_that_is_not_there_is_refused():
    check_columns(ChartHeader("bar", "a", "b"), ["a", "b"])
    for chart in (ChartHeader("bar", "q", "b"), ChartHeader("bar", "a", "q"), ChartHeader("bar", "a", "b", "q")):
        with pytest.raises(ValueError, match="the chart's column 'q' is none of a, b"):
            check_columns(chart, ["a", "b"])
