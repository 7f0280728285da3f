"""`python -m benchmarks.rehearsal`: starts, warm calls, requests and many files at once on AWS's services on this machine; writes JSON."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import resource
import runpy
import signal
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.at_once import failed, many
from benchmarks.aws_requests import indexes_of, recorded
from headgate.faces.cli.init import examples, make_project
from headgate.hosts.rehearsal.functions import Called
from headgate.hosts.rehearsal.rehearsal import Rehearsal, rehearsal
from headgate.hosts.rehearsal.runtime import FunctionFailed

# What `deploy` would leave to the owner; of the bundled pipelines those whose files have rows.
SETTINGS = "project: bench\nmail: {to: [team@example.com], from: headgate@example.com}\n"
PIPELINES = ("orders", "smartphone_sales")
ROWS = 1_000
MEGABYTE = 1_000_000
GROUPS = {"gate": "ingest", "insight": "analyze", "mail": "notify"}
# Killed after the first file's measurement, so that each round starts all of them anew.
_STAGES = ("ingest", "load", "analyze", "notify")
_PATIENCE = 120.0
# No row of the two pipelines is shorter.
_SHORTEST = 20
_LARGEST_PATIENCE = 3600.0
# Name, pipeline, rows (None: a megabyte), how often of ten. A megabyte of orders would be 20,000 rows, each a request of its own
# to a table whose requests are answered one after the other here: hours, and they would be moto's.
_FILES = (
    ("smartphone_sales_1000_rows", "smartphone_sales", ROWS, 10),
    ("orders_1000_rows", "orders", ROWS, 5),
    ("smartphone_sales_1_mb", "smartphone_sales", None, 4),
)


def write_file(path: Path, pipeline: str, seed: int, rows: int | None = None, size: int = MEGABYTE) -> int:
    """A clean file of a bundled pipeline with so many rows, or of so many bytes at most; how many rows it has."""
    generator = runpy.run_path(str(examples()[pipeline] / "generate.py"))
    count = written = 0
    with path.open("wb") as file:
        for line in generator["make"](rows or size // _SHORTEST, seed, False):
            if rows is None and written + len(line) > size:
                break
            written, count = written + file.write(line), count + 1
    return count - 1


def starts(here: Rehearsal, rounds: int) -> dict[str, float]:
    """Seconds until a function of each group asks for its first call."""
    prefix = here.target["HEADGATE_PREFIX"]
    return {
        group: round(statistics.median(_started(here, f"{prefix}-{stage}") for _ in range(rounds)), 3)
        for group, stage in GROUPS.items()
    }


def _started(here: Rehearsal, function: str) -> float:
    """By a call with nothing to do: what it answers does not matter."""
    here.runner.functions.kill(function)
    with contextlib.suppress(FunctionFailed):
        here.runner.functions.call(function, {"Records": []})
    return here.runner.functions.called[-1].started


def first_calls(here: Rehearsal, folder: Path, rounds: int) -> dict[str, Any]:
    """Seconds of the first call of each stage's process, by a file of 1,000 rows; its start not counted."""
    prefix, found = here.target["HEADGATE_PREFIX"], defaultdict(list)
    for number in range(rounds):
        for stage in _STAGES:
            here.runner.functions.kill(f"{prefix}-{stage}")
        for called in _journey(here, folder, "orders", 900 + number, ROWS)[0]:
            if called.started:
                found[_stage(here, called)].append(called.seconds)
    return {stage: round(statistics.median(some), 3) for stage, some in found.items()}


def _stage(here: Rehearsal, called: Called) -> str:
    return called.function.removeprefix(here.target["HEADGATE_PREFIX"] + "-")


def _journey(
    here: Rehearsal, folder: Path, pipeline: str, seed: int, rows: int | None
) -> tuple[list[Called], float, int]:
    """One file through everything: calls, seconds from its drop to its report, rows."""
    file = folder / f"{pipeline}_{seed}_{rows or 'mb'}.csv"
    count = write_file(file, pipeline, seed, rows)
    before, began = len(here.runner.functions.called), datetime.now(UTC).replace(tzinfo=None)
    here.drop(file, pipeline)
    here.wait(_PATIENCE)
    sent = [event.time for event in here.events() if event.type == "report.sent" and event.time >= began]
    if len(sent) != 1:
        sys.exit(f"{file.name}: {len(sent)} reports were sent, where one should be")
    return here.runner.functions.called[before:], (sent[0] - began).total_seconds(), count


