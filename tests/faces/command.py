"""Running the command in a test: as a process of its own, or (much faster) in this one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from headgate.faces.cli import main

EXAMPLES = Path(__file__).resolve().parents[2] / "src" / "headgate" / "examples"
ORDERS = EXAMPLES / "orders" / "contract.odcs.yaml"
DIRTY = EXAMPLES / "orders" / "samples" / "orders_dirty.csv"
CLEAN = EXAMPLES / "orders" / "samples" / "orders_clean.csv"


@dataclass(frozen=True)
class Said:
    """What a command left: exit code and both streams."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def headgate(*words: object, cwd: Path, **environment: str) -> Said:
    """The command in a process of its own; a traceback is never right."""
    command = [sys.executable, "-m", "headgate", *map(str, words)]
    run = subprocess.run(command, cwd=cwd, capture_output=True, env={**os.environ, **environment}, timeout=120)
    said = Said(run.returncode, run.stdout.decode(), run.stderr.decode())
    assert "Traceback" not in said.err, said.err
    return said


class Here:
    """The command in this process, at home in one folder."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, captured: pytest.CaptureFixture[str]) -> None:
        self.folder, self._patch, self._captured = folder, patch, captured

    def __call__(self, *words: object) -> Said:
        self._patch.chdir(self.folder)
        self._patch.setattr(sys, "argv", ["headgate", *map(str, words)])
        self._captured.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = self._captured.readouterr()
        return Said(int(ended.value.code or 0), out, err)


def files_in(folder: Path) -> list[str]:
    """Every file below a folder, hidden ones too."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())
