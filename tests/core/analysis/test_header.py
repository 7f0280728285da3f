"""The comments at the head of an SQL file say what SQL can't."""

from __future__ import annotations

import pytest

from headgate.core.analysis.header import Header, read_header
from headgate.core.errors import UserMistake


def test_a_header_says_title_history_charts_and_units():
    sql = (
        "-- title: Sales by brand: the best\n-- Which brand sells most.\n\n--history: 20 runs\n-- chart: bar x=brand y=sales\n"
        "-- chart: line x=day y=sales\n-- unit: sales=EUR share=%\nSELECT 1 -- title: not this\n"
    )
    charts = ("bar x=brand y=sales", "line x=day y=sales")
    assert read_header(sql, "fact", "a.sql") == Header("Sales by brand: the best", 20, charts, ("sales=EUR share=%",))


def test_a_finding_says_severity_and_sentences():
    sql = "-- severity: critical\n-- message: {brand} costs {price}\n-- expected: up to {most}\n-- observed: {price}\nSELECT 1"
    header = read_header(sql, "finding", "a.sql")
    assert (header.severity, header.message) == ("critical", "{brand} costs {price}")
    assert (header.expected, header.observed) == ("up to {most}", "{price}")


def test_other_comments_say_nothing():
    assert (
        read_header(
            "-- note: prices are net\n-- see https://example.org\n-- severity\n/* x */ SELECT 1", "fact", "a.sql"
        )
        == Header()
    )


@pytest.mark.parametrize(
    ("sql", "line", "said"),
    [
        ("-- titel: Sales\nSELECT 1", 1, "did you mean `title`?"),
        ("-- Title: Sales\nSELECT 1", 1, "did you mean `title`?"),
        ("-- x\n-- title: A\n-- title: B\nSELECT 1", 3, "stands twice; it was said in line 2"),
        ("-- title:\nSELECT 1", 1, "`title` says nothing"),
        ("-- message: hello\nSELECT 1", 1, "`message` is for findings"),
        ("-- history: many\nSELECT 1", 1, "a number of runs from 1 to 100, not 'many'"),
        ("-- history: 0\nSELECT 1", 1, "not '0'"),
        ("-- history: 101\nSELECT 1", 1, "not '101'"),
        ("-- history: ²\nSELECT 1", 1, "not '²'"),
        (f"-- history: {'9' * 5000}\nSELECT 1", 1, "not '999"),
    ],
)
def test_a_header_that_is_wrong_is_refused_with_its_line(sql, line, said):
    with pytest.raises(UserMistake) as raised:
        read_header(sql, "fact", "facts/a.sql")
    assert said in raised.value.message
    assert raised.value.where is not None
    assert (raised.value.where.file, raised.value.where.line) == ("facts/a.sql", line)


def test_a_severity_that_is_none_is_refused():
    with pytest.raises(UserMistake, match="'high' is none of critical, warning, info"):
        read_header("-- severity: high\nSELECT 1", "finding", "a.sql")
