"""How many of one thing another one has each: `each order contained one item`, `an average customer placed five orders`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.words import stem, word_list

_COUNTS = {word: value for value, word in enumerate(word_list("one two three four five six seven eight nine ten"), 1)}
_COUNT = rf"(?:(?:exactly|only|just|about)\s+)?(?P<count>an?\s+single|{'|'.join(_COUNTS)}|\d+(?:\.\d+)?)"
_HAS = (
    r"(?:contain|ha[ds]|have|held|hold|include|consist|cover|place|ma[dk]e|bought|buy|brought|bring|sold|got|comprise|wrote|order)"
    r"\w*\s+(?:of\s+|up\s+of\s+)?"
)
_EACH = re.compile(
    rf"\b(?:each|every|all|an?\s+(?:average|typical)|the\s+(?:average|typical))\s+(?P<whole>\w+)\s+{_HAS}{_COUNT}\s+(?P<part>\w+)\b"
    rf"|\b{_COUNT.replace('count', 'times')}\s+(?P<what>\w+)\s+(?:per|in\s+each|in\s+every)\s+(?P<which>\w+)\b",
    re.I,
)


def unsupported_each(scene: Scene) -> str:
    """Why there are not so many of each; empty when there are, or nothing is said."""
    for found in _EACH.finditer(scene.text):
        part, whole = stem(found["part"] or found["what"]), stem(found["whole"] or found["which"])
        count = _value(found["count"] or found["times"])
        rates = list(_rates(scene, part, whole))
        if rates and not any(abs(rate - count) <= max(0.5, 0.05 * count) for rate in rates):
            return f"there are {rates[0]:,.3g} of each"
    return ""


def _value(said: str) -> float:
    return float(_COUNTS.get(said.lower(), 0) or (1 if said[0] in "aA" else said))


def _rates(scene: Scene, part: str, whole: str) -> Iterator[float]:
    """One count by another, of the only row or of what is named."""
    for there in scene.tables:
        counts = {one.words: one for one in there.counts}
        pair = counts.get(frozenset({part})), counts.get(frozenset({whole}))
        rows = scene.rows_named(there) if there.size == 1 or scene.is_bound(there) else frozenset[int]()
        if pair[0] and pair[1] and len(rows) == 1:
            a, b = pair[0].present(rows), pair[1].present(rows)
            yield from (one / other for one, other in zip(a, b, strict=False) if other)
