"""logicalTypeOptions as row rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from headgate.core.contract.dates import read_bound, read_pattern
from headgate.core.contract.formats import (
    FORMAT_WORDS,
    INTEGER_FORMATS,
    NUMBER_FORMATS,
    STRING_FORMATS,
    UNCHECKED_FORMATS,
)
from headgate.core.contract.model import LogicalType, RowRule
from headgate.core.contract.node import Node
from headgate.core.contract.patterns import pattern_mistake
from headgate.core.nearest import nearest

_BOUNDS = ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")
_DATES = ("format", *_BOUNDS)
OPTIONS: dict[str, tuple[str, ...]] = {
    "string": ("minLength", "maxLength", "pattern", "format"),
    "date": (*_DATES, "timezone", "defaultTimezone"),
    "timestamp": (*_DATES, "timezone", "defaultTimezone"),
    "time": (*_DATES, "timezone", "defaultTimezone"),
    "number": ("multipleOf", "format", *_BOUNDS),
    "integer": ("multipleOf", "format", *_BOUNDS),
    "boolean": (),
    "object": ("minProperties", "maxProperties", "required"),
    "map": (),
    "array": ("minItems", "maxItems", "uniqueItems"),
    "vector": (
        "dimensions", "elementType", "distanceMetric", "embeddingModel", "embeddingModelVersion", "normalized",
    ),
}  # fmt: skip
_UTC = ("UTC", "Etc/UTC", "GMT", "Etc/GMT", "Z", "+00:00")
_WORDS = {
    "minimum": "at least",
    "exclusiveMinimum": "greater than",
    "maximum": "at most",
    "exclusiveMaximum": "less than",
}
_DATE_WORDS = {
    "minimum": "on or after",
    "exclusiveMinimum": "after",
    "maximum": "on or before",
    "exclusiveMaximum": "before",
}
_CODES = {
    "minimum": "minimum",
    "exclusiveMinimum": "exclusive_minimum",
    "maximum": "maximum",
    "exclusiveMaximum": "exclusive_maximum",
}


def check_options(options: Node, written_type: str) -> None:
    """Refuse options the type does not have; an option that is ignored would be a rule nobody enforces."""
    allowed = OPTIONS[written_type]
    for key in options.mapping().names():
        if key in allowed:
            continue
        homes = [name for name, names in OPTIONS.items() if key in names]
        if homes:
            raise options.refuse(f"`{key}` is for {' and '.join(homes)}, not for {written_type}", key)
        meant = nearest(key, allowed)
        hint = f"did you mean `{meant}`?" if meant else f"{written_type} has {', '.join(allowed) or 'none'}"
        raise options.refuse(f"the option `{key}` is unknown; {hint}", key)


def read_format(options: Node | None, column_type: LogicalType) -> str | None:
    """The checked `format` of a column; None when there is none that means a check."""
    text = options.text("format") if options else None
    if options is None or text is None:
        return None
    if column_type in ("date", "timestamp", "time"):
        _check_date_format(options, text, column_type)
        return text
    names = {"string": (*STRING_FORMATS, *UNCHECKED_FORMATS), "integer": (*INTEGER_FORMATS,)}.get(
        column_type, NUMBER_FORMATS
    )
    if text not in names:
        meant = nearest(text, names)
        hint = f"; did you mean `{meant}`?" if meant else f"; there are {', '.join(names)}"
        raise options.refuse(f"the format `{text}` is not known for {column_type}{hint}", "format")
    return text if text in STRING_FORMATS else None


def _check_date_format(options: Node, text: str, column_type: LogicalType) -> None:
    try:
        found = read_pattern(text)
    except ValueError as error:
        raise options.refuse(f"the format `{text}` can't be read: {error}", "format") from None
    if column_type == "time" and found.has_date:
        raise options.refuse("the format of a time column holds a date: use logicalType timestamp", "format")
    if column_type != "time" and not found.has_date:
        raise options.refuse("the format holds no date: use logicalType time", "format")


def option_rules(options: Node, column: str, column_type: LogicalType, written_type: str) -> Iterator[RowRule]:
    """The row rules of one column's options, in a fixed order."""
    _check_zone(options)
    if column_type in ("number", "integer"):
        yield from _numeric(options, column, column_type)
    elif column_type in ("date", "timestamp", "time"):
        yield from _bounds(options, column, column_type)
    elif column_type == "string":
        yield from _string(options, column)
    elif written_type == "vector":
        yield from _dimensions(options, column)
    elif written_type == "array":
        yield from _sizes(options, column, "Items", "entry", "entries")


def _rule(options: Node, key: str, column: str, code: str, argument: Any, message: str) -> RowRule:
    where = options.place(key)
    return RowRule(f"{column}.{code}", code, (column,), argument, message, where=where)


