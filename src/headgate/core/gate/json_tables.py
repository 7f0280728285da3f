"""Lines of JSON as a table of texts: fields by name, parent fields beside the row, what is no row a malformed record."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import duckdb

from headgate.core.contract.model import Contract
from headgate.core.errors import FileFailed
from headgate.core.gate import sql
from headgate.core.gate.cells import Cells
from headgate.core.gate.header import RESERVED, taken_names
from headgate.core.gate.marks import JSON_LINE_MARKS, JSON_MARKS, TORN_JSON_MARKS
from headgate.core.gate.tables import (
    DUPLICATE_KEY,
    EXTRA_COLUMN,
    FRAMED,
    NOT_AN_OBJECT,
    NOT_JSON,
    SEPARATOR,
    STILL_MALFORMED,
    TextTable,
    framed_csv,
)
from headgate.core.reading.framing import Framing


def json_table(
    connection: duckdb.DuckDBPyConnection,
    reader: JsonReader,
    cells: Cells,
    spans: Path,
    limit: int,
    derived: Collection[str] = (),
) -> TextTable:
    """The table of framed JSON Lines, or of the rows of a JSON document.

    A field that has another column's name, or one of Headgate's own, is not allowed: its row is rejected.

    Raises:
        FileFailed: `too_many_columns`, `duplicate_header`.
    """
    columns = reader.contract.columns
    found = _extra_keys(connection, reader, limit)
    taken = taken_names(reader.contract, derived) | set(RESERVED)
    reader.refused = tuple(key for key in found if key.lower() in taken)
    keys = tuple(key for key in found if key not in reader.refused)
    _refuse_equal_names(keys)
    extras = tuple(key or f"column_{len(columns) + 1}" for key in keys)
    if len(found) > limit or len(columns) + len(extras) > limit:
        raise _too_many_columns(len(columns) + len(extras), limit)
    texts, fields = reader.cells("json_extract_string", "l", keys), reader.read("json_extract_string", "l", keys)
    kinds, kind_fields = reader.cells("json_type", "k"), reader.read("json_type", "k")
    picked = [f"{text} AS {cells.raw(column.name)}" for text, column in zip(texts, columns, strict=False)]
    picked += [f"{text} AS {cells.extra(at)}" for at, text in enumerate(texts[len(columns) :])]
    listed = [f"{text} AS c{at}" for at, text in enumerate(texts)]
    marks = JSON_MARKS.named(cells) if reader.marks else []
    lines, numbered = reader.lines(reader.framing.engine_file, reader.framing.skip), reader.lines(spans, 0, ["rec"])
    return TextTable(
        query=f"SELECT {', '.join([*picked, *marks])}, bad AS {cells.fault}, [{', '.join(kinds)}] AS {cells.kinds} "
        f"FROM (SELECT {', '.join(['bad', 'p', *reader.marks, fields, kind_fields])} FROM ({lines}))",
        extras=extras,
        names=tuple(column.source for column in columns) + extras,
        is_json=True,
        rejected=f"SELECT rec::BIGINT AS rec, p, {reader.raw} AS j, {', '.join(listed)} "
        f"FROM (SELECT rec, p, j, bad, {fields} FROM ({numbered}))",
        torn=TORN_JSON_MARKS if reader.marks else None,
    )


def _refuse_equal_names(keys: Sequence[str]) -> None:
    """Two fields whose names differ in case alone can't be two columns."""
    seen: dict[str, str] = {}
    for key in keys:
        other = seen.setdefault(key.lower(), key)
        if other != key:
            raise FileFailed(
                f"field names that are equal (upper and lower case): {other}, {key}",
                code="duplicate_header",
                who="the sender, or the owner of the contract",
                next="correct the file, or have the contract drop extra columns, and put the file back",
            )


