"""Guards against data that gives orders: what a model is not shown, and what it may not have written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from headgate.core.narrative.prose import LONG as LONG
from headgate.core.narrative.prose import is_name, is_prose, is_prose_column
from headgate.core.narrative.request import Matter, Objection, Rows

WITHHELD = "[withheld]"

# So many words in a row are no coincidence: of prose, of shorter prose where they are most of a sentence, of what was withheld.
_ECHO, _WHOLE_ECHO, _SHORT_ECHO = 6, 4, 3
_MOST_OF_IT = 0.75
# Of letters: a word that may be no verb at all.
_SHORT = 3
_MARKUP = re.compile(
    r"<[a-z/!?]|```|\]\(|[{\[]\s*\"|https?:|www\.|\S@[^\s@]+\.\S|[\w-]\.(?:com|net|org|io|info|biz|shop|xyz|online|ru|cn)\b"
    # As people spell an address that shall pass for words.
    r"|[\w-]\s?[\[({]\s?(?:dot|\.|at|@)\s?[\])}]\s?\w|[\w-]\s+dot\s+(?:com|net|org|io|info|biz|shop|xyz|online|co|de|eu|uk)\b",
    re.I,
)
_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instructions?|prompts?|rules?|above|previous|prior|earlier)\b"
    r"|\b(?:system|developer)\s+(?:prompt|message|instructions?)\b|\b(?:new|your|these|following)\s+instructions?\b"
    r"|\byou\s+are\s+now\b|\b(?:language|ai)\s+(?:model|assistant)\b|\bas\s+an?\s+ai\b"
    r"|\b(?:respond|reply|answer|output|write|say|print)\s+(?:only|exactly|with|the\s+following)\b",
    re.I,
)
# In a cell, how a part of a prompt or of an answer begins.
_PART = re.compile(r"\b(?:system|assistant|user|facts?|findings?|recommendations?|summary)\s*(?:[\"']\s*)?:", re.I)
_SENTENCE = re.compile(r"\S.*?(?:[.!?](?:[\"')\]]|</\w*>)*(?=\s)|\Z)")
_WORD = re.compile(r"\w+")


def gives_orders(text: str) -> bool:
    """Whether a text looks like an instruction to a model, like markup or like a part of an answer."""
    return bool(_ORDERS.search(text) or _PART.search(text) or _MARKUP.search(text))


class Guards:
    """Objects to what a model can only have from data that gave it orders; a narrative has no need of it.

    Objected to are links, addresses and markup, orders to a model, sentences that repeat what somebody wrote in a
    cell, and those with a word that the owner of the pipeline never wants said.
    """

    def __init__(self, matter: Matter) -> None:
        tables = [*matter.facts.values(), *(one.get("rows", ()) for one in matter.findings)]
        texts = set(_texts(tables))
        withheld = {text for text in texts if gives_orders(text)}
        self._prose = _runs((text for text in texts - withheld if len(text) > LONG), _ECHO)
        self._said = _runs(set(_prose(tables)) - withheld, _WHOLE_ECHO)
        self._orders = _runs(withheld, _SHORT_ECHO)
        self._cells = _runs(texts, _SHORT_ECHO)
        self._never = _any_form_of([as_read(word) for word in matter.never])

    def objections(self, text: str) -> list[Objection]:
        """The sentences of a text that can't stay."""
        found = ((sentence, self._reason(sentence)) for sentence in sentences(text))
        return [Objection(sentence, reason) for sentence, reason in found if reason]

    def lets_pass(self, label: str) -> bool:
        """Whether a label may stand: it claims no number, and repeats no words of a cell."""
        has_digit = any(one.isdigit() for one in label)
        repeats = self._cells.intersection(_in_a_row(_words(label), _SHORT_ECHO))
        return not (has_digit or repeats or self.objections(label))

    def _reason(self, sentence: str) -> str:
        read = as_read(sentence)
        if self._never and (found := self._never.search(read)):
            return f"`narrator.never` rules out `{found[0]}`"
        if _MARKUP.search(read):
            return "it holds a link, an address or markup"
        if _ORDERS.search(read):
            return "it is about instructions, not about the facts"
        return "it repeats what somebody wrote in the data" if self._repeats(_words(sentence)) else ""

    def _repeats(self, words: list[str]) -> bool:
        if self._prose.intersection(_in_a_row(words, _ECHO)) or self._orders.intersection(
            _in_a_row(words, _SHORT_ECHO)
        ):
            return True
        said = {at for at, run in enumerate(_in_a_row(words, _WHOLE_ECHO)) if run in self._said}
        repeated = {at + further for at in said for further in range(_WHOLE_ECHO)}
        return bool(said) and len(repeated) >= _MOST_OF_IT * len(words)


def sentences(text: str) -> list[str]:
    """The sentences of a text, each to the letter."""
    return [found[0] for line in text.split("\n") for found in _SENTENCE.finditer(line.rstrip())]


def _any_form_of(words: Sequence[str]) -> re.Pattern[str] | None:
    """Finds words and what is made of them by an ending: of `sell` also `sells` and `selling`, not `sell-off`.

    Right after `in`, a bare word is no order: `in short`.
    """
    forms, bare = "|".join(_forms_of(word) for word in words), "|".join(map(re.escape, words))
    idiom = rf"(?<=\bin\s)(?:{bare})(?!\w)"
    return re.compile(rf"(?<![^\W_])(?!{idiom})(?:{forms})(?![^\W_]|-\w)", re.I) if forms else None


def _forms_of(word: str) -> str:
    """A word or a phrase, whose last word may have an ending: `short`, `shorted`; `hedge`, `hedging`; `cut`, `cutting`."""
    parts = word.split()
    said, last = r"\s+".join(re.escape(part) for part in parts), parts[-1].lower()
    if last.endswith("y"):
        return said[:-1] + r"(?:y(?:'?s|ed|ing)?|ies|ied)"
    if not last.endswith("e"):
        return said + rf"(?:'?s|es|{re.escape(last[-1])}?(?:ed|ing))?"
    # `seed` is no form of `see`, `thing` none of `the`; but `agreed` is one of `agree`, and `using` of `use`.
    if last.endswith("ee") or not set("aeiou").intersection(last[:-1]):
        return said + rf"(?:'?s|{'d|' if len(last) > _SHORT else ''}ing)?"
    return said[:-1] + r"(?:e(?:'?s|d|ing)?|ing)"


def as_read(text: str) -> str:
    """A text by what its reader sees: without letters of other widths and characters of no width."""
    return "".join(one for one in unicodedata.normalize("NFKC", text) if unicodedata.category(one) != "Cf")


def _texts(tables: Iterable[Rows]) -> Iterator[str]:
    for rows in tables:
        for row in rows:
            yield from (value for value in row.values() if isinstance(value, str))


def _prose(tables: Iterable[Rows]) -> Iterator[str]:
    """What somebody wrote; where most texts of a column are prose, those that are no names are, too."""
    for rows in tables:
        for column in dict.fromkeys(name for row in rows for name in row):
            texts = [text for row in rows if isinstance(text := row.get(column), str)]
            is_all = is_prose_column(texts)
            yield from (text for text in texts if is_prose(text) or (is_all and not is_name(text)))


def _runs(texts: Iterable[str], length: int) -> frozenset[tuple[str, ...]]:
    return frozenset(run for text in texts for run in _in_a_row(_words(text), length))


def _in_a_row(words: list[str], length: int) -> Iterator[tuple[str, ...]]:
    for start in range(len(words) - length + 1):
        yield tuple(words[start : start + length])


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
