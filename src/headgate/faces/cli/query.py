"""`headgate query`: SQL over accepted and rejected rows, runs and table sinks."""

from __future__ import annotations

import csv
import io
import math
import shutil
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headgate.core.errors import UserMistake
from headgate.core.printable import printable
from headgate.faces.cli.lists import OfPipeline, Since, day_named, since_time, span_of
from headgate.faces.cli.options import AsJson, Environment, ProjectDir, Target
from headgate.faces.cli.pipelines import known_pipeline
from headgate.faces.cli.said import echo_json

if TYPE_CHECKING:
    from headgate.core.query.sandbox import Answer
    from headgate.faces.query_tables import Wanted
    from headgate.hosts.desk import Host

_CELL = 200
# Wider than anything that is shown: only a terminal has an edge.
_NO_EDGE = 100_000
# A double holds every decimal of so many digits apart from all others.
_EXACT_DIGITS = 15


def query(
    sql: Annotated[str, typer.Argument(metavar="SQL", help="One SELECT; 'SHOW TABLES' lists what there is.")],
    project: ProjectDir = Path("."),
    target: Target = "local",
    environment: Environment = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="Rows printed at most.")] = 1000,
    pipeline: OfPipeline = None,
    day: Annotated[
        str | None,
        typer.Option(
            "--day",
            metavar="D",
            help="Only runs begun on this day: 2026-11-20, today, yesterday, in the zone of daily_report.",
        ),
    ] = None,
    since: Since = None,
    table_rows: Annotated[
        int, typer.Option("--table-rows", metavar="N", min=1, help="Rows that a table sink may have to be copied.")
    ] = 1_000_000,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV instead of a table.")] = False,
    as_json: AsJson = False,
) -> None:
    """Ask accepted_<pipeline>, rejected_<pipeline>, runs and the table sinks in SQL; nothing can be changed."""
    from headgate.hosts.targets import host_at

    if as_csv and as_json:
        raise UserMistake("--csv and --json can't both be printed", next="give one of them")
    if day and since:
        raise UserMistake("--day and --since can't both be meant", next="give one of them")
    with host_at(target, project, environment) as host:
        answer, notes = _ask(sql, host, limit, table_rows, _wanted(host, pipeline, day, since))
    for note in notes:
        typer.echo(f"note: {printable(note)}", err=True)
    if answer.is_cut:
        typer.echo(f"note: only the first {limit:,} rows are printed; --limit N prints more", err=True)
    if as_json:
        echo_json(_objects(answer))
    elif as_csv:
        # With colour, so that echo takes nothing out of a cell that goes to a file.
        typer.echo(_csv(answer), nl=False, color=True)
    else:
        typer.echo(_table(answer))


def _wanted(host: Host, pipeline: str | None, day: str | None, since: str | None) -> Wanted:
    from headgate.faces.query_tables import Wanted

    known_pipeline(host.project, pipeline)
    if day is None:
        return Wanted(pipeline, since_time(since, host.clock()))
    zone = host.project.settings.daily_report.zone
    found = day_named(day, host.clock(), zone, "headgate query 'SELECT * FROM runs' --day yesterday")
    return Wanted(pipeline, *span_of(found, zone))


def _ask(sql: str, host: Host, limit: int, table_rows: int, wanted: Wanted) -> tuple[Answer, list[str]]:
    from headgate.core.gate.session import Budget
    from headgate.core.gate.workspace import workspace
    from headgate.core.query.sandbox import answer
    from headgate.faces.query_tables import QuerySources

    with workspace(host.project.temp_directory) as folder:
        gate = host.project.settings.gate
        sources = QuerySources(
            host.project, host.contracts, host.files, host.ledger, host.tables, folder, table_rows, wanted
        )
        found = answer(sql, sources.all(), folder, Budget(gate.memory_limit, gate.threads), limit)
    return found, sources.notes


def _objects(answer: Answer) -> list[dict[str, Any]]:
    """Rows as JSON objects; a second column of the same name gets a number."""
    names: list[str] = []
    for column in answer.columns:
        others = sum(name == column or name.startswith(f"{column}_") for name in names)
        names.append(column if column not in names else f"{column}_{others}")
    return [{name: _json(cell) for name, cell in zip(names, row, strict=True)} for row in answer.rows]


def _json(cell: Any) -> Any:
    """A decimal of more digits than any reader of JSON keeps is text, and so is what is no number."""
    if isinstance(cell, float) and not math.isfinite(cell):
        return str(cell)
    if isinstance(cell, Decimal):
        return float(cell) if len(cell.as_tuple().digits) <= _EXACT_DIGITS else format(cell, "f")
    return cell


def _csv(answer: Answer) -> str:
    """As it is, but for a terminal, which no cell may command."""
    text = io.StringIO()
    shown = _cut if sys.stdout.isatty() else str
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([shown(column) for column in answer.columns])
    writer.writerows([["" if cell is None else shown(_said(cell)) for cell in row] for row in answer.rows])
    return text.getvalue()


def _said(cell: Any) -> str:
    import json

    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, list | dict):
        return json.dumps(cell, ensure_ascii=False)
    return format(cell, "f") if isinstance(cell, Decimal) else str(cell)


def _cut(text: str) -> str:
    return printable(text, _CELL)


def _table(answer: Answer) -> str:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column, is_number in zip(answer.columns, answer.numbers, strict=True):
        table.add_column(Text(_cut(column)), justify="right" if is_number else "left", overflow="fold")
    for row in answer.rows:
        table.add_row(*(Text("" if cell is None else _cut(_said(cell))) for cell in row))
    text, width = io.StringIO(), shutil.get_terminal_size().columns if sys.stdout.isatty() else _NO_EDGE
    Console(file=text, width=width, color_system=None, legacy_windows=False).print(table)
    lines = [line.rstrip() for line in text.getvalue().rstrip().split("\n")]
    count = f"{len(answer.rows):,} row{'s' * (len(answer.rows) != 1)}"
    return "\n".join([*lines, "", count])
