"""Whether a text of the data says something, as a review does, or only names something."""

from __future__ import annotations

import re
from collections.abc import Iterable

LONG = 60
"""A text with more characters is somebody's prose, such as a review, and no name."""

# Longer names than these are rare, and sentences that short too.
_LONGEST_NAME, _MOST_WORDS = 40, 6
_MOST_PROSE_WORDS = 8
# "Berkshire Hathaway Inc." ends as a sentence does.
_SENTENCE = re.compile(r"(?:\S+\s+){3,}\S*[.…]|\S+\s.*[!?]|.*[.!?]\s+[A-Z]\w*\s+\w+", re.S)
_NO_NAME = re.compile(r"[!?;:<>{}|\n]|,.*\s.*\s.*\s|^(?=.*\s)(?:\D*\d){5}")


def is_prose(text: str) -> bool:
    """Whether a text is a sentence or more."""
    return len(text) > LONG or len(text.split()) > _MOST_PROSE_WORDS or bool(_SENTENCE.match(text.strip()))


def is_prose_column(values: Iterable[object]) -> bool:
    """Whether the texts of a column are prose in the main; then the short ones among them are as well."""
    texts = [value for value in values if isinstance(value, str) and value.strip()]
    return bool(texts) and 2 * sum(map(is_prose, texts)) >= len(texts)


def is_name(text: str) -> bool:
    """Whether a text is short and looks like the name of something: no sentence, no telephone number."""
    text = text.strip()
    is_short = 0 < len(text) <= _LONGEST_NAME and len(text.split()) <= _MOST_WORDS
    return is_short and not _NO_NAME.search(text) and not is_prose(text)
