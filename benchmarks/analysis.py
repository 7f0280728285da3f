"""Profile, facts and findings of the smartphone sales beside the gate on the same file, each a process of its own."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.data import write_sales
from benchmarks.run import Measured, measure
from headgate.core.accepted_rows import accepted_types
from headgate.core.analysis.analysis import analyze_rows
from headgate.core.analysis.limits import Limits
from headgate.core.analysis.queries import read_queries
from headgate.core.analysis.views import Rows
from headgate.core.contract import load_contract
from headgate.core.gate.workspace import workspace
from headgate.core.pipeline import load_pipeline

EXAMPLE = Path(__file__).parent.parent / "src/headgate/examples/smartphone_sales"
SIZES = (1_000, 100_000, 2_000_000)


def analyze(accepted: Path, out: Path) -> None:
    """Analyzes accepted rows as the stage does, and writes what it found."""
    pipeline = load_pipeline(EXAMPLE)
    assert pipeline.contract_path
    contract = load_contract(pipeline.contract_path)
    types = accepted_types(contract, pipeline.derive, pipeline.place("derive"))
    with workspace() as work:
        found = analyze_rows(Rows(accepted, types), read_queries(EXAMPLE), work, Limits())
    facts = {fact.name: fact.rows for fact in found.facts}
    findings = [finding.as_json() for finding in found.findings]
    out.write_text(json.dumps({"profile": found.profile, "facts": facts, "findings": findings, "notes": found.notes}))


def compare(rows: int, repeat: int) -> None:
    """Prints one line of the table; gate and analysis take turns."""
    with tempfile.TemporaryDirectory(prefix="headgate-bench-") as folder:
        data, out, document = Path(folder) / "sales.csv", Path(folder) / "out", Path(folder) / "analysis.json"
        write_sales(data, rows, dirty=False)
        check = [
            sys.executable,
            "-m",
            "headgate",
            "check",
            str(data),
            "--contract",
            str(EXAMPLE / "contract.odcs.yaml"),
        ]
        analysis = [sys.executable, "-m", "benchmarks.analysis", "--one", str(out / "accepted.parquet"), str(document)]
        pairs = [(measure([*check, "--quiet", "--out", str(out)]), measure(analysis)) for _ in range(repeat)]
        size = document.stat().st_size
    _print(rows, [gate for gate, _ in pairs], [found for _, found in pairs], size)


def _print(rows: int, gate: list[Measured], analysis: list[Measured], size: int) -> None:
    ratio = statistics.median(one.wall / other.wall for one, other in zip(analysis, gate, strict=True))
    cpu = statistics.median(one.cpu / other.cpu for one, other in zip(analysis, gate, strict=True))
    walls = [statistics.median(one.wall for one in some) for some in (gate, analysis)]
    peaks = [max(one.peak for one in some) / 1e6 for some in (gate, analysis)]
    print(
        f"| {rows:,} | {walls[0]:.2f} | {walls[1]:.2f} | {ratio:.2f} | {cpu:.2f} | {peaks[0]:.0f} | {peaks[1]:.0f} | {size:,} |"
    )


def main() -> None:
    """Compares at every size; with --one, is one of the processes compared."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="*", default=SIZES)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--one", type=Path, nargs=2, metavar=("ACCEPTED", "DOCUMENT"))
    given = parser.parse_args()
    if given.one:
        analyze(*given.one)
        return
    print(
        "| rows | gate, s | analysis, s | analysis : gate | CPU : CPU | gate, peak MB | analysis, peak MB | document, bytes |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for rows in given.rows:
        compare(rows, given.repeat)


if __name__ == "__main__":
    main()
