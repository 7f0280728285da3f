"""Text from files, made safe to print."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headgate.core.printable import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain – ü 日本 '\"\\", "plain – ü 日本 '\"\\"),
        ("a\x1b]0;owned\x07b", "a\\x1b]0;owned\\x07b"),
        ("two\r\nlines\t", "two\\r\\nlines\\t"),
        ("\x00\x7f\x9b31m", "\\x00\\x7f\\x9b31m"),
        ("abc\u202etxt.exe", "abc\\u202etxt.exe"),
        ("\u2028\ufeff\u200b", "\\u2028\\ufeff\\u200b"),
        ("bad\udcff", "bad\\udcff"),
        (None, "None"),
        (12.5, "12.5"),
    ],
)
def test_what_cannot_be_printed_is_written_as_an_escape(text, shown):
    assert printable(text) == shown


def test_what_is_too_long_is_cut_and_says_so():
    assert printable("x" * 300) == "x" * 300
    assert printable("x" * 301) == "x" * 300 + "…"
    assert printable("\x1b" * 4, 10) == "\\x1b\\x1b\\x…"


@given(st.text(), st.integers(1, 50))
def test_every_text_becomes_one_line_of_printable_characters_of_bounded_length(text, limit):
    shown = printable(text, limit)
    assert shown.isprintable()
    assert len(shown) <= limit + 1
    shown.encode()
