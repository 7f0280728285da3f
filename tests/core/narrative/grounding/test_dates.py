"""Dates are read in every form in which people write them, and only as far as they are said."""

import pytest

from headgate.core.narrative.grounding.reading.dates import When, date_of, dates


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("on 2024-05-12", When(2024, 5, 12)),
        ("on 12 May 2024", When(2024, 5, 12)),
        ("on May 12, 2024", When(2024, 5, 12)),
        ("on the 12th of May", When(None, 5, 12)),
        ("in May", When(None, 5)),
        ("in 2024", When(2024)),
        ("at 06:15", When(hour=6)),
    ],
)
def test_a_date_is_read(text: str, when: When) -> None:
    assert [one.when for one in dates(text)] == [when]


def test_several_days_of_a_month_are_several_dates() -> None:
    assert [one.when.day for one in dates("on 11, 12 and 13 May 2024")] == [11, 12, 13]


@pytest.mark.parametrize("text", ["May be so", "they may rise", "March on", "12 orders", "5:2"])
def test_other_words_are_no_dates(text: str) -> None:
    assert dates(text) == []


def test_a_date_that_falls_on_another_day_of_the_week_is_impossible() -> None:
    assert [one.is_possible for one in dates("Sunday, 12 May 2024")] == [True]
    assert [one.is_possible for one in dates("Monday, 12 May 2024")] == [False]


def test_a_date_covers_the_cells_that_have_what_is_said() -> None:
    cell = date_of("2024-05-12T06:15:00Z")
    assert cell == When(2024, 5, 12, 6)
    assert When(None, 5).covers(cell)
    assert not When(2023, 5).covers(cell)
    assert date_of("order 2024-05-12") is None
