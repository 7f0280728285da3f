"""What a row that is sent again says of itself: which record of which run it is."""

from __future__ import annotations

from dataclasses import dataclass

from headgate.core.contract.model import Layout
from headgate.core.gate import sql
from headgate.core.gate.cells import Cells
from headgate.core.gate.header import Header

RUN_ID = "[0-9a-f]{32}"
_NUMBER = "0*[1-9][0-9]{0,17}(\\.0*)?"


@dataclass(frozen=True)
class Marks:
    """SQL of both, over one row.

    Attributes:
        run: a text, empty where the row names no run.
        record: a number from 1, NULL where the row has none.
    """

    run: str
    record: str

    def named(self, cells: Cells) -> list[str]:
        """The two as columns of the gate."""
        return [f"{self.run} AS {cells.root_run}", f"{self.record} AS {cells.root_record}"]


def _number(text: str) -> str:
    """A guarded cast, as the engine's own takes 4.5 for 5; spreadsheets and data frames make 7.0 of 7."""
    return f"CASE WHEN regexp_full_match({text}, '{_NUMBER}') THEN split_part({text}, '.', 1)::BIGINT END"


def csv_marks(header: Header) -> Marks:
    """Of a row whose cells are `c0…`."""
    run, record = (f"trim(c{header.reserved[name]}, {_WHITE_SPACE})" for name in ("_run", "_record"))
    return Marks(f"lower({run})", _number(record))


_WHITE_SPACE = "' ' || chr(9) || chr(10) || chr(13)"
JSON_LINE_MARKS = ("sent_run", "sent_record")
"""Columns of the engine's file of a framed `rejected.jsonl`; the framer has put nothing else into them."""
JSON_MARKS = Marks("sent_run", _number("sent_record"))


def torn_csv_marks(header: Header, layout: Layout) -> Marks:
    """Of a malformed record, `text`: what stands before the delimiters where both should be; only a whole run id counts."""
    run, record = (
        f"trim(split_part(text, {sql.text(layout.delimiter)}, {header.reserved[name] + 1}), {_quote(layout)})"
        for name in ("_run", "_record")
    )
    return Marks(f"regexp_extract(lower({run}), '^{RUN_ID}$')", _number(record))


def _quote(layout: Layout) -> str:
    return f"{_WHITE_SPACE} || {sql.text(layout.quote)}"


TORN_JSON_MARKS = Marks(
    f'lower(regexp_extract(text, \'"_run"\\s*:\\s*"((?i:{RUN_ID}))"\', 1))',
    _number('regexp_extract(text, \'"_record"\\s*:\\s*"?([0-9]{1,18})\\b\', 1)'),
)
"""The same of a line that is no JSON."""
