"""Rows that come back are findings: the worst first, none lost, not too many shown."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headgate.core.analysis.findings import Finding, by_severity
from headgate.core.errors import UserMistake
from tests.core.analysis.asking import Asking


@pytest.fixture
def asking(tmp_path: Path) -> Asking:
    return Asking(tmp_path)


def test_columns_say_what_a_finding_is(asking: Asking):
    asking.finding(
        "SELECT 'warning' AS severity, brand || ' is dear' AS message, 1000 AS expected, price AS observed, brand, price "
        "FROM accepted WHERE price > 1000"
    )
    (found,) = asking.analyze().findings
    assert found.as_json() == {
        "finding": "found", "severity": "warning", "message": "Apple is dear", "expected": "1,000", "observed": "1,200.5",
        "count": 1, "rows": [{"brand": "Apple", "price": 1200.5}],
    }  # fmt: skip


def test_a_header_says_what_a_finding_is(asking: Asking):
    asking.finding(
        "-- severity: critical\n-- message: {brand} costs {PRICE}\n-- expected: up to {most}\n-- observed: {price}\n"
        "SELECT brand, price, 1000 AS most FROM accepted WHERE price > 1000"
    )
    (found,) = asking.analyze().findings
    assert (found.severity, found.message) == ("critical", "Apple costs 1,200.5")
    assert (found.expected, found.observed) == ("up to 1,000", "1,200.5")
    assert found.rows == ({"brand": "Apple", "price": 1200.5, "most": 1000},)


def test_no_rows_are_no_findings(asking: Asking):
    asking.finding("SELECT 'warning' AS severity, 'x' AS message FROM accepted WHERE price < 0")
    assert asking.analyze().findings == ()


def test_rows_that_say_the_same_are_one_finding(asking: Asking):
    asking.finding(
        "-- severity: info\nSELECT brand AS message, 'cheap' AS expected, price AS observed, day FROM accepted ORDER BY price DESC"
    )
    apple, oppo = asking.analyze().findings
    assert (apple.message, apple.count, apple.observed, len(apple.rows)) == ("Apple", 1, "1,200.5", 1)
    assert (oppo.message, oppo.count, oppo.observed) == ("Oppo", 2, "899, and others")
    assert oppo.rows == ({"day": "2024-05-20"}, {"day": None})


def test_what_was_observed_alike_is_said_once(asking: Asking):
    asking.finding("-- severity: info\n-- message: sold\n-- observed: {n} sold\nSELECT 3 AS n FROM accepted")
    (found,) = asking.analyze().findings
    assert (found.count, found.observed) == (3, "3 sold")


def test_the_worst_come_first_and_else_the_order_of_files_and_rows(asking: Asking):
    text = "SELECT unnest(['info', 'critical', 'warning', 'critical']) AS severity, unnest(['1', '2', '3', '4']) AS message"
    asking.finding(text, "b")
    asking.finding(text, "a")
    found = [(one.severity, one.finding, one.message) for one in asking.analyze().findings]
    assert found == [
        ("critical", "a", "2"), ("critical", "a", "4"), ("critical", "b", "2"), ("critical", "b", "4"),
        ("warning", "a", "3"), ("warning", "b", "3"), ("info", "a", "1"), ("info", "b", "1"),
    ]  # fmt: skip


def test_of_many_rows_some_are_kept_and_all_are_counted(asking: Asking):
    asking.limits = dataclasses.replace(asking.limits, flagged=2, findings=3)
    asking.finding("-- severity: info\n-- message: same\nSELECT unnest(range(1000)) AS n ORDER BY n", "same")
    asking.finding("-- severity: info\n-- message: no {n}\nSELECT unnest(range(1000)) AS n ORDER BY n", "each")
    each, same = [[one for one in asking.analyze().findings if one.finding == name] for name in ("each", "same")]
    assert [(one.count, [row["n"] for row in one.rows]) for one in same] == [(1000, [0, 1])]
    assert [(one.message, one.count) for one in each] == [
        ("no 0", 1), ("no 1", 1), ("no 2", 1), ("997 more rows like these were found and are not listed here", 997),
    ]  # fmt: skip


def test_what_is_bad_is_kept_however_much_comes_before_it(asking: Asking):
    asking.limits = dataclasses.replace(asking.limits, findings=2)
    asking.finding(
        "SELECT CASE WHEN n = 99 THEN 'critical' ELSE 'info' END AS severity, n::VARCHAR AS message "
        "FROM (SELECT unnest(range(100)) AS n) ORDER BY n"
    )
    found = asking.analyze().findings
    assert [(one.severity, one.message, one.count) for one in found][:2] == [("critical", "99", 1), ("info", "0", 1)]
    assert sum(one.count for one in found) == 100


@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        ("SELECT 'x' AS message", "says no severity", None),
        ("-- severity: info\nSELECT brand FROM accepted", "says no message", None),
        ("-- severity: info\nSELECT 'info' AS severity, 'x' AS message", "the severity is said twice", 1),
        ("-- severity: info\n-- message: x\nSELECT 'x' AS Message", "the message is said twice", 2),
        ("-- severity: info\n-- message: {brnd}\nSELECT brand FROM accepted", "names 'brnd', which is no column", 2),
        (
            "-- severity: info\n-- message: {brand.x}\nSELECT brand FROM accepted",
            "names 'brand.x', which is no column",
            2,
        ),
        ("-- severity: info\n-- message: {\nSELECT brand FROM accepted", "the message can't be read", 2),
        ("-- severity: info\n-- message: x\n-- observed: {y}\nSELECT brand FROM accepted", "the observed names 'y'", 3),
        ("SELECT 'high' AS severity, 'x' AS message", "the severity 'high' is none of", None),
        ("SELECT NULL AS severity, 'x' AS message", "the severity nothing is none of", None),
    ],
)
def test_what_is_no_finding_is_refused(asking: Asking, text: str, said: str, line: int | None):
    asking.finding(text)
    with pytest.raises(UserMistake) as raised:
        asking.analyze()
    assert said in raised.value.message
    assert raised.value.where is not None
    assert raised.value.where.line == line


def test_a_message_that_is_missing_in_a_row_is_the_title(asking: Asking):
    asking.finding("-- title: Odd rows\n-- severity: info\nSELECT NULL AS message")
    assert [one.message for one in asking.analyze().findings] == ["Odd rows"]


def test_messages_are_safe_to_print(asking: Asking):
    asking.finding(
        "-- severity: info\nSELECT 'x' || chr(27) || '[31m' AS message, chr(10) AS expected, 'y' || chr(13) AS observed"
    )
    (found,) = asking.analyze().findings
    assert (found.message, found.expected, found.observed) == ("x\\x1b[31m", "\\n", "y\\r")


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["info", "warning", "critical"]), st.sampled_from(["a", "b", "c", None]), st.integers(0, 2)
    ),
    max_size=30,
)


@settings(max_examples=30)
@given(rows=ROWS, kept=st.integers(1, 3), flagged=st.integers(1, 3))
def test_no_row_is_lost_or_counted_twice(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Any], kept: int, flagged: int
):
    asking = Asking(tmp_path_factory.mktemp("findings"))
    asking.limits = dataclasses.replace(asking.limits, findings=kept, flagged=flagged)
    values = ", ".join(
        f"('{severity}', {'NULL' if message is None else repr(message)}, {n})" for severity, message, n in rows
    )
    source = (
        f"(VALUES {values}) t(severity, message, n)"
        if rows
        else "(SELECT 'x' AS severity, 'x' AS message, 1 AS n WHERE false)"
    )
    asking.finding(f"SELECT * FROM {source}")
    found = asking.analyze().findings
    for severity in ("info", "warning", "critical"):
        ours = [one for one in found if one.severity == severity]
        assert sum(one.count for one in ours) == sum(one[0] == severity for one in rows)
        named = [one for one in ours if "not listed here" not in one.message]
        assert len(named) == min(kept, len({one[1] for one in rows if one[0] == severity}))
        assert all(len(one.rows) == min(flagged, one.count) for one in named)


def test_findings_from_elsewhere_are_sorted_in():
    found = by_severity([Finding("a", "info", "x"), Finding("b", "critical", "y"), Finding("c", "info", "z")])
    assert [one.finding for one in found] == ["b", "a", "c"]
