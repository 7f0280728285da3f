"""Files of a day, for tests of the daily report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from headgate.core.daily_report.counting import daily_report, figures
from headgate.core.daily_report.day import Day
from headgate.core.daily_report.day_file import DayFile, ManifestFacts, Rejected
from headgate.core.daily_report.document import DailyReport, Figures

DAY = Day.of("2026-11-20", "Europe/Berlin")
LATER = datetime(2026, 11, 20, 23, 0, 9)
EMPTY = figures([])


def processed(file: str = "a.csv", accepted: int = 9, rejected: int = 1, **more: Any) -> DayFile:
    """A processed file of the pipeline orders, 100 bytes, judged in half a second."""
    counts = {"records": accepted + rejected, "accepted": accepted, "rejected": rejected, "warned": 0}
    facts = ManifestFacts(None, 0.5, (Rejected("id.required", "is required", rejected),) if rejected else ())
    given = {
        "pipeline": "orders",
        "size": 100,
        "run": f"run of {file}",
        "run_file": file,
        "counts": counts,
        "facts": facts,
    }
    return DayFile(file, **{"status": "processed", "needs_facts": True, **given, **more})


def failed(file: str, code: str = "missing_column", message: str = "no price", **more: Any) -> DayFile:
    """A failed file of the pipeline orders."""
    given = {"pipeline": "orders", "status": "failed", "size": 10, "run": f"run of {file}"}
    return DayFile(file, **{**given, "reason": {"code": code, "message": message}, **more})


def duplicate(file: str, of: DayFile, **more: Any) -> DayFile:
    """A duplicate of a processed file."""
    given = {"pipeline": of.pipeline, "size": of.size, "run": of.run, "run_file": of.file, "facts": of.facts}
    return DayFile(file, **{"status": "duplicate", "needs_facts": True, **given, **more})


def reported(
    files: Sequence[DayFile],
    before: Sequence[Figures] = (EMPTY,) * 7,
    pipelines: Sequence[str] = ("orders",),
    now: datetime = LATER,
    replays: int = 0,
) -> DailyReport:
    """The report of these files."""
    return daily_report("shop", DAY, now, files, before, pipelines, replays)
