"""An ODCS v3 document read into what the gate enforces, or refused with reason and place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from headgate.core.contract.columns import column_rules, is_in_file, null_token_list, read_column
from headgate.core.contract.keys import check_keys
from headgate.core.contract.layout import read_layout
from headgate.core.contract.model import Column, Contract, FileCheck, RowRule
from headgate.core.contract.node import Node
from headgate.core.contract.properties import custom_properties
from headgate.core.contract.quality import Found, Scope, read_quality
from headgate.core.nearest import closest
from headgate.core.yaml_document import YamlDocument, load_yaml

Rule = TypeVar("Rule", RowRule, FileCheck)

_VERSION = re.compile(r"v?(\d+)\.(\d+)(?:\.\d+.*)?")
NEWEST = "v3.2.0"


def load_contract(
    path: Path | str,
    schema: str | None = None,
    *,
    allow_reserved: bool = False,
    variables: Mapping[str, str] | None = None,
) -> Contract:
    """Read a contract file.

    Args:
        path: an ODCS v3.0 to v3.2 document, YAML or JSON.
        schema: the name of the schema object; needed when there are several.
        allow_reserved: accept names such as `_run`, for resubmitted files.
        variables: values of `${NAME}` references.

    Raises:
        UserMistake: the contract says something that can't be enforced as written; with file, line,
            column, key, and what to write instead.
        Outside: the file can't be read.
    """
    return read_contract(load_yaml(path), schema, allow_reserved=allow_reserved, variables=variables)


def read_contract(
    document: YamlDocument,
    schema: str | None = None,
    *,
    allow_reserved: bool = False,
    variables: Mapping[str, str] | None = None,
) -> Contract:
    """`load_contract` for a document already parsed."""
    root = Node(document, (), document.value, variables or {})
    _check_document(root)
    chosen = _choose_schema(root, schema)
    layout_given = custom_properties(chosen, "schema")
    columns, props = _columns(chosen, layout_given, allow_reserved)
    rules, checks = _rules(chosen, columns, props)
    name = chosen.need("name", "every schema object needs one").scalar()
    return Contract(
        id=root.need("id", "a contract needs one, for example a UUID").scalar(),
        version=root.need("version", "a contract needs one, for example 1.0.0").scalar(),
        name=root.text("name") or root.text("dataProduct") or name,
        schema=name,
        columns=_with_presence(columns, rules),
        rules=rules,
        checks=checks,
        layout=read_layout(layout_given, frozenset(column.name for column in columns)),
        sla=sla_entries(document),
        file=document.file,
        document=document.value,
    )


def schema_names(document: YamlDocument) -> tuple[str, ...]:
    """The names of the schema objects in a document."""
    root = Node(document, (), document.value, {})
    return tuple(entry.mapping().text("name") or "?" for entry in root.mapping().items("schema"))


def sla_entries(document: YamlDocument) -> tuple[dict[str, Any], ...]:
    """The slaProperties of a document, as written."""
    root = Node(document, (), document.value, {})
    return tuple(entry.mapping().value for entry in root.mapping().items("slaProperties"))


def _check_document(root: Node) -> None:
    if not isinstance(root.value, dict):
        raise root.refuse("this is not a data contract: it must start with `apiVersion: v3.2.0`, "
                          "`kind: DataContract`", next="`headgate contract infer DATA` writes a first one")  # fmt: skip
    _check_api_version(root)
    check_keys(root, "contract")
    kind = root.text("kind")
    if kind != "DataContract":
        raise root.refuse(f"`kind` must be DataContract, not {kind or 'nothing'}", "kind")
    custom_properties(root, None)


def _check_api_version(root: Node) -> None:
    text = root.text("apiVersion")
    if text is None:
        raise root.refuse(f"`apiVersion` is missing: write `apiVersion: {NEWEST}`")
    found = _VERSION.fullmatch(text)
    if not found or (int(found[1]) == 3 and not text.startswith("v")):
        raise root.refuse(f"`apiVersion` must look like {NEWEST}, not `{text}`", "apiVersion")
    major, minor = int(found[1]), int(found[2])
    if major < 3:
        raise root.refuse(
            f"ODCS {text} is too old: v3.0 to v3.2 are read", "apiVersion",
            next="move the contract to v3: `schema` for `dataset`, `properties` for `columns`",
        )  # fmt: skip
    if (major, minor) > (3, 2):
        raise root.refuse(f"ODCS {text} is newer than this Headgate, which reads up to v3.2", "apiVersion",
                          next="upgrade headgate, or write the contract in v3.2")  # fmt: skip


def _choose_schema(root: Node, wanted: str | None) -> Node:
    objects = [entry.mapping() for entry in root.items("schema")]
    if not objects:
        raise root.refuse("the contract has no `schema`, so there is nothing to enforce", "schema")
    names = [entry.need("name", "every schema object needs one").scalar() for entry in objects]
    if wanted is None:
        if len(objects) > 1:
            raise root.refuse(f"the contract has several schema objects: {', '.join(names)}", "schema",
                              next=f"name one, for example `--schema {names[0]}`")  # fmt: skip
        wanted = names[0]
    if wanted not in names:
        raise root.refuse(f"there is no schema object `{wanted}`; there are {', '.join(names)}", "schema",
                          next=f"did you mean `--schema {closest(wanted, names) or names[0]}`?")  # fmt: skip
    chosen = objects[names.index(wanted)]
    if names.count(wanted) > 1:
        raise chosen.refuse(f"two schema objects are named `{wanted}`", "name")
    check_keys(chosen, "schema")
    return chosen


def _columns(chosen: Node, given: Mapping[str, Node], allow_reserved: bool) -> tuple[tuple[Column, ...], list[Node]]:
    tokens = null_token_list(given["nullTokens"]) if "nullTokens" in given else ()
    tokens = tuple(dict.fromkeys(token for token in tokens if token))
    props = [prop for prop in chosen.items("properties") if is_in_file(prop.mapping())]
    if not props:
        raise chosen.refuse("the schema object has no `properties`, so there are no columns", "properties")
    columns = [read_column(prop, tokens, allow_reserved=allow_reserved) for prop in props]
    _check_names(props, columns)
    return tuple(columns), props


def _check_names(props: list[Node], columns: list[Column]) -> None:
    for what in ("name", "source"):
        seen: dict[str, tuple[str, Node]] = {}
        for prop, column in zip(props, columns, strict=True):
            text = str(getattr(column, what))
            first, node = seen.setdefault(text.casefold(), (text, prop))
            if node is prop:
                continue
            key = "name" if what == "name" or not prop.get("physicalName") else "physicalName"
            but = "" if first == text else f" and `{first}`, equal but for case,"
            line = node.place("name").line
            raise prop.refuse(f"`{text}`{but} stands here twice, first on line {line}", key)


def _rules(
    chosen: Node, columns: tuple[Column, ...], props: list[Node]
) -> tuple[tuple[RowRule, ...], tuple[FileCheck, ...]]:
    by_name = {column.name: column for column in columns}
    found: list[Found] = []
    for prop, column in zip(props, columns, strict=True):
        found += column_rules(prop, column)
        found += read_quality(prop, Scope(by_name, column))
    found += _primary_key(props, columns)
    found += read_quality(chosen, Scope(by_name))
    rules = [rule for rule in found if isinstance(rule, RowRule)]
    checks = [check for check in found if isinstance(check, FileCheck)]
    order = {name: at for at, name in enumerate(by_name)}
    ordered = sorted(_without_repeats(rules), key=lambda rule: _rank(rule, order))
    return _numbered(ordered), _numbered(checks)


def _rank(rule: RowRule, order: Mapping[str, int]) -> tuple[int, int]:
    """By column, presence and type first; then the primary key, then rules about several columns."""
    if rule.code == "row_rule" or len(rule.columns) > 1 or rule.code == "primary_key":
        return len(order), 0 if rule.code == "primary_key" else 1
    return order[rule.columns[0]], {"required": 0, "type": 1}.get(rule.code, 2)


def _with_presence(columns: tuple[Column, ...], rules: Iterable[RowRule]) -> tuple[Column, ...]:
    """A column is required however the contract says it: by `required`, a key, or a metric of nulls."""
    needed = {rule.columns[0] for rule in rules if rule.code == "required" and rule.severity == "error"}
    return tuple(replace(column, required=column.name in needed) for column in columns)


def _primary_key(props: list[Node], columns: tuple[Column, ...]) -> list[RowRule]:
    keyed = [pair for pair in zip(props, columns, strict=True) if pair[0].flag("primaryKey")]
    if not keyed:
        return []
    positions = [_position(prop) for prop, _ in keyed]
    for at, position in enumerate(positions):
        if position is not None and position in positions[:at]:
            raise keyed[at][0].refuse(f"two columns have primaryKeyPosition {position}", "primaryKeyPosition")
    order = sorted(range(len(keyed)), key=lambda at: (positions[at] is None, positions[at] or 0, at))
    names = tuple(keyed[at][1].name for at in order)
    single = len(names) == 1
    message = "must be unique" if single else f"{', '.join(names)} must be unique together"
    where = keyed[order[0]][0].place("primaryKey")
    return [RowRule(f"{names[0] if single else 'row'}.primary_key", "primary_key", names, None, message, where=where)]


def _position(prop: Node) -> int | None:
    found = prop.number("primaryKeyPosition")
    return None if found is None or found < 1 else int(found)


def _without_repeats(rules: Iterable[RowRule]) -> list[RowRule]:
    """One rule where the document says the same thing twice: `required` and nullValues, a key and `unique`."""
    kept: dict[Any, RowRule] = {}
    keys = {frozenset(rule.columns) for rule in rules if rule.code == "primary_key"}
    for rule in rules:
        if rule.code == "unique" and frozenset(rule.columns) in keys:
            continue
        what = (rule.code, rule.columns, repr(rule.argument))
        other = kept.get(what)
        if other is None or (other.severity, rule.severity) == ("warning", "error"):
            kept[what] = rule
    return list(kept.values())


def _numbered(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    counts: dict[str, int] = {}
    result = []
    for rule in rules:
        counts[rule.id] = counts.get(rule.id, 0) + 1
        number = counts[rule.id]
        result.append(rule if number == 1 else replace(rule, id=f"{rule.id}.{number}"))
    return tuple(result)
