"""A framed file as a table of texts: one SELECT per format, one column per column of the contract, plus the extras."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from headgate.core.contract.model import Contract
from headgate.core.gate import sql
from headgate.core.gate.cells import Cells
from headgate.core.gate.header import Header
from headgate.core.gate.marks import Marks, csv_marks, torn_csv_marks
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
SEPARATOR = "\x01"


@dataclass(frozen=True)
class TextTable:
    """Where the gate reads one file.

    Attributes:
        query: SELECT giving, in file order, `Cells.raw` of every contract column, `Cells.extra(0…)`, `Cells.fault`,
            `Cells.kinds` for JSON, and `Cells.root_run` and `Cells.root_record` of rows that are sent again.
        extras: output names of the extra columns.
        names: the file's columns in its own order, for `rejected.csv`.
        is_json: rows are JSON objects; the resubmittable file is `rejected.jsonl`.
        rejected: SELECT giving `rec` and one text column per name of `names` (`c0…`), and `j` (the JSON; the `_raw` of a
            resubmitted CSV record; else NULL), from the file of rejected spans, whose lines start with the record number.
        torn: of rows that are sent again, else None: what a malformed record, `text`, says of itself.
    """

    query: str
    extras: tuple[str, ...]
    names: tuple[str, ...]
    is_json: bool
    rejected: str
    torn: Marks | None = None

    @property
    def is_resent(self) -> bool:
        """The file is rejected rows of an earlier run, sent again."""
        return self.torn is not None


def csv_table(framing: Framing, contract: Contract, cells: Cells, header: Header, spans: Path) -> TextTable:
    """The table of a framed CSV file."""
    layout, width = contract.layout, len(header.names)
    source = framed_csv(framing.engine_file, [f"c{at}" for at in range(width)], framing, layout.delimiter, layout.quote)
    picked = [
        f"{'NULL::VARCHAR' if at is None else f'c{at}'} AS {cells.raw(name)}" for name, at in header.positions.items()
    ]
    picked += [f"c{at} AS {cells.extra(number)}" for number, at in enumerate(header.extras)]
    picked.append(f"{_csv_fault(framing, header)} AS {cells.fault}")
    is_resent = bool(header.reserved)
    picked += csv_marks(header).named(cells) if is_resent else []
    kept = [at for at in range(width) if at not in header.reserved.values()]
    rejected = framed_csv(
        spans, ["rec", *(f"c{at}" for at in range(width))], framing, layout.delimiter, layout.quote, 0
    )
    raw = header.reserved.get("_raw")
    renamed = [f"{'NULL::VARCHAR' if raw is None else f'c{raw}'} AS j"]
    renamed += [f"c{at} AS c{number}" for number, at in enumerate(kept)]
    return TextTable(
        query=f"SELECT {', '.join(picked)} FROM {source}",
        extras=tuple(header.names[at] for at in header.extras),
        names=tuple(header.names[at] for at in kept),
        is_json=False,
        rejected=f"SELECT rec::BIGINT AS rec, {', '.join(renamed)} FROM {rejected}",
        torn=torn_csv_marks(header, layout) if is_resent else None,
    )


def _csv_fault(framing: Framing, header: Header) -> str:
    fault = f"WHEN c0 = {sql.text(framing.placeholder)} THEN {FRAMED}" if framing.malformed else ""
    raw = header.reserved.get("_raw")
    if raw is not None:
        others = [f"c{at} = ''" for at in range(len(header.names)) if at not in header.reserved.values()]
        fault += f" WHEN c{raw} <> '' AND {' AND '.join(others)} THEN {STILL_MALFORMED}"
    return f"CASE {fault} ELSE 0 END::TINYINT" if fault else "0::TINYINT"


def framed_csv(
    path: Path, columns: Sequence[str], framing: Framing, delimiter: str, quote: str, skip: int | None = None
) -> str:
    """A framed file as the engine reads it, nothing left to guess; the framer has made sure that it can't misread it."""
    kinds = ", ".join(f"{column}: 'VARCHAR'" for column in columns)
    return (
        f"read_csv({sql.file(path)}, auto_detect=false, hive_partitioning=false, header=false, "
        f"skip={framing.skip if skip is None else skip}, "
        f"delim={sql.text(delimiter)}, quote={sql.text(quote)}, escape={sql.text(quote)}, new_line='\\n', "
        f"compression='none', nullstr={sql.text(framing.placeholder + 'null')}, allow_quoted_nulls=false, "
        f"strict_mode=true, null_padding=false, max_line_size={max(_DEFAULT_LINE_SIZE, framing.longest + 64)}, "
        f"columns={{{kinds}}})"
    )
