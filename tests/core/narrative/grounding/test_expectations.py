"""Figures that a finding calls expected, and columns that its message names: the model is shown them, and may say them."""

from __future__ import annotations

from typing import Any

import pytest

from headgate.core.narrative.grounding import grounding_check

FACTS = {"totals": [{"orders": 3, "revenue": 4.5}]}
FINDINGS: list[dict[str, Any]] = [
    {
        "finding": "big", "severity": "warning", "count": 1, "message": f"{name} to {town} has {crates} crates",
        "expected": f"up to {most}", "observed": str(crates), "rows": [{"delivery": name, "town": town, "crates": crates}],
    }
    for name, town, crates, most in (("D1007", "Wedel", 80, 20), ("D1009", "Emden", 70_500, "70,000"))
]  # fmt: skip
DRIFT: dict[str, Any] = {
    "finding": "drift_mean", "severity": "warning", "count": 1, "message": "The mean of unit_price is higher than usual",
    "expected": "4 to 83", "observed": "390", "rows": [],
}  # fmt: skip


def objections(text: str, *cited: str) -> list[str]:
    return [one.reason for one in grounding_check(FACTS, [*FINDINGS, DRIFT])(text, cited, "")]


@pytest.mark.parametrize(
    "text",
    [
        "D1007 to Wedel has 80 crates, where up to 20 is expected.",
        "D1007 to Wedel has 80 crates (expected up to 20, observed 80).",
        "D1009 to Emden has 70,500 crates, where up to 70,000 is expected.",
    ],
)
def test_what_is_expected_may_be_said_beside_what_was_seen(text: str):
    assert objections(text, "big") == []


@pytest.mark.parametrize(
    "text",
    [
        "D1007 to Wedel has 20 crates, where up to 20 is expected.",
        "D1007 to Wedel has 80 crates, where up to 30 is expected.",
        "D1007 to Wedel has 20 crates, as expected.",
        "D1007 to Wedel has the expected 20 crates.",
        "D1007 to Wedel has 80 crates, where up to 70,000 is expected.",
    ],
)
def test_but_nothing_else_by_its_figures(text: str):
    assert objections(text, "big")


@pytest.mark.parametrize(
    "rows",
    [
        ({"delivery": "D1007", "town": "Wedel"}, {"delivery": "D1009", "town": "Wedel"}),
        ({"delivery": "D1007", "town": "Wedel"}, {"delivery": "D1009", "town": "Emden", "unit": "a"}),
        ({"delivery": "D1007", "town": "Wedel"}, {"delivery": "D100", "town": "Wedel"}),
    ],
)
def test_a_cell_of_another_finding_that_the_sentence_shares_makes_it_about_none(rows: tuple[dict[str, Any], ...]):
    findings = [{**finding, "rows": [row]} for finding, row in zip(FINDINGS, rows, strict=True)]
    check = grounding_check(FACTS, [{**one, "rows": [{**one["rows"][0], "crates": 80}]} for one in findings])
    assert check("D1007 to Wedel has 80 crates, where up to 20 is expected.", ["big"], "") == []
    assert check("D1007 to Wedel has 80 crates, where up to 70,000 is expected.", ["big"], "")


def test_several_rows_of_one_finding_may_be_named():
    rows = [{"delivery": name, "town": town, "crates": 80} for name, town in (("D1007", "Wedel"), ("D1008", "Emden"))]
    check = grounding_check(FACTS, [{**FINDINGS[0], "rows": rows}])
    assert check("D1007 and D1008 have 80 crates, where up to 20 is expected.", ["big"], "") == []
    assert check("D1007 and D1009 have 80 crates, where up to 20 is expected.", ["big"], "")


def test_a_name_of_the_message_needs_no_row_and_an_everyday_word_is_one_where_no_other_is_named():
    rows = [{"delivery": "D1007", "town": "wedel", "crates": 80}]
    check = grounding_check(FACTS, [{**FINDINGS[0], "message": "`Crates` to `wedel` are many", "rows": rows}])
    assert check("D1007 has 80 crates, where up to 20 is expected.", ["big"], "") == []
    assert check("The wedel delivery has 80 crates, where up to 20 is expected.", ["big"], "") == []


@pytest.mark.parametrize(
    "text",
    [
        "The mean of unit_price is higher than usual: 390, where 4 to 83 is usual.",
        "Ask the sender whether the unit of unit_price has changed.",
    ],
)
def test_a_column_that_a_message_names_is_known(text: str):
    assert objections(text, "drift_mean") == []


def test_and_no_other_is():
    assert objections("The mean of total_price is higher than usual.", "drift_mean") == [
        "`total_price` stands in no fact"
    ]


def test_a_reason_names_a_fact_once():
    (reason,) = objections("D1007 to Wedel has 33 crates.", "big")
    assert reason.count("`big`") == 1
