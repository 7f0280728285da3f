"""What each stage needs besides its files and what is remembered: all else is not even imported where it runs alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

Need = Literal["contracts", "queries", "voices", "engine", "tables", "web", "mailer"]

NEEDS: Mapping[str, tuple[Need, ...]] = {
    "ingest": ("contracts", "engine"),
    "load": ("contracts", "tables"),
    "analyze": ("contracts", "queries", "voices"),
    "notify": ("queries", "mailer"),
    "alert": ("mailer",),
    "watch": ("contracts",),
    "fetch": ("web",),
    "summarize": ("mailer",),
}


class Absent:
    """Stands for what no stage of this process needs; one that wants it all the same fails, and does not go without."""

    def __init__(self, need: Need) -> None:
        self._need = need

    def __getattr__(self, name: str) -> Any:
        raise LookupError(f"a stage uses {self._need}, which NEEDS in {__name__} does not say")
