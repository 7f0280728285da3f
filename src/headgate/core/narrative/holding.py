"""Holding a draft against the facts: which sentences can't stay, and the draft without them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from headgate.core.narrative.guards import Guards, sentences
from headgate.core.narrative.labels import known_label, owners_words
from headgate.core.narrative.model import Draft
from headgate.core.narrative.no_advice import NoAdvice
from headgate.core.narrative.prose import is_name
from headgate.core.narrative.request import Check, Matter, Mended, Objection, Rows

# Part of a draft → what labels an item, and its texts, the first of which it can't be without.
_PARTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "insights": ("type", ("description",)),
    "anomalies": ("type", ("description",)),
    "recommendations": ("category", ("action",)),
    "entities": ("entity", ("summary", "opportunities", "risks", "key_anomaly")),
}
_PLAIN = {"insights": "insight", "anomalies": "anomaly", "recommendations": "advice"}
_NO_FACT = "it names no fact that there is"
_NO_ENTITY = "the facts know no such name"

Item = dict[str, Any]


@dataclass(frozen=True)
class Doubt:
    """A sentence that can't stay as it is, and where it stands.

    Attributes:
        at: which sentence of its text it is, from 0; None where all of the text can't stay.
        stays: whether it does when nobody mends it.
    """

    item: Item
    field: str
    objection: Objection
    at: int | None
    stays: bool = False


class Held:
    """A draft that is held against the facts, and changed until it stands.

    Args:
        check: says which sentences the cited facts don't support.
    """

    def __init__(self, draft: Draft, matter: Matter, check: Check) -> None:
        self._document: Item = draft.model_dump()
        self._had_advice = bool(draft.recommendations)
        self._names, self._check, self._guards = matter.names, check, Guards(matter)
        self._entities = frozenset(_labels(matter.facts.values()))
        self._no_advice, self._vocabulary = NoAdvice(matter), owners_words(matter)
        self._miscited = [
            Doubt(item, fields[0], Objection(sentence, _cites_nothing(unknown)), 0, stays=True)
            for item, fields, _ in self._items()
            for unknown, sentence in self._only_known(item, item[fields[0]])
        ]
        self._plain_labels()

    def doubts(self) -> list[Doubt]:
        """The sentences that can't stay, in the order they are read."""
        return [
            Doubt(item, field, objection, at)
            for item, fields, about in self._items()
            for field in fields
            for at, objection in self._objections(item, item[field], about)
        ]

    def miscited(self) -> list[Doubt]:
        """The first sentence of each text that names facts that there are not, beside some that there are."""
        return list(self._miscited)

    def mend(self, doubts: Sequence[Doubt], mended: Sequence[Mended]) -> None:
        """Puts other wordings in the place of sentences, by their numbers from 1."""
        known = [(doubts[one.number - 1], one) for one in mended if 1 <= one.number <= len(doubts)]
        # From the last of a text to its first: so those before keep their places.
        for doubt, one in sorted(known, key=lambda pair: pair[0].at or 0, reverse=True):
            self._try(doubt, one)

    def settle(self) -> int:
        """Takes out every sentence that can't stay; how many.

        What has lost its first text goes as a whole.
        """
        dropped = 0
        # A sentence may have leant on one that is gone by now.
        while doubts := self.doubts():
            dropped += len(doubts)
            for doubt in reversed(doubts):
                _replace(doubt, "")
            for part, (_, fields) in _PARTS.items():
                self._document[part] = [item for item in self._document[part] if item[fields[0]]]
        return dropped

    @property
    def says_something(self) -> bool:
        """Whether a summary is left: a narrative can't be without one."""
        return bool(self._document["summary"]["text"])

    @property
    def lost_its_advice(self) -> bool:
        """Whether it recommended something, and nothing of that is left."""
        return self._had_advice and not self._document["recommendations"]

    def draft(self) -> Draft:
        """The draft as it is now."""
        return Draft.model_validate(self._document)

    def _try(self, doubt: Doubt, mended: Mended) -> None:
        """What would make the draft another form, such as a text that is too long, is not put in."""
        before = dict(doubt.item)
        more = [name for name in mended.facts if name in self._names and name not in doubt.item["facts"]]
        doubt.item["facts"] = [*doubt.item["facts"], *more]
        if mended.text or not doubt.stays:
            _replace(doubt, mended.text)
        try:
            self.draft()
        except ValidationError:
            doubt.item.update(before)

    def _only_known(self, item: Item, text: str) -> Iterator[tuple[list[str], str]]:
        """Takes names of no facts out of what an item cites; gives them, where others are left, with a sentence."""
        unknown = [name for name in item["facts"] if name not in self._names]
        item["facts"] = [name for name in item["facts"] if name in self._names]
        if unknown and item["facts"]:
            yield from ((unknown, sentence) for sentence in sentences(text)[:1])

    def _items(self) -> Iterator[tuple[Item, tuple[str, ...], str]]:
        """Each item with its texts, and the entity that it is about."""
        yield self._document["summary"], ("text",), ""
        for part, (label, fields) in _PARTS.items():
            for item in self._document[part]:
                yield item, fields, item[label] if part == "entities" else ""

    def _objections(self, item: Item, text: str, about: str) -> list[tuple[int | None, Objection]]:
        """Each with the place of its sentence in the text, from 0."""
        said = sentences(text)
        if about and (about.casefold() not in self._entities or self._guards.objections(about)):
            return [(at, Objection(sentence, _NO_ENTITY)) for at, sentence in enumerate(said)]
        if not item["facts"]:
            return [(at, Objection(sentence, _NO_FACT)) for at, sentence in enumerate(said)]
        if not text:
            return []
        checked = {one.sentence: one for one in self._check(text, tuple(item["facts"]), about)}
        # A text of which the checker says something that is no sentence of it goes as a whole.
        if strange := [one for one in checked.values() if one.sentence not in said]:
            return [(None, Objection(text, strange[0].reason))]
        found: Mapping[str, Objection] = {**checked, **{one.sentence: one for one in self._guarded(text)}}
        return [(at, found[sentence]) for at, sentence in enumerate(said) if sentence in found]

    def _guarded(self, text: str) -> Iterator[Objection]:
        """What can only come of data that gave orders."""
        yield from self._guards.objections(text)
        for sentence in sentences(text):
            if reason := self._no_advice.objection(sentence):
                yield Objection(sentence, reason)

    def _plain_labels(self) -> None:
        """A label that claims something is replaced by one that doesn't."""
        for part, plain in _PLAIN.items():
            label = _PARTS[part][0]
            for item in self._document[part]:
                if not self._lets_pass(item[label], item["facts"]):
                    item[label] = plain

    def _lets_pass(self, label: str, cited: Sequence[str]) -> bool:
        """Whether a label claims nothing, names nothing that no row is about, and gives no orders."""
        is_known = known_label(label, self._vocabulary, self._entities) and not self._no_advice.objection(label)
        return is_known and self._guards.lets_pass(label) and not self._check(label, tuple(cited), "")


