"""What the bundled pipelines accept and reject, read in plain Python: slow, short, and no part of Headgate.

The rules stand in plain_rules a second time, by hand, so that the gate can be held against them. Nothing is shared
with it: no contract is loaded, no engine used; csv says what a record is, json where a value ends.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from tests.examples.plain_rules import PIPELINES, Column, Rules

csv.field_size_limit(2**31 - 1)

Cells = Mapping[str, str | None]
Value = str | int | float | Decimal | dt.date | dt.datetime
# (column, rule code); of a rule about several columns their names in alphabetical order, joined by commas;
# of a malformed record or unit the column is empty.
Reason = tuple[str, str]


@dataclass(frozen=True)
class Judged:
    """One record: its number among the data records from 1, the physical line where it starts, why it is rejected."""

    record: int
    line: int
    reasons: frozenset[Reason]

    @property
    def verdict(self) -> str:
        return "rejected" if self.reasons else "accepted"


# --- one cell -----------------------------------------------------------------------------------------------

INTEGER = re.compile(r"[+-]?[0-9]+")
LOOSE_INTEGER = re.compile(r"[+-]?[0-9]+(\.0+)?")
NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TIMESTAMP = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?"
)


def integer(cell: str, form: re.Pattern[str]) -> int | None:
    return int(cell.split(".")[0]) if form.fullmatch(cell) else None


def number(cell: str, scale: int | None) -> Decimal | float | None:
    """Exact where the column is money, else as floating point, as prices and temperatures are compared."""
    if not NUMBER.fullmatch(cell):
        return None
    if scale is None:
        return float(cell)
    exponent = Decimal(cell).as_tuple().exponent
    return Decimal(cell) if isinstance(exponent, int) and -exponent <= scale else None


def moment(cell: str, form: re.Pattern[str], parse: Callable[[str], Value]) -> Value | None:
    try:
        return parse(cell) if form.fullmatch(cell) else None
    except ValueError:
        return None


def typed(cell: str, column: Column) -> Value | None:
    """The cell's value, or None when it isn't of the column's type."""
    match column.kind:
        case "integer":
            return integer(cell, INTEGER)
        case "loose integer":
            return integer(cell, LOOSE_INTEGER)
        case "number":
            return number(cell, column.scale)
        case "date":
            return moment(cell, DATE, dt.date.fromisoformat)
        case "timestamp":
            return moment(cell, TIMESTAMP, dt.datetime.fromisoformat)
    return cell


def absent(cell: str, column: Column) -> bool:
    return not cell.strip() or cell.strip() in column.missing


def cell_faults(value: Value, column: Column) -> Iterator[str]:
    """The codes of the rules that a value of the right type breaks."""
    if column.values and value not in column.values:
        yield "valid_values"
    if not isinstance(value, int | float | Decimal):
        return
    if column.minimum is not None and value < column.minimum:
        yield "minimum"
    if column.above is not None and value <= column.above:
        yield "exclusive_minimum"
    if column.maximum is not None and value > column.maximum:
        yield "maximum"


# --- one row, then all of them ------------------------------------------------------------------------------


def row_values(cells: Cells, rules: Rules) -> tuple[dict[str, Value], set[Reason]]:
    """The values that are there and of their type, and what is wrong with single cells."""
    values: dict[str, Value] = {}
    reasons: set[Reason] = set()
    for name, column in rules.columns.items():
        cell = cells.get(name) or ""
        if absent(cell, column):
            reasons |= {(name, "required")} if column.required else set()
            continue
        cell = cell.strip() if name in rules.trimmed else cell
        value = typed(cell, column)
        if value is None:
            reasons.add((name, "type"))
        else:
            values[name] = value
            reasons |= {(name, code) for code in cell_faults(value, column)}
    return values, reasons


def broken_relations(values: dict[str, Value], rules: Rules) -> Iterator[Reason]:
    """A relation is judged only where all of its cells have a value."""
    for names, holds in rules.relations.items():
        if all(name in values for name in names) and not holds(*(values[name] for name in names)):
            yield ",".join(sorted(names)), "row_rule"


def judge_row(cells: Cells, rules: Rules, taken: set[tuple[Value, ...]]) -> frozenset[Reason]:
    """All reasons of a row; only a row without any takes its key, so only it makes later ones duplicates."""
    values, reasons = row_values(cells, rules)
    reasons |= set(broken_relations(values, rules))
    if not rules.key or reasons:
        return frozenset(reasons)
    key = tuple(values[name] for name in rules.key)
    if key in taken:
        return frozenset({(",".join(sorted(rules.key)), "primary_key")})
    taken.add(key)
    return frozenset()


# --- CSV: what is a record ----------------------------------------------------------------------------------

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


