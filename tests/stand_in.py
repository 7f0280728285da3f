"""A program that stands in for a real one, writes down how it was called, and does what a test says."""

from __future__ import annotations

import json
import sys
from pathlib import Path


class StandIn:
    """Lies in a folder that a test puts on PATH.

    Args:
        folder: gets the program.
        name: of it.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._file, self._calls = folder / name, folder / f"{name}.calls"
        self.does("")

    def does(self, code: str) -> None:
        """Python that it runs; `words` are the arguments."""
        self._file.write_text(
            f"#!{sys.executable}\nimport json, os, sys\nfrom pathlib import Path\nwords = sys.argv[1:]\n"
            f"with open({str(self._calls)!r}, 'a') as file:\n"
            f"    file.write(json.dumps([words, os.getcwd(), dict(os.environ)]) + chr(10))\n{code}\n"
        )
        self._file.chmod(0o755)

    @property
    def calls(self) -> list[list[str]]:
        """The arguments of each call."""
        return [words for words, _, _ in self.runs]

    @property
    def runs(self) -> list[tuple[list[str], str, dict[str, str]]]:
        """Arguments, folder and environment of each call."""
        lines = self._calls.read_text().splitlines() if self._calls.exists() else []
        return [tuple(json.loads(line)) for line in lines]
