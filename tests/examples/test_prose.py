"""What the reading of prose finds: every number and name that stands in another's place, and every sentence too many."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.examples.report_reading import prose_faults, sentences, tells

REPORT = """Shop

2 rows were accepted
shop.csv

IN SHORT
  The mean order is worth 93.54, the median one 49.50. USB-C cable, 2 m
  brings in most, 20.5% of revenue.
  ***1 spent 8.00.

WHAT TO DO
  - Look after ***1: one customer of 95 brings in 14.2%. It is the best. (low
    priority, Customers)
  - Check the price. (high priority, Prices)

ONE BY ONE
  KO: KO closed at 67.00. Its volatility is 0.37.
    Opportunities: It rises on the
      day.
    Risks: Its momentum is negative, -0.87. It varies most.
  MSFT8: MSFT8 closed at 495.22.
"""


def test_sentences_end_where_a_reader_sees_them_end():
    assert sentences(REPORT, "IN SHORT") == [
        "The mean order is worth 93.54, the median one 49.50.",
        "USB-C cable, 2 m brings in most, 20.5% of revenue.",
        "***1 spent 8.00.",
    ]


def test_sentences_of_a_list_are_without_their_ratings():
    assert sentences(REPORT, "WHAT TO DO") == [
        "Look after ***1: one customer of 95 brings in 14.2%.",
        "It is the best.",
        "Check the price.",
    ]


def test_one_by_one_each_sentence_says_what_it_is_about():
    assert sentences(REPORT, "ONE BY ONE") == [
        "KO: KO closed at 67.00.",
        "KO: Its volatility is 0.37.",
        "KO, Opportunities: It rises on the day.",
        "KO, Risks: Its momentum is negative, -0.87.",
        "KO, Risks: It varies most.",
        "MSFT8: MSFT8 closed at 495.22.",
    ]


def test_a_section_that_is_not_there_has_no_sentence():
    assert sentences(REPORT, "INSIGHTS") == []


WORTH = "The mean order is worth #mean, the median one #median[: $why]."
CLOSED = "$symbol: $symbol closed at #close on @day, <up|down> #change%."
DAY = dt.date(2025, 9, 5)
EXPECTED: dict[str, list[dict[str, Any]]] = {
    WORTH: [{"mean": 93.541, "median": 49.5, "why": None}],
    CLOSED: [
        {"symbol": "KO", "close": 67.004, "day": DAY, "change": 0.051},
        {"symbol": "PFE", "close": 24.09, "day": DAY, "change": 2},
    ],
}
SAID = (
    "The mean order is worth 93.54, the median one 49.50.",
    "KO: KO closed at 67.00 on 5 September 2025, down 0.05%.",
    "PFE: PFE closed at 24.09 on 5 September 2025, up 2%.",
)
WRONG = {
    "two numbers in each other's places": (0, "The mean order is worth 49.50, the median one 93.54."),
    "a number that is rounded wrongly": (0, "The mean order is worth 93.55, the median one 49.50."),
    "a number that is rounded too far": (0, "The mean order is worth 9 million, the median one 49.50."),
    "a number that has lost its sign": (0, "The mean order is worth -93.54, the median one 49.50."),
    "a part that should be left out": (0, "The mean order is worth 93.54, the median one 49.50: they differ."),
    "a name in another's place": (1, "PFE: PFE closed at 67.00 on 5 September 2025, down 0.05%."),
    "two names for one": (1, "KO: PFE closed at 67.00 on 5 September 2025, down 0.05%."),
    "another day": (1, "KO: KO closed at 67.00 on 6 September 2025, down 0.05%."),
    "other words": (1, "KO: KO closed at 67.00 on 5 September 2025, flat 0.05%."),
    "a sentence that nobody expects": (1, "All 3 are fine."),
    "a sentence a second time": (2, SAID[1]),
}


def test_sentences_that_say_what_is_expected_have_no_fault():
    assert prose_faults(SAID, EXPECTED) == []


@pytest.mark.parametrize(("place", "sentence"), WRONG.values(), ids=list(WRONG))
def test_it_is_a_fault(place: int, sentence: str):
    assert prose_faults([*SAID[:place], sentence, *SAID[place + 1 :]], EXPECTED) != []


@pytest.mark.parametrize("place", range(len(SAID)))
def test_a_sentence_that_is_missing_or_said_twice_is_a_fault(place: int):
    assert prose_faults([*SAID[:place], *SAID[place + 1 :]], EXPECTED) != []
    assert prose_faults([*SAID, SAID[place]], EXPECTED) != []


def test_sentences_in_another_order_are_a_fault():
    assert prose_faults([SAID[0], SAID[2], SAID[1]], EXPECTED) != []


def test_a_sentence_that_two_patterns_fit_is_a_fault():
    assert prose_faults(SAID, {**EXPECTED, "The $rest.": []}) != []


TOLD = [
    ("43.6 million", 43_585_123, True),
    ("44 million", 43_585_123, True),
    ("43.5 million", 43_585_123, False),
    ("2", 2.0, True),
    ("2", 2.1, False),
    ("6.0", 6.03, True),
    ("0.01", 0.0111, True),
    ("80", 79.6, True),
    ("1,105", 1105, True),
    ("1,105", 1106, False),
    ("-0.87", -0.873, True),
    ("0.87", -0.873, False),
    ("17 September 2025, 06:04", dt.datetime(2025, 9, 17, 6, 4, 30), True),
    ("17 September 2025, 06:04", dt.datetime(2025, 9, 17, 6, 5), False),
    ("AAPL, MSFT and TSLA", ["AAPL", "MSFT", "TSLA"], True),
    ("AAPL and TSLA", ["TSLA", "AAPL"], False),
    (None, None, True),
    (None, 0, False),
    ("0", None, False),
]


@pytest.mark.parametrize(("text", "value", "holds"), TOLD)
def test_a_part_of_a_sentence_tells_a_value_that_it_shows_finely_enough(text: str | None, value: Any, holds: bool):
    assert tells(text, value) is holds
