"""Where the rows of a JSON document stand."""

from __future__ import annotations

import json
import re
from typing import Any

_SURROGATE = re.compile("[\ud800-\udfff]")
Units = list[tuple[Any, list[Any]]]


class Fields(dict[str, Any]):
    """A JSON object; one that has a field twice keeps every pair.

    Attributes:
        pairs: all of them, in order, when a field stands there twice; else empty.
    """

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.pairs = pairs if len(pairs) > len(self) else []


class Number(str):
    """A JSON number as written."""

    __slots__ = ()


def read_json(text: str) -> Any:
    """A JSON text; numbers as written, but NaN and Infinity, which are not JSON, as floats.

    Raises:
        ValueError: it is not JSON.
    """
    return json.loads(text, parse_int=Number, parse_float=Number, parse_constant=float, object_pairs_hook=Fields)


def is_row(value: Any) -> bool:
    """Whether the gate reads it as a row: an object with no field twice, and JSON all through."""
    if not isinstance(value, Fields) or value.pairs:
        return False
    try:
        return _is_strict(value)
    except RecursionError:
        return True  # Too deep to look into; the engine goes deeper.


def _is_strict(value: Any) -> bool:
    """JSON to the engine too, which takes no NaN, no Infinity and no half of a surrogate pair."""
    if isinstance(value, str):
        return value.isascii() or not _SURROGATE.search(value)
    if isinstance(value, dict):
        return all(_is_strict(name) and _is_strict(child) for name, child in value.items())
    return all(map(_is_strict, value)) if isinstance(value, list) else not isinstance(value, float)


def find_rows(document: Any) -> tuple[str, Units, str | None]:
    """Where the rows stand: the document itself, a field of it, a field of each value of a map, or the map's values.

    Beside the path, every unit with all its entries, also those that are no rows.

    Raises:
        ValueError: there is no list of objects.
    """
    if rows := _objects(document):
        return "$[*]", [(None, rows)], None
    if not isinstance(document, dict):
        raise ValueError("it holds no list of objects")
    for name, value in document.items():
        if (rows := _objects(value)) and _is_step(name):
            return f"$.{name}[*]", [(None, rows)], None
    values = (
        [value for _, value in document.pairs]
        if isinstance(document, Fields) and document.pairs
        else list(document.values())
    )
    for unit in values:
        for name in unit if isinstance(unit, dict) else ():
            if _objects(unit[name]) and _is_step(name):
                units = [(u, _objects(u.get(name))) for u in values if isinstance(u, dict)]
                return f"$.*.{name}[*]", [(u, rows) for u, rows in units if rows], name
    if values and all(isinstance(value, dict) for value in values):
        return "$.*", [(None, values)], None
    raise ValueError("it holds no list of objects; write the contract's recordPath by hand")


def _objects(value: Any) -> list[Any]:
    """The entries of a list that holds at least one object; one bad entry must not hide the others."""
    return value if isinstance(value, list) and any(isinstance(row, dict) for row in value) else []


def _is_step(name: str) -> bool:
    return re.fullmatch(r"[^.\[\]*$\s]+", name) is not None


def parent_fields(units: Units, inside: str | None) -> dict[str, str]:
    """Single values beside the rows, or one step below, that the rows do not have themselves."""
    found: dict[str, str] = {}
    taken = {name for _, rows in units for row in rows if isinstance(row, dict) for name in row}
    for unit, _ in units if inside else ():
        for name, value in unit.items():
            inner = value.items() if isinstance(value, dict) else [(None, value)]
            for below, leaf in inner:
                column = below or name
                place = f"{name}.{below}" if below else name
                if isinstance(leaf, str | bool) and column not in taken and all(map(_is_step, place.split("."))):
                    found.setdefault(column, place)
    return found


def value_at(unit: Any, place: str) -> Any:
    """The value under a path of names; None when there is none."""
    for step in place.split("."):
        unit = unit.get(step) if isinstance(unit, dict) else None
    return unit
