"""Who may see them finds what masked names of a report stand for, with the command that stands beside them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from headgate.hosts.embedded import EmbeddedHost
from headgate.hosts.once import run_once
from tests.examples.samples import EXAMPLES

CASES = [
    ("health_metrics", "health_metrics_dirty.csv", "users", "user_id"),
    ("orders", "orders_dirty.csv", "top_customers", "customer_name"),
]


@pytest.mark.parametrize(("pipeline", "sample", "fact", "column"), CASES)
def test_the_command_gives_the_fact_with_its_names(pipeline: str, sample: str, fact: str, column: str, tmp_path: Path):
    shutil.copytree(EXAMPLES / pipeline, tmp_path / "pipelines" / pipeline)
    (tmp_path / "headgate.yaml").write_text("watch: {settle: 0}\nmail: {to: []}\n")
    with EmbeddedHost(tmp_path) as host:
        key = host.put(EXAMPLES / pipeline / "samples" / sample, pipeline)
        assert not run_once(host, announced=list(host.intake.announce(key))).errors
    (report,) = (tmp_path / "reports" / pipeline).glob("*.txt")
    (document,) = (tmp_path / "analysis" / pipeline).glob("*.json")
    (command,) = [line.strip() for line in report.read_text().splitlines() if "headgate query" in line]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    answer = subprocess.run(
        ["bash", "-c", f"{command} --json"],
        cwd=tmp_path,
        env={**os.environ, "PATH": path},
        capture_output=True,
        check=True,
    )
    named, masked = json.loads(answer.stdout), json.loads(document.read_text())["facts"][fact]
    assert [row[column] for row in masked[:2]] == ["***1", "***2"]
    assert not [row for row in named if row[column].startswith("***")]
    counts = [name for name, cell in masked[0].items() if isinstance(cell, int)]
    assert [[row[name] for name in counts] for row in named] == [[row[name] for name in counts] for row in masked]
