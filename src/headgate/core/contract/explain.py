"""The coverage sheet: what of a contract is enforced, how, and what is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from headgate.core.contract.model import Contract
from headgate.core.contract.properties import BY_NAME
from headgate.core.contract.quality import METRICS
from headgate.core.errors import Place
from headgate.core.yaml_document import KeyPath, YamlDocument, dotted

Level = Literal["row", "file", "reading", "not enforced"]

HEADINGS: dict[Level, str] = {
    "reading": "Decides how the file is read",
    "row": "Enforced on every row",
    "file": "Enforced on the file as a whole",
    "not enforced": "Not enforced",
}


@dataclass(frozen=True)
class Coverage:
    """One attribute of the document.

    Attributes:
        path: as in `schema[0].properties[2].unique`.
        subject: the column, or the schema object, or `contract`.
        attribute: the key, with its parents below the subject.
        value: as written, shortened.
        level: `row`, `file`, `reading`, or `not enforced`.
        note: what enforces it, or why nothing does.
        where: file, line and column.
    """

    path: str
    subject: str
    attribute: str
    value: str
    level: Level
    note: str
    where: Place


_META = "documentation"
_CONTRACT: dict[str, tuple[Level, str]] = {
    "apiVersion": ("reading", "which version of the standard is meant"),
    "kind": ("reading", "that this is a data contract"),
    "id": ("reading", "stands in every manifest and in the fingerprint"),
    "version": ("reading", "stands in every manifest and in the fingerprint"),
    "name": ("reading", "stands in reports"),
    "slaProperties": ("not enforced", "the gate does not look at it; by its frequency missing files are told of"),
    "servers": ("not enforced", "Headgate reads from its inbox, not from servers named here"),
    "status": ("not enforced", "a retired contract still gates what arrives"),
    "roles": ("not enforced", "access is not Headgate's to grant"),
}
_SCHEMA: dict[str, tuple[Level, str]] = {
    "name": ("reading", "names the schema object"),
    "physicalName": ("not enforced", "which pipeline a file belongs to is said in pipeline.yaml"),
    "relationships": ("not enforced", "other tables are not at hand when a file is gated"),
}
_PROPERTY: dict[str, tuple[Level, str]] = {
    "name": ("reading", "the column in accepted rows"),
    "physicalName": ("reading", "the header or field it is read from"),
    "logicalType": ("row", "rule type"),
    "required": ("row", "rule required"),
    "unique": ("row", "rule unique"),
    "primaryKey": ("row", "rules required and primary_key"),
    "primaryKeyPosition": ("row", "the order of the columns in a composite key"),
    "enum": ("row", "rule valid_values"),
    "relationships": ("not enforced", "other tables are not at hand when a file is gated"),
    "items": ("not enforced", "entries of an array are kept as they are"),
    "properties": ("not enforced", "fields inside an object are kept as they are"),
    "map": ("not enforced", "entries of a map are kept as they are"),
    "partitioned": ("not enforced", "accepted rows are partitioned by run"),
    "encryptedName": ("not enforced", "Headgate does not encrypt"),
}
_OPTIONS: dict[str, tuple[Level, str]] = {
    "minimum": ("row", "rule minimum"),
    "maximum": ("row", "rule maximum"),
    "exclusiveMinimum": ("row", "rule exclusive_minimum"),
    "exclusiveMaximum": ("row", "rule exclusive_maximum"),
    "multipleOf": ("row", "rule multiple_of"),
    "minLength": ("row", "rule min_length"),
    "maxLength": ("row", "rule max_length"),
    "pattern": ("row", "rule pattern"),
    "minItems": ("row", "rule min_items"),
    "maxItems": ("row", "rule max_items"),
    "dimensions": ("row", "rules min_items and max_items"),
    "timezone": ("not enforced", "an offset is read where there is one; without one a timestamp is UTC"),
    "defaultTimezone": ("reading", "UTC, the only one supported for timestamps without an offset"),
    "uniqueItems": ("not enforced", "entries of an array are kept as they are"),
    "minProperties": ("not enforced", "fields inside an object are kept as they are"),
    "maxProperties": ("not enforced", "fields inside an object are kept as they are"),
    "required": ("not enforced", "fields inside an object are kept as they are"),
}
_QUALITY_DETAILS = frozenset(("type", "metric", "rule", "arguments", "engine", "implementation", "query", "unit"))


def explain_contract(contract: Contract, document: YamlDocument) -> list[Coverage]:
    """Every attribute of the contract's document, in its order, with what becomes of it.

    Args:
        contract: as read from the document.
        document: what it was read from.
    """
    return list(_Sheet(contract, document).rows())


def render_coverage(coverage: list[Coverage]) -> str:
    """The sheet as text: one part per level, one line per attribute."""
    parts = []
    for level, heading in HEADINGS.items():
        rows = [row for row in coverage if row.level == level]
        if rows:
            width = max(len(row.subject) + len(row.attribute) + 1 for row in rows)
            lines = [f"  {f'{r.subject} {r.attribute}':<{width}}  {r.value}  ({r.note})" for r in rows]
            parts.append("\n".join([f"{heading}: {len(rows)}", *lines]))
    return "\n\n".join(parts) + "\n"


class _Sheet:
    def __init__(self, contract: Contract, document: YamlDocument) -> None:
        self.contract = contract
        self.document = document
        self.checks = {check.where: check for check in contract.checks}
        self.rules = {rule.where: rule for rule in contract.rules}

    def rows(self) -> Iterator[Coverage]:
        for key, value in self.document.value.items():
            if key == "schema":
                for at, entry in enumerate(value):
                    yield from self._object(("schema", at), entry)
            else:
                level, note = _CONTRACT.get(key, ("not enforced", _META))
                yield self._row((key,), "contract", key, value, level, note)

    def _object(self, path: KeyPath, entry: dict[str, Any]) -> Iterator[Coverage]:
        name = str(entry.get("name"))
        if name != self.contract.schema:
            yield self._row(path, name, "*", entry, "not enforced", "another schema object: name it with --schema")
            return
        for key, value in entry.items():
            if key == "properties":
                for at, prop in enumerate(value):
                    yield from self._property((*path, key, at), prop)
            elif key in ("quality", "customProperties"):
                yield from self._list((*path, key), name, key, value)
            else:
                level, note = _SCHEMA.get(key, ("not enforced", _META))
                yield self._row((*path, key), name, key, value, level, note)

    def _property(self, path: KeyPath, prop: dict[str, Any]) -> Iterator[Coverage]:
        name = str(prop.get("name"))
        if name not in {column.name for column in self.contract.columns}:
            note = f"a {prop.get('semanticType')} is computed, not read from a file"
            yield self._row(path, name, "*", prop, "not enforced", note)
            return
        for key, value in prop.items():
            if key in ("quality", "customProperties"):
                yield from self._list((*path, key), name, key, value)
            elif key == "logicalTypeOptions" and isinstance(value, dict):
                for option in value:
                    level, note = self._option(name, option, value)
                    yield self._row((*path, key, option), name, option, value[option], level, note)
            else:
                level, note = self._property_key(name, key, value)
                yield self._row((*path, key), name, key, value, level, note)

    def _property_key(self, name: str, key: str, value: Any) -> tuple[Level, str]:
        column = self.contract.column(name)
        if key == "classification":
            return ("reading", "values are masked in what people see") if column.sensitive else (
                "not enforced", "not one of the words that make a column sensitive")  # fmt: skip
        if key == "physicalType" and column.decimal:
            return "row", f"rule type: at most {column.decimal[0]} digits, {column.decimal[1]} after the point"
        if key == "physicalType":
            return "not enforced", "the logicalType decides"
        if key == "logicalType" and column.type == "string":
            return "reading", "every text is a string"
        if value is False and key in _PROPERTY:
            return "not enforced", "false asks for nothing"
        return _PROPERTY.get(key, ("not enforced", _META))

    def _option(self, name: str, option: str, options: dict[str, Any]) -> tuple[Level, str]:
        column = self.contract.column(name)
        if option == "format":
            return self._format(name, str(options[option]))
        if options[option] is False or (option in ("minLength", "minItems") and options[option] == 0):
            return "not enforced", "it asks for nothing"
        if column.type == "object":
            return "not enforced", "fields inside an object are kept as they are"
        return _OPTIONS.get(option, ("not enforced", _META))

    def _format(self, name: str, text: str) -> tuple[Level, str]:
        column = self.contract.column(name)
        if column.type in ("date", "timestamp", "time"):
            return "row", "rule type: the only form accepted"
        if column.type == "string":
            return ("row", "rule format") if column.format else ("not enforced", f"{text} has no form to check")
        made = [
            rule.code for rule in self.contract.rules if rule.columns == (name,) and f"format {text})" in rule.message
        ]
        return ("row", f"rules {' and '.join(made)}") if made else ("not enforced", "the type's own range is as wide")

    def _list(self, path: KeyPath, subject: str, key: str, entries: list[dict[str, Any]]) -> Iterator[Coverage]:
        for at, entry in enumerate(entries):
            here = (*path, at)
            if key == "customProperties":
                name = str(entry.get("property"))
                ours = BY_NAME.get(name)
                level: Level = "reading" if ours else "not enforced"
                yield self._row(here, subject, name, entry.get("value"), level, ours.doc if ours else "not Headgate's")
            else:
                level, note = self._quality(here, entry)
                shown = {k: v for k, v in entry.items() if k in _QUALITY_DETAILS or k.startswith("must")}
                yield self._row(here, subject, "quality", shown, level, note)

    def _quality(self, path: KeyPath, entry: dict[str, Any]) -> tuple[Level, str]:
        places = [self.document.place(path)]
        places += [self.document.place((*path, key)) for key in ("implementation", "query")]
        for place in places:
            if place in self.rules:
                rule = self.rules[place]
                counted = " (counted only)" if rule.severity == "warning" else ""
                return "row", f"rule {rule.id}{counted}"
            if place in self.checks:
                check = self.checks[place]
                counted = " (counted only)" if check.severity == "warning" else ""
                return ("not enforced", check.skipped) if check.skipped else ("file", f"check {check.id}{counted}")
        word = entry.get("metric") or entry.get("rule")
        return "row", f"said already by another rule ({word})" if word in METRICS else "said already by another rule"

    def _row(self, path: KeyPath, subject: str, attribute: str, value: Any, level: Level, note: str) -> Coverage:
        return Coverage(dotted(path), subject, attribute, _shown(value), level, note, self.document.place(path))


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        inside = ", ".join(f"{key}: {_shown(child)}" for key, child in value.items())
        text = f"{{{inside}}}"
    elif isinstance(value, list):
        text = f"[{', '.join(_shown(child) for child in value)}]"
    elif value is None or isinstance(value, bool):
        text = {None: "null", True: "true", False: "false"}[value]
    else:
        text = " ".join(str(value).split())
    return text if len(text) <= 60 else text[:59] + "…"
