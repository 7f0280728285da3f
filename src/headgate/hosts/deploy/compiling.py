"""Compiled code beside the sources: where a function's code lies nobody can write, so that each start would compile it all anew."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from headgate.core.errors import Outside
from headgate.core.printable import printable
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
    """Copies files into a folder under their names, and adds compiled code, if a Python of the functions' version is here.

    Raises:
        Outside: it is here, and can't compile.
    """
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
        str(python), "-P", "-m", "compileall", "-q", "-o", "0", "--invalidation-mode", "unchecked-hash", "-s", str(folder),
        "-p", _HOME, str(folder),
    ]  # fmt: skip
    done = subprocess.run(command, env=_environment(), capture_output=True, text=True, errors="replace", check=False)
    # 1 is said of files that are no code, too.
    if done.returncode not in (0, 1) or (done.returncode and not any(folder.rglob("*.pyc"))):
        raise _broken(python, done)


def _environment() -> dict[str, str]:
    """What the Python may need to start at all; but none of its settings, such as where else compiled code goes."""
    needed = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTHON") or name == "PYTHONHOME"
    }
    return needed | {"PYTHONHASHSEED": "0"}


def _broken(python: Path, done: subprocess.CompletedProcess[str]) -> Outside:
    """Archives without compiled code would be kept, and taken for compiled ones from then on."""
    lines = (done.stderr or done.stdout).split("\n")
    said = next((line.strip() for line in reversed(lines) if line.strip()), f"it ended with {done.returncode}")
    return Outside(
        f"{python} can't compile the functions' code: {printable(said)}",
        who="whoever looks after this machine",
        next=f"mend that Python until `{python} -m compileall --help` runs, then run the same command again",
        code="cannot_compile",
    )
