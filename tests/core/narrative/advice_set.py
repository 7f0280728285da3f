"""Sentences that recommend something, sound ones and such as obey a stranger, in two halves; see advice.txt."""

from __future__ import annotations

import functools
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("advice.txt")


@dataclass(frozen=True)
class Advice:
    text: str
    is_good: bool

    @property
    def half(self) -> str:
        """`tune` or `hold out`."""
        return "hold out" if hashlib.sha256(self.text.encode()).digest()[-1] % 2 else "tune"


@functools.cache
def advice(half: str | None = None) -> tuple[Advice, ...]:
    found, part = [], ""
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if section := re.fullmatch(r"\[(good|obeying)\]", line):
            part = section[1]
        elif line and not line.startswith("#"):
            found.append(Advice(line, part == "good"))
    return tuple(one for one in found if half in (None, one.half))
