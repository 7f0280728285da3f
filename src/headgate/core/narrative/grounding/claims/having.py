"""That what is named has something at all: `A holds records`."""

from __future__ import annotations

import re

from headgate.core.narrative.grounding.reading.scene import Scene

_HAS = re.compile(
    r"\b(?:holds?|held|has|have|had|contains?|contained|includes?|included|received|got|gave|brought)\s+(?=[a-z])", re.I
)
_OBJECT_WORDS = 2


def lacks(scene: Scene) -> str:
    """Why what is named does not have what is said; empty when it has, or nothing is said."""
    return "" if scene.has_not else _has_nothing(scene)


def _has_nothing(scene: Scene) -> str:
    """`image/png holds records`, where its `records` are none."""
    for found in _HAS.finditer(scene.text):
        start, stop = scene.clause(found.start())
        if any(start <= one.start < stop for one in scene.numbers):
            continue
        said = {word.stem for word in [one for one in scene.words if one.start >= found.end()][:_OBJECT_WORDS]}
        for there in scene.tables:
            named = [one for one in scene.own if one.key and start <= one.start < found.start() and one.rows(there)]
            for column in there.counts if named and there.size > 1 else ():
                if column.words <= said and not any(column.present(named[-1].rows(there))):
                    return f"`{column.name}` of `{named[-1].text}` in `{there.name}` is none"
    return ""
