"""`headgate config`: what can be set, and what is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from headgate.core.errors import UserMistake
from headgate.faces.cli.options import AsJson, ProjectDir
from headgate.faces.cli.said import echo_json

app = typer.Typer(help="What can be set, and what is.", no_args_is_help=True, rich_markup_mode=None)


@app.command("schema")
def schema(
    which: Annotated[
        str, typer.Argument(metavar="pipeline|project|narrative", help="Which file's schema.")
    ] = "pipeline",
) -> None:
    """Print the JSON Schema of pipeline.yaml, headgate.yaml or narrative.yaml, for editors."""
    from headgate.core.config_schema import SCHEMAS, schema_text

    found = next((one for one in SCHEMAS if one == which), None)
    if found is None:
        raise UserMistake(
            f"there is no schema {which}: there are pipeline, project and narrative",
            next="headgate config schema pipeline",
        )
    typer.echo(schema_text(found), nl=False)


@app.command("show")
def show(project: ProjectDir = Path("."), as_json: AsJson = False) -> None:
    """Print every setting of a project and its pipelines, defaults included."""
    from headgate.core.project import load_project

    loaded = load_project(project)
    document = {
        "project": loaded.settings.model_dump(mode="json", by_alias=True),
        "pipelines": {
            name: pipeline.model_dump(mode="json", by_alias=True) for name, pipeline in loaded.pipelines.items()
        },
    }
    if as_json:
        echo_json(document)
        return
    import yaml

    typer.echo(yaml.safe_dump(document, sort_keys=False, allow_unicode=True), nl=False)