class JsonReader:
    """Lines of JSON: the row `j`, and before it the parent fields `p` where the contract carries some down.

    Args:
        resent: the file is a `rejected.jsonl`: parent fields are in the row, and a JSON string is a malformed record.
    """

    def __init__(self, framing: Framing, contract: Contract, resent: bool = False) -> None:
        self.framing, self.contract, self._resent = framing, contract, resent
        self._carried = {column for column, _ in contract.layout.parent_fields}
        self.marks = JSON_LINE_MARKS if resent else ()
        self.parents = () if resent else tuple(column for column, _ in contract.layout.parent_fields)
        self.own = [column for column in contract.columns if column.name not in self.parents]
        self.known = {column.name if column.name in self._carried else column.source for column in self.own}
        self.refused: tuple[str, ...] = ()

    def lines(self, path: Path, skip: int, before: Sequence[str] = ()) -> str:
        """SELECT of `before`, the marks of a row that is sent again, p, j and bad."""
        before = [*before, *self.marks]
        columns = [*before, *(["p"] if self.parents else []), "j"]
        source = framed_csv(path, columns, self.framing, SEPARATOR, "", skip)
        parents = "p" if self.parents else "NULL::VARCHAR AS p"
        return f"SELECT {', '.join([*before, parents, 'j'])}, {self._fault()} AS bad FROM {source}"

    def read(self, function: str, name: str, keys: Sequence[str] = ()) -> str:
        """SQL: what a JSON function says of the row's own fields and of further ones, as the list `name`."""
        fields = [column.name if column.name in self._carried else column.source for column in self.own]
        paths = sql.texts(pointer(field) for field in (*fields, *keys))
        return f"CASE WHEN bad = 0 THEN {function}(j, [{paths}]::VARCHAR[]) END AS {name}"

    def cells(self, function: str, name: str, keys: Sequence[str] = ()) -> list[str]:
        """SQL: what it says of each column of the contract, parent fields included, and of further fields."""
        place = {column.name: f"{name}[{at}]" for at, column in enumerate(self.own, 1)}
        place |= {
            parent: f"CASE WHEN bad = 0 THEN {function}(p, {sql.text(pointer(parent))}) END" for parent in self.parents
        }
        further = [f"{name}[{len(self.own) + at}]" for at in range(1, len(keys) + 1)]
        return [place[column.name] for column in self.contract.columns] + further

    @property
    def raw(self) -> str:
        """SQL: the text of a malformed record."""
        return f"CASE WHEN bad = {STILL_MALFORMED} THEN json_extract_string(j, '$') ELSE j END" if self._resent else "j"

    def _fault(self) -> str:
        """Layered, because the engine's JSON functions fail the whole query for a text that is not JSON."""
        faults = f"WHEN len(json_keys(j)) <> len(list_distinct(json_keys(j))) THEN {DUPLICATE_KEY}"
        faults += "".join(f" WHEN {test} THEN {EXTRA_COLUMN}" for test in self._extra_tests())
        resent = f" WHEN json_type(j) = 'VARCHAR' THEN {STILL_MALFORMED}" if self._resent else ""
        inner = f"CASE{resent} WHEN json_type(j) <> 'OBJECT' THEN {NOT_AN_OBJECT} ELSE CASE {faults} ELSE 0 END END"
        framed = f"WHEN j = {sql.text(self.framing.placeholder)} THEN {FRAMED}"
        return f"CASE {framed} WHEN NOT json_valid(j) THEN {NOT_JSON} ELSE {inner} END::TINYINT"

    def _extra_tests(self) -> list[str]:
        """SQL: a field that is not allowed; a row's own field has no way to stand beside the parent's of its name."""
        policy, tests = self.contract.layout.extra_columns, []
        if policy == "reject":
            others = f"list_filter(json_keys(j), lambda k: NOT list_contains([{sql.texts(sorted(self.known))}]::VARCHAR[], k))"
            tests.append(f"len({others}) > 0")
        if policy == "drop":
            tests.append(f"list_has_any(list_transform(json_keys(j), lambda k: lower(k)), [{sql.texts(RESERVED)}])")
        carried = [column for column in self.contract.columns if column.name in self.parents]
        refused = {*self.refused, *(name for column in carried for name in (column.name, column.source))} - self.known
        if refused:
            tests.append(f"list_has_any(json_keys(j), [{sql.texts(sorted(refused))}])")
        return tests


def pointer(field: str) -> str:
    """The JSON pointer to a field of a row."""
    return "/" + field.replace("~", "~0").replace("/", "~1")


def _too_many_columns(count: int, limit: int) -> FileFailed:
    return FileFailed(
        f"the rows have {count} fields or more, more than limits.columns ({limit})",
        code="too_many_columns",
        who="the sender, or the owner of the contract",
        next="have the contract drop extra columns, or raise limits.columns in headgate.yaml",
    )


def _extra_keys(connection: duckdb.DuckDBPyConnection, reader: JsonReader, limit: int) -> tuple[str, ...]:
    """Names of fields that the contract doesn't list, no more than one over the limit."""
    if reader.contract.layout.extra_columns != "keep":
        return ()
    lines = reader.lines(reader.framing.engine_file, reader.framing.skip)
    keys = f"SELECT unnest(CASE WHEN bad = 0 THEN json_keys(j) END) AS key FROM ({lines})"
    others = f"NOT list_contains([{sql.texts(sorted(reader.known))}]::VARCHAR[], key)"
    found = f"SELECT DISTINCT key FROM ({keys}) WHERE {others} LIMIT {limit + 1}"
    return tuple(key for (key,) in connection.execute(f"FROM ({found}) ORDER BY key").fetchall())
