"""Guards against data that gives orders: what a model is not shown, and what it may not have written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from headgate.core.narrative.prose import LONG as LONG
from headgate.core.narrative.request import Matter, Objection, Rows

WITHHELD = "[withheld]"

# So many words in a row are no coincidence: of prose, and of what was withheld.
_ECHO, _SHORT_ECHO = 6, 3
_MARKUP = re.compile(
    r"<[a-z/!?]|```|\]\(|[{\[]\s*\"|https?:|www\.|\S@\S+\.\S|\b[\w-]+\.(?:com|net|org|io|info|biz)\b", re.I
)
_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instructions?|prompts?|rules?|above|previous|prior|earlier)\b"
    r"|\b(?:system|developer)\s+(?:prompt|message|instructions?)\b|\b(?:new|your|these|following)\s+instructions?\b"
    r"|\byou\s+are\s+now\b|\b(?:language|ai)\s+(?:model|assistant)\b|\bas\s+an?\s+ai\b"
    r"|\b(?:respond|reply|answer|output|write|say|print)\s+(?:only|exactly|with|the\s+following)\b",
    re.I,
)
# In a cell, how a part of a prompt or of an answer begins.
_PART = re.compile(r"\b(?:system|assistant|user|facts?|findings?|recommendations?|summary)\s*[\"']?\s*:", re.I)
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
        texts = set(_texts([*matter.facts.values(), *(one.get("rows", ()) for one in matter.findings)]))
        withheld = {text for text in texts if gives_orders(text)}
        self._prose = _runs((text for text in texts - withheld if len(text) > LONG), _ECHO)
        self._orders = _runs(withheld, _SHORT_ECHO)
        self._cells = _runs(texts, _SHORT_ECHO)
        self._never = _any_form_of(matter.never)

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
        if self._never and (found := self._never.search(sentence)):
            return f"`narrator.never` rules out `{found[0]}`"
        if _MARKUP.search(sentence):
            return "it holds a link, an address or markup"
        if _ORDERS.search(sentence):
            return "it is about instructions, not about the facts"
        words = _words(sentence)
        if self._prose.intersection(_in_a_row(words, _ECHO)) or self._orders.intersection(
            _in_a_row(words, _SHORT_ECHO)
        ):
            return "it repeats what somebody wrote in the data"
        return ""


def sentences(text: str) -> list[str]:
    """The sentences of a text, each to the letter."""
    return [found[0] for line in text.split("\n") for found in _SENTENCE.finditer(line.rstrip())]


def _any_form_of(words: Iterable[str]) -> re.Pattern[str] | None:
    """Finds words and what is made of them by an ending: of `sell` also `sells` and `selling`, not `sell-off`."""
    forms = "|".join(_forms_of(word) for word in words)
    return re.compile(rf"(?<![^\W_])(?:{forms})(?![^\W_]|-\w)", re.I) if forms else None


def _forms_of(word: str) -> str:
    """A word or a phrase, whose last word may have an ending: `short`, `shorted`; `hedge`, `hedging`; `cut`, `cutting`."""
    said = r"\s+".join(re.escape(part) for part in word.split())
    last = re.escape(word[-1])
    bare = said[: -len(last)] if word[-1].lower() in "ey" else said
    endings = rf"(?:{last}(?:'?s|d)?|ies|ied|ed|ing|ying)" if bare != said else rf"(?:'?s|es|{last}?(?:ed|ing))?"
    return bare + endings


def _texts(tables: Iterable[Rows]) -> Iterator[str]:
    for rows in tables:
        for row in rows:
            yield from (value for value in row.values() if isinstance(value, str))


def _runs(texts: Iterable[str], length: int) -> frozenset[tuple[str, ...]]:
    return frozenset(run for text in texts for run in _in_a_row(_words(text), length))


def _in_a_row(words: list[str], length: int) -> Iterator[tuple[str, ...]]:
    for start in range(len(words) - length + 1):
        yield tuple(words[start : start + length])


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
