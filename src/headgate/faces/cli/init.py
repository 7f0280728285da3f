"""`headgate init`: a project to start from."""

from __future__ import annotations

import shlex
import shutil
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from headgate.core.errors import Place, UserMistake
from headgate.core.nearest import nearest
from headgate.core.printable import printable
from headgate.faces.cli.options import Quiet

_PROJECT = """\
# A Headgate project. Every key has a default; `headgate config show` prints them all,
# `headgate config schema project` gives the JSON Schema for your editor.

# It stays the same project wherever its folder is moved, and on AWS: all names there begin with it.
{name}

mail:
  # Alerts go here; mails are written into the folder `outbox`.
  to: [you@example.com]
"""

_IGNORED = """\
# Data, and what Headgate keeps of it. Yours to keep under version control: headgate.yaml, pipelines/, infra/, and
# .headgate/aws/, which says where the project is deployed.
/.headgate/*
!/.headgate/aws/
/inbox/
/outbox/
/accepted/
/rejected/
/archive/
/failed/
/unmatched/
/manifests/
/analysis/
/reports/
"""


def examples() -> dict[str, Path]:
    """Name → folder of each bundled pipeline."""
    root = Path(str(resources.files("headgate") / "examples"))
    return {folder.name: folder for folder in sorted(root.iterdir()) if (folder / "pipeline.yaml").exists()}


def make_project(folder: Path, names: list[str]) -> None:
    """Makes a project in `folder`, or adds example pipelines to the one that is there.

    Raises:
        UserMistake: an unknown example, or a pipeline of that name is already there; nothing was changed.
    """
    from headgate.core.project import FILE_NAME, name_line

    known = examples()
    for name in names:
        if name not in known:
            meant = nearest(name, known)
            hint = f"did you mean {meant}?" if meant else f"there are {', '.join(known)}"
            raise UserMistake(f"there is no example {name}; {hint}", next="headgate init --help")
        if (folder / "pipelines" / name).exists():
            raise UserMistake(
                f"the project already has a pipeline {name}",
                where=Place(str(folder / "pipelines" / name)),
                next="rename that folder, or start from another example",
            )
    if folder.exists() and not folder.is_dir():
        raise UserMistake("this is a file, not a folder", where=Place(str(folder)), next="headgate init NEW_FOLDER")
    (folder / "pipelines").mkdir(parents=True, exist_ok=True)
    (folder / "inbox").mkdir(exist_ok=True)
    if not (folder / FILE_NAME).exists():
        text = _PROJECT.format(name=name_line(folder.resolve().name))
        (folder / FILE_NAME).write_text(text, encoding="utf-8")
        if not (folder / ".gitignore").exists():
            (folder / ".gitignore").write_text(_IGNORED, encoding="utf-8")
    for name in names:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(known[name], folder / "pipelines" / name, ignore=ignored)
        (folder / "inbox" / name).mkdir(exist_ok=True)


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the project; made when it isn't there.")],
    example: Annotated[
        list[str] | None,
        typer.Option("--example", "-e", metavar="NAME", help="Start from a bundled pipeline; may be repeated."),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Make a project, or add a bundled pipeline to one."""
    names = list(dict.fromkeys(example or []))
    make_project(folder, names)
    if quiet:
        return
    typer.echo(f"{printable(folder)}/ is a Headgate project.")
    place = shlex.quote(printable(folder))
    if not names:
        typer.echo(f"Bundled pipelines to start from: {', '.join(examples())}")
        typer.echo(f"  headgate init {place} --example orders")
    for name in names:
        samples = (folder / "pipelines" / name / "samples").iterdir()
        sample = max(samples, key=lambda path: ("dirty" in path.name, path.name))
        typer.echo(f"  headgate run {shlex.quote(printable(sample))} -p {name} --project {place}")
