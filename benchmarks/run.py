"""`make bench`: floor, `headgate check` and the csv loop over the same files, in turn; prints the table of docs/benchmarks.md."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.data import write_sales

CONTRACT = Path(__file__).parent.parent / "src/headgate/examples/smartphone_sales/contract.odcs.yaml"


@dataclass(frozen=True)
class Measured:
    """Wall seconds, CPU seconds and peak resident bytes of one whole process."""

    wall: float
    cpu: float
    peak: int


def measure(command: list[str]) -> Measured:
    """Runs a command to its end.

    Raises:
        SystemExit: the command failed; a benchmark of a failure means nothing.
    """
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"failed: {' '.join(command)}")
    return Measured(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def contenders(data: Path, out: Path) -> dict[str, list[str]]:
    """Name → command."""
    check = [sys.executable, "-m", "headgate", "check", str(data), "--contract", str(CONTRACT), "--quiet"]
    return {
        "floor": [sys.executable, "-m", "benchmarks.floor", str(data), str(out / "floor.parquet")],
        "headgate check": [*check, "--out", str(out / "headgate")],
        "csv loop": [sys.executable, "-m", "benchmarks.loop", str(data), str(out / "loop")],
    }


def agree(out: Path) -> int:
    """The number of rejected records; the loop's and ours must be the same, with the same reasons.

    Raises:
        SystemExit: they differ.
    """
    ours = {row["_record"]: _codes(row) for row in _rows(out / "headgate" / "rejected.jsonl")}
    theirs = {row["_record"]: sorted(row["rules"]) for row in _rows(out / "loop" / "rejected.jsonl")}
    if ours != theirs:
        differing = [n for n in sorted({*ours, *theirs}) if ours.get(n) != theirs.get(n)][:5]
        raise SystemExit(f"results differ at records {[(n, ours.get(n), theirs.get(n)) for n in differing]}")
    return len(ours)


def _codes(row: dict) -> list[str]:  # type: ignore[type-arg]
    broken_quote = ("text_after_quote", "open_quote")
    codes = [f"{r['column']}.{r['rule']}" if r["column"] else r["rule"] for r in row["_reasons"]]
    return sorted("broken_quote" if code in broken_quote else code for code in codes)


def _rows(path: Path) -> list[dict]:  # type: ignore[type-arg]
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def compare(title: str, rows: int, repeat: int, write: Callable[[Path], None], loop: bool) -> None:
    """Prints one part of the table."""
    with tempfile.TemporaryDirectory(prefix="headgate-bench-") as folder:
        data, out = Path(folder) / "smartphone_sales.csv", Path(folder) / "out"
        out.mkdir()
        write(data)
        commands = contenders(data, out)
        if not loop:
            del commands["csv loop"]
        runs: dict[str, list[Measured]] = {name: [] for name in commands}
        for _ in range(repeat):
            for name, command in commands.items():
                shutil.rmtree(out / "headgate", ignore_errors=True) if name == "headgate check" else None
                runs[name].append(measure(command))
        rejected = agree(out) if loop else None
        _print(title, rows, data.stat().st_size, runs, rejected)


def _print(title: str, rows: int, size: int, runs: dict[str, list[Measured]], rejected: int | None) -> None:
    agreed = f", {rejected:,} rejected records agree in number and reasons" if rejected is not None else ""
    print(f"\n### {title}: {rows:,} rows, {size / 1e6:.0f} MB{agreed}\n")
    print("| contender | wall s (median) | × floor | CPU s | peak MB |\n|---|---|---|---|---|")
    walls = {name: statistics.median(run.wall for run in measured) for name, measured in runs.items()}
    for name, measured in runs.items():
        cpu = statistics.median(run.cpu for run in measured)
        peak = max(run.peak for run in measured) / 1e6
        print(f"| {name} | {walls[name]:.2f} | {walls[name] / walls['floor']:.2f} | {cpu:.2f} | {peak:.0f} |")
    if "csv loop" in walls:
        print(f"\nThe csv loop takes {walls['csv loop'] / walls['headgate check']:.1f} × the time of headgate check.")


def main() -> None:
    """Runs every comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument(
        "--scale", type=int, default=10, help="a last run without the loop at so many times the rows; 0 for none"
    )
    given = parser.parse_args()
    print(
        f"Python {platform.python_version()}, DuckDB {duckdb.__version__}, {os.cpu_count()} cores, memory_limit 256MB, 2 threads"
    )
    compare("clean structure", given.rows, given.repeat, lambda path: write_sales(path, given.rows, dirty=False), True)
    compare("dirty structure", given.rows, given.repeat, lambda path: write_sales(path, given.rows, dirty=True), True)
    if given.scale:
        rows = given.rows * given.scale
        compare(f"{given.scale} × the rows", rows, 1, lambda path: write_sales(path, rows, dirty=False), False)


if __name__ == "__main__":
    main()
