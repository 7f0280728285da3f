"""The infrastructure's files: where they ship, and how they come into a user's project."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

from headgate.core.errors import Place, UserMistake
from headgate.hosts.notes import read_note

FOLDER = "infra"
STACK = "infra/stack"
NOTE = ".headgate-files.json"
"""In the copied folder: what each file was when it was copied. It belongs into version control, as the files do."""

IGNORED = ".gitignore"

# What Terraform leaves behind where it ran.
_LEFTOVERS = (".terraform", ".terraform.tfstate.lock.info", "terraform.tfstate.d")
_ENDINGS = (".tfstate", ".tfstate.backup", ".auto.tfvars.json", ".tfplan")


@dataclass
class Copied:
    """What became of the files, each by its name below `infra/`.

    Attributes:
        new: were not there.
        updated: were as an earlier version of Headgate left them.
        kept: were changed by hand, and stay as they are.
        removed: were as an earlier version left them, and are no longer part of it.
    """

    new: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


def shipped() -> Path:
    """The folder that ships with Headgate; in a clone of its repository, the one there."""
    package = Path(str(resources.files("headgate")))
    in_repository = package.parents[1] / FOLDER
    return in_repository if (package.parents[1] / "pyproject.toml").is_file() else package / FOLDER


def stack(project: Path) -> Path:
    """Where Terraform runs for a project.

    Raises:
        UserMistake: the infrastructure was not copied yet (`no_infra`).
    """
    folder = project / STACK
    if folder.is_dir():
        return folder
    raise UserMistake(
        "the infrastructure is not in this project yet",
        where=Place(str(folder)),
        next="headgate deploy init",
        code="no_infra",
    )


def copy_infra(project: Path, source: Path | None = None) -> Copied:
    """Copies the infrastructure into a project, or brings what is there up to date; changes of the user's stay.

    Args:
        project: its folder.
        source: of the files; else those that ship.
    """
    source, target = source or shipped(), project / FOLDER
    noted, done = _noted(target), Copied()
    fresh = {name: path.read_bytes() for name, path in _files(source)} | {IGNORED: _ignored()}
    for name, content in fresh.items():
        if _put(target / name, name, content, noted, done) and name != IGNORED:
            # Scripts stay scripts.
            shutil.copymode(source / name, target / name)
    for name in sorted(noted.keys() - fresh.keys()):
        _take_off(target / name, name, noted, done)
    kept = {name: noted[name] for name in done.kept if name in noted}
    note = kept | {name: _digest(content) for name, content in fresh.items() if name not in done.kept}
    (target / NOTE).write_text(json.dumps(dict(sorted(note.items())), indent=1) + "\n", encoding="utf-8")
    return done


def _put(path: Path, name: str, content: bytes, noted: dict[str, str], done: Copied) -> bool:
    """Whether the file was written."""
    there = path.read_bytes() if path.is_file() else None
    if there == content:
        return False
    if there is not None and noted.get(name) != _digest(there):
        done.kept.append(name)
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    (done.new if there is None else done.updated).append(name)
    return True


def _take_off(path: Path, name: str, noted: dict[str, str], done: Copied) -> None:
    """A file of an earlier version would go on taking part: Terraform reads every one of a folder."""
    if path.is_file() and _digest(path.read_bytes()) == noted[name]:
        path.unlink()
        done.removed.append(name)


def _files(source: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(source.rglob("*")):
        name = path.relative_to(source)
        if path.is_file() and not is_leftover(name.as_posix()):
            yield name.as_posix(), path


def is_leftover(name: str) -> bool:
    """Whether Terraform, not an author, wrote the file."""
    parts = Path(name).parts
    return any(part in _LEFTOVERS or part == "__pycache__" for part in parts) or name.endswith(_ENDINGS)


def _ignored() -> bytes:
    """For git: what Terraform leaves behind is of one machine, and may hold secrets."""
    lines = ["# What Terraform leaves behind where it ran.", *_LEFTOVERS, *(f"*{ending}" for ending in _ENDINGS)]
    return ("\n".join(lines) + "\n").encode()


def _noted(target: Path) -> dict[str, str]:
    file = target / NOTE
    # Without it, every file that differs counts as changed by hand, and stays.
    return read_note(file, f"git checkout {file}, or delete it; then headgate deploy init")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
