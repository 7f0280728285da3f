"""How wide a text will be, before anybody knows in which font: in heights of a letter, rather too wide than too narrow."""

from __future__ import annotations

import unicodedata

_WIDE, _WIDEST, _LARGE, _NARROW = 1.0, "MWmw@%—…", 0.75, 0.6


def letter_width(letter: str) -> float:
    """Of one letter; those of Chinese, Japanese and Korean are as wide as high."""
    if letter in _WIDEST or unicodedata.east_asian_width(letter) in "WF":
        return _WIDE
    return _LARGE if letter.isupper() else _NARROW


def text_width(text: str) -> float:
    """Of a text on one line."""
    return sum(map(letter_width, text))
