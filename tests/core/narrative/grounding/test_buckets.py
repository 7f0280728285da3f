"""Ranges of rows that each stand for one: what is said of them is reckoned, whatever their widths."""

from __future__ import annotations

import pytest

from headgate.core.narrative.grounding import grounding_check


def buckets(*starts: float) -> list[dict[str, float]]:
    """5, 40, 30 and 25 of a hundred."""
    return [
        {"from_rate": start, "readings": count, "percent_of_readings": float(count)}
        for start, count in zip(starts, (5, 40, 30, 25), strict=True)
    ]


EVEN = buckets(50, 60, 70, 80)


def is_supported(text: str, rows: list[dict[str, float]] = EVEN) -> bool:
    return not grounding_check({"rates": rows})(text, ["rates"], "")


@pytest.mark.parametrize(
    ("said", "otherwise"),
    [
        ("70 readings lie between 60 and 80.", "75 readings lie between 60 and 80."),
        ("70 % of readings lie between 60 and 80.", "90 % of readings lie between 60 and 80."),
        ("Most readings lie between 60 and 80.", "Most readings lie between 50 and 70."),
        ("All readings lie between 50 and 90.", "All readings lie between 60 and 80."),
        ("Every reading lies between 50 and 90.", "Every reading lies between 60 and 80."),
        ("Only a few readings lie between 50 and 60.", "Only a few readings lie between 60 and 80."),
        ("Readings between 50 and 60 are rare.", "Readings between 60 and 80 are rare."),
        ("Most readings lie between 60 and 80.", "Most readings do not lie between 60 and 80."),
        ("Most readings lie between 60 and 80.", "No reading lies between 60 and 80."),
    ],
)  # fmt: skip
def test_how_much_lies_in_a_range_is_what_its_rows_add_up_to(said: str, otherwise: str) -> None:
    assert (is_supported(said), is_supported(otherwise)) == (True, False)


def test_ranges_of_fractions_add_up_too() -> None:
    rows = buckets(0.0, 0.1, 0.2, 0.3)
    assert is_supported("70 % of readings lie between 0.1 and 0.3.", rows)
    assert is_supported("55 % of readings lie between 0.2 and 0.4.", rows)
    assert not is_supported("70 % of readings lie between 0.1 and 0.2.", rows)


def test_a_range_ends_where_the_next_begins() -> None:
    rows = buckets(0, 10, 100, 1000)
    assert is_supported("70 % of readings lie between 10 and 1,000.", rows)
    assert is_supported("40 % of readings lie between 10 and 100.", rows)
    # Nobody knows how far the last one goes.
    assert not is_supported("25 % of readings lie between 1,000 and 1,010.", rows)
