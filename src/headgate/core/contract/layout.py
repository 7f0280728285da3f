"""How a file is written, read from the customProperties of a schema object."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from headgate.core.contract.model import ExtraColumns, FileFormat, Layout, UnitCheck
from headgate.core.contract.node import Node
from headgate.core.contract.properties import BY_NAME, COMPRESSIONS, ENCODINGS
from headgate.core.nearest import nearest

FILE_FORMATS = ("csv", "json", "jsonl", "parquet")
EXTRA_COLUMNS = ("keep", "drop", "reject")
_RECORD_PATH = re.compile(r"\$(?:\.[^.\[\]*$\s][^.\[\]*$]*|\.\*|\[\*\])*(?:\.\*|\[\*\])")
_FIELD_PATH = re.compile(r"(?:\$\.)?[^.\[\]*$\s][^.\[\]*$]*(?:\.[^.\[\]*$\s][^.\[\]*$]*)*")


def read_layout(given: Mapping[str, Node], columns: frozenset[str]) -> Layout:
    """The layout a schema object's customProperties describe.

    Args:
        given: Headgate's customProperties of the schema object, by name.
        columns: the names of the contract's columns.

    Raises:
        UserMistake: a value that is not allowed, or one without meaning for the file format.
    """
    file_format = _choice(given, "fileFormat", dict.fromkeys(FILE_FORMATS, ()))
    _check_formats(given, file_format)
    quote = _character(given.get("quote"), '"', none_allowed=True)
    layout = Layout(
        file_format=cast("FileFormat | None", file_format),
        delimiter=_delimiter(given.get("delimiter")),
        quote=quote,
        escape=_character(given.get("escape"), quote) if quote else "",
        encoding=_choice(given, "encoding", ENCODINGS) or "utf-8",
        compression=cast(Any, _choice(given, "compression", COMPRESSIONS)),
        record_path=_record_path(given.get("recordPath")),
        parent_fields=_parent_fields(given.get("parentFields"), columns),
        unit_check=_unit_check(given.get("unitCheck")),
        extra_columns=cast("ExtraColumns", _choice(given, "extraColumns", dict.fromkeys(EXTRA_COLUMNS, ())) or "keep"),
    )
    _check_characters(given, layout)
    return layout


def _check_formats(given: Mapping[str, Node], file_format: str | None) -> None:
    for name, node in given.items():
        formats = BY_NAME[name].formats
        if file_format and formats and file_format not in formats:
            raise node.refuse(f"`{name}` has no meaning for {file_format} files")


def _choice(given: Mapping[str, Node], name: str, allowed: Mapping[str, tuple[str, ...]]) -> str | None:
    node = given.get(name)
    if node is None:
        return None
    word = node.scalar().strip().casefold().replace("_", "-")
    for value, aliases in allowed.items():
        if word == value or word in aliases:
            return value
    meant = nearest(word, allowed)
    hint = f"; did you mean `{meant}`?" if meant else ""
    raise node.refuse(f"`{name}` must be one of {', '.join(allowed)}, not {node.shown()}{hint}")


def _delimiter(node: Node | None) -> str:
    if node is None:
        return ","
    text = node.scalar()
    if text in ("tab", "\\t", "\t"):
        return "\t"
    if len(text) != 1 or text.isalnum() or text < " ":
        raise node.refuse(
            f"`delimiter` must be one character that is no letter, digit or control character, or `tab`; not {node.shown()}"
        )
    return text


def _character(node: Node | None, default: str, *, none_allowed: bool = False) -> str:
    if node is None:
        return default
    text = node.scalar()
    if none_allowed and text == "none":
        return ""
    if len(text) != 1 or not text.isascii() or text.isalnum() or text.isspace() or text < " ":
        raise node.refuse(f"it must be one ASCII character that is no letter or digit, not {node.shown()}")
    return text


def _check_characters(given: Mapping[str, Node], layout: Layout) -> None:
    for name, character in (("quote", layout.quote), ("escape", layout.escape)):
        if character == layout.delimiter:
            node = given.get(name) or given["delimiter"]
            raise node.refuse(f"the delimiter and the {name} are the same character: `{character}`")


def _record_path(node: Node | None) -> str | None:
    if node is None:
        return None
    text = node.scalar().strip()
    if not _RECORD_PATH.fullmatch(text):
        raise node.refuse(
            f"`recordPath` starts with `$`, goes on with `.name`, `.*` or `[*]`, and ends with `.*` or `[*]`, "
            f"like `$.rows[*]`; not {node.shown()}"
        )
    return text


def _parent_fields(node: Node | None, columns: frozenset[str]) -> tuple[tuple[str, str], ...]:
    if node is None:
        return ()
    for column in node.mapping().names():
        if column not in columns:
            raise node.refuse(_unknown_column(column, columns), column)
    return tuple((column, _field_path(node, column)) for column in node.names())


def _unknown_column(column: str, columns: frozenset[str]) -> str:
    meant = nearest(column, columns)
    hint = f"did you mean `{meant}`?" if meant else f"there are {', '.join(sorted(columns))}"
    return f"the contract has no column `{column}`; {hint}"


def _field_path(node: Node, key: str) -> str:
    text = node.text(key)
    if text is None or not _FIELD_PATH.fullmatch(text):
        raise node.refuse(f"the path of `{key}` must be names joined by points, like `meta.symbol`", key)
    return text.removeprefix("$.")


def _unit_check(node: Node | None) -> UnitCheck:
    if node is None:
        return UnitCheck()
    known = ("absentOrEqual", "required")
    for key in node.mapping().names():
        if key not in known:
            raise node.refuse(f"`unitCheck` has `absentOrEqual` and `required`, not `{key}`", key)
    equal = node.get("absentOrEqual")
    pairs = [(field, equal.text(field)) for field in equal.mapping().names()] if equal else []
    return UnitCheck(
        absent_or_equal=tuple((field, text or "") for field, text in pairs),
        required=node.texts("required"),
    )
