"""A cell of a result as a JSON scalar: no date, decimal or long text leaves the engine as such."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

INTEGERS = (
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT",
)  # fmt: skip
NUMBERS = (*INTEGERS, "DOUBLE", "FLOAT", "DECIMAL")
_NESTED = ("STRUCT", "MAP", "UNION", "VARIANT")
# Sums of fractions differ in the digits behind, with the order in which threads add them up.
_DIGITS = 13


def base(kind: str) -> str:
    """The type without its brackets: DECIMAL of DECIMAL(10,2)."""
    return kind.partition("(")[0]


def is_nested(kind: str) -> bool:
    """Whether it is a list, struct or map."""
    return kind.endswith("]") or base(kind) in _NESTED


def selected(expression: str, kind: str, text: int) -> str:
    """SQL: the value, as the engine shall hand it over; dates may be ones that Python doesn't know."""
    if base(kind) in NUMBERS or kind == "BOOLEAN":
        return expression
    written = f"CAST({expression} AS VARCHAR)"
    return f"regexp_replace({written}, ' ', 'T')" if kind.startswith("TIMESTAMP") else f"left({written}, {text + 1})"


def scalar(value: Any, text: int, computed: bool = True) -> Any:
    """The value as JSON has it: infinity and not-a-number are null, decimals numbers, long texts end in `…`.

    Args:
        text: characters that are kept of a text.
        computed: whether a fraction may be a sum, whose last digits say nothing.
    """
    if isinstance(value, Decimal):
        return int(value) if value.as_tuple().exponent == 0 else float(value)
    if isinstance(value, float):
        return (_rounded(value) if computed else value) if math.isfinite(value) else None
    if isinstance(value, str) and len(value) > text:
        return value[:text] + "…"
    return value


def _rounded(value: float) -> float:
    return value if value.is_integer() else float(f"{value:.{_DIGITS}g}")


def written(value: Any) -> str:
    """The value in a sentence."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value)


def parted(number: float) -> str:
    """The number in a sentence, its thousands apart."""
    return f"{number:,.10g}" if isinstance(number, float) else f"{number:,}"
