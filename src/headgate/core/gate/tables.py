"""A framed file as a table of texts: one SELECT per format, one column per column of the contract, plus the extras."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from headgate.core.contract.model import Contract
from headgate.core.errors import FileFailed, Place
from headgate.core.gate import sql
from headgate.core.gate.cells import Cells
from headgate.core.gate.header import RESERVED, Header, taken_names
from headgate.core.reading.framing import Framing

# What `Cells.fault` counts: found by the framer (1) or by the engine (the others), with the message a person reads.
MALFORMED = {
    "framed": "",
    "not_json": "the line is not JSON",
    "not_an_object": "the record is no JSON object",
    "duplicate_key": "the object has a key twice",
    "extra_column": "the object has a field that the contract doesn't allow",
    "still_malformed": "the record was malformed and is sent again without its cells filled in",
}
FRAMED, NOT_JSON, NOT_AN_OBJECT, DUPLICATE_KEY, EXTRA_COLUMN, STILL_MALFORMED = range(1, 7)
_DEFAULT_LINE_SIZE = 2_097_152
_SEPARATOR = "\x01"


@dataclass(frozen=True)
class TextTable:
    """Where the gate reads one file.

    Attributes:
        query: SELECT giving, in file order, `Cells.raw` of every contract column, `Cells.extra(0…)`, `Cells.fault`, and
            `Cells.kinds` for JSON.
        extras: output names of the extra columns.
        names: the file's columns in its own order, for `rejected.csv`.
        is_json: rows are JSON objects; the resubmittable file is `rejected.jsonl`.
        rejected: SELECT giving `rec` and one text column per name of `names` (`c0…`), and `j` (the JSON; the `_raw` of a
            resubmitted CSV record; else NULL), from the file of rejected spans, whose lines start with the record number.
    """

    query: str
    extras: tuple[str, ...]
    names: tuple[str, ...]
    is_json: bool
    rejected: str


def csv_table(framing: Framing, contract: Contract, cells: Cells, header: Header, spans: Path) -> TextTable:
    """The table of a framed CSV file."""
    layout, width = contract.layout, len(header.names)
    source = _read_csv(framing.engine_file, [f"c{at}" for at in range(width)], framing, layout.delimiter, layout.quote)
    picked = [
        f"{'NULL::VARCHAR' if at is None else f'c{at}'} AS {cells.raw(name)}" for name, at in header.positions.items()
    ]
    picked += [f"c{at} AS {cells.extra(number)}" for number, at in enumerate(header.extras)]
    picked.append(f"{_csv_fault(framing, header)} AS {cells.fault}")
    kept = [at for at in range(width) if at not in header.reserved.values()]
    rejected = _read_csv(spans, ["rec", *(f"c{at}" for at in range(width))], framing, layout.delimiter, layout.quote, 0)
    raw = header.reserved.get("_raw")
    renamed = [f"{'NULL::VARCHAR' if raw is None else f'c{raw}'} AS j"]
    renamed += [f"c{at} AS c{number}" for number, at in enumerate(kept)]
    return TextTable(
        query=f"SELECT {', '.join(picked)} FROM {source}",
        extras=tuple(header.names[at] for at in header.extras),
        names=tuple(header.names[at] for at in kept),
        is_json=False,
        rejected=f"SELECT rec::BIGINT AS rec, {', '.join(renamed)} FROM {rejected}",
    )


def _csv_fault(framing: Framing, header: Header) -> str:
    fault = f"WHEN c0 = {sql.text(framing.placeholder)} THEN {FRAMED}" if framing.malformed else ""
    raw = header.reserved.get("_raw")
    if raw is not None:
        others = [f"c{at} = ''" for at in range(len(header.names)) if at not in header.reserved.values()]
        fault += f" WHEN c{raw} <> '' AND {' AND '.join(others)} THEN {STILL_MALFORMED}"
    return f"CASE {fault} ELSE 0 END::TINYINT" if fault else "0::TINYINT"


def _read_csv(
    path: Path, columns: Sequence[str], framing: Framing, delimiter: str, quote: str, skip: int | None = None
) -> str:
    """The engine's reader with nothing left to guess. The framer has made sure that it can't misread this file."""
    kinds = ", ".join(f"{column}: 'VARCHAR'" for column in columns)
    return (
        f"read_csv({sql.file(path)}, auto_detect=false, hive_partitioning=false, header=false, "
        f"skip={framing.skip if skip is None else skip}, "
        f"delim={sql.text(delimiter)}, quote={sql.text(quote)}, escape={sql.text(quote)}, new_line='\\n', "
        f"compression='none', nullstr={sql.text(framing.placeholder + 'null')}, allow_quoted_nulls=false, "
        f"strict_mode=true, null_padding=false, max_line_size={max(_DEFAULT_LINE_SIZE, framing.longest + 64)}, "
        f"columns={{{kinds}}})"
    )


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
    lines, numbered = reader.lines(reader.framing.engine_file, reader.framing.skip), reader.lines(spans, 0, ["rec"])
    return TextTable(
        query=f"SELECT {', '.join(picked)}, bad AS {cells.fault}, [{', '.join(kinds)}] AS {cells.kinds} "
        f"FROM (SELECT bad, p, {fields}, {kind_fields} FROM ({lines}))",
        extras=extras,
        names=tuple(column.source for column in columns) + extras,
        is_json=True,
        rejected=f"SELECT rec::BIGINT AS rec, p, {reader.raw} AS j, {', '.join(listed)} "
        f"FROM (SELECT rec, p, j, bad, {fields} FROM ({numbered}))",
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
        self.parents = () if resent else tuple(column for column, _ in contract.layout.parent_fields)
        self.own = [column for column in contract.columns if column.name not in self.parents]
        self.known = {column.name if column.name in self._carried else column.source for column in self.own}
        self.refused: tuple[str, ...] = ()

    def lines(self, path: Path, skip: int, before: Sequence[str] = ()) -> str:
        """SELECT of `before`, p, j and bad."""
        columns = [*before, *(["p"] if self.parents else []), "j"]
        source = _read_csv(path, columns, self.framing, _SEPARATOR, "", skip)
        parents = "p" if self.parents else "NULL::VARCHAR AS p"
        return f"SELECT {', '.join([*before, parents, 'j'])}, {self._fault()} AS bad FROM {source}"

    def read(self, function: str, name: str, keys: Sequence[str] = ()) -> str:
        """SQL: what a JSON function says of the row's own fields and of further ones, as the list `name`."""
        fields = [column.name if column.name in self._carried else column.source for column in self.own]
        paths = sql.texts(_pointer(field) for field in (*fields, *keys))
        return f"CASE WHEN bad = 0 THEN {function}(j, [{paths}]::VARCHAR[]) END AS {name}"

    def cells(self, function: str, name: str, keys: Sequence[str] = ()) -> list[str]:
        """SQL: what it says of each column of the contract, parent fields included, and of further fields."""
        place = {column.name: f"{name}[{at}]" for at, column in enumerate(self.own, 1)}
        place |= {
            parent: f"CASE WHEN bad = 0 THEN {function}(p, {sql.text(_pointer(parent))}) END" for parent in self.parents
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


def _pointer(field: str) -> str:
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


def parquet_columns(connection: duckdb.DuckDBPyConnection, path: Path) -> list[tuple[str, str]]:
    """(name, type) of each column.

    Raises:
        FileFailed: `not_of_its_format`.
    """
    with blaming_the_file(path):
        described = connection.execute(
            f"DESCRIBE SELECT * FROM read_parquet({sql.file(path)}, hive_partitioning=false)"
        ).fetchall()
    return [(row[0], row[1]) for row in described]


@contextmanager
def blaming_the_file(path: Path) -> Iterator[None]:
    """What the engine can't read of a Parquet file is the file's fault, unless memory or disk gave out.

    Raises:
        FileFailed: `not_of_its_format`.
    """
    try:
        yield
    except (duckdb.OutOfMemoryException, duckdb.IOException):
        raise
    except duckdb.Error as error:
        reason = str(error).splitlines()[0].replace(str(path.resolve()), path.name)
        raise FileFailed(
            f"not a whole Parquet file: {reason}", code="not_of_its_format", where=Place(path.name), who="the sender",
            next="ask for the file again",
        ) from error  # fmt: skip


def parquet_table(
    columns: Sequence[tuple[str, str]], path: Path, contract: Contract, cells: Cells, header: Header
) -> TextTable:
    """The table of a Parquet file: every value as text, so that the same forms are accepted as anywhere."""
    values = [_as_text(name, kind) for name, kind in columns]
    picked = [
        f"{'NULL::VARCHAR' if at is None else values[at]} AS {cells.raw(name)}" for name, at in header.positions.items()
    ]
    picked += [f"{values[at]} AS {cells.extra(number)}" for number, at in enumerate(header.extras)]
    listed = ", ".join(f"{value} AS c{at}" for at, value in enumerate(values))
    has_its_name = any(name.lower() == "file_row_number" for name, _ in columns)
    number = "row_number() OVER ()" if has_its_name else "file_row_number + 1"
    option = "" if has_its_name else "file_row_number=true, "
    source = f"read_parquet({sql.file(path)}, {option}hive_partitioning=false)"
    return TextTable(
        query=f"SELECT {', '.join(picked)}, 0::TINYINT AS {cells.fault} FROM read_parquet({sql.file(path)}, hive_partitioning=false)",
        extras=tuple(header.names[at] for at in header.extras),
        names=header.names,
        is_json=False,
        rejected=f"SELECT {number} AS rec, NULL::VARCHAR AS j, {listed} FROM {source}",
    )


def _as_text(name: str, kind: str) -> str:
    nested = kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION"))
    return f"to_json({sql.name(name)})::VARCHAR" if nested else f"CAST({sql.name(name)} AS VARCHAR)"
