"""What of an installed package a function never opens, and is left out of its zip."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

SERVICES = ("bedrock-runtime", "dynamodb", "events", "s3", "sesv2", "sns", "sqs", "ssm", "sts")
"""The AWS services that a function calls by boto3. A test holds them against the code."""

_FOLDERS = frozenset({"__pycache__", "bin", "tests", "_duckdb-stubs", "adbc_driver_duckdb"})
# What an installer notes for itself differs from machine to machine. METADATA is read (a package's own version).
_OF_INSTALLERS = ("RECORD", "INSTALLER", "REQUESTED", "WHEEL", "direct_url.json", "uv_build.json", "uv_cache.json")
_SOURCES = (".pyi", ".pyx", ".pxd", ".c", ".h", ".pyc", ".rst")
# Pages for people.
_PAGES = ("boto3/examples/", "aws_lambda_powertools/event_handler/openapi/swagger_ui/")
# The two that have a folder for each service of AWS.
_BY_SERVICE = ("botocore/data", "boto3/data")


def kept_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Name and path of every installed file that stays."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and is_kept(name):
            yield name, path


def is_kept(name: str) -> bool:
    """Whether the file of this name, below the folder of an installation, stays."""
    path = PurePosixPath(name)
    if path.name == ".lock" or path.suffix in _SOURCES or not _FOLDERS.isdisjoint(path.parts[:-1]):
        return False
    if path.parent.suffix == ".dist-info":
        return path.name not in _OF_INSTALLERS
    return _is_of_a_service_in_use(name)


def _is_of_a_service_in_use(name: str) -> bool:
    for folder in _BY_SERVICE:
        service, _, rest = name.removeprefix(f"{folder}/").partition("/")
        if name.startswith(f"{folder}/") and rest:
            return service in SERVICES and not rest.endswith("examples-1.json")
    return not name.startswith(_PAGES)
