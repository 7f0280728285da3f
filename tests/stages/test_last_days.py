"""last_days: what came to a pipeline on the last days."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from headgate.core.report.input import RecentDay
from headgate.ports import Arrival, Commitment
from headgate.stages.last_days import last_days
from tests.stages.stage import Isolated

NOON = datetime(2026, 11, 20, 12)


@pytest.fixture
def stage(tmp_path: Path) -> Isolated:
    return Isolated(tmp_path)


def came(stage: Isolated, name: str, at: datetime, pipeline: str = "people", replay: int = 0) -> None:
    """A run with 7 accepted and 3 rejected rows."""
    stage.ledger.claim(Arrival(f"event of {name}", at, pipeline, f"inbox/{pipeline}/{name}", name, 10, name))
    counts = {"records": 10, "accepted": 7, "rejected": 3, "warned": 0}
    stage.ledger.commit(name, f"event of {name}", Commitment("accepted_with_rejects", counts, replay=replay), at)


def test_each_day_is_there_oldest_first_also_those_on_which_nothing_came(stage: Isolated):
    came(stage, "a", NOON - timedelta(days=2))
    came(stage, "b", NOON)
    came(stage, "c", NOON)
    assert last_days("people", 3, NOON, stage.context) == [
        RecentDay("2026-11-18", 1, 7, 3),
        RecentDay("2026-11-19", 0, 0, 0),
        RecentDay("2026-11-20", 2, 14, 6),
    ]


def test_other_pipelines_earlier_days_and_replays_are_left_out(stage: Isolated):
    came(stage, "a", NOON, pipeline="guests")
    came(stage, "b", NOON - timedelta(days=2))
    came(stage, "c", NOON, replay=1)
    assert [day.files for day in last_days("people", 2, NOON, stage.context)] == [0, 0]


def test_what_came_later_is_left_out_so_that_a_report_written_again_says_the_same(stage: Isolated):
    came(stage, "a", NOON)
    came(stage, "b", NOON + timedelta(seconds=1))
    assert [day.files for day in last_days("people", 1, NOON, stage.context)] == [1]


def test_a_failed_file_and_one_under_way_count_without_rows(stage: Isolated):
    for name in ("failed", "dead", "under way"):
        stage.ledger.claim(Arrival(name, NOON, "people", f"inbox/people/{name}", name, 10, name))
    stage.ledger.fail("failed", "failed", {"code": "empty_file"}, NOON)
    stage.ledger.bury("dead", {"code": "disk_full"}, NOON)
    assert last_days("people", 1, NOON, stage.context) == [RecentDay("2026-11-20", 3, 0, 0, failed=2)]


def test_days_are_those_of_the_zone_of_the_daily_report(tmp_path: Path):
    stage = Isolated(tmp_path, settings="daily_report: {zone: America/New_York}\n")
    came(stage, "evening", datetime(2026, 11, 20, 4, 59))
    came(stage, "night", datetime(2026, 11, 20, 5))
    found = last_days("people", 2, datetime(2026, 11, 20, 6), stage.context)
    assert [(day.day, day.files) for day in found] == [("2026-11-19", 1), ("2026-11-20", 1)]


def test_a_pipeline_that_wants_none_costs_no_look_into_the_ledger(stage: Isolated):
    assert last_days("people", 0, NOON, replace(stage.context, ledger=cast(Any, None))) == []
