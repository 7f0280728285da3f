"""How long what lies in a zone is kept, as people write it down."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from headgate.core.config.retention_settings import time_kept
from headgate.core.errors import UserMistake
from headgate.core.places import Places
from headgate.core.project import Project, load_project
from headgate.core.retention import ZONES, ever_expires, term
from tests.projects import make_project


def project(folder: Path, settings: str = "", people: str = "") -> Project:
    return load_project(make_project(folder / "project", settings, people))


def age(of: Project, zone: str, key: str) -> tuple[str | None, str]:
    found = term(of, zone, key)
    return found.pipeline, found.age


def test_hours_days_and_weeks_are_times_and_never_is_none():
    assert time_kept("12h") == timedelta(hours=12)
    assert time_kept("7d") == timedelta(days=7)
    assert time_kept("8w") == timedelta(days=56)
    assert time_kept("never") is None


NO_TIMES = ["30", "0d", "-1d", "1.5d", "d", "30 d", "30D", "1y", "5m", "999999d", "always", "true", "[1d]", "''", "７d"]


@pytest.mark.parametrize("value", NO_TIMES)
def test_what_is_no_time_is_refused_with_an_example(tmp_path: Path, value: str):
    with pytest.raises(UserMistake, match="such as 12h, 30d or 8w, or never") as caught:
        project(tmp_path, f"retention:\n  archive: {value}\n")
    assert caught.value.where
    assert (caught.value.where.line, caught.value.where.key) == (2, "retention.archive")


@pytest.mark.parametrize("zone", ["manifests", "inbox", "ledger"])
def test_what_a_run_was_and_what_still_waits_can_have_no_retention(tmp_path: Path, zone: str):
    assert zone not in ZONES
    with pytest.raises(UserMistake, match=f"there is no key `{zone}`"):
        project(tmp_path, f"retention: {{{zone}: 30d}}\n")


@pytest.mark.parametrize("zone", ["unmatched", "outbox"])
def test_what_belongs_to_no_pipeline_is_for_the_project_alone_to_say(tmp_path: Path, zone: str):
    with pytest.raises(UserMistake, match=zone):
        project(tmp_path, people=f"retention: {{{zone}: 30d}}\n")


def test_by_default_nothing_ever_expires(tmp_path: Path):
    of = project(tmp_path)
    assert not any(ever_expires(of, zone) for zone in ZONES)
    assert {term(of, zone, f"{zone}/people/run/x").cutoff(datetime(2026, 1, 1)) for zone in ZONES} == {None}


def test_a_pipeline_says_for_itself_and_the_project_for_all_others(tmp_path: Path):
    of = project(tmp_path, "retention: {analysis: 30d, archive: 8w}\n", "retention: {analysis: 7d, archive: never}\n")
    assert age(of, "analysis", "analysis/people/run.json") == ("people", "7d")
    assert age(of, "analysis", "analysis/guests/run.json") == ("guests", "30d")
    assert age(of, "archive", "archive/people/run/a.csv") == ("people", "never")
    assert age(of, "accepted", "accepted/people/run/a.csv") == ("people", "never")


def test_what_no_pipeline_owns_is_kept_as_the_project_says(tmp_path: Path):
    of = project(tmp_path, "retention: {reports: 1w, unmatched: 2w}\n", "retention: {reports: 1d}\n")
    assert age(of, "reports", "reports/daily/2026-01-01.json") == (None, "1w")
    assert age(of, "reports", "reports/gone/run.txt") == (None, "1w")
    assert age(of, "reports", "reports/people") == (None, "1w")
    assert age(of, "unmatched", "unmatched/people/a.csv") == (None, "2w")


def test_which_records_a_corrected_file_has_closed_is_never_forgotten(tmp_path: Path):
    of = project(tmp_path, "retention: {accepted: 1d, archive: 2d}\n")
    closed = Places(of.settings.zones, "people", "run").output("records.csv")
    assert term(of, "accepted", closed).cutoff(datetime(2026, 1, 1)) is None
    assert age(of, "archive", "archive/people/run/records.csv") == ("people", "2d")
    assert term(of, "accepted", "accepted/people/run/accepted.csv").cutoff(datetime(2026, 1, 2)) == datetime(2026, 1, 1)


def test_zones_with_other_names_are_found_by_these(tmp_path: Path):
    of = project(tmp_path, "zones: {analysis: store/analysis}\n", "retention: {analysis: 7d}\n")
    assert age(of, "analysis", "store/analysis/people/run.json") == ("people", "7d")


def test_one_pipeline_is_enough_for_a_zone_to_be_looked_at(tmp_path: Path):
    of = project(tmp_path, "retention: {failed: 1d}\n", "retention: {analysis: 7d}\n")
    assert {zone for zone in ZONES if ever_expires(of, zone)} == {"failed", "analysis"}


def test_the_bundled_health_pipeline_keeps_its_analyses_for_a_week():
    import headgate
    from headgate.core.pipeline import load_pipeline

    folder = Path(headgate.__path__[0]) / "examples" / "health_metrics"
    assert load_pipeline(folder).retention.analysis == "7d"
