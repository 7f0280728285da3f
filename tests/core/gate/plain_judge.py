"""One small contract and what it says about a row, written a second time in plain Python. Nothing here imports headgate."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

PROPERTIES = """
      - {name: id, logicalType: string, required: true, unique: true, logicalTypeOptions: {maxLength: 5}}
      - {name: qty, logicalType: integer, required: true, logicalTypeOptions: {minimum: 0, maximum: 100}}
      - {name: price, logicalType: number, physicalType: "DECIMAL(6,2)", logicalTypeOptions: {exclusiveMinimum: 0}}
      - {name: kind, logicalType: string, enum: [{value: a}, {value: b}, {value: c c}, {value: é}]}
      - {name: day, logicalType: date, logicalTypeOptions: {minimum: "2020-01-01"}}
      - {name: flag, logicalType: boolean, unique: false}
    quality:
      - {type: custom, engine: headgate, name: bulk, implementation: qty < 50 OR price >= 1}
      - {type: custom, engine: headgate, name: unlucky, severity: warning, implementation: qty <> 13}
"""
COLUMNS = ("id", "qty", "price", "kind", "day", "flag")
KINDS = ("a", "b", "c c", "é")
NULL_TOKEN = "NULL"
SPACE = " \t\r\n\v\f"

Reason = tuple[str, str]


@dataclass(frozen=True)
class Judged:
    """What becomes of one record: its typed values and every (column, rule) it breaks; `unlucky` is the warning."""

    values: dict[str, Any]
    reasons: frozenset[Reason]
    unlucky: bool


def judge(rows: Sequence[Mapping[str, Any] | None]) -> list[Judged | None]:
    """Every record in file order, None for the malformed ones; of equal ids the first otherwise valid row stays."""
    seen: set[str] = set()
    judged: list[Judged | None] = []
    for row in rows:
        one = None if row is None else judge_one(row)
        if one and not one.reasons and one.values["id"] in seen:
            one = Judged(one.values, frozenset({("id", "unique")}), one.unlucky)
        if one and not one.reasons:
            seen.add(one.values["id"])
        judged.append(one)
    return judged


def judge_one(row: Mapping[str, Any]) -> Judged:
    """`row` has texts, None, and from JSON objects and arrays, which are of no column's type."""
    texts = {name: present(row.get(name)) for name in COLUMNS}
    values = {name: READERS[name](text) if isinstance(text, str) else None for name, text in texts.items()}
    reasons = {(name, "required") for name in ("id", "qty") if texts[name] is None}
    reasons |= {(name, "type") for name in COLUMNS if texts[name] is not None and values[name] is None}
    reasons |= {
        (column, code) for column, code, breaks in RULES if values[column] is not None and breaks(values[column])
    }
    qty, price = values["qty"], values["price"]
    if qty is not None and qty >= 50 and price is not None and price < 1:
        reasons.add(("qty,price", "row_rule"))
    return Judged(values, frozenset(reasons), qty == 13)


RULES: list[tuple[str, str, Any]] = [
    ("id", "max_length", lambda value: len(value) > 5),
    ("qty", "minimum", lambda value: value < 0),
    ("qty", "maximum", lambda value: value > 100),
    ("price", "exclusive_minimum", lambda value: value <= 0),
    ("kind", "valid_values", lambda value: value not in KINDS),
    ("day", "minimum", lambda value: value < date(2020, 1, 1)),
]


def present(text: Any) -> Any:
    return None if text is None or (isinstance(text, str) and text.strip(SPACE) in ("", NULL_TOKEN)) else text


def integer(text: str) -> int | None:
    found = re.fullmatch("[+-]?[0-9]+", text)
    return int(text) if found and -(2**63) <= int(text) < 2**63 else None


def price(text: str) -> Decimal | None:
    if not re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", text):
        return None
    value = Decimal(text)
    fits = abs(value) < 10_000 and value == round(value, 2)
    return round(value, 2) if fits else None


def day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        return None


def flag(text: str) -> bool | None:
    return {"true": True, "1": True, "false": False, "0": False}.get(text.lower())


READERS: dict[str, Any] = {"id": str, "qty": integer, "price": price, "kind": str, "day": day, "flag": flag}

# Texts that satisfy every rule about their own column, and texts of which `judge` may think what it likes.
GOOD: dict[str, tuple[str, ...]] = {
    "id": (
        "A1",
        "A2",
        "A3",
        "B1",
        "B2",
        "B3",
        "C1",
        "é",
        "x y",
        " A1",
        "a,b",
        'q"',
        "#c",
        "a\nb",
        "a\r\nb",
        "\\",
        "-",
        "=1+1",
        "\x02",
        "\x01",
    ),
    "qty": ("0", "1", "2", "13", "49", "50", "99", "100", "+7", "007"),
    "price": ("1", "1.5", "0.01", "9999.99", ".5", "5.", "1e1", "0.99", "1.000", ""),
    "kind": ("a", "b", "c c", "é", "", "NULL", " NULL ", "\t"),
    "day": ("2024-01-31", "2020-01-01", "2024-02-29", "9999-12-31", ""),
    "flag": ("true", "false", "1", "0", "TRUE", "False", ""),
}
BAD: dict[str, tuple[str, ...]] = {
    "id": ("", " ", "NULL", "toolong", "€", "漢字", "\U0001f600", "\0", "\ufeff", "A1\u2028"),
    "qty": ("-1", "101", "", "  ", "NULL", "4.5", "1_000", "0x10", " 4 ", "1e2", "9223372036854775808", "nan", "é"),
    "price": ("0", "-1", "10000", "0.001", "1.005", "nan", "inf", "1,5", "1e400", "1_0", "1.0000000000000000000001"),
    "kind": ("A", "d", "a ", "ab"),
    "day": (
        "2019-12-31",
        "2023-02-29",
        "2024-1-5",
        "2024/01/05",
        "epoch",
        "0000-01-01",
        "infinity",
        "2024-01-05 10:00:00",
        "0001-01-01",
    ),
    "flag": ("yes", "2", "t"),
}
