"""Options that several commands share: the same name and meaning everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from headgate.faces.cli.next_step import named

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]
Target = Annotated[Literal["local", "aws"], typer.Option("--target", help="Where the project runs.", callback=named)]
Environment = Annotated[
    str | None,
    typer.Option(
        "--environment",
        "-e",
        metavar="NAME",
        help="Which deployment on AWS, if not as deploy.environment says.",
        callback=named,
    ),
]
ProjectDir = Annotated[Path, typer.Option("--project", metavar="DIR", help="The project's folder.", callback=named)]