def physical_lines(data: bytes) -> list[str]:
    """Lines with their breaks; bytes that are not UTF-8 become lone surrogates, which no valid text holds."""
    return LINE.findall(data.decode("utf-8", "surrogateescape"))


def framed(lines: list[str], start: int) -> tuple[list[str] | str, int]:
    """The record that starts at a line, as fields or as a code, and how many lines it takes.

    Where quoting is broken, the record ends at its first line break.
    """
    reader = csv.reader((lines[n] for n in range(start, len(lines))), strict=True)
    try:
        fields = next(reader)
    except csv.Error as error:
        return ("open_quote" if "unexpected end" in str(error) else "text_after_quote"), 1
    if any("\udc80" <= letter <= "\udcff" for cell in fields for letter in cell):
        return "undecodable", reader.line_num
    return fields, reader.line_num


def csv_records(lines: list[str], start: int) -> Iterator[tuple[int, list[str] | str]]:
    """Records with the number of their first line; blank lines are none."""
    while start < len(lines):
        record, taken = framed(lines, start)
        if lines[start].strip("\r\n"):
            yield start + 1, record
        start += taken


def field_count_fault(record: list[str], header: list[str]) -> str | None:
    if len(record) == len(header):
        return None
    return "too_few_fields" if len(record) < len(header) else "too_many_fields"


def read_csv(rules: Rules, data: bytes) -> Iterator[Judged]:
    lines = physical_lines(data)
    header, height = framed(lines, 0)
    assert isinstance(header, list), header
    taken: set[tuple[Value, ...]] = set()
    for count, (line, record) in enumerate(csv_records(lines, height), start=1):
        fault = record if isinstance(record, str) else field_count_fault(record, header)
        if fault:
            yield Judged(count, line, frozenset({("", fault)}))
        else:
            cells = dict(zip(header, record, strict=True))
            yield Judged(count, line, judge_row(cells, rules, taken))


# --- the stocks document ------------------------------------------------------------------------------------

SPACE = re.compile(r"[ \t\r\n]*")
# Numbers and literals stay as written, so that 98.0 is not taken for 98.
DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)


def skip_space(text: str, at: int) -> int:
    found = SPACE.match(text, at)
    return found.end() if found else at


def members(text: str, at: int) -> Iterator[tuple[str, int, object]]:
    """Key (or empty in an array), offset and value of each member of the object or array that starts at an offset."""
    named = text[at] == "{"
    at = skip_space(text, at + 1)
    while text[at] not in "}]":
        key = ""
        if named:
            key, at = DECODER.raw_decode(text, at)
            at = skip_space(text, skip_space(text, at) + 1)
        value, end = DECODER.raw_decode(text, at)
        yield key, at, value
        at = skip_space(text, end)
        at = skip_space(text, at + 1) if text[at] == "," else at


def bar_cell(value: object) -> str | None:
    """The text of a JSON value: strings and numbers as they stand; what is neither is no number and no date."""
    return value if value is None or isinstance(value, str) else json.dumps(value)


def bad_unit(unit: object) -> bool:
    if not isinstance(unit, dict):
        return True
    return unit.get("status", "ok") != "ok" or unit.get("meta") is None or unit.get("values") is None


def bars(text: str, at: int, unit: dict[str, dict[str, object]]) -> Iterator[tuple[int, Cells]]:
    """Offset and cells of each bar of a unit, with what its meta says carried down."""
    carried = {name: bar_cell(unit["meta"].get(name)) for name in ("symbol", "interval")}
    start = next(offset for key, offset, _ in members(text, at) if key == "values")
    for _, offset, bar in members(text, start):
        assert isinstance(bar, dict), bar
        yield offset, {name: bar_cell(value) for name, value in bar.items()} | carried


def stock_rows(text: str) -> Iterator[tuple[int, Cells | None]]:
    """Offset and cells of each record in document order; a rejected unit is one record without cells."""
    for _, at, unit in members(text, skip_space(text, 0)):
        if bad_unit(unit):
            yield at, None
        else:
            assert isinstance(unit, dict)
            yield from bars(text, at, unit)


def read_stocks(rules: Rules, data: bytes) -> Iterator[Judged]:
    text = data.decode()
    taken: set[tuple[Value, ...]] = set()
    for count, (offset, cells) in enumerate(stock_rows(text), start=1):
        line = len(re.findall(r"\r\n|\r|\n", text[:offset])) + 1
        bad = frozenset({("", "bad_unit")})
        yield Judged(count, line, bad if cells is None else judge_row(cells, rules, taken))


def read(pipeline: str, data: bytes) -> list[Judged]:
    """Every record of a file of one of the pipelines, in the order of the file."""
    rules = PIPELINES[pipeline]
    return list(read_stocks(rules, data) if pipeline == "stocks" else read_csv(rules, data))
