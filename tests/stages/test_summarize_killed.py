"""summarize: whoever is killed over a file can't tell, so the ledger is asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from headgate.adapters.memory.ledger import LedgerPages, MemoryLedger
from headgate.ports import Commitment
from tests.stages.days import NOON, noted, summarized
from tests.stages.stage import Isolated


@pytest.fixture
def stage(tmp_path: Path) -> Isolated:
    return Isolated(tmp_path)


def test_a_file_whose_process_was_killed_is_dead_and_not_under_way_until_somebody_takes_it_up(stage: Isolated):
    pages = LedgerPages(gone={"killed"})
    MemoryLedger(pages, "killed").claim(noted("a.csv"))
    stage.ledger = MemoryLedger(pages, "alive")
    stage.context = replace(stage.context, ledger=stage.ledger)
    # The same bytes, in the queue, and another file that somebody works on.
    stage.ledger.note([noted("waits.csv")])
    stage.ledger.claim(noted("b.csv", run="r2"))
    report = summarized(stage)
    assert (report["totals"]["dead"], report["totals"]["under_way"]) == (1, 2)
    (dead,) = report["dead"]
    assert (dead["code"], [one["file"] for one in dead["files"]]) == ("killed_the_process", ["a.csv"])
    text = " ".join(stage.files.read("reports/daily/2026-11-20.txt").decode().split())
    assert "1 × killed_the_process: the process or function that worked on it was killed, and nobody" in text
    assert "headgate runs RUN people/a.csv (run r1)" in text
    assert "1 dead" in stage.files.read("reports/daily/2026-11-20.html").decode()
    assert [one["file"] for one in report["under_way"]] == ["b.csv", "waits.csv"]
    stage.ledger.claim(noted("a.csv"))
    assert summarized(stage)["totals"]["dead"] == 0
    stage.ledger.commit("r1", noted("a.csv").event, Commitment("accepted", {}), NOON)
    assert [summarized(stage)["totals"][name] for name in ("dead", "processed")] == [0, 1]
