"""Finding what a sentence names: values of text columns, and names that stand in no fact."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from headgate.core.narrative.grounding.dates import DateMention, When
from headgate.core.narrative.grounding.quantities import Span
from headgate.core.narrative.grounding.tables import Key, Table
from headgate.core.narrative.grounding.words import DOWN, NOT, STILL, UP, Token, meant, stem, tokens

CARRIED, ABOUT = -2, -1
"""Where names stand that are no part of the sentence: in the one before it, or in what the text is about."""

_SHORT, _LAST = 4, 5
_WELL_KNOWN = frozenset(
    stem(word)
    for word in (
        "i usd eur gbp utc gmt csv json jsonl parquet kpi us eu uk id ids url api sql am pm monday tuesday wednesday "
        "thursday friday saturday sunday january february march april may june july august september october november "
        "december bpm mmhg c kb mb gb faq q1 q2 q3 q4 etc ok spo2 vs"
    ).split()
)
_IDENTIFIER = re.compile(r"(?=[\w.-]*[^\W\d])(?=[\w.-]*(?:\d|_|\.\w{2,4}\b))\w+(?:[.\-]\w+)*")
_TYPE = re.compile(r"\b([a-z]{3,})/([a-z]{3,})\b")
_CAPITALS = re.compile(r"[A-Z]{3,}$")


@dataclass(frozen=True)
class Named:
    """Something that a text names.

    Attributes:
        key: of a name; empty for a date.
        is_weak: everyday words that happen to be a value, such as `large`.
        is_part: a part of a value that no other value of its column has.
    """

    start: int
    end: int
    text: str
    key: Key = ()
    when: When | None = None
    is_weak: bool = False
    is_part: bool = False

    def rows(self, there: Table) -> frozenset[int]:
        """Its rows in a table."""
        return there.rows_at(self.when) if self.when else there.rows_of(self.key)

    def columns(self, there: Table) -> tuple[str, ...]:
        """The columns of a table in which it stands."""
        if self.when:
            when = self.when
            return tuple(
                column.name for column in there.columns if any(one and when.covers(one) for one in column.dates)
            )
        found = dict.fromkeys(column for row in range(there.size) if (column := there.column_of(self.key, row)))
        return tuple(column.name for column in there.columns if column.name in found)


class Names:
    """The names that stand in tables, by how they begin.

    Everyday words and parts of names count only where the tables that hold them are cited.
    """

    def __init__(self, tables: Iterable[Table], cited: Sequence[Table] = ()) -> None:
        self._by_first: dict[str, list[tuple[Key, Key, bool, bool]]] = {}
        self._tables = tuple(cited)
        self._cited = {key for there in cited for column in there.named for key in column.keys if key}
        for there in tables:
            is_cited = any(one is there for one in cited)
            for column in there.named:
                for key, cell in zip(column.keys, column.cells, strict=True):
                    if key and (is_cited or not _is_everyday(str(cell))):
                        self._add(key, key, is_weak=_is_everyday(str(cell)), is_part=False)
        for there in cited:
            for column in there.named:
                for part, key in _parts({key for key in column.keys if key}, there.words).items():
                    self._add(part, key, is_weak=True, is_part=True)

    def _add(self, said: Key, key: Key, *, is_weak: bool, is_part: bool) -> None:
        entries = self._by_first.setdefault(said[0], [])
        if all(entry[0] != said for entry in entries):
            entries.append((said, key, is_weak, is_part))

    def within(self, text: str, dates: Sequence[DateMention]) -> list[Named]:
        """The names in a text; the longest wins."""
        words = [one for one in tokens(text) if not _is_within(one, dates)]
        found: list[Named] = []
        at = 0
        while at < len(words):
            match = self._at(words, at, found)
            if match is None:
                at += 1
                continue
            (said, key, is_weak, is_part) = match
            start, end = words[at].start, words[at + len(said) - 1].end
            found.append(Named(start, end, text[start:end], key, None, is_weak, is_part))
            at += len(said)
        return self._joined(found, text)

    def _joined(self, found: list[Named], text: str) -> list[Named]:
        """Names that follow each other and stand in one row are one name: `Sony Xperia 1 V`."""
        joined: list[Named] = []
        for named in found:
            last = joined[-1] if joined else None
            if last and text[last.end : named.start] == " " and not (last.is_part or named.is_part):
                key = (*last.key, *named.key)
                if any(there.rows_of(key) for there in self._tables):
                    joined[-1] = Named(last.start, named.end, text[last.start : named.end], key)
                    continue
            joined.append(named)
        return joined

    def _at(self, words: list[Token], at: int, before: list[Named]) -> tuple[Key, Key, bool, bool] | None:
        longest = None
        for entry in self._by_first.get(words[at].stem, ()):
            said = entry[0]
            is_there = tuple(one.stem for one in words[at : at + len(said)]) == said
            if (
                is_there
                and (longest is None or self._rank(entry) > self._rank(longest))
                and _is_name(said, words[at], before)
            ):
                longest = entry
        return longest

    def _rank(self, entry: tuple[Key, Key, bool, bool]) -> tuple[bool, int]:
        """Names of the cited facts first, and the longest of them."""
        return entry[1] in self._cited, len(entry[0])


def _is_name(said: Key, first: Token, before: list[Named]) -> bool:
    """Figures are a name only right after another one: the model 11 in `OnePlus 11`."""
    return not all(part.isdigit() for part in said) or bool(before and 0 < first.start - before[-1].end <= 1)


def _is_within(token: Token, dates: Sequence[DateMention]) -> bool:
    return any(one.start < token.end and token.start < one.end for one in dates)


def _is_everyday(cell: str) -> bool:
    return cell.islower() and all(one.text.isalpha() for one in tokens(cell)) and not re.search(r"[_./]", cell)


def _parts(keys: set[Key], taken: frozenset[str]) -> dict[Key, Key]:
    """What a name is known by: `notebook` for `Notebook A5, dotted`, `above 160`, `low pulse` for `pulse below 60`."""
    found: dict[Key, set[Key]] = {}
    for key in keys:
        for length in range(1, len(key)):
            found.setdefault(key[:length], set()).add(key)
            if length > 1 and key[-1].isdigit():
                found.setdefault(key[-length:], set()).add(key)
        for word, said in ((stem("below"), stem("low")), (stem("above"), stem("high"))):
            if word in key[1:]:
                found.setdefault((said, *key[: key.index(word)]), set()).add(key)
        if len(key) in (2, 3) and len(key[-1]) >= _LAST and key[-1].isalpha():
            found.setdefault(key[-1:], set()).add(key)
    return {
        part: next(iter(owners))
        for part, owners in found.items()
        if len(owners) == 1 and part not in keys and _tells(part, taken)
    }


_VAGUE = (
    UP | DOWN | frozenset(map(stem, "above below under over high low large small more less with from than".split()))
)


def _tells(part: Key, taken: frozenset[str]) -> bool:
    if len(part) > 1 and (part[-1].isdigit() or part[0] in (stem("low"), stem("high"))):
        return True
    is_short = all(len(word) < _SHORT or word in _VAGUE for word in part)
    return not is_short and not all(word in taken or meant(word) - {word} for word in part)


def unknown_names(text: str, known: frozenset[str], taken: Sequence[Span]) -> list[str]:
    """Names in a text that stand in no fact: words with a capital inside a sentence, codes, names of files."""
    spans = list(taken)
    found = [
        match[0]
        for match in _IDENTIFIER.finditer(text)
        if not _overlaps(match.span(), spans)
        and not _is_known(match[0], known)
        and not re.fullmatch(r"\d[\d.,]*(?:k|K|m|M|bn|B|MB|GB|KB|th|st|nd|rd|x|s)?", match[0])
    ]
    found += [
        match[0]
        for match in _TYPE.finditer(text)
        if not _overlaps(match.span(), spans) and stem(match[1]) in known and stem(match[2]) not in known
    ]
    for token in tokens(text):
        is_name = _CAPITALS.match(token.text) or (
            token.text[0].isupper() and (not _begins(text, token) or _acts(text, token, spans))
        )
        if is_name and not _overlaps((token.start, token.end), spans) and not _is_known(token.text, known):
            if not _is_explained(text, token, spans) and token.text not in found:
                found.append(token.text)
    return found


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


_PLAIN = frozenset(
    "this that it there here what each everything nothing nobody everybody someone somebody one both some most many few all "
    "none overall performance demand growth trading activity interest quality business everyone much more less average "
    "total another every he she they we you i which who today yesterday".split()
)
_ACTS = re.compile(
    r"(?:['’]s\b|\s+(?:[A-Z][a-z]+\b|(?:has|had|is|was|gained|lost|rose|fell|closed|leads|led|ranks|earned|earns|spent|sold|"
    r"brought|brings|placed|received|accepted|grew|dropped|shows|showed|ordered|came|costs|took|takes|holds|jumped)\b))"
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


NO_NAMES = UP | DOWN | STILL | NOT
