"""A shell into which the lines of a document are typed."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Shell:
    """Types lines into a shell in one folder, where `.venv/bin/headgate` is this very Headgate."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        command = folder / ".venv" / "bin" / "headgate"
        command.parent.mkdir(parents=True)
        command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m headgate "$@"\n')
        command.chmod(0o755)

    def type(self, line: str) -> str:
        typed = subprocess.run(["sh", "-c", line], cwd=self._folder, capture_output=True, text=True, timeout=120)
        assert typed.returncode == 0, f"{line}\n{typed.stderr}"
        return typed.stdout

    @contextlib.contextmanager
    def in_background(self, line: str) -> Iterator[None]:
        """A line that ends in `&`; ended by SIGTERM as a service manager does it."""
        words = shlex.split(line.removesuffix("&"))
        running = subprocess.Popen(words, cwd=self._folder, stderr=subprocess.DEVNULL, env=os.environ)
        try:
            yield
        finally:
            running.send_signal(signal.SIGTERM)
            assert running.wait(30) == 0

    def runs(self, project: str = "shop") -> list[dict[str, Any]]:
        return list(json.loads(self.type(f".venv/bin/headgate runs --project {project} --json")))
