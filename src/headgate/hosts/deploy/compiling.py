"""Compiled code beside the sources: where a function's code lies nobody can write, so that each start would compile it all anew."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from headgate.hosts.deploy.archive import Entry
from headgate.hosts.deploy.interpreter import functions_python

# What tracebacks say; and so that the place of the build is no part of the bytes.
_HOME = "/var/task"


def compiler() -> str:
    """What decides about the bytes of compiled code, in one word; empty where nothing here can compile."""
    python = functions_python()
    if python is None:
        return ""
    ask = "import platform; print(platform.python_version())"
    return subprocess.run([python, "-c", ask], capture_output=True, text=True, check=True).stdout.strip()


def compiled(entries: Iterable[Entry], folder: Path) -> list[Entry]:
    """Copies files into a folder under their names, and adds compiled code, if a Python of the functions' version is here."""
    python = functions_python()
    if python is None:
        return list(entries)
    for name, path in entries:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    _compile(python, folder)
    return [(path.relative_to(folder).as_posix(), path) for path in folder.rglob("*") if path.is_file()]


def _compile(python: Path, folder: Path) -> None:
    """In one process and in the order of names, so that the bytes are the same again; files that are no code are left out."""
    command = [
        str(python), "-P", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", "-s", str(folder),
        "-p", _HOME, str(folder),
    ]  # fmt: skip
    subprocess.run(command, env={"PYTHONHASHSEED": "0"}, capture_output=True, check=False)
