"""What each stage needs of a project besides its settings: all else is not even read where it runs alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Need = Literal["contracts", "queries", "voices", "engine"]

NEEDS: Mapping[str, tuple[Need, ...]] = {
    "ingest": ("contracts", "engine"),
    "load": ("contracts",),
    "analyze": ("contracts", "queries", "voices"),
    "notify": ("queries",),
    "alert": (),
    "watch": ("contracts",),
    "fetch": (),
    "summarize": (),
}
