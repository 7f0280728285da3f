"""Many files at once through the rehearsal, and whether anything of them is lost or there twice."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.journey import make_files
from headgate.core.errors import Outside
from headgate.hosts.aws.desk import AwsDesk
from headgate.hosts.rehearsal.rehearsal import Rehearsal, leading_to

_MINUTE = 60.0


def many(here: Rehearsal, folder: Path, files: int, rows: int, patience: float) -> dict[str, Any]:
    """Files dropped at once; what is wrong when one of them, one row, one report or one mail is missing or there twice."""
    make_files(folder, files, rows)
    known, began = {event.id for event in here.events()}, time.monotonic()
    table, mailed = _rows_of(here), len(here.cloud.mails())
    for file in sorted(folder.iterdir()):
        here.drop(file, "orders")
    dropped = time.monotonic() - began
    in_time = _waited(here, patience)
    seconds = time.monotonic() - began
    events = [event for event in here.events() if event.id not in known]
    by_type = {kind: sum(event.type == kind for event in events) for kind in sorted({event.type for event in events})}
    counts = [event.data["counts"] for event in events if event.type == "file.processed"]
    with leading_to(here.cloud), AwsDesk(here.project.folder) as desk:
        runs = [run for run in desk.ledger.runs() if run.file.startswith("orders-")]
    dead = {name: held for name, held in here.cloud.waiting().items() if name.endswith("-dead") and held}
    found = {
        "load": round(os.getloadavg()[0], 1), "files": files, "rows": rows,
        "drop_seconds": round(dropped, 1), "seconds": round(seconds, 1), "files_per_second": round(files / seconds, 2),
        "events": by_type, "mails": len(here.cloud.mails()) - mailed,
        "committed_runs": sum(run.state == "committed" for run in runs), "files_with_a_run": len({run.file for run in runs}),
        "accepted": sum(one["accepted"] for one in counts), "rejected": sum(one["rejected"] for one in counts),
        "rows_in_table": _rows_of(here) - table, "dead": dead, "failed_calls": failed(here),
    }  # fmt: skip
    return {**found, "wrong": _lost(found, files, rows) if in_time else ["it took too long"]}


def _waited(here: Rehearsal, patience: float) -> bool:
    """Whether there was nothing more to do in time."""
    try:
        here.wait(patience, _Told(here))
    except Outside as error:
        print(error, file=sys.stderr)
        return False
    return True


class _Told:
    """Says every minute how many messages wait for each stage."""

    def __init__(self, here: Rehearsal) -> None:
        self._here, self._began, self._next = here, time.monotonic(), _MINUTE

    def __call__(self) -> None:
        gone = time.monotonic() - self._began
        if gone > self._next:
            self._next = gone + _MINUTE
            held = {name: number for name, number in self._here.cloud.waiting().items() if number}
            print(f"{gone:6.0f} s {held}", file=sys.stderr, flush=True)


def _lost(found: Mapping[str, Any], files: int, rows: int) -> list[str]:
    """What does not close; empty when nothing is lost or doubled."""
    events = found["events"]
    should = {
        "runs": (found["committed_runs"], files), "files": (found["files_with_a_run"], files),
        "processed": (events.get("file.processed"), files), "reports": (events.get("report.sent"), files),
        "mails": (found["mails"], files),
        "rows": (found["accepted"] + found["rejected"], files * rows), "table": (found["rows_in_table"], found["accepted"]),
        "dead": (len(found["dead"]) + events.get("event.dead", 0), 0),
    }  # fmt: skip
    return [f"{name}: {one}, not {other}" for name, (one, other) in should.items() if one != other]


def failed(here: Rehearsal) -> int:
    """How many calls of functions came to no answer."""
    return sum(called.outcome != "ok" for called in here.runner.functions.called)


def _rows_of(here: Rehearsal) -> int:
    pages = here.cloud.client("dynamodb").get_paginator("scan")
    found = pages.paginate(TableName=f"{here.target['HEADGATE_PREFIX']}-orders", Select="COUNT", ConsistentRead=True)
    return sum(page["Count"] for page in found)
