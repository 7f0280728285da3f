"""What may be a key of a table sink."""

from __future__ import annotations

from datetime import date
from typing import Any

from headgate.core.errors import UserMistake

_LARGEST = 2**63


def key_value(value: Any, table: str, column: str) -> int | str:
    """A key as every table keeps it: a whole number of 64 bits, or text (of a date or timestamp in ISO 8601).

    Raises:
        UserMistake: it is missing, or of a kind that can't be a key (`bad_key`).
    """
    if isinstance(value, str) or (type(value) is int and -_LARGEST <= value < _LARGEST):
        return value
    if isinstance(value, date):
        return value.isoformat()
    what = "is missing in a row" if value is None else f"holds {value!r:.60}, which can't be a key"
    raise UserMistake(
        f"the column {column}, a key of the table {table}, {what}",
        who="pipeline owner",
        next="correct `sinks` or `derive` in pipeline.yaml, then headgate dead redrive",
        code="bad_key",
    )