def _cites_nothing(names: Sequence[str]) -> str:
    return f"there are no facts with these names: {', '.join(names)}"


def _labels(tables: Iterable[Rows]) -> Iterator[str]:
    """What rows are about: the names in columns that hold names in the main."""
    for rows in tables:
        for column in dict.fromkeys(name for row in rows for name in row):
            texts = {value for row in rows if isinstance(value := row.get(column), str) and value}
            names = {text for text in texts if is_name(text)}
            if 2 * len(names) > len(texts):
                yield from (name.casefold() for name in names)


def _replace(doubt: Doubt, text: str) -> None:
    """One sentence by another, or by nothing, if it still stands in its place; spaces that are left over go too."""
    whole = doubt.item[doubt.field]
    start, end = _span(whole, doubt.at)
    if whole[start:end] != doubt.objection.sentence:
        return
    lines = (re.sub(r" {2,}", " ", line).strip() for line in f"{whole[:start]}{text}{whole[end:]}".split("\n"))
    doubt.item[doubt.field] = "\n".join(line for line in lines if line)


def _span(text: str, at: int | None) -> tuple[int, int]:
    """From where to where a sentence of a text goes, by its place; the whole text where it has none."""
    if at is None:
        return 0, len(text)
    start = end = 0
    for sentence in sentences(text)[: at + 1]:
        start = text.index(sentence, end)
        end = start + len(sentence)
    return start, end
