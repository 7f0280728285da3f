"""The columns of a contract, read from ODCS properties."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, cast

from headgate.core.contract.dates import read_pattern
from headgate.core.contract.keys import check_keys
from headgate.core.contract.model import Column, LogicalType, RowRule
from headgate.core.contract.node import Node
from headgate.core.contract.options import OPTIONS, check_options, option_rules, read_format
from headgate.core.contract.properties import (
    BY_NAME,
    RESERVED_NAMES,
    SENSITIVE_CLASSES,
    custom_properties,
)
from headgate.core.nearest import nearest

# What a document calls by these names is read as the gate's own type.
_STORED_AS = {"map": "object", "vector": "array"}
_DECIMAL = re.compile(r"(?:decimal|numeric)\s*\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)", re.IGNORECASE)
_TYPE_WORDS = {
    "date": "a date",
    "timestamp": "a timestamp",
    "time": "a time",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "a true or false value",
    "object": "a JSON object",
    "array": "a JSON array",
}


def is_in_file(prop: Node) -> bool:
    """False for what v3.2 calls a measure, or a dimension with logic: they are computed from other columns."""
    kind = prop.text("semanticType")
    return kind not in ("measure", "dimension") or (kind == "dimension" and not prop.get("transformLogic"))


def read_column(prop: Node, null_tokens: tuple[str, ...], *, allow_reserved: bool = False) -> Column:
    """One column, with its types and lexical forms.

    Args:
        prop: an entry of `properties`.
        null_tokens: those of the schema object, used unless the property gives its own.
        allow_reserved: a resubmitted file may hold reserved names.
    """
    check_keys(prop.mapping(), "property")
    name = prop.need("name", "every property needs one").scalar()
    source = prop.text("physicalName") or name
    if not allow_reserved:
        _check_reserved(prop, name, source)
    options = prop.get("logicalTypeOptions")
    written_type = _written_type(prop)
    if options:
        check_options(options, written_type)
    column_type = _column_type(written_type, options)
    given = custom_properties(prop, "property")
    _check_types(given, column_type)
    true_values, false_values = _boolean_forms(given)
    return Column(
        name=name,
        source=source,
        type=column_type,
        required=prop.flag("required") or prop.flag("primaryKey"),
        decimal=_decimal(prop, column_type),
        format=read_format(options, column_type),
        null_tokens=_tokens(prop, given, null_tokens),
        integer_form=_integer_form(given.get("integerForm")),
        true_values=true_values,
        false_values=false_values,
        sensitive=_sensitive(prop, given),
        description=prop.text("description"),
    )


def column_rules(prop: Node, column: Column) -> Iterator[RowRule]:
    """The rules of one column that its quality does not give: required, type, options, enum, unique."""
    name = column.name
    if column.required:
        where = prop.place("required" if prop.get("required") else "primaryKey")
        yield RowRule(f"{name}.required", "required", (name,), None, "is required", where=where)
    if column.type != "string":
        word = _TYPE_WORDS[column.type]
        if column.format:
            word += f" written {column.format}"
        yield RowRule(f"{name}.type", "type", (name,), column.type, f"must be {word}", where=prop.place("logicalType"))
    options = prop.get("logicalTypeOptions")
    if options:
        yield from option_rules(options, name, column.type, _written_type(prop))
    if prop.get("enum"):
        entries = [entry.need("value", "each entry needs one") for entry in prop.items("enum")]
        yield valid_values_rule(prop, "enum", entries, column)
    if prop.flag("unique") and not prop.flag("primaryKey"):
        yield RowRule(f"{name}.unique", "unique", (name,), None, "must be unique", where=prop.place("unique"))


def valid_values_rule(holder: Node, key: str, entries: list[Node], column: Column) -> RowRule:
    """The rule that a column's value is one of a list, each entry read by the column's type."""
    values = tuple(dict.fromkeys(_value(entry, column) for entry in entries if _is_value(entry)))
    if not values:
        raise holder.refuse("the list of values is empty", key)
    if column.type in ("object", "array"):
        raise holder.refuse(f"a list of values has no meaning for {column.type} columns", key)
    shown = ", ".join(str(value) for value in values[:10]) + (", …" if len(values) > 10 else "")
    message = f"must be one of {shown}"
    return RowRule(
        f"{column.name}.valid_values", "valid_values", (column.name,), values, message, where=holder.place(key)
    )


def _is_value(entry: Node) -> bool:
    return entry.value is not None and entry.value != ""


def _value(entry: Node, column: Column) -> Any:
    from headgate.core.contract.dates import read_bound

    if column.type in ("number", "integer"):
        if isinstance(entry.value, bool) or not isinstance(entry.value, int | float):
            raise entry.refuse(f"{entry.shown()} is not a number, but `{column.name}` is")
        return entry.value
    if column.type == "boolean":
        if not isinstance(entry.value, bool):
            raise entry.refuse(f"{entry.shown()} is not true or false, but `{column.name}` is")
        return entry.value
    if column.type in ("date", "timestamp", "time"):
        value = read_bound(entry.scalar(), column.type)
        if value is None:
            raise entry.refuse(f"{entry.shown()} is not an ISO 8601 {column.type}")
        return value
    return entry.scalar()


def _check_reserved(prop: Node, name: str, source: str) -> None:
    for key, text in (("name", name), ("physicalName", source)):
        if text.casefold() in RESERVED_NAMES:
            raise prop.refuse(f"`{text}` is reserved for Headgate's own columns", key)


def _written_type(prop: Node) -> str:
    text = prop.text("logicalType") or "string"
    if text in OPTIONS:
        return text
    meant = nearest(text, OPTIONS) or {
        "int": "integer", "bigint": "integer", "long": "integer", "float": "number", "double": "number",
        "decimal": "number", "text": "string", "varchar": "string", "str": "string", "bool": "boolean",
        "datetime": "timestamp", "struct": "object", "list": "array",
    }.get(text.casefold())  # fmt: skip
    hint = f"did you mean `{meant}`?" if meant else f"there are {', '.join(OPTIONS)}"
    raise prop.refuse(f"the logicalType `{text}` is unknown; {hint}", "logicalType")


def _column_type(written_type: str, options: Node | None) -> LogicalType:
    """The gate's type: a `date` whose format holds a time of day is a timestamp, as older contracts write it."""
    stored = _STORED_AS.get(written_type, written_type)
    pattern = options.text("format") if options and stored == "date" else None
    if pattern and _has_time(pattern):
        stored = "timestamp"
    return cast(LogicalType, stored)


