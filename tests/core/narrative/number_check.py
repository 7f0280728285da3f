"""A check of narratives that knows numbers alone: enough to see what becomes of a sentence that is objected to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from headgate.core.narrative.guards import sentences
from headgate.core.narrative.request import Check, Objection

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def number_check(facts: Mapping[str, Sequence[Mapping[str, Any]]]) -> Check:
    """Every number must be one of a cited fact, rounded as it is written."""

    def check(text: str, cited: Sequence[str], about: str) -> list[Objection]:
        known = [
            abs(cell) for name in cited for row in facts.get(name, ()) for cell in row.values() if _is_number(cell)
        ]
        return [
            Objection(sentence, f"no cited fact holds {wrong[0]}")
            for sentence in sentences(text)
            if (wrong := [number for number in _NUMBER.findall(sentence) if not _is_known(number, known)])
        ]

    return check


def _is_number(cell: Any) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _is_known(written: str, known: Sequence[float]) -> bool:
    text = written.replace(",", "")
    places = len(text.partition(".")[2])
    return any(round(cell, places) == float(text) for cell in known)
