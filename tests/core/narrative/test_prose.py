"""Prose: what people write is told from what things are called."""

from __future__ import annotations

import pytest

from headgate.core.narrative.prose import is_name, is_prose, is_prose_column

NAMES = [
    "TSLA", "Find N2 Flip", "Galaxy S23 Ultra 5G", "North America", "Apple, Inc.", "Berkshire Hathaway Inc.", "M&M",
    "2026-01-02", "ORD-20260102-0001", "Größe 42", "iPhone 15 Pro Max", "7203.T", "José García Márquez",
]  # fmt: skip
PROSE = [
    "Love it!", "Is it new?", "The screen is great.", "Great phone. Battery lasts.", "x" * 61,
    "it is not bad at all but could be better",
]  # fmt: skip
NEITHER = ["Free gift, call 0900 555 1234 now", "call 0900 555 1234", "Free gift: call me", "", "a\nb", "x" * 41]


@pytest.mark.parametrize("text", NAMES)
def test_names_are_names_and_no_prose(text: str):
    assert (is_name(text), is_prose(text)) == (True, False)


@pytest.mark.parametrize("text", PROSE)
def test_sentences_are_prose_and_no_names(text: str):
    assert (is_name(text), is_prose(text)) == (False, True)


@pytest.mark.parametrize("text", NEITHER)
def test_what_no_thing_is_called_is_no_name(text: str):
    assert not is_name(text)


def test_a_column_is_prose_when_half_of_its_texts_are():
    assert is_prose_column(["Good", "The screen is great.", None, 3])
    assert not is_prose_column(["Good", "Bad", "The screen is great."])
    assert not is_prose_column([1, None, ""])
