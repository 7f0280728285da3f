"""Killed anywhere, any number of times, every file ends in exactly one committed run, no row lost, none doubled."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


def drive(folder: Path, *asked: str, timeout: int) -> Any:
    command = [sys.executable, "-m", "tests.crash.drive", str(folder), *asked]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=timeout)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_killed_at_boundaries_of_the_journey_it_ends_as_if_nobody_had_killed_it(tmp_path: Path):
    told = drive(tmp_path, "--every", "59", timeout=300)
    assert told["wrong"] == []
    assert told["kills"] > told["trials"] > 5


def test_killed_at_random_moments_with_two_workers_it_ends_as_if_nobody_had_killed_it(tmp_path: Path):
    told = drive(tmp_path, "--random", "3", timeout=300)
    assert told["wrong"] == []
    assert told["kills"] >= 3


@pytest.mark.slow
def test_killed_at_every_sixth_boundary_it_ends_as_if_nobody_had_killed_it(tmp_path: Path):
    told = drive(tmp_path, "--every", "6", "--random", "12", timeout=1500)
    assert told["wrong"] == []
    assert told["kills"] > told["trials"] > 80
