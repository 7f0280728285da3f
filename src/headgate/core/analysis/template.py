"""Sentences with places for columns: `{brand} costs {price}`. A place holds a column's name and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from headgate.core.analysis.cells import parted, written
from headgate.core.printable import printable

_PLACE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_VALUE, _SENTENCE = 80, 400
# Nobody writes the year 2,026.
_NAMES = ("id", "year")


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
        return found[0][0] if found[1] is None else in_sentence(row[found[1]], found[1])

    return printable(_PLACE.sub(value, template), _SENTENCE)


def in_sentence(value: Any, column: str = "", most: int = _VALUE) -> str:
    """A value as it stands in a sentence: thousands are apart, except where the column's name says that it holds names.

    Args:
        most: characters that are kept.
    """
    is_name = column.casefold().rpartition("_")[2] in _NAMES
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return printable(parted(value) if is_number and not is_name else written(value), most)


def shown(value: Any) -> str:
    """A value as a sentence has it where it is no number."""
    return printable(written(value), _VALUE)