def _has_time(pattern: str) -> bool:
    try:
        found = read_pattern(pattern)
    except ValueError:
        return False
    return found.has_date and found.has_time


def _check_types(given: dict[str, Node], column_type: LogicalType) -> None:
    for name, node in given.items():
        types = BY_NAME[name].types
        if types and column_type not in types:
            raise node.refuse(f"`{name}` is for {', '.join(types)} columns, this one is {column_type}")


def _decimal(prop: Node, column_type: LogicalType) -> tuple[int, int] | None:
    found = _DECIMAL.fullmatch((prop.text("physicalType") or "").strip())
    if column_type != "number" or not found:
        return None
    precision, scale = int(found[1]), int(found[2] or 0)
    if not 1 <= precision <= 38 or scale > precision:
        raise prop.refuse("a decimal has 1 to 38 digits, and no more of them after the point", "physicalType")
    return precision, scale


def _tokens(prop: Node, given: dict[str, Node], inherited: tuple[str, ...]) -> tuple[str, ...]:
    tokens = null_token_list(given["nullTokens"]) if "nullTokens" in given else inherited
    for check in prop.items("quality"):
        arguments = check.mapping().get("arguments")
        if arguments and isinstance(arguments.value, dict):
            tokens += tuple(text.strip() for text in arguments.texts("missingValues"))
    return tuple(dict.fromkeys(token for token in tokens if token))


def null_token_list(node: Node) -> tuple[str, ...]:
    """The texts of a nullTokens value, without white space around; the empty one is always missing."""
    if not isinstance(node.value, list):
        raise node.refuse(f"it must be a list of texts, not {node.shown()}")
    entries = [Node(node.document, (*node.path, at), v, node.variables) for at, v in enumerate(node.value)]
    return tuple(entry.scalar().strip() for entry in entries if entry.value is not None)


def _integer_form(node: Node | None) -> Any:
    if node is None:
        return "digits"
    if node.value not in ("digits", "decimal"):
        raise node.refuse(f"`integerForm` must be digits or decimal, not {node.shown()}")
    return node.value


def _boolean_forms(given: dict[str, Node]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    pair = (given.get("trueValues"), given.get("falseValues"))
    if pair == (None, None):
        return (), ()
    for node, other in zip(pair, reversed(pair), strict=True):
        if other is None and node is not None:
            raise node.refuse("`trueValues` and `falseValues` are only understood together")
    forms = [tuple(text.casefold() for text in null_token_list(cast(Node, node))) for node in pair]
    both = set(forms[0]) & set(forms[1])
    if both or not all(forms):
        problem = f"'{min(both)}' means true and false" if both else "both lists need a text"
        raise cast(Node, pair[1]).refuse(problem)
    return forms[0], forms[1]


def _sensitive(prop: Node, given: dict[str, Node]) -> bool:
    node = given.get("sensitive")
    if node is not None:
        if not isinstance(node.value, bool):
            raise node.refuse(f"`sensitive` must be true or false, not {node.shown()}")
        return node.value
    options = prop.get("logicalTypeOptions")
    is_password = options is not None and options.value.get("format") == "password"
    return is_password or (prop.text("classification") or "").strip().casefold() in SENSITIVE_CLASSES
