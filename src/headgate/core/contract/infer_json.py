"""Where the rows of a JSON document stand."""

from __future__ import annotations

import re
from typing import Any

Units = list[tuple[Any, list[dict[str, Any]]]]


def find_rows(document: Any) -> tuple[str, Units, str | None]:
    """Where the rows stand: the document itself, a field of it, a field of each value of a map, or the map's values."""
    if rows := _objects(document):
        return "$[*]", [(None, rows)], None
    if not isinstance(document, dict):
        raise ValueError("it holds no list of objects")
    for name, value in document.items():
        if (rows := _objects(value)) and _is_step(name):
            return f"$.{name}[*]", [(None, rows)], None
    for unit in document.values():
        for name in unit if isinstance(unit, dict) else ():
            if _objects(unit[name]) and _is_step(name):
                units = [(u, _objects(u.get(name))) for u in document.values() if isinstance(u, dict)]
                return f"$.*.{name}[*]", [(u, rows) for u, rows in units if rows], name
    if document and all(isinstance(value, dict) for value in document.values()):
        return "$.*", [(None, list(document.values()))], None
    raise ValueError("it holds no list of objects; write the contract's recordPath by hand")


def _objects(value: Any) -> list[dict[str, Any]]:
    return value if isinstance(value, list) and value and all(isinstance(row, dict) for row in value) else []


def _is_step(name: str) -> bool:
    return re.fullmatch(r"[^.\[\]*$\s]+", name) is not None


def parent_fields(units: Units, inside: str | None) -> dict[str, str]:
    """Single values beside the rows, or one step below, that the rows do not have themselves."""
    found: dict[str, str] = {}
    taken = {name for _, rows in units for row in rows for name in row}
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
