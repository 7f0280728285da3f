"""Profile, facts, findings, narrative and report of the smartphone sales beside the gate on the same file, each a process of its own."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from benchmarks.data import write_sales
from benchmarks.run import Measured, measure
from headgate.core.accepted_rows import accepted_types
from headgate.core.analysis.analysis import analyze_rows
from headgate.core.analysis.limits import Limits
from headgate.core.analysis.queries import read_queries
from headgate.core.analysis.views import Rows
from headgate.core.contract import load_contract
from headgate.core.gate.workspace import workspace
from headgate.core.narrative.built_in import built_in_draft, read_templates
from headgate.core.narrative.model import BUILT_IN, Narrative
from headgate.core.narrative.prompt import draft_prompt, read_wishes
from headgate.core.narrative.request import Matter
from headgate.core.pipeline import load_pipeline
from headgate.core.reject_samples import sample_rejects
from headgate.core.report import top_reasons
from headgate.core.report.input import ReportInput
from headgate.core.report.written import written_run

EXAMPLE = Path(__file__).parent.parent / "src/headgate/examples/smartphone_sales"
SIZES = (1_000, 100_000, 2_000_000)
_HEAD = (
    "rows", "gate, s", "analysis to report, s", "ratio", "gate, CPU s", "analysis, CPU s", "CPU : CPU",
    "gate, peak MB", "analysis, peak MB", "prompt, characters", "written, bytes",
)  # fmt: skip


def analyze(checked: Path, out: Path) -> None:
    """Does with accepted rows what `analyze` and `notify` do: the document, its narrative, the report as mail, text and page."""
    pipeline = load_pipeline(EXAMPLE)
    assert pipeline.contract_path
    contract = load_contract(pipeline.contract_path)
    types = accepted_types(contract, pipeline.derive, pipeline.place("derive"))
    queries, manifest = read_queries(EXAMPLE), json.loads((checked / "manifest.json").read_text())
    with workspace() as work:
        found = analyze_rows(Rows(checked / "accepted.parquet", types), queries, work, Limits())
    document = {
        "counts": manifest["counts"],
        "file": {"name": manifest["file"]["name"], "size": manifest["file"]["size"]},
        "top_reasons": top_reasons(manifest),
        "samples": [one.as_json() for one in sample_rejects(checked / "rejected.jsonl", contract)],
        "profile": found.profile,
        "facts": {fact.name: [dict(row) for row in fact.rows] for fact in found.facts},
        "findings": [finding.as_json() for finding in found.findings],
        "notes": found.notes,
        "model": None,
    }
    shown = {query.name: query.shown for query in queries}
    matter = Matter("Sales", document["facts"], document["findings"], "", shown, read_wishes(EXAMPLE))
    draft = built_in_draft(matter, read_templates(EXAMPLE))
    document["narrative"] = Narrative(
        by=BUILT_IN, **{name: getattr(draft, name) for name in type(draft).model_fields}
    ).model_dump()
    # The library that draws the page's charts is made once per store, and not counted here.
    report = written_run(ReportInput(document, manifest, "Sales", "0" * 32, shown=shown), library=lambda: "")
    out.write_text(json.dumps(document, default=str) + report.text + report.html + report.page)
    # Nobody is asked here; what a model would get is measured, and that it does not grow with the file.
    _prompt(out).write_text(str(draft_prompt(matter).request.characters))


def _prompt(out: Path) -> Path:
    """Where the size of the prompt is written."""
    return out.with_suffix(".prompt")


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
        analysis = [sys.executable, "-m", "benchmarks.analysis", "--one", str(out), str(document)]
        pairs = [(measure([*check, "--quiet", "--out", str(out)]), measure(analysis)) for _ in range(repeat)]
        sizes = document.stat().st_size, int(_prompt(document).read_text())
    _print(rows, [gate for gate, _ in pairs], [found for _, found in pairs], *sizes)


def _print(rows: int, gate: list[Measured], analysis: list[Measured], size: int, prompt: int) -> None:
    ratio = statistics.median(one.wall / other.wall for one, other in zip(analysis, gate, strict=True))
    cpu = statistics.median(one.cpu / other.cpu for one, other in zip(analysis, gate, strict=True))
    walls = [f"{statistics.median(one.wall for one in some):.2f}" for some in (gate, analysis)]
    cpus = [f"{statistics.median(one.cpu for one in some):.2f}" for some in (gate, analysis)]
    peaks = [f"{max(one.peak for one in some) / 1e6:.0f}" for some in (gate, analysis)]
    cells = [f"{rows:,}", *walls, f"{ratio:.2f}", *cpus, f"{cpu:.2f}", *peaks, f"{prompt:,}", f"{size:,}"]
    print(f"| {' | '.join(cells)} |", flush=True)


def main() -> None:
    """Compares at every size; with --one, is one of the processes compared."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="*", default=SIZES)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--one", type=Path, nargs=2, metavar=("CHECKED", "WRITTEN"))
    given = parser.parse_args()
    if given.one:
        analyze(*given.one)
        return
    versions = f"Python {platform.python_version()}, DuckDB {duckdb.__version__}, {os.cpu_count()} cores"
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {versions}, load average {os.getloadavg()[1]:.1f}\n")
    print("| " + " | ".join(_HEAD) + " |\n" + "|---" * len(_HEAD) + "|")
    for rows in given.rows:
        compare(rows, given.repeat)


if __name__ == "__main__":
    main()
