"""Taking the marks of Markdown out of a sentence: they change how a name or a number looks, not what it says."""

from __future__ import annotations

import re

_LINE_MARK = re.compile(r"^\s*(?:[-*+•]\s+|#{1,6}\s+|>\s*)+")
# A masked name, such as ***2, is no emphasis: what is emphasised begins with no space and ends with none.
_STARS = re.compile(r"(?<![\w*])(\*{1,3})(?=[^\s*])(.+?)(?<=[^\s*])\1(?![\w*])")
_UNDERSCORES = re.compile(r"(?<!\w)(_{1,2})(?=[^\s_])(.+?)(?<=[^\s_])\1(?!\w)")


def unmarked(sentence: str) -> str:
    """A sentence without emphasis, code marks and list marks."""
    text = _LINE_MARK.sub("", sentence).replace("`", "")
    for mark in (_STARS, _UNDERSCORES):
        text = mark.sub(r"\2", text)
    return text
