"""A column's numbers are said in its units only, and its name narrows what a number can be."""

import pytest

from headgate.core.analysis.template import filled
from headgate.core.narrative.grounding import grounding_check
from headgate.core.narrative.grounding.reading.tables import is_number, table
from tests.core.narrative.grounding.small_facts import doubt


@pytest.mark.parametrize(
    ("text", "cites"),
    [
        ("Sony's mean price is $150.50.", "brands"),
        ("Sony earns 56 % of revenue.", "brands"),
        ("The file has 2.5 MB.", "files"),
        ("The file took 90 seconds.", "files"),
        ("The file took 1.5 minutes.", "files"),
        ("4.2% of its records were rejected.", "files"),
        ("TSLA traded 4 million shares.", "stocks"),
        ("Revenue is 8k.", "totals"),
        ("There were 30 Sony phones.", "brands"),
    ],
)
def test_a_number_in_its_unit_is_supported(text: str, cites: str) -> None:
    assert doubt(text, cites) == ""


@pytest.mark.parametrize("review", ["Orders 777", "Orders rose to 777 in the last week, said " + "x" * 100])
def test_the_digits_of_what_somebody_wrote_are_no_figures_of_a_finding(review: str) -> None:
    message = filled("{shop}, {count} times: {review}", {"shop": "East", "count": 31, "review": review})
    finding = {"finding": "bad", "message": message, "count": 1, "rows": [{"shop": "East", "review": review}]}
    check = grounding_check({}, [finding])
    assert check("Orders were 777.", ["bad"], "")
    assert check("It happened 31 times.", ["bad"], "") == []


@pytest.mark.parametrize(
    ("text", "cites"),
    [
        ("Sony has $30 orders.", "brands"),
        ("Sony has a share of 56.25 USD.", "brands"),
        ("Sony's mean price is 30.", "brands"),
        ("Sony has 150.5 orders.", "brands"),
        ("The file has 2.5 GB.", "files"),
        ("The file took 90 minutes.", "files"),
        ("0.042 % of its records were rejected.", "files"),
        ("Orders amount to 100 %.", "totals"),
        ("There were 4,500 Sony phones.", "brands"),
    ],
)
def test_a_number_in_another_unit_or_of_another_column_is_doubted(text: str, cites: str) -> None:
    assert doubt(text, cites)


def test_only_numbers_that_can_be_reckoned_with_are_numbers() -> None:
    cells = [1, 2.5, True, None, "3", float("nan"), float("inf"), 10**400]
    assert [is_number(cell) for cell in cells] == [True, True, *[False] * 6]


def test_rows_need_not_have_the_same_columns() -> None:
    assert [column.cells for column in table("t", [{"a": 1}, {"b": "x"}]).columns] == [(1, None), (None, "x")]
