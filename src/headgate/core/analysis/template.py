"""Sentences with places for columns: `{brand} costs {price}`. A place holds a column's name and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from headgate.core.analysis.cells import written
from headgate.core.printable import printable

_PLACE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_VALUE, _SENTENCE = 80, 400


def places(template: str) -> tuple[str, ...]:
    """The columns it names, in its order.

    Raises:
        ValueError: a brace stands alone, or a place is empty; one that is meant as such is written twice.
    """
    names = []
    for found in _PLACE.finditer(template):
        if found[0] in ("{{", "}}"):
            continue
        if not found[1]:
            raise ValueError(f"'{found[0]}' at character {found.start() + 1} is no {{column}}")
        names.append(found[1])
    return tuple(dict.fromkeys(names))


def filled(template: str, row: Mapping[str, Any]) -> str:
    """The sentence with a row's values, safe to print; a value is never read as a template.

    Args:
        row: place → JSON scalar, for every place.
    """

    def value(found: re.Match[str]) -> str:
        return found[0][0] if found[1] is None else shown(row[found[1]])

    return printable(_PLACE.sub(value, template), _SENTENCE)


def shown(value: Any) -> str:
    """A value as it stands in a sentence."""
    return printable(written(value), _VALUE)
