"""The functions' packages: one zip for each group, the same bytes whenever it is built of the same things."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from headgate.core.errors import UserMistake
from headgate.core.project import Project, load_project
from headgate.hosts.contracts import check_report_templates, load_contracts, load_narratives, load_queries
from headgate.hosts.deploy.archive import Entry, unzipped_size, write_archive
from headgate.hosts.deploy.compiling import compiled
from headgate.hosts.deploy.dependencies import dependencies, lock_file
from headgate.hosts.deploy.groups import GROUPS, lock_name
from headgate.hosts.deploy.sources import code_files, project_files

LARGEST = 250 * 1024 * 1024
"""Bytes that a function's package may take when it is unpacked: a limit of Lambda."""


@dataclass(frozen=True)
class Package:
    """A zip for the functions of one group.

    Attributes:
        path: where it lies; absolute.
        sha256: of its bytes, in base64, as Lambda says it.
        size: its bytes.
        unzipped: bytes of what is in it.
    """

    path: Path
    sha256: str
    size: int
    unzipped: int


def build(
    project_folder: Path, out_folder: Path, architecture: str = "arm64", groups: Iterable[str] = GROUPS
) -> dict[str, Package]:
    """Builds the packages of a project.

    Args:
        project_folder: with `headgate.yaml`; the project is checked and compiled into every package.
        out_folder: gets `<group>-<architecture>.zip`; made when it isn't there.
        architecture: `arm64` or `x86_64`.
        groups: which packages; else all.

    Returns:
        Group → its package.

    Raises:
        UserMistake: the project is wrong, there is no uv, or a package is larger than a function may be.
        Outside: a dependency could not be had.
    """
    project = load_project(project_folder)
    _check(project)
    out_folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        code = compiled(code_files(), Path(folder))
        return {group: _package(project, group, code, out_folder.resolve(), architecture) for group in groups}


def _check(project: Project) -> None:
    """What a function would refuse at its cold start is refused here."""
    queries = load_queries(project, load_contracts(project))
    check_report_templates(project)
    load_narratives(project, queries)


def _package(project: Project, group: str, code: Sequence[Entry], folder: Path, architecture: str) -> Package:
    start = dependencies(lock_file(lock_name(group, project)), architecture)
    path = folder / f"{group}-{architecture}.zip"
    made = path.with_suffix(".part")
    write_archive(made, [*code, *project_files(project.folder)], start)
    made.replace(path)
    package = Package(path, _sha256(path), path.stat().st_size, unzipped_size(path))
    if package.unzipped > LARGEST:
        raise _too_large(project, group, package)
    return package


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return base64.b64encode(hashlib.file_digest(file, "sha256").digest()).decode()


def _too_large(project: Project, group: str, package: Package) -> UserMistake:
    own = sum(path.stat().st_size for _, path in project_files(project.folder)) // 1_000_000
    message = (
        f"the package `{group}` takes {package.unzipped / 1024**2:.0f} MB unpacked, and a function may take "
        f"{LARGEST // 1024**2} MB; {own} MB of it are the project's pipelines"
    )
    return UserMistake(message, next="take files that no pipeline reads out of pipelines/", code="package_too_large")
