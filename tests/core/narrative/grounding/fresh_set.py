"""Plain sentences written without looking at the rules, in two halves; see fresh_statements.txt."""

import functools
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("fresh_statements.txt")


@dataclass(frozen=True)
class Fresh:
    line: int
    pipeline: str
    cites: tuple[str, ...]
    kind: str
    is_true: bool
    text: str

    @property
    def half(self) -> str:
        """`tune` or `hold out`."""
        digest = hashlib.sha256(f"{self.pipeline}: {self.text}".encode()).digest()
        return "hold out" if digest[-1] % 2 else "tune"


@functools.cache
def fresh_statements(half: str | None = None) -> tuple[Fresh, ...]:
    found, pipeline = [], ""
    for number, line in enumerate(FILE.read_text(encoding="utf-8").splitlines(), start=1):
        if section := re.fullmatch(r"\[(\w+)\]", line):
            pipeline = section[1]
        elif line and not line.startswith("#"):
            cites, kind, label, text = line.split(" | ", maxsplit=3)
            found.append(Fresh(number, pipeline, tuple(cites.split(",")), kind, label == "true", text))
    return tuple(one for one in found if half in (None, one.half))
