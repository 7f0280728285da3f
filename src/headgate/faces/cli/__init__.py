"""The command line: `headgate`. Each command has a file; this one puts them together and turns errors into exit codes."""

from __future__ import annotations

import os
import sys
import traceback
from typing import Annotated, NoReturn

import typer

from headgate.core.errors import FileFailed, HeadgateError, Outside, Place, UserMistake
from headgate.core.version import VERSION
from headgate.faces.cli import (
    check,
    config,
    contract,
    cost,
    dead,
    demo,
    deploy,
    fetch,
    init,
    prune,
    put,
    query,
    rehearse,
    replay,
    report,
    run,
    runs,
    status,
    up,
    worker,
)
from headgate.faces.cli.next_step import forget, next_step
from headgate.faces.cli.said import echo_json, error_text, print_anything

app = typer.Typer(
    name="headgate",
    help="The gate at the head of a data pipeline: good rows go on, bad rows are kept with every reason.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("check")(check.check)
app.command("init")(init.init)
app.command("demo")(demo.demo)
app.command("up")(up.up)
app.command("run")(run.run)
app.command("worker")(worker.worker)
app.command("put")(put.put)
app.command("status")(status.status)
app.command("runs")(runs.runs)
app.command("replay")(replay.replay)
app.command("report")(report.report)
app.command("fetch")(fetch.fetch)
app.command("rehearse")(rehearse.rehearse)
app.command("cost")(cost.cost)
app.command("prune")(prune.prune)
app.command("query")(query.query)
app.add_typer(dead.app, name="dead")
app.add_typer(deploy.app, name="deploy")
app.add_typer(contract.app, name="contract")
app.add_typer(config.app, name="config")

DONE, FAILED, MISTAKE, OUTSIDE = range(4)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"headgate {VERSION}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Say it.")] = False,
) -> None:
    pass


def exit_code(error: HeadgateError) -> int:
    """1 a file failed, 2 the user's mistake, 3 something outside."""
    if isinstance(error, UserMistake):
        return MISTAKE
    return FAILED if isinstance(error, FileFailed) else OUTSIDE


def main() -> NoReturn:
    """Runs the command line; a user's mistake never ends in a traceback."""
    print_anything()
    forget()
    try:
        app()
    except HeadgateError as error:
        _tell(error)
        sys.exit(exit_code(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(OUTSIDE)
    except OSError as error:
        _tell(_refused_by_the_machine(error))
        sys.exit(OUTSIDE)
    sys.exit(DONE)


def _tell(error: HeadgateError) -> None:
    if "--json" in sys.argv:
        next_ = next_step(error.next) if error.next else None
        said = {"code": error.code, "message": error.message, "where": str(error.where or "")}
        echo_json({"error": {**said, "who": error.who, "next": next_}})
    else:
        typer.echo(error_text(error), err=True)
    if error.code == "bug" and error.__cause__:
        # Places in the code only: of what was said there, the message above has shown what can be shown.
        typer.echo("".join(traceback.format_tb(error.__cause__.__traceback__)), err=True)


def _refused_by_the_machine(error: OSError) -> Outside:
    return Outside(
        error.strerror or str(error),
        where=Place(str(error.filename)) if error.filename else None,
        who="whoever looks after this machine",
        next="free disk space or correct the path or its permissions, then run the same command again",
    )
