"""A first draft of a contract from data: types and presence that this data satisfies, the rest as comments."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from headgate.core.contract.infer_json import Number, find_rows, is_row, parent_fields, read_json, value_at
from headgate.core.contract.load import read_contract
from headgate.core.contract.observe import Observed
from headgate.core.contract.properties import RESERVED_NAMES
from headgate.core.contract.sniff import guess_dialect, guess_encoding, open_text, read_records
from headgate.core.errors import FileFailed, Place, UserMistake
from headgate.core.reading.source import compression_of, format_of
from headgate.core.yaml_document import parse_yaml

MAX_DOCUMENT = 200_000_000
_NO_ROWS = "not JSON, no object, or an object with a field twice"


@dataclass
class Draft:
    """What was found in one file.

    Attributes:
        layout: customProperties to write, in order.
        notes: lines about how the file was read.
        physical: physicalType by column, where the file says one.
    """

    layout: dict[str, Any]
    columns: list[Observed]
    notes: list[str]
    physical: dict[str, str] = field(default_factory=dict)


def infer_contract(path: Path | str, *, name: str | None = None) -> str:
    """Draft an ODCS contract that accepts the data in a file.

    Args:
        path: CSV, JSONL, JSON or Parquet, by its ending; `.gz`, `.zst` and `.bz2` are unpacked.
        name: of the contract; by default the file's name.

    Returns:
        YAML. Types and `required` hold for every record of the file that is whole, but for values no type takes together:
        comments say which and how many. Ranges, candidates for a key and what was guessed about the file stand in
        comments too.

    Raises:
        UserMistake: the file is empty, has no usable column names, or is not of its format.
    """
    path = Path(path)
    if not path.is_file():
        raise UserMistake("there is no such file", where=Place(str(path)), next="check the path")
    readers = {"csv": _from_csv, "jsonl": _from_jsonl, "json": _from_json, "parquet": _from_parquet}
    file_format = format_of(path.name)
    try:
        draft = readers[file_format](path, compression_of(path.name))
    except FileFailed as error:
        raise UserMistake(error.message, where=Place(str(path)), next=error.next) from None
    except (ValueError, RecursionError, csv.Error) as error:
        raise UserMistake(f"it can't be read as {file_format}: {error}", where=Place(str(path))) from None
    _check_names(draft, path)
    text = _yaml(draft, name or _plain_name(path))
    read_contract(parse_yaml(text, file=f"<draft from {path.name}>"))
    return text


def _from_csv(path: Path, compression: str) -> Draft:
    encoding = guess_encoding(path, compression)
    dialect = guess_dialect(path, compression, encoding)
    limit = csv.field_size_limit(64_000_000)
    try:
        with open_text(path, compression, encoding) as text:
            records = read_records(text, dialect)
            header = next(records, [])
            columns = [Observed(name) for name in header]
            skipped = _see_records(records, columns)
    finally:
        csv.field_size_limit(limit)
    layout = {"fileFormat": "csv", "delimiter": "tab" if dialect.delimiter == "\t" else dialect.delimiter}
    layout |= {"quote": dialect.quote, "encoding": encoding}
    layout |= {"escape": dialect.escape} if dialect.escape != dialect.quote else {}
    layout |= {"compression": compression} if compression != "none" else {}
    notes = [f"sniffed: delimiter {_quoted(dialect.delimiter)}, quote {_quoted(dialect.quote)}, encoding {encoding}"]
    notes += [f"{dialect.steady:.1%} of the first records have as many fields as line 1, which is taken as the header"]
    left_out = "1 record was" if skipped == 1 else f"{skipped:,} records were"
    notes += [f"{left_out} left out: another number of fields"] if skipped else []
    return Draft(layout, columns, notes)


def _see_records(records: Iterator[list[str]], columns: list[Observed]) -> int:
    skipped = 0
    for record in records:
        if len(record) == len(columns):
            for column, cell in zip(columns, record, strict=True):
                column.see(cell)
        elif record:
            skipped += 1
    return skipped


def _from_jsonl(path: Path, compression: str) -> Draft:
    encoding = guess_encoding(path, compression)
    columns: dict[str, Observed] = {}
    count = skipped = 0
    with open_text(path, compression, encoding) as text:
        for line in text:
            if not line.strip():
                continue
            try:
                row = read_json(line)
            except (ValueError, RecursionError):
                row = None
            if is_row(row):
                _see_row(columns, row, count)
                count += 1
            else:
                skipped += 1
    notes = [f"{count:,} objects, one per line, encoding {encoding}"]
    notes += [f"{skipped:,} lines were left out: {_NO_ROWS}"] if skipped else []
    layout = {"fileFormat": "jsonl", "encoding": encoding}
    layout |= {"compression": compression} if compression != "none" else {}
    return Draft(layout, list(columns.values()), notes)


def _see_row(columns: dict[str, Observed], row: dict[str, Any], before: int) -> None:
    for name in row:
        if name not in columns:
            columns[name] = Observed(name, count=before, missing=before)
    for name, column in columns.items():
        value = row.get(name)
        if isinstance(value, dict | list):
            column.see_nested("object" if isinstance(value, dict) else "array")
        elif isinstance(value, Number):
            column.see_number(value)
        else:
            column.see(str(value).lower() if isinstance(value, bool) else value)


def _from_json(path: Path, compression: str) -> Draft:
    encoding = guess_encoding(path, compression)
    with open_text(path, compression, encoding) as text:
        content = text.read(MAX_DOCUMENT + 1)
    if len(content) > MAX_DOCUMENT:
        raise UserMistake(
            "the document is too large to draft from", where=Place(str(path)), next="draft from a smaller sample"
        )
    record_path, units, inside = find_rows(read_json(content))
    parents = parent_fields(units, inside)
    columns: dict[str, Observed] = {}
    count = skipped = 0
    for unit, rows in units:
        carried = {column: _as_text(value_at(unit, place)) for column, place in parents.items()}
        for row in rows:
            if is_row(row):
                _see_row(columns, {**carried, **row}, count)
                count += 1
            else:
                skipped += 1
    layout: dict[str, Any] = {"fileFormat": "json", "encoding": encoding, "recordPath": record_path}
    layout |= {"parentFields": parents} if parents else {}
    layout |= {"compression": compression} if compression != "none" else {}
    notes = [f"{count:,} rows found under {record_path}, encoding {encoding}"]
    notes += [f"{skipped:,} entries were left out: {_NO_ROWS}"] if skipped else []
    return Draft(layout, list(columns.values()), notes)


def _as_text(value: Any) -> Any:
    """A parent field as the gate carries it down: a number as its text."""
    return str(value) if isinstance(value, Number) else value


def _from_parquet(path: Path, compression: str) -> Draft:
    from headgate.core.contract.infer_parquet import read_parquet

    columns, physical, count = read_parquet(path)
    return Draft({"fileFormat": "parquet"}, columns, [f"{count:,} rows; types as the file states them"], physical)


def _check_names(draft: Draft, path: Path) -> None:
    seen: dict[str, str] = {}
    for number, column in enumerate(draft.columns, 1):
        folded = column.name.casefold()
        problem = None
        if not column.name.strip():
            problem = f"column {number} has no name"
        elif folded in RESERVED_NAMES:
            problem = f"the column name {_quoted(column.name)} is reserved for Headgate"
        elif folded in seen:
            problem = f"the column name {_quoted(column.name)} stands there twice, or differs only in case"
        if problem:
            raise UserMistake(problem, where=Place(str(path), 1), who="sender", next="rename the column in the file")
        seen[folded] = column.name
    if not draft.columns:
        raise UserMistake("the file holds no columns", where=Place(str(path)), who="sender", next="check the file")


def _plain_name(path: Path) -> str:
    stem = path.name.split(".")[0]
    return re.sub(r"[^A-Za-z0-9_-]+", "_", stem).strip("_") or "draft"


def _yaml(draft: Draft, name: str) -> str:
    lines = [
        "# A draft from one file. Read the comments, then make it say what must hold for every file.",
        "apiVersion: v3.1.0",
        "kind: DataContract",
        f"id: {_quoted(name)}",
        f"name: {_quoted(name)}",
        "version: 0.1.0",
        "status: draft",
        "schema:",
        f"  - name: {_quoted(name)}",
        "    physicalType: file",
        "    customProperties:",
        *(f"      # {note}" for note in draft.notes),
    ]
    for key, value in draft.layout.items():
        lines += [f"      - property: {key}", f"        value: {_flow(value)}"]
    lines.append("    properties:")
    for column in draft.columns:
        lines += _property(column, draft.physical.get(column.name))
    return "\n".join(lines) + "\n"


def _property(column: Observed, physical: str | None) -> Iterator[str]:
    yield f"      - name: {_quoted(column.name)}"
    yield f"        logicalType: {column.type}"
    if physical:
        yield f"        physicalType: {_quoted(physical)}"
    if column.required:
        yield "        required: true"
    if column.null_tokens:
        yield "        customProperties:"
        yield "          - property: nullTokens"
        yield f"            value: {_flow(list(column.null_tokens))}"
    yield f"        # observed: {column.facts()}"
    yield from (f"        # {misfit}" for misfit in column.misfits())
    if column.range:
        low, high = column.range
        yield f"        # observed range: minimum {_quoted(low)}, maximum {_quoted(high)}"
    if column.null_words and column.type == "string":
        words = ", ".join(_quoted(word) for word in sorted(column.null_words))
        yield f"        # these may mean missing, see nullTokens: {words}"
    if column.unique:
        yield "        # no value stands there twice: a candidate for `unique: true` or `primaryKey: true`"


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_quoted(key)}: {_flow(child)}" for key, child in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(child) for child in value) + "]"
    return _quoted(str(value))


def _quoted(text: str) -> str:
    """A YAML double-quoted scalar on one line, whatever the text holds."""
    plain = json.dumps(text, ensure_ascii=False)
    return re.sub("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]", lambda found: f"\\u{ord(found[0]):04x}", plain)
