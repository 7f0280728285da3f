"""The files of a package that are not dependencies: Headgate's own code, and the project."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from headgate.core.config.project_settings import PIPELINES
from headgate.core.project import FILE_NAME

# What runs on the user's machine only.
_NOT_IN_A_FUNCTION = ("faces", "examples", "infra", "hosts/deploy", "hosts/rehearsal", "py.typed")
_NOT_READ = ("samples", "generate.py", "README.md")


def code_files() -> Iterator[tuple[str, Path]]:
    """Name in the archive and path of every file of Headgate that a function may import or open."""
    package = Path(str(resources.files("headgate")))
    for path in package.rglob("*"):
        name = path.relative_to(package).as_posix()
        if path.is_file() and path.parent.name != "__pycache__" and not _is_left_out(name):
            yield f"headgate/{name}", path


def project_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Name in the archive and path of the project's settings, and of all its pipelines are made of but their samples.

    Its folder keeps its name, which is the project's where no other is given.
    """
    home = f"project/{folder.resolve().name or 'headgate'}"
    yield f"{home}/{FILE_NAME}", folder / FILE_NAME
    for path in _below(folder / PIPELINES):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith((".", "__pycache__")) for part in parts)
        # Below the pipeline's own folder: a pipeline may be called `samples`.
        if not hidden and not (len(parts) > 2 and parts[2] in _NOT_READ):
            yield f"{home}/{'/'.join(parts)}", path


def _below(folder: Path, above: frozenset[Path] = frozenset()) -> Iterator[Path]:
    """All files below a folder, also through links to folders, as the project is read; never round in a circle."""
    here = folder.resolve()
    if here in above or not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            yield from _below(path, above | {here})
        elif path.is_file():
            yield path


def _is_left_out(name: str) -> bool:
    return any(name == folder or name.startswith(f"{folder}/") for folder in _NOT_IN_A_FUNCTION)