def _check_zone(options: Node) -> None:
    zone = options.text("defaultTimezone")
    if zone is not None and zone not in _UTC and not options.flag("timezone"):
        raise options.refuse(
            f"a timestamp without an offset is read as UTC here; `{zone}` is not supported", "defaultTimezone",
            next="have the sender write offsets and set `timezone: true`, or write `Etc/UTC`",
        )  # fmt: skip


def _numeric(options: Node, column: str, column_type: LogicalType) -> Iterator[RowRule]:
    yield from _bounds(options, column, column_type)
    if column_type == "integer":
        yield from _width(options, column)
    step = options.number("multipleOf")
    if step is not None:
        if step <= 0:
            raise options.refuse("`multipleOf` must be greater than 0", "multipleOf")
        message = f"must be a multiple of {step}"
        yield _rule(options, "multipleOf", column, "multiple_of", step, message)


def _width(options: Node, column: str) -> Iterator[RowRule]:
    name = options.text("format") or "i64"
    low, high = INTEGER_FORMATS[name]
    taken_low = options.get("minimum") or options.get("exclusiveMinimum")
    taken_high = options.get("maximum") or options.get("exclusiveMaximum")
    if low is not None and not (taken_low and taken_low.value >= low):
        message = f"must be at least {low} (format {name})"
        yield _rule(options, "format", column, "minimum", low, message)
    if high is not None and not (taken_high and taken_high.value <= high):
        message = f"must be at most {high} (format {name})"
        yield _rule(options, "format", column, "maximum", high, message)


def _bounds(options: Node, column: str, column_type: LogicalType) -> Iterator[RowRule]:
    found: dict[str, Any] = {}
    for key in _BOUNDS:
        written, value = _bound(options, key, column_type)
        if value is not None:
            found[written] = (key, value)
    _check_order(options, {key: value for key, (_, value) in found.items()})
    words = _WORDS if column_type in ("number", "integer") else _DATE_WORDS
    for key, (place, value) in found.items():
        yield _rule(options, place, column, _CODES[key], value, f"must be {words[key]} {value}")


def _bound(options: Node, key: str, column_type: LogicalType) -> tuple[str, Any]:
    """A bound under the name that says what it does: v3.0 writes `exclusiveMinimum: true` beside `minimum`."""
    node = options.get(key)
    plain = key.replace("exclusiveM", "m")
    if node is not None and isinstance(node.value, bool) and plain != key:
        return key, None
    exclusive = "exclusiveM" + key[1:]
    partner = options.get(exclusive) if not key.startswith("exclusive") else None
    name = exclusive if partner is not None and partner.value is True else key
    if node is None or column_type in ("number", "integer"):
        return name, options.number(key)
    text = node.scalar()
    value = read_bound(text, column_type)
    if value is None:
        raise options.refuse(f"`{key}` must be an ISO 8601 {column_type}, not '{text}'", key)
    return name, value


def _check_order(options: Node, found: dict[str, Any]) -> None:
    for low in ("minimum", "exclusiveMinimum"):
        for high in ("maximum", "exclusiveMaximum"):
            if low not in found or high not in found:
                continue
            touching = found[low] == found[high] and (low, high) != ("minimum", "maximum")
            if found[low] > found[high] or touching:
                message = f"no value can pass: {low} {found[low]} and {high} {found[high]}"
                raise options.refuse(message, high if options.get(high) else high.replace("exclusiveM", "m"))


def _string(options: Node, column: str) -> Iterator[RowRule]:
    yield from _sizes(options, column, "Length", "character", "characters")
    pattern = options.text("pattern")
    if pattern is not None:
        mistake = pattern_mistake(pattern)
        if mistake:
            raise options.refuse(f"the pattern can't be used: {mistake}", "pattern")
        yield _rule(options, "pattern", column, "pattern", pattern, f"must match {pattern}")
    name = read_format(options, "string")
    if name:
        yield _rule(options, "format", column, "format", name, f"must be {FORMAT_WORDS[name]}")


def _sizes(options: Node, column: str, what: str, one: str, many: str) -> Iterator[RowRule]:
    low, high = options.whole(f"min{what}"), options.whole(f"max{what}")
    if low is not None and high is not None and low > high:
        raise options.refuse(f"no value can pass: min{what} {low} and max{what} {high}", f"max{what}")
    code = {"Length": "length", "Items": "items"}[what]
    if low:
        message = f"must have at least {low} {one if low == 1 else many}"
        yield _rule(options, f"min{what}", column, f"min_{code}", low, message)
    if high is not None:
        message = f"must have at most {high} {one if high == 1 else many}"
        yield _rule(options, f"max{what}", column, f"max_{code}", high, message)


def _dimensions(options: Node, column: str) -> Iterator[RowRule]:
    count = options.whole("dimensions", 1)
    if count is not None:
        for code in ("min_items", "max_items"):
            message = f"must have exactly {count} entries"
            yield _rule(options, "dimensions", column, code, count, message)
