"""`headgate check`: hold files against a contract, without a project."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from headgate.core.errors import HeadgateError, UserMistake
from headgate.core.printable import printable
from headgate.faces.cli.options import AsJson, Quiet
from headgate.faces.cli.said import echo_json, error_text

if TYPE_CHECKING:
    from headgate.core.contract.model import Contract
    from headgate.core.gate.gate import Progress
    from headgate.core.verdict import Verdict

PHASES = ("reading", "judging rows", "writing accepted rows", "writing rejected rows")


def check(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="CSV, JSON, JSONL or Parquet, compressed or not.")
    ],
    contract: Annotated[Path, typer.Option("--contract", "-c", metavar="C", help="An ODCS v3 data contract.")],
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for the outputs; DIR/<file name>/ for several files.")
    ] = None,
    schema: Annotated[str | None, typer.Option(help="Which schema object, when the contract has several.")] = None,
    accepted: Annotated[str, typer.Option(help="Format of the accepted rows: parquet, csv or jsonl.")] = "parquet",
    max_rejected: Annotated[str | None, typer.Option(metavar="N|N%", help="More rejected rows fail the file.")] = None,
    memory_limit: Annotated[str, typer.Option(help="Memory of the engine; 128MB at least.")] = "256MB",
    threads: Annotated[int, typer.Option(min=1, help="Threads of the engine.")] = 2,
    force: Annotated[bool, typer.Option("--force", help="Replace an output folder that is not ours.")] = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Hold files against a data contract: accepted rows typed, rejected rows raw with every reason.

    Without --out the outputs go to ./<file name>.headgate/.
    """
    from headgate.core.contract.load import load_contract
    from headgate.faces.api import check as check_one
    from headgate.faces.api import check_engine, existing_file

    check_engine(accepted, memory_limit, threads)
    loaded = load_contract(contract, schema)
    folders = _folders([existing_file(file) for file in files], out)
    verdicts, errors = [], []
    for file, folder in folders.items():
        try:
            with _progress(printable(file.name, 60), show=not (quiet or as_json)) as progress:
                verdict = check_one(
                    file, loaded, out=folder, accepted=accepted, max_rejected=max_rejected, memory_limit=memory_limit,
                    threads=threads, force=force, progress=progress,
                )  # fmt: skip
        except HeadgateError as error:
            if len(folders) == 1:
                raise
            errors.append((file, error))
            typer.echo(error_text(error, str(file)), err=True)
            continue
        verdicts.append(verdict)
        if not (quiet or as_json):
            typer.echo(_said(verdict, loaded))
    if as_json:
        echo_json([verdict.manifest for verdict in verdicts])
    if errors:
        from headgate.faces.cli import exit_code

        raise typer.Exit(max(exit_code(error) for _, error in errors))
    raise typer.Exit(1 if any(verdict.failed for verdict in verdicts) else 0)


def _folders(files: list[Path], out: Path | None) -> dict[Path, Path]:
    """Where each file's outputs go."""
    names = Counter(file.name for file in files)
    twice = [name for name, count in names.items() if count > 1]
    if twice:
        raise UserMistake(
            f"two files are called {twice[0]}, so their outputs would lie in one folder",
            next="check them one by one, each with its own --out",
        )
    if out is None:
        return {file: Path(f"{file.name}.headgate") for file in files}
    return {file: out if len(files) == 1 else out / file.name for file in files}


@contextmanager
def _progress(name: str, show: bool) -> Iterator[Progress]:
    """A bar over the phases, on a terminal only."""
    import sys

    if not (show and sys.stderr.isatty()):
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=len(PHASES))
        yield lambda phase: bar.update(task, description=f"{name}: {phase}", completed=PHASES.index(phase))


def _said(verdict: Verdict, contract: Contract) -> str:
    from headgate.core.reject_samples import sample_rejects
    from headgate.core.report import check_summary

    assert verdict.folder
    samples = []
    if verdict.rejected and verdict.manifest["counts"]["rejected"]:
        samples = sample_rejects(verdict.rejected.path, contract)
    return check_summary(verdict.manifest, [sample.as_json() for sample in samples], str(verdict.folder))