def warm(here: Rehearsal, folder: Path, pipeline: str, rows: int | None, repeat: int) -> dict[str, Any]:
    """Files one after the other through functions that run already: medians per stage, and to the report."""
    seconds: dict[str, list[float]] = defaultdict(list)
    memory: dict[str, int] = defaultdict(int)
    reports, counts = [], []
    for number in range(repeat + 1):
        calls, until, count = _journey(here, folder, pipeline, 100 + number, rows)
        if not number:
            continue  # The first one of a kind warms up.
        reports.append(until)
        counts.append(count)
        for called in calls:
            stage = _stage(here, called)
            seconds[stage].append(called.seconds)
            memory[stage] = max(memory[stage], called.peak_memory)
    return {
        "files": repeat, "rows": round(statistics.mean(counts)), "drop_to_report": round(statistics.median(reports), 2),
        "calls": {stage: len(some) / repeat for stage, some in seconds.items()},
        "seconds": {stage: round(statistics.median(some), 3) for stage, some in seconds.items()},
        "peak_mb": {stage: round(peak / 1e6) for stage, peak in memory.items()},
    }  # fmt: skip


def largest(here: Rehearsal, folder: Path, size: int) -> dict[str, Any]:
    """The largest file that a function takes, of sales, through processes that nothing else went through before."""
    for stage in _STAGES:
        here.runner.functions.kill(f"{here.target['HEADGATE_PREFIX']}-{stage}")
    file = folder / "smartphone_sales_largest.csv"
    rows = write_file(file, "smartphone_sales", 1, size=size)
    before = len(here.runner.functions.called)
    here.drop(file, "smartphone_sales")
    here.wait(_LARGEST_PATIENCE)
    of = {
        stage: [one for one in here.runner.functions.called[before:] if _stage(here, one) == stage] for stage in _STAGES
    }
    return {
        "rows": rows, "bytes": file.stat().st_size, "load": round(os.getloadavg()[0], 1),
        "outcomes": {stage: [one.outcome for one in calls] for stage, calls in of.items()},
        "seconds": {stage: round(max(one.seconds for one in calls), 1) for stage, calls in of.items()},
        "cpu_seconds": {stage: _cpu_seconds(here, stage) for stage in _STAGES},
        "peak_mb": {stage: round(max(one.peak_memory for one in calls) / 1e6) for stage, calls in of.items()},
    }  # fmt: skip


def _cpu_seconds(here: Rehearsal, stage: str) -> float:
    """What the processes of a function took of the processors, their start included; they end by it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    here.runner.functions.kill(f"{here.target['HEADGATE_PREFIX']}-{stage}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1)


def requests(here: Rehearsal, folder: Path, work: Path, pipeline: str, rows: int | None, repeat: int) -> dict[str, Any]:
    """What one file asks of the services on average, what it leaves there, and what functions log."""
    indexes, size, logged = indexes_of(here.cloud.client), _stored(here), _logged(work)
    with recorded(here.cloud.address, indexes) as found:
        for number in range(repeat):
            file = folder / f"{pipeline}_{500 + number}_{rows or 'mb'}.csv"
            write_file(file, pipeline, 500 + number, rows)
            here.drop(file, pipeline)
            here.wait(_PATIENCE)
    counted = {kind: round(number / repeat, 1) for kind, number in sorted(found.counted.items())}
    left = {"s3 bytes": (_stored(here) - size) // repeat, "log bytes": (_logged(work) - logged) // repeat}
    return {**counted, **left}


def _stored(here: Rehearsal) -> int:
    """Bytes in the bucket of files, all versions."""
    pages = here.cloud.client("s3").get_paginator("list_object_versions").paginate(Bucket=here.bucket)
    return sum(one["Size"] for page in pages for one in page.get("Versions", []))


def _logged(work: Path) -> int:
    return sum(path.stat().st_size for path in (work / "logs").glob("*.log"))


def metrics(work: Path) -> int:
    """How many metrics CloudWatch makes of what was logged: each name with each combination of dimensions is one."""
    found: set[tuple[Any, ...]] = set()
    for path in (work / "logs").glob("*.log"):
        for line in path.read_text(errors="replace").splitlines():
            if '"_aws"' in line:
                found.update(_named(json.loads(line)))
    return len(found)


def _named(line: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    for directive in line["_aws"]["CloudWatchMetrics"]:
        for dimensions in directive["Dimensions"]:
            for metric in directive["Metrics"]:
                yield (metric["Name"], *sorted((name, str(line[name])) for name in dimensions))


def clock_and_day(here: Rehearsal) -> list[Called]:
    """Calls of the functions that time calls: their first, which is their start's, and then a warm one."""
    now, before = datetime.now(UTC).replace(tzinfo=None), len(here.runner.functions.called)
    for number in range(2):
        here.tick("clock", now + timedelta(minutes=5 * number))
        here.tick("day", datetime.combine(now.date() + timedelta(days=1 + number), datetime.min.time()))
        here.wait(_PATIENCE)
    return here.runner.functions.called[before:]


