"""Names and dates of a sentence that stand in no cited fact."""

from __future__ import annotations

from headgate.core.narrative.grounding.reading.dates import dates
from headgate.core.narrative.grounding.reading.naming import Named
from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.unknown import unknown_names


def foreign(scene: Scene, known: frozenset[str]) -> str:
    """Why a name or a date can't come from the facts; empty when all can.

    Args:
        known: stems of all words of all facts, cited or not.
    """
    said = frozenset(word for there in scene.tables for word in there.words)
    for named in scene.own:
        if any(named.rows(there) for there in scene.tables):
            continue
        if named.when:
            return f"the date `{named.text}` stands in no cited fact"
        if not named.is_weak and not frozenset(named.key) <= said and not _is_common(named):
            return f"`{named.text}` stands in no cited fact"
    for one in dates(scene.text):
        if not one.is_possible:
            return f"`{scene.text[one.start : one.end]}` is another day of the week"
    taken = [(one.start, one.end) for one in scene.own] + [(one.start, one.end) for one in scene.numbers]
    unknown = unknown_names(scene.text, known, taken)
    return f"`{unknown[0]}` stands in no fact" if unknown else ""


def _is_common(named: Named) -> bool:
    """Single words in small letters are words, whatever a cell holds: `budget phones`."""
    return len(named.key) == 1 and named.text.islower() and named.text.isalpha()
