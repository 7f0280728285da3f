"""`python -m benchmarks.journey`: many small files through `run`, against the bare gate on the same bytes; prints Markdown."""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from headgate.core.gate.gate import GateInput, run_gate
from headgate.core.gate.workspace import workspace
from headgate.faces.cli.init import make_project
from headgate.hosts.embedded import EmbeddedHost
from headgate.hosts.once import run_once
from headgate.hosts.stage_log import StageRun
from headgate.stages.ingest import gate_settings

HEADER = "order_id,customer_name,product_name,quantity,unit_price\n"


@dataclass
class Times:
    """Collects stage runs; an observer."""

    started: float = 0.0
    seconds: dict[str, list[float]] = field(default_factory=dict)
    processed: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, run: StageRun) -> None:
        with self.lock:
            self.seconds.setdefault(run.delivery.stage, []).append(run.seconds)
            if any(event.type == "file.processed" for event in run.events):
                self.processed.append(time.perf_counter() - self.started)


def make_files(folder: Path, files: int, rows: int) -> None:
    """Files of which no two are alike, one row in fifty bad."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(files):
        lines = [f"F{number}-{row},Demo Customer,Sample Product,{row % 50},29.99\n" for row in range(rows)]
        (folder / f"orders-{number:04}.csv").write_text(HEADER + "".join(lines))


def bare_gate(host: EmbeddedHost, files: list[Path]) -> tuple[list[float], int]:
    """Seconds of the gate alone for each file, and the rows that it rejected."""
    pipeline, contract = host.project.pipelines["orders"], host.contracts["orders"]
    settings, seconds, rejected = gate_settings(pipeline, host.project), [], 0
    for file in files:
        with workspace() as folder:
            (folder / "work").mkdir()
            (folder / "out").mkdir()
            started = time.perf_counter()
            given = GateInput(file, file.name, "orders", datetime(2026, 1, 1))
            rejected += run_gate(given, contract, settings, folder / "work", folder / "out").rejected
            seconds.append(time.perf_counter() - started)
    return seconds, rejected


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "project"
        make_project(folder, ["orders"])
        (folder / "headgate.yaml").write_text(f"workers: {asked.workers}\nwatch: {{settle: 0}}\n")
        make_files(folder / "inbox" / "orders", asked.files, asked.rows)
        with EmbeddedHost(folder) as host:
            gate, rejected = bare_gate(host, sorted((folder / "inbox" / "orders").iterdir()))
            times = Times(time.perf_counter())
            run_once(host, observers=[times])
            wall = time.perf_counter() - times.started
            runs = host.ledger.runs()
    counted = sum(run.counts["rejected"] or 0 for run in runs)
    if (len(runs), counted) != (asked.files, rejected):
        sys.exit(f"results differ: {len(runs)} runs with {counted} rejected rows, the bare gate has {rejected}")
    print(_table(asked, gate, times, wall))


def _table(asked: argparse.Namespace, gate: list[float], times: Times, wall: float) -> str:
    stages = {stage: statistics.median(found) * 1000 for stage, found in times.seconds.items()}
    first, last = (statistics.quantiles(times.processed, n=100)[at] for at in (49, 94))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows = {
        f"{asked.files} files of {asked.rows} rows, workers": asked.workers,
        "wall s": f"{wall:.1f}",
        "files/s": f"{asked.files / wall:.1f}",
        "drop to file.processed, p50 s (all dropped at once)": f"{first:.1f}",
        "drop to file.processed, p95 s": f"{last:.1f}",
        "bare gate, one at a time, median ms": f"{statistics.median(gate) * 1000:.1f}",
        **{f"stage {stage}, median ms": f"{value:.1f}" for stage, value in sorted(stages.items())},
        "peak MB": f"{peak:.0f}",
    }
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows.items())])


if __name__ == "__main__":
    main()
