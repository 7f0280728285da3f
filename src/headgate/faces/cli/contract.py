"""`headgate contract`: check a contract, see what of it is enforced, draft one from data."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from headgate.core.errors import Place, UserMistake
from headgate.core.printable import printable
from headgate.faces.cli.options import AsJson
from headgate.faces.cli.said import echo_json

_LONGEST = 2000

app = typer.Typer(help="Check, explain and draft data contracts.", no_args_is_help=True, rich_markup_mode=None)
ContractFile = Annotated[Path, typer.Argument(metavar="CONTRACT", help="An ODCS v3 data contract.")]
Schema = Annotated[str | None, typer.Option(help="Which schema object, when the contract has several.")]


@app.command("lint")
def lint(contract: ContractFile, schema: Schema = None, as_json: AsJson = False) -> None:
    """Hold a contract against the standard and against what Headgate can enforce."""
    from headgate.core.contract.lint import lint_contract

    findings = lint_contract(_existing(contract), schema)
    if as_json:
        echo_json([_plain(finding) for finding in findings])
    else:
        for finding in findings:
            typer.echo(printable(finding, _LONGEST))
            if finding.next:
                typer.echo(f"  next: {printable(finding.next, _LONGEST)}")
        if not findings:
            typer.echo(f"{printable(contract, _LONGEST)}: fine")
    raise typer.Exit(2 if any(finding.level == "error" for finding in findings) else 0)


@app.command("explain")
def explain(contract: ContractFile, schema: Schema = None, as_json: AsJson = False) -> None:
    """Show, attribute by attribute, what is enforced per row, per file, or not at all."""
    from headgate.core.contract.explain import explain_contract, render_coverage
    from headgate.core.contract.load import read_contract
    from headgate.core.yaml_document import load_yaml

    document = load_yaml(_existing(contract))
    coverage = explain_contract(read_contract(document, schema), document)
    if as_json:
        echo_json([_plain(entry) for entry in coverage])
    else:
        for line in render_coverage(coverage).splitlines():
            typer.echo(printable(line, _LONGEST))


@app.command("infer")
def infer(
    data: Annotated[Path, typer.Argument(metavar="DATA", help="A CSV, JSON, JSONL or Parquet file.")],
    name: Annotated[str | None, typer.Option(help="Name of the contract; else from the file's name.")] = None,
) -> None:
    """Print a draft contract that accepts this data; what was sniffed stands in its comments."""
    from headgate.core.contract.infer import infer_contract

    typer.echo(infer_contract(_existing(data), name=name), nl=False)


def _existing(path: Path) -> Path:
    if not path.is_file():
        what = "is a folder, not a file" if path.is_dir() else "there is no such file"
        raise UserMistake(what, where=Place(str(path)), next="name a file that exists", code="no_such_file")
    return path


def _plain(entry: Any) -> dict[str, Any]:
    fields = asdict(entry)
    where = getattr(entry, "where", None)
    return {**fields, "where": str(where)} if where is not None else fields
