"""The files before one that is only described, from the manifests of their runs."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from headgate.core.report.input import RecentFile
from headgate.ports import Arrival, Commitment
from headgate.stages.last_files import last_files
from tests.stages.stage import NOW, Isolated


def described(stage: Isolated, number: int, size: int = 10) -> dict[str, object]:
    """A committed run, one minute after the one before, and its manifest."""
    at, run, name = NOW + timedelta(minutes=number), f"run{number}", f"{number}.txt"
    ledger = stage.context.ledger
    ledger.claim(Arrival(f"e{number}", at, "people", f"inbox/people/{name}", name, size, run))
    ledger.commit(run, f"e{number}", Commitment("accepted", {"records": None}), at)
    made: dict[str, object] = {
        "run": run, "pipeline": "people", "metadata": {}, "file": {"name": name, "size": size},
        "observed": {"claimed_at": f"{at.isoformat()}Z"},
    }  # fmt: skip
    stage.files.write(f"manifests/{run}.json", json.dumps(made).encode())
    return made


def test_the_last_ten_are_found_the_newest_last_and_what_came_later_is_not(tmp_path: Path):
    stage = Isolated(tmp_path)
    made = [described(stage, number, size=number) for number in range(13)]
    assert last_files(made[11], stage.context) == [RecentFile(f"{n}.txt", n) for n in range(2, 12)]
    assert last_files(made[0], stage.context) == [RecentFile("0.txt", 0)]


def test_a_manifest_that_is_gone_or_changed_costs_only_its_own_file(tmp_path: Path):
    stage = Isolated(tmp_path)
    *_, last = [described(stage, number) for number in range(4)]
    stage.files.delete("manifests/run0.json")
    stage.files.write("manifests/run1.json", b"no JSON")
    assert last_files(last, stage.context) == [RecentFile("2.txt", 10), RecentFile("3.txt", 10)]


def test_of_a_file_with_a_contract_none_are_looked_for(tmp_path: Path):
    stage = Isolated(tmp_path)
    described(stage, 1)
    ordinary = {key: value for key, value in described(stage, 2).items() if key != "metadata"}
    assert last_files(ordinary, stage.context) == []
