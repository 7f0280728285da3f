"""The customProperties Headgate reads: one table, used by the loader, `contract explain` and the docs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from headgate.core.contract.keys import check_keys
from headgate.core.contract.node import Node
from headgate.core.nearest import nearest

Level = Literal["schema", "property"]

RESERVED_NAMES = (
    "_run", "_record", "_line", "_reasons", "_raw", "_raw_bytes", "_row", "_file", "_claimed_at",
)  # fmt: skip

# ODCS leaves the words of `classification` open; these make a column sensitive.
SENSITIVE_CLASSES = (
    "confidential", "highly confidential", "pci", "personal", "phi", "pii", "private", "restricted",
    "secret", "sensitive",
)  # fmt: skip

ENCODINGS = {
    "utf-8": ("utf8", "utf-8-sig"),
    "utf-16": ("utf16",),
    "utf-16-le": ("utf16le", "utf-16le"),
    "utf-16-be": ("utf16be", "utf-16be"),
    "latin-1": ("latin1", "iso-8859-1", "iso8859-1", "l1"),
    "cp1252": ("cp-1252", "windows-1252", "windows1252"),
}
COMPRESSIONS = {"none": (), "gzip": ("gz",), "zstd": ("zst",), "bzip2": ("bz2",)}


@dataclass(frozen=True)
class Property:
    """One customProperty.

    Attributes:
        name: as written in a contract.
        level: where it may stand: on a schema object, on a property, or on both.
        values: the allowed values, for people.
        default: what holds without it, for people.
        doc: one line.
        formats: file formats it has a meaning for; empty means all.
        types: logical types it has a meaning for; empty means all.
    """

    name: str
    level: tuple[Level, ...]
    values: str
    default: str
    doc: str
    formats: tuple[str, ...] = ()
    types: tuple[str, ...] = ()


_SCHEMA: tuple[Level, ...] = ("schema",)
_PROPERTY: tuple[Level, ...] = ("property",)

PROPERTIES: tuple[Property, ...] = (
    Property("fileFormat", _SCHEMA, "csv, json, jsonl, parquet", "by the file name's ending, else csv",
             "how the file is written"),
    Property("delimiter", _SCHEMA, "one character, or `tab`", "`,`", "what parts two fields", ("csv",)),
    Property("quote", _SCHEMA, "one ASCII character, or `none`", '`"`', "what encloses a field", ("csv",)),
    Property("escape", _SCHEMA, "one ASCII character", "the quote, doubled",
             "what makes the next quote part of the field", ("csv",)),
    Property("encoding", _SCHEMA, ", ".join(ENCODINGS), "utf-8",
             "how characters are written as bytes; a byte order mark is taken off", ("csv", "json", "jsonl")),
    Property("compression", _SCHEMA, ", ".join(COMPRESSIONS), "by the file name's ending, else none",
             "how the whole file is packed", ("csv", "json", "jsonl")),
    Property("recordPath", _SCHEMA, "steps `.name`, `.*`, `[*]` after `$`", "`$[*]`",
             "where the rows stand in a JSON document", ("json",)),
    Property("parentFields", _SCHEMA, "a mapping column: path", "none",
             "columns taken from the unit around the rows, the same for each of its rows", ("json",)),
    Property("unitCheck", _SCHEMA, "a mapping with absentOrEqual and required", "none",
             "what the unit around the rows must have; else it is rejected as one record", ("json",)),
    Property("extraColumns", _SCHEMA, "keep, drop, reject", "keep",
             "what happens to columns the contract does not list"),
    Property("nullTokens", ("schema", "property"), "a list of texts", "none",
             "texts that mean missing, beside the empty one; on a property they replace the schema's"),
    Property("integerForm", _PROPERTY, "digits, decimal", "digits",
             "decimal also accepts whole numbers written `98.0`", (), ("integer",)),
    Property("sensitive", _PROPERTY, "true, false", "by `classification`, else false",
             "its values are masked in everything printed, logged or mailed"),
    Property("trueValues", _PROPERTY, "a list of texts", "true, 1",
             "texts that mean true, in any case; needs falseValues", (), ("boolean",)),
    Property("falseValues", _PROPERTY, "a list of texts", "false, 0",
             "texts that mean false, in any case; needs trueValues", (), ("boolean",)),
)  # fmt: skip

BY_NAME = {entry.name: entry for entry in PROPERTIES}


def custom_properties(node: Node, level: Level | None) -> dict[str, Node]:
    """Headgate's customProperties of one element, by name; those of others are left out.

    Args:
        node: the contract, schema object or property that may hold `customProperties`.
        level: which of them it is; None for every other place.

    Raises:
        UserMistake: one of ours is misspelt, stands at the wrong level, or twice, or has no value.
    """
    found: dict[str, Node] = {}
    for entry in node.items("customProperties"):
        check_keys(entry.mapping(), "customProperties")
        name = entry.text("property") or ""
        if not _is_ours(entry, name):
            continue
        _check_level(entry, name, level)
        if name in found:
            raise entry.refuse(f"`{name}` is given twice", "property")
        value = entry.get("value")
        if value is None:
            raise entry.refuse(f"`{name}` has no value; it takes {BY_NAME[name].values}", "property")
        found[name] = value
    return found


def _is_ours(entry: Node, name: str) -> bool:
    if (entry.text("vendor") or "headgate").casefold() != "headgate":
        return False
    if name in BY_NAME:
        return True
    meant = nearest(name, BY_NAME)
    if meant:
        raise entry.refuse(
            f"the custom property `{name}` is unknown; did you mean `{meant}`?", "property",
            next=f"write `{meant}`, or add `vendor: <its owner>` if it belongs to another tool",
        )  # fmt: skip
    return False


def _check_level(entry: Node, name: str, level: Level | None) -> None:
    allowed = BY_NAME[name].level
    if level not in allowed:
        home = " or a ".join({"schema": "schema object", "property": "property"}[at] for at in allowed)
        raise entry.refuse(f"`{name}` has no effect here: it belongs to a {home}", "property")


def table() -> Iterator[tuple[str, str, str, str, str]]:
    """Rows of the reference table: name, level, values, default, meaning."""
    for entry in PROPERTIES:
        yield entry.name, ", ".join(entry.level), entry.values, entry.default, entry.doc
