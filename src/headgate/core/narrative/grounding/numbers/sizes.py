"""Limits of sizes, however far away: `the file is smaller than one megabyte`."""

from __future__ import annotations

import re

from headgate.core.narrative.grounding.reading.quantity import Quantity
from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.tables import Measure

_LIMIT = re.compile(r"\b(?:(more|larger|bigger|greater)|(?:less|smaller)) than\s+(?:an?\s+)?$", re.I)


def is_limit_of_size(scene: Scene, number: Quantity) -> bool:
    """Whether the size of what is meant lies on the side of a limit that is said."""
    found = _LIMIT.search(scene.text[: number.start])
    if not found or number.unit != "bytes":
        return False
    sizes = [
        value
        for there in scene.bound_tables
        for column in there.numeric
        if column.measure is Measure.BYTES and len(rows := scene.rows_named(there)) == 1
        for value in column.present(rows)
    ]
    return bool(sizes) and all((value > number.value) == bool(found[1]) for value in sizes)
