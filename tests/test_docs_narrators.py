"""docs/narrators.md names every reason for which the built-in narrator writes in a model's place, and no other."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "narrators.md").read_text(encoding="utf-8")
SRC = ROOT / "src/headgate"
SOURCES = [*(SRC / "adapters/model").glob("*.py"), *(SRC / "core/narrative").glob("*.py"), SRC / "hosts/narrators.py"]


def test_every_reason_is_listed_with_what_to_do():
    given = {code for path in SOURCES for code in re.findall(r'"(narrator_[a-z_]+)"', path.read_text(encoding="utf-8"))}
    table = PAGE.partition("| `fallback` | what to do |")[2].partition("\n## ")[0]
    listed = {code for row in table.splitlines() for code in re.findall(r"`(narrator_[a-z_]+)`", row.split(" | ")[0])}
    assert len(given) > 10
    assert listed == given
