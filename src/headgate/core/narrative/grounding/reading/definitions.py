"""The figures of a term's definition: where the owner's text says it in the same words, they are no claim about the data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from headgate.core.narrative.grounding.reading.quantity import Span
from headgate.core.narrative.grounding.reading.tables import without_texts
from headgate.core.narrative.grounding.reading.words import stems, tokens
from headgate.core.narrative.request import Rows

_WORDS = 5
"""So many words in a row, a figure among them, are the owner's wording and no coincidence."""


class Definitions:
    """What the owner of a pipeline wrote: for the model, and as messages of findings, of which figures in digits are data."""

    def __init__(self, wishes: str, findings: Rows = ()) -> None:
        said = (run for _, run in _runs(wishes))
        told = (run for text in messages(findings) for _, run in _runs(text) if all(map(str.isalpha, run)))
        self._runs = frozenset([*said, *told])

    def within(self, text: str) -> list[Span]:
        """The parts of a sentence that repeat the owner's text."""
        return [span for span, run in _runs(text) if run in self._runs] if self._runs else []


def messages(findings: Rows) -> Iterable[str]:
    """What findings say by themselves, without what strangers wrote in the rows."""
    return (without_texts(str(one.get("message") or ""), one.get("rows") or ()) for one in findings)


def _runs(text: str) -> Iterator[tuple[Span, tuple[str, ...]]]:
    words, said = tokens(text), stems(text)
    for at in range(len(words) - _WORDS + 1):
        yield (words[at].start, words[at + _WORDS - 1].end), said[at : at + _WORDS]