def measured(asked: argparse.Namespace, here: Rehearsal, work: Path) -> dict[str, Any]:
    """All of it, in the order in which one does not disturb the other."""
    folder = work / "dropped"
    folder.mkdir()
    found: dict[str, Any] = {
        "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "python": platform.python_version(),
        "cores": os.cpu_count(),
    }
    if not asked.only_many and not asked.only_largest:
        found["starts"] = starts(here, asked.rounds)
        found["first_calls"] = first_calls(here, folder, asked.rounds)
        for name, pipeline, rows, repeat in _FILES:
            found[name] = {
                "warm": warm(here, folder, pipeline, rows, max(2, asked.repeat * repeat // 10)),
                "requests": requests(here, folder, work, pipeline, rows, 2),
            }
            _note(asked.out, found, here)
        found["rows_of_1_mb_of_orders"] = write_file(folder / "orders_mb.csv", "orders", 1)
        found["metrics"] = metrics(work)
        _note(asked.out, found, here)
    if not asked.only_many:
        calls = clock_and_day(here)
        found["by_time"] = {_stage(here, one): round(one.seconds, 3) for one in calls}
        found["by_time_peak_mb"] = {_stage(here, one): round(one.peak_memory / 1e6) for one in calls}
        _note(asked.out, found, here)
    if asked.largest and not asked.only_many:
        found["largest"] = largest(here, folder, asked.largest * 2**20)
        _note(asked.out, found, here)
    if asked.files and not asked.only_largest:
        found["many"] = many(here, work / "many", asked.files, asked.rows, asked.patience)
    return found


def _note(out: Path, found: Mapping[str, Any], here: Rehearsal) -> None:
    """What is known so far: a benchmark that is ended early has not been for nothing."""
    out.write_text(json.dumps({**found, "failed_calls": failed(here)}, indent=2) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=1000, help="dropped at once; 0: none")
    parser.add_argument("--rows", type=int, default=ROWS, help="of each of those")
    parser.add_argument("--repeat", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3, help="of starts and first calls")
    parser.add_argument("--largest", type=int, default=256, help="MiB of the largest file; 0: none")
    parser.add_argument("--patience", type=float, default=3600, help="seconds that those at once may take")
    parser.add_argument("--only-many", action="store_true")
    parser.add_argument("--only-largest", action="store_true")
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    asked.out = asked.out.resolve()
    # Also whoever ends it early leaves no process behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    with tempfile.TemporaryDirectory(prefix="headgate-bench-") as scratch:
        folder, work = Path(scratch) / "project", Path(scratch) / "work"
        work.mkdir()
        make_project(folder, list(PIPELINES))
        (folder / "headgate.yaml").write_text(SETTINGS)
        # The cloud keeps what it records in the folder that it is started in.
        with contextlib.chdir(work), rehearsal(folder, work, lambda said: print(said, file=sys.stderr)) as here:
            found = measured(asked, here, work)
            _note(asked.out, found, here)
    if wrong := found.get("many", {}).get("wrong"):
        sys.exit("; ".join(wrong))


if __name__ == "__main__":
    main()
