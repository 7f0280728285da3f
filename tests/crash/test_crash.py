"""Killed anywhere, any number of times, every file ends in exactly one committed run, no row lost, none doubled."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
# A boundary takes a second or two, and there are hundreds: at home a few are tried.
THOROUGH = os.environ.get("CI") == "true"


def drive(folder: Path, *asked: str, timeout: int) -> Any:
    command = [sys.executable, "-m", "tests.crash.drive", str(folder), *asked]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=timeout)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_killed_at_boundaries_of_the_journey_it_ends_as_if_nobody_had_killed_it(tmp_path: Path):
    told = drive(tmp_path, "--every", "12" if THOROUGH else "59", timeout=1500)
    assert told["wrong"] == []
    assert told["kills"] > told["trials"] > (30 if THOROUGH else 5)


def test_killed_at_random_moments_with_two_workers_it_ends_as_if_nobody_had_killed_it(tmp_path: Path):
    trials = 9 if THOROUGH else 3
    told = drive(tmp_path, "--random", str(trials), timeout=600)
    assert told["wrong"] == []
    assert told["kills"] >= trials
