"""Names in a text that stand in no fact: words with a capital inside a sentence, codes, names of files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from headgate.core.narrative.grounding.reading.quantity import Span
from headgate.core.narrative.grounding.reading.words import Token, stem, stem_set, tokens, word_set

_WELL_KNOWN = stem_set(
    "i usd eur gbp utc gmt csv json jsonl parquet kpi us eu uk id ids url api sql am pm monday tuesday wednesday "
    "thursday friday saturday sunday january february march april may june july august september october november "
    "december bpm mmhg c kb mb gb faq q1 q2 q3 q4 etc ok spo2 vs"
)
_IDENTIFIER = re.compile(r"(?=[\w.-]*[^\W\d])(?=[\w.-]*(?:\d|_|\.\w{2,4}\b))\w+(?:[.\-]\w+)*")
_TYPE = re.compile(r"\b([a-z]{3,})/([a-z]{3,})\b")
_FIGURE = re.compile(r"\d[\d.,]*(?:k|K|m|M|bn|B|MB|GB|KB|th|st|nd|rd|x|s)?")
_CAPITALS = re.compile(r"[A-Z]{3,}$")
_PLAIN = word_set(
    "this that it there here what each everything nothing nobody everybody someone somebody one both some most many few all "
    "none overall performance demand growth trading activity interest quality business everyone much more less average "
    "total another every he she they we you i which who today yesterday"
)
_ACTS = re.compile(
    r"(?:['’]s\b|\s+(?:[A-Z][a-z]+\b|(?:has|had|is|was|gained|lost|rose|fell|closed|leads|led|ranks|earned|earns|spent|sold|"
    r"brought|brings|placed|received|accepted|grew|dropped|shows|showed|ordered|came|costs|took|takes|holds|jumped)\b))"
)


def unknown_names(text: str, known: frozenset[str], taken: Sequence[Span]) -> list[str]:
    """Names in a text that stand in no fact: words with a capital inside a sentence, codes, names of files."""
    found = [*_unknown_codes(text, known, taken), *_unknown_types(text, known, taken)]
    found += [token.text for token in tokens(text) if _is_unknown_name(text, token, known, taken)]
    return list(dict.fromkeys(found))


def _unknown_codes(text: str, known: frozenset[str], taken: Sequence[Span]) -> Iterator[str]:
    """`ORD-1234`, `sales_2024.csv`."""
    for match in _IDENTIFIER.finditer(text):
        is_free = not _overlaps(match.span(), taken) and not _FIGURE.fullmatch(match[0])
        if is_free and match[0] not in known and not _is_known(match[0], known):
            yield match[0]


def _unknown_types(text: str, known: frozenset[str], taken: Sequence[Span]) -> Iterator[str]:
    """`text/calendar`, where the facts hold `text/csv`."""
    for match in _TYPE.finditer(text):
        if not _overlaps(match.span(), taken) and stem(match[1]) in known and stem(match[2]) not in known:
            yield match[0]


def _is_unknown_name(text: str, token: Token, known: frozenset[str], taken: Sequence[Span]) -> bool:
    """A word with a capital that it doesn't owe to its place, or of capitals only."""
    is_capital = token.text[0].isupper() and (not _begins(text, token) or _acts(text, token, taken))
    if not is_capital and not _CAPITALS.match(token.text):
        return False
    is_seen = _overlaps((token.start, token.end), taken) or _is_explained(text, token, taken)
    return not is_seen and not _is_known(token.text, known)


def _is_known(name: str, known: frozenset[str]) -> bool:
    return all(
        token.stem in known or token.stem in _WELL_KNOWN for token in tokens(name) if not token.text.isdigit()
    ) and not re.search(r"[_.]\w", name)


def _begins(text: str, token: Token) -> bool:
    """Whether a capital is owed to where the word stands."""
    before = text[: token.start].rstrip()
    return (
        not before.strip("\"'“‘([*•- ")
        or before[-1] in ".!?:;\n"
        or (before[-1] in '"“‘(' and before[:-1].rstrip()[-1:] in ":.!?")
    )


def _acts(text: str, token: Token, spans: Sequence[Span]) -> bool:
    """Whether the first word of a sentence is a name: it has something, or does something, by itself."""
    if _overlaps((token.end + 1, token.end + 2), spans):
        return False
    return (
        len(token.text) > 2
        and token.low not in _PLAIN
        and not token.low.endswith(("s", "ing", "ity", "ness", "tion", "ment"))
        and bool(_ACTS.match(text, token.end))
    )


def _is_explained(text: str, token: Token, spans: Sequence[Span]) -> bool:
    """`Apple (AAPL)`: a name beside the name that stands in the facts."""
    after = text[token.end :]
    return any(0 <= start - token.end <= 2 and after[: start - token.end].strip() == "(" for start, _ in spans)


def _overlaps(span: Span, spans: Sequence[Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in spans)
