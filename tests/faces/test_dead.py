"""`headgate dead`: what failed its last attempt is shown, tried anew or given up; nothing is lost."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from headgate.faces.cli import dead
from headgate.hosts.local_desk import LocalDesk
from headgate.hosts.up import _alone
from tests.faces.command import Here, files_in
from tests.faces.worked import buggy, full, work
from tests.projects import GOOD, MIXED, documents, drop, make_project

# So that numbers of dead letters are the same each time.
ONE_BY_ONE = "workers: 1\nmail: {to: [team@example.com]}\n"


@pytest.fixture
def shop(here: Here) -> Here:
    """The command at home in a project."""
    make_project(here.folder, ONE_BY_ONE)
    return here


def five(folder: Path) -> Path:
    """Dead letters: files that ingest could not take, 1 of guests and 2 to 4 of people; 5 a run that could not be analysed."""
    for files in (["guests/0.csv"], ["people/1.csv", "people/2.csv", "people/3.csv"]):
        for file in files:
            drop(folder, file, GOOD + f"Zed,,{file[-5]}\n".encode())
        work(folder, ingest=full)
    drop(folder, "people/last.csv", MIXED)
    work(folder, analyze=buggy)
    return folder


@pytest.fixture
def folder(shop: Here) -> Path:
    return five(shop.folder)


@pytest.fixture(scope="module")
def kept_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return five(make_project(tmp_path_factory.mktemp("five"), ONE_BY_ONE))


@pytest.fixture
def seen(kept_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    """The five dead letters, for tests in which nothing happens to them."""
    return Here(kept_folder, monkeypatch, capsys)


def listed(shop: Here, *words: object) -> list[int]:
    return sorted(number for group in shop("dead", "list", "--json", *words).json for number in group["numbers"])


def test_without_dead_letters_it_says_so(shop: Here):
    assert shop("dead", "list").out == "no dead letters\n"
    assert shop("dead", "list", "--json").json == []
    for action in ("redrive", "discard"):
        said = shop("dead", action, "--all")
        assert (said.code, said.out) == (0, "no dead letters\n")


def test_they_are_grouped_by_why_they_died_with_samples(seen: Here):
    full_disk, bug = seen("dead", "list", "--json").json
    assert {name: full_disk[name] for name in ("stage", "code", "message", "count")} == {
        "stage": "ingest",
        "code": "outside",
        "message": "the disk is full",
        "count": 4,
    }
    assert full_disk["first"] <= full_disk["last"]
    assert full_disk["states"] == {"dead": 4, "redriven": 0, "discarded": 0}
    assert full_disk["numbers"] == [1, 2, 3, 4]
    assert len(full_disk["samples"]) == 3
    sample = full_disk["samples"][-1]
    assert (sample["number"], sample["attempts"], sample["subject"]) == (
        4,
        3,
        f"inbox/{sample['pipeline']}/{sample['file']}",
    )
    assert (bug["stage"], bug["code"], bug["samples"][0]["file"]) == ("analyze", "bug", "last.csv")
    run = documents(seen.folder, "manifests/*.json")[0]["run"]
    assert bug["samples"][0]["run"] == run
    said = seen("dead", "list").out
    assert said.startswith("4 × ingest: the disk is full [outside]\n")
    assert "  and 1 more\n" in said
    assert f"      5  last.csv (run {run[:10]}), 3 attempts\n" in said
    assert said.endswith("next: headgate dead show N, then headgate dead redrive N… or headgate dead discard N…\n")


def test_the_list_says_in_which_file_of_the_project_the_mistake_is(here: Here):
    make_project(here.folder)
    analysis = here.folder / "pipelines/people/analysis"
    analysis.mkdir()
    (analysis / "names.sql").write_text("select cast(name as integer) as number from accepted\n")
    drop(here.folder, "people/a.csv", MIXED)
    assert here("run").code == 3
    ((sample,),) = [group["samples"] for group in here("dead", "list", "--json").json]
    assert sample["where"] == "pipelines/people/analysis/names.sql:1:8"
    assert f", 1 attempt, at {sample['where']}\n" in here("dead", "list").out


def test_text_of_errors_never_becomes_markup_or_terminal_escapes(seen: Here):
    for words in (["list"], ["show", 5]):
        said = seen("dead", *words).out
        assert "[bold]nothing\\x1b[31m there" in said
        assert "\x1b" not in said


def test_pipeline_since_and_limit_choose(seen: Here):
    assert listed(seen, "--pipeline", "guests") == [1]
    assert listed(seen, "-p", "people") == [2, 3, 4, 5]
    assert listed(seen, "--since", "1h") == [1, 2, 3, 4, 5]
    assert listed(seen, "--since", "2999-01-01") == []
    assert listed(seen, "--limit", "1") == [1, 2, 3, 4]
    assert "the 1 most frequent of 2 reasons" in seen("dead", "list", "--limit", "1").out
    assert seen("dead", "list", "-p", "nobody").code == 2
    assert seen("dead", "list", "--since", "soon").code == 2


def test_one_is_shown_whole_with_what_redriving_would_do(seen: Here):
    letter = seen("dead", "show", 1, "--json").json
    key = letter["event"]["subject"]
    assert letter["error"] == {
        "code": "outside",
        "message": "the disk is full",
        "where": None,
        "who": "whoever looks after this machine",
        "next": "free disk space",
    }
    assert (letter["state"], letter["stage"], letter["attempts"], letter["run"]) == ("dead", "ingest", 3, None)
    assert letter["event"]["data"]["key"] == key
    assert letter["redrive"] == f"ingest is given {key} again, with 3 attempts"
    said = seen("dead", "show", 1).out
    for expected in (
        "who acts  whoever looks after",
        "next      free disk space",
        key,
        letter["event"]["correlationid"],
    ):
        assert expected in said


def test_one_of_a_later_stage_shows_its_run(seen: Here):
    letter = seen("dead", "show", 5, "--json").json
    assert (letter["run"]["file"], letter["run"]["state"]) == ("last.csv", "committed")
    assert letter["redrive"] == "analyze is given file.processed again, with 3 attempts"
    said = seen("dead", "show", 5).out
    assert f"headgate runs {letter['run']['run'][:10]}" in said
    counts = letter["event"]["data"]["counts"]
    assert f"  counts: {', '.join(f'{name} {count}' for name, count in counts.items())}\n" in said
    assert "{'" not in said


def test_a_file_that_is_gone_is_told_before_and_when_it_is_redriven(shop: Here, folder: Path):
    key = shop("dead", "show", 1, "--json").json["event"]["subject"]
    (folder / key).unlink()
    gone = f"{key} is gone, so ingest will only note that; to process the file, drop it again"
    assert shop("dead", "show", 1, "--json").json["redrive"] == gone
    said = shop("dead", "redrive", 1, 2, "--json").json
    assert [row["note"] for row in said["redriven"]] == [gone, None]
    assert "file.vanished" in [event.type for event in work(folder).events]


def test_what_is_redriven_is_tried_anew_by_the_next_run(shop: Here, folder: Path):
    said = shop("dead", "redrive", 1, 5)
    assert said.code == 0
    assert said.out.endswith("\nnext: headgate run\n")
    assert listed(shop) == [2, 3, 4]
    types = [event.type for event in work(folder).events]
    assert (types.count("file.processed"), types.count("report.sent")) == (1, 2)
    assert listed(shop) == [2, 3, 4]
    assert listed(shop, "--all") == [1, 2, 3, 4, 5]
    assert shop("dead", "show", 1, "--json").json["state"] == "redriven"
    assert shop("dead", "show", 1, "--json").json["redrive"] is None
    assert ", redriven" in shop("dead", "list", "--all").out


def test_what_nobody_would_take_stays_where_it_is_and_the_document_says_why(
    shop: Here, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(LocalDesk, "idle_stages", frozenset({"analyze"}))
    said = shop("dead", "redrive", "--all", "--json")
    (row,) = said.json["staying"]
    assert said.code == 0
    assert [one["number"] for one in said.json["redriven"]] == [1, 2, 3, 4]
    assert (row["number"], row["stage"], row["file"]) == (5, "analyze", "last.csv")
    assert row["why"].startswith("dead letter 5: analyze has nothing to do in this deployment")
    assert row["next"].endswith("or headgate dead discard 5")
    assert listed(shop) == [5]


def test_where_all_are_taken_none_stays(seen: Here):
    assert seen("dead", "redrive", "--all", "--dry-run", "--json").json["staying"] == []


def test_a_running_up_is_said_to_take_it(shop: Here, folder: Path):
    lock = _alone(folder)
    assert shop("dead", "redrive", 1).out.endswith("\n`headgate up` is running: it is taken up by itself\n")
    os.close(lock)


def test_what_fails_again_is_a_fresh_dead_letter(shop: Here, folder: Path):
    shop("dead", "redrive", 1)
    work(folder, ingest=full)
    assert listed(shop) == [2, 3, 4, 5, 6]
    assert shop("dead", "show", 6, "--json").json["same_event"] == [1]


def test_all_can_be_redriven_or_those_of_a_pipeline(shop: Here, folder: Path):
    said = shop("dead", "redrive", "--all", "--pipeline", "guests", "--json").json
    assert [row["number"] for row in said["redriven"]] == [1]
    shop("dead", "redrive", "--all", "--since", "2999-01-01")
    assert len(listed(shop)) == 4
    shop("dead", "redrive", "--all", "--quiet")
    assert listed(shop) == []
    assert len(work(folder).of_type("file.processed")) == 4


def test_a_dry_run_says_what_would_be_done_and_does_nothing(seen: Here):
    before = files_in(seen.folder)
    redrive, discard = seen("dead", "redrive", "--all", "--dry-run"), seen("dead", "discard", "--all", "--dry-run")
    assert redrive.out.count("would be tried anew") == discard.out.count("would be discarded") == 5
    assert discard.out.count("its file would be kept in failed/") == 4
    assert listed(seen) == [1, 2, 3, 4, 5]
    assert [name for name in files_in(seen.folder) if not name.startswith(".headgate/")] == [
        name for name in before if not name.startswith(".headgate/")
    ]
    assert seen("dead", "discard", 1, "--dry-run", "--json").json["dry_run"] is True


@pytest.mark.parametrize("action", ["redrive", "discard"])
@pytest.mark.parametrize(
    ("words", "what"),
    [
        ([], "name dead letters by their numbers, or say --all"),
        (["1", "--all"], "name dead letters by their numbers, or say --all"),
        (["--pipeline", "people"], "or say --all"),
        (["1", "--since", "1h"], "or say --all"),
        (["1", "99"], "there is no dead letter 99"),
        (["one"], "integer"),
        (["--all", "-p", "poeple"], "did you mean people?"),
    ],
)
def test_what_leaves_a_doubt_is_refused_and_nothing_is_done(seen: Here, action, words, what):
    said = seen("dead", action, *words)
    assert said.code == 2
    assert what in said.err
    assert listed(seen) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("action", ["redrive", "discard"])
def test_one_that_was_looked_after_is_refused_and_the_others_are_left(shop: Here, folder: Path, action):
    shop("dead", "redrive", 1)
    shop("dead", "discard", 2)
    for number, state in ((1, "redriven"), (2, "discarded")):
        said = shop("dead", action, 3, number)
        assert (said.code, f"dead letter {number} is {state} already" in said.err) == (2, True)
    assert listed(shop) == [3, 4, 5]


@pytest.mark.parametrize(("action", "did"), [("redrive", "redriven"), ("discard", "discarded")])
def test_whoever_is_a_moment_too_late_is_told_that_it_is_settled(shop: Here, folder: Path, monkeypatch, action, did):
    numbered = dead._numbered

    def numbered_and_settled(desk: LocalDesk, *rest: Any) -> Any:
        found = numbered(desk, *rest)
        desk.queue.redrive(1, desk.clock())
        return found

    monkeypatch.setattr(dead, "_numbered", numbered_and_settled)
    before = files_of_people(folder)
    said = shop("dead", action, 1)
    assert files_of_people(folder) == before
    assert said.out.endswith(
        ": left alone, as somebody else has redriven or discarded it already, or is at it this very moment\n"
    )
    both = shop("dead", action, 1, 2, "--json")
    assert (both.code, "dead letter 1 is redriven already" in both.out) == (2, True)
    monkeypatch.undo()
    assert [row["already"] for row in shop("dead", action, 2, "--json").json[did]] == [False]
    assert len(work(folder).of_type("file.processed")) == (2 if action == "redrive" else 1)


def files_of_people(folder: Path) -> list[str]:
    """What people may look at; the rest is the ledger's."""
    return [name for name in files_in(folder) if not name.startswith(".headgate/")]
