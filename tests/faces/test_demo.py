"""`headgate demo`: five pipelines, each to a report."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.faces.command import Here, Said, files_in, headgate
from tests.faces.test_init import BUNDLED

TITLES = ["Files received", "Health metrics", "Orders", "Smartphone sales", "Stocks"]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Said, Path]:
    """What one demo printed, and its folder."""
    home, temp = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("temp")
    said = headgate("demo", cwd=home, TMPDIR=str(temp))
    assert list(temp.iterdir()) == []
    return said, home / "demo"


def test_the_demo_takes_five_pipelines_to_a_report_each_and_leaves_nothing_waiting(shown):
    said, demo = shown
    assert (said.code, said.err) == (0, "")
    outcomes, *reports = re.split("^─+ *\n?", said.out, flags=re.MULTILINE)
    samples = {path.name for name in BUNDLED for path in (demo / "pipelines" / name / "samples").iterdir()}
    told = {line.partition(":")[0] for line in outcomes.splitlines() if line}
    assert told == samples
    assert [report.split(" ─")[0] for report in reports[:-1]] == TITLES
    counts = re.fullmatch(
        r"(\d+) reports in demo/reports, mails in demo/outbox, .*\nheadgate demo --full prints .*\n", reports[-1]
    )
    assert counts
    assert int(counts[1]) == len(samples) == len(list(demo.glob("reports/*/*.txt")))
    assert len(list(demo.glob("outbox/*.eml"))) == len(samples) + 1, "a mail for each report, and one for many rejects"
    assert list((demo / "inbox").rglob("*.*")) == []
    assert not (demo / "failed").exists()


def test_a_report_is_shown_by_what_came_what_it_means_what_to_do_and_where_its_page_is(shown):
    said, demo = shown
    _, *reports, _ = re.split("^──.*\n", said.out, flags=re.MULTILINE)
    for report in reports:
        (page,) = re.findall(r"^Open  demo/(reports/\w+/\w+\.html)$", report, re.MULTILINE)
        assert (demo / page).is_file()
        assert "\nIn short\n" in report
    for report in reports[1:]:
        came, rejected = report.splitlines()[0], re.search(r"^Rejected: \d+ × ", report, re.MULTILINE)
        assert re.match(r"\d+ of \d+ rows accepted · \w+_dirty\.\w+ · ", came)
        assert rejected
        stands_out, to_do = report.index("\nWhat stands out\n  "), report.index("\nWhat to do\n  - ")
        assert report.index("\nIn short\n") < stands_out < to_do < report.index("\nOpen  ")


def test_five_reports_are_read_in_a_minute(shown):
    said, _ = shown
    assert len(said.out.splitlines()) <= 160
    assert [line for line in said.out.splitlines() if len(line) > 80 and "demo/" not in line] == []


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Said, Path]:
    """What a demo printed that was to show its reports whole, in a folder that was there and empty."""
    folder = tmp_path_factory.mktemp("whole")
    return headgate("demo", "--full", "--dir", str(folder), cwd=folder.parent), folder


def test_the_reports_are_shown_whole_when_that_is_wanted(whole):
    said, _ = whole
    assert said.code == 0
    _, *reports, _ = re.split("^─+\n", said.out, flags=re.MULTILINE)
    assert [report.splitlines()[0] for report in reports] == TITLES
    for report in reports[1:]:
        assert "Why rows were rejected\n" in report
        assert len(re.findall(r"^  Line \d+: ", report, re.MULTILINE)) == 3
    assert "Media type" in reports[0]


def test_names_of_people_in_the_samples_stay_out_of_everything_printed_and_mailed(shown):
    said, demo = shown
    rejected = [json.loads(line) for path in demo.glob("rejected/orders/*/*.jsonl") for line in path.open()]
    customers = {row["_row"]["customer_name"] for row in rejected if row["_row"] and row["_row"]["customer_name"]}
    assert len(customers) > 20
    seen = said.out + "".join(path.read_text() for path in [*demo.glob("reports/*/*"), *demo.glob("outbox/*.eml")])
    assert "customer_name=***" in seen
    assert "***1" in said.out
    assert [name for name in customers if len(name) > 5 and name in seen] == []


def test_the_demo_can_be_run_again_and_starts_afresh(whole):
    _, folder = whole
    (folder / "stray").touch()
    again = headgate("demo", "--dir", str(folder), "--quiet", cwd=folder.parent)
    assert (again.code, again.out) == (0, "")
    assert not (folder / "stray").exists()
    assert len(list(folder.glob("manifests/*.json"))) == len(list(folder.glob("pipelines/*/samples/*")))


@pytest.mark.parametrize("held", [["diary.txt"], ["headgate.yaml"], [".headgate-demo"]])
def test_a_folder_that_is_no_earlier_demo_is_refused_and_left_alone(here: Here, held):
    (here.folder / "d").mkdir()
    for name in held:
        (here.folder / "d" / name).touch()
    said = here("demo", "--dir", "d")
    assert said.code == 2
    assert said.err == "error: d: this folder is not an earlier demo\n  next: headgate demo --dir NEW_FOLDER\n"
    assert files_in(here.folder) == [f"d/{name}" for name in held]
