"""Words that say more or less, highest or lowest, and which way of a column they mean."""

from __future__ import annotations

import re

from headgate.core.narrative.grounding.reading.tables import Column, Measure
from headgate.core.narrative.grounding.reading.words import stem_set, word_list

_HIGH = word_list(
    "highest largest biggest greatest most top busiest longest fastest best strongest leading leads lead tops heaviest hottest "
    "dearest priciest steepest richest favourite peaked peak happiest main primary principal chief"
)
_LOW = word_list(
    "lowest smallest least fewest bottom quietest shortest slowest worst weakest cheapest lightest coldest rarest unhappiest"
)
_MORE = word_list(
    "more higher larger bigger greater longer faster better stronger above dearer pricier busier heavier hotter warmer ahead "
    "happier exceeds exceeded beats beat outperforms outperformed outsells outsold "
    "outnumber outnumbers outnumbered surpasses surpassed"
)
_LESS = word_list(
    "less fewer lower smaller shorter slower worse weaker below cheaper lighter cooler under behind rarer unhappier trails trailed"
)

_OF_WHAT = r"(?=\s+(?:source|contributor|driver|earner|market|seller|provider)s?\b)"
SUPERLATIVE = re.compile(
    rf"\b({'|'.join([*_HIGH, *_LOW])})\b(?:(?<!main)(?<!primary)(?<!principal)(?<!chief)|{_OF_WHAT})", re.I
)
COMPARATIVE = re.compile(rf"\b({'|'.join([*_MORE, *_LESS])})\b", re.I)
THAN_ALL = re.compile(
    rf"\b({'|'.join([*_MORE, *_LESS])})\s+(?:\w+\s+)?than\s+"
    r"(?:any(?:one|body|thing)?\s+(?:else|other)|all\s+(?:the\s+)?others?|every(?:one|body) else)\b",
    re.I,
)

_SPEED = word_list("faster fastest slower slowest")
_QUALITY = word_list("better best worse worst stronger strongest weaker weakest")
_UNHAPPY = word_list("unhappier unhappiest")
_BAD = stem_set("reject rejects rejected failed failures errors unhappy abnormal missing")


def sign_of(word: str) -> int:
    """1 for words of more and most, -1 for words of less and least."""
    return 1 if word.lower() in _MORE or word.lower() in _HIGH else -1


def turned(column: Column, said: str) -> int:
    """-1 where more in a column is less of what is said: the faster takes fewer seconds, the worse has more rejects."""
    word = said.split()[-1].lower() if said.split() else ""
    if word in _SPEED:
        return -1 if column.measure is Measure.SECONDS else 1
    return -1 if word in (*_QUALITY, *_UNHAPPY) and column.words & _BAD else 1
