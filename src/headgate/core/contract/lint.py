"""All that can be said against a contract before any data is there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from headgate.core.contract.load import read_contract, schema_names, sla_entries
from headgate.core.contract.model import Contract
from headgate.core.errors import Place, UserMistake
from headgate.core.expression import check_expression, check_select
from headgate.core.sla import unclear_entries
from headgate.core.yaml_document import KeyPath, YamlDocument, load_yaml, walk

Level = Literal["error", "warning"]
Source = Literal["standard", "headgate", "sql"]

_YAML_1_1_WORDS = frozenset(
    word for plain in ("yes", "no", "on", "off", "y", "n") for word in (plain, plain.upper(), plain.title())
)


@dataclass(frozen=True)
class Finding:
    """One remark.

    Attributes:
        level: `error` when the contract can't be used or the standard forbids it; `warning` for what is only unwise.
        source: `standard` (its JSON Schema or package), `headgate` (the loader), `sql` (an expression or query).
    """

    level: Level
    source: Source
    message: str
    where: Place
    next: str | None = None

    def __str__(self) -> str:
        return f"{self.where}: {self.level}: {self.message} [{self.source}]"


def lint_contract(path: Path | str, schema: str | None = None) -> list[Finding]:
    """Check a contract against the standard and against what Headgate can enforce.

    Args:
        path: the contract.
        schema: one schema object; by default each of them.

    Returns:
        Findings by line; none when all is well. A file that is no YAML gives one.

    Raises:
        UserMistake: the extra `standard` is not installed.
        Outside: the file can't be read.
    """
    _standard()
    try:
        document = load_yaml(path)
    except UserMistake as mistake:
        return [_found("headgate", mistake)]
    findings = [
        *_against_standard(document),
        *_against_loader(document, schema),
        *_promises(document),
        *_unwise(document),
    ]
    return sorted(set(findings), key=lambda found: (found.where.line or 0, found.where.column or 0, found.message))


def _standard() -> Any:
    """The validator for the official JSON Schema, as the package brings it."""
    try:
        import open_data_contract_standard as package
        from jsonschema import Draft201909Validator
    except ImportError as error:
        raise UserMistake(
            f"`contract lint` needs the package {error.name}, which is not installed",
            next="pip install 'headgate[standard]'",
            code="missing_extra",
        ) from None
    schema = json.loads(resources.files(package).joinpath("schema.json").read_text(encoding="utf-8"))
    return Draft201909Validator(schema)


def _against_standard(document: YamlDocument) -> Iterator[Finding]:
    validator = _standard()
    told: set[tuple[KeyPath, str]] = set()
    for error in _leaves(validator.iter_errors(document.value)):
        place = tuple(error.absolute_path)
        message = f"the standard says: {_said(error)}"
        if (place, message) not in told:
            told.add((place, message))
            yield Finding("error", "standard", message, document.place(place))
    if not told:
        yield from _against_package(document)


def _leaves(errors: Any) -> Iterator[Any]:
    """The errors that name a place, instead of `is not valid under any of the given schemas`."""
    for error in errors:
        inner = [child for child in error.context or () if child.absolute_path != error.absolute_path]
        if inner:
            yield from _leaves(inner)
        else:
            yield error


def _against_package(document: YamlDocument) -> Iterator[Finding]:
    from open_data_contract_standard.model import OpenDataContractStandard
    from pydantic import ValidationError

    try:
        OpenDataContractStandard.model_validate(document.value)
    except ValidationError as error:
        for detail in error.errors():
            place = tuple(step for step in detail["loc"] if isinstance(step, int | str))
            yield Finding("error", "standard", f"the standard's package says: {detail['msg']}", document.place(place))


def _against_loader(document: YamlDocument, schema: str | None) -> Iterator[Finding]:
    try:
        names = (schema,) if schema else schema_names(document)
    except UserMistake as mistake:
        yield _found("headgate", mistake)
        return
    for name in names or (None,):
        try:
            contract = read_contract(document, name)
        except UserMistake as mistake:
            yield _found("headgate", mistake)
            continue
        yield from _against_engine(contract)


def _against_engine(contract: Contract) -> Iterator[Finding]:
    import duckdb

    with duckdb.connect() as connection:
        columns = ", ".join(f"{_name(c.name)} {_engine_type(c.type)}" for c in contract.columns)
        connection.execute(f"CREATE TABLE accepted ({columns})")
        for rule in contract.rules:
            if rule.code == "row_rule":
                yield from _dry_run(connection, rule.argument, rule.where, [c.name for c in contract.columns])
        for check in contract.checks:
            if check.query and not check.skipped:
                yield from _dry_run(connection, check.query, check.where, None)


def _dry_run(connection: Any, sql: str, where: Place | None, columns: list[str] | None) -> Iterator[Finding]:
    import duckdb

    where = where or Place("")
    try:
        if columns is None:
            connection.execute(check_select(sql, where))
            return
        checked = check_expression(sql, columns, kind="rule", place=where)
        described = connection.execute(f"DESCRIBE SELECT {checked} FROM accepted").fetchall()
    except UserMistake as mistake:
        yield _found("sql", mistake)
    except duckdb.Error as error:
        yield Finding("error", "sql", f"the engine says: {str(error).splitlines()[0]}", where)
    else:
        if described[0][1] != "BOOLEAN":
            message = f"a row rule must be true or false; this one gives a {described[0][1]}"
            yield Finding("error", "sql", message, where)


def _promises(document: YamlDocument) -> Iterator[Finding]:
    """What `watch` can't judge; the gate takes the contract all the same."""
    try:
        names, entries = schema_names(document), sla_entries(document)
    except UserMistake:
        return
    for unclear in unclear_entries(entries, names):
        place = document.place(("slaProperties", unclear.entry, unclear.key), value=True)
        yield Finding("error" if unclear.serious else "warning", "headgate", unclear.message, place)


def _unwise(document: YamlDocument) -> Iterator[Finding]:
    for path, value in walk(document.value):
        if isinstance(value, str) and value in _YAML_1_1_WORDS and document.is_plain(path):
            message = f"`{value}` without quotes is text here, but true or false for older YAML readers"
            yield Finding("warning", "headgate", message, document.place(path), f'write "{value}"')


def _found(source: Source, mistake: UserMistake) -> Finding:
    return Finding("error", source, mistake.message, mistake.where or Place(""), mistake.next)


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _engine_type(logical_type: str) -> str:
    return {
        "date": "DATE",
        "timestamp": "TIMESTAMP",
        "time": "TIME",
        "number": "DOUBLE",
        "integer": "BIGINT",
        "boolean": "BOOLEAN",
    }.get(logical_type, "VARCHAR")


def _said(error: Any) -> str:
    # The schema's branch for maps also applies when there is no logicalType at all.
    if error.message == "'map' is a required property" and "logicalType" not in error.instance:
        return "a property needs a `logicalType`"
    text = str(error.message)
    return text if len(text) <= 200 else text[:199] + "…"
