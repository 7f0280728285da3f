"""Rows of a table sink as DynamoDB has them: columns that other programs can read, and beside them what makes them exact again.

Each column is an attribute of its own: text, dates and times as text, numbers as numbers, `true` and `false`, nulls. Keys, and
the columns of an index, are always text there, as DynamoDB wants one type for all rows; a whole number is written with so many
digits that the order of texts is that of numbers. What an attribute can't say, such as 1.10 in place of 1.1, a float in
place of a decimal, or the order of the columns, stands in the attribute `_row`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

# Reserved names: no accepted row has a column of them.
ROW, ORDER = "_row", "_claimed_at"
_DIGITS = 19
# A key of an index may not be longer, in bytes, nor empty; a row without it is not in the index.
_LONGEST_INDEXED = 1024
# What DynamoDB's numbers can hold.
_MOST_DIGITS, _LEAST, _MOST = 38, Decimal("1e-130"), Decimal("9.9e125")
_TEXT_LIKE_A_NUMBER = re.compile(r"'*(#[-0]\d{19})?")

Attribute = dict[str, Any]
Written = dict[str, Attribute]


def key_text(key: int | str) -> str:
    """A key as text; no two keys have the same, and whole numbers are in order: 7 is `#00000000000000000007`."""
    if isinstance(key, str):
        return f"'{key}" if _TEXT_LIKE_A_NUMBER.fullmatch(key) else key
    return f"#0{key:0{_DIGITS}d}" if key >= 0 else f"#-{2**63 + key:0{_DIGITS}d}"


def key_of(text: str) -> int | str:
    """The key again."""
    if not _TEXT_LIKE_A_NUMBER.fullmatch(text):
        return text
    if text.startswith("'"):
        return text[1:]
    return int(text[2:]) if text[1] == "0" else int(text[2:]) - 2**63


def written(row: Mapping[str, Any], keys: Mapping[str, int | str], indexed: Collection[str], order: str) -> Written:
    """A row as an item.

    Args:
        keys: column → key, of the columns that identify the row.
        indexed: further columns that are keys of an index.
    """
    item: Written = {name: {"S": key_text(key)} for name, key in keys.items()}
    exact: dict[str, str | None] = {}
    for name, value in row.items():
        if name in keys or name in indexed:
            text = item[name]["S"] if name in keys else _index_text(value)
            if text:
                item[name] = {"S": text}
            exact[name] = None if text and text == value else _said(value)
        else:
            item[name], exact[name] = _cell(value)
    said = json.dumps(exact, ensure_ascii=False, separators=(",", ":"))
    return {**item, ORDER: {"S": order}, ROW: {"S": said}}


def row_of(item: Mapping[str, Attribute]) -> dict[str, Any]:
    """The row again, its columns in their order and its values as they were."""
    exact = json.loads(item[ROW]["S"])
    return {name: _read(item[name]) if said is None else _heard(said) for name, said in exact.items()}


def _index_text(value: Any) -> str:
    """Empty where the row is not to be in the index."""
    if value is None:
        return ""
    is_key = isinstance(value, str) or (type(value) is int and -(2**63) <= value < 2**63)
    text = key_text(value) if value != "" and is_key else _said(value)[1:]
    return text if len(text.encode()) <= _LONGEST_INDEXED else ""


def _cell(value: Any) -> tuple[Attribute, str | None]:
    """A value as an attribute, and what this does not say of it."""
    if isinstance(value, str):
        return {"S": value}, None
    if value is None:
        return {"NULL": True}, None
    if isinstance(value, bool):
        return {"BOOL": value}, None
    if isinstance(value, int | float | Decimal):
        return _number(value)
    return {"S": value.isoformat()}, _said(value)


def _number(value: int | float | Decimal) -> tuple[Attribute, str | None]:
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    fits = number.is_finite() and len(number.as_tuple().digits) <= _MOST_DIGITS
    if not fits or (number and not _LEAST <= abs(number) <= _MOST):
        return {"S": _said(value)[1:]}, _said(value)
    return {"N": str(number)}, None if isinstance(value, int) else _said(value)


def _said(value: Any) -> str:
    """A value as text, behind a letter for its type."""
    match value:
        case None:
            return "n"
        case bool():
            return f"b{str(value).lower()}"
        case int():
            return f"i{value}"
        case float():
            return f"f{value!r}"
        case Decimal():
            return f"d{value}"
        case datetime():
            return f"T{value.isoformat()}"
        case date():
            return f"D{value.isoformat()}"
    return f"s{value}"


def _heard(said: str) -> Any:
    text = said[1:]
    match said[0]:
        case "n":
            return None
        case "b":
            return text == "true"
        case "i":
            return int(text)
        case "f":
            return float(text)
        case "d":
            return Decimal(text)
        case "T":
            return datetime.fromisoformat(text)
        case "D":
            return date.fromisoformat(text)
    return text


def _read(attribute: Mapping[str, Any]) -> Any:
    ((kind, value),) = attribute.items()
    if kind == "NULL":
        return None
    return int(Decimal(value)) if kind == "N" else value
