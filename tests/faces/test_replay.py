"""`headgate replay`: a run once more, what that changes, and what it refuses."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from headgate.adapters.local.files import FolderFiles
from headgate.core.errors import Permanent
from headgate.flow import STAGES
from headgate.hosts.embedded import EmbeddedHost
from tests.faces.command import Here, files_in
from tests.hosts.bench import raising
from tests.projects import GOOD, MIXED, UNUSABLE, documents, drop, mails, make_project, names, reports


@pytest.fixture
def shop(here: Here) -> Here:
    """The command at home in a project."""
    make_project(here.folder)
    return here


def processed(shop: Here, data: bytes = MIXED, key: str = "people/a.csv") -> str:
    """The run of a file that went the whole way."""
    drop(shop.folder, key, data)
    (file,) = shop("run", "--json").json["files"]
    return str(file["run"])


def rule(folder: Path, old: str, new: str) -> None:
    path = folder / "pipelines/people/contract.odcs.yaml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def contents(folder: Path) -> dict[str, bytes]:
    """Everything a project holds, but for locks and databases."""
    return {name: (folder / name).read_bytes() for name in files_in(folder) if not name.startswith(".headgate/")}


def noted(folder: Path) -> list[Any]:
    with closing(sqlite3.connect(folder / ".headgate/ledger.db")) as connection:
        tables = ("runs", "arrivals", "attempts", "events", "deliveries", "holds")
        return [connection.execute(f"SELECT * FROM {table}").fetchall() for table in tables]


def test_under_a_new_contract_it_is_a_new_run_and_says_which_records_changed_sides(shop: Here):
    first = processed(shop)
    rule(shop.folder, "{minimum: 0}", "{minimum: -5}")
    rule(shop.folder, "logicalTypeOptions: {format: email}", "required: true")
    said = shop("replay", first[:8])
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    second = lines[0].split()[-1].rstrip(":")
    assert (
        lines
        == [
            f"run {first} (a.csv) is now run {second}:",
            "  1 accepted now, rejected before",
            "    record 3, line 4: was: age: must be at least 0 [age.minimum]; email: must be an e-mail address [email.format]",
            "  1 rejected for other reasons",
            "    record 4, line 5: age: must be a whole number [age.type]; email: is required [email.required] "
            "(before: age: must be a whole number [age.type])",
        ]
        or lines
    )
    manifest = next(one for one in documents(shop.folder, "manifests/*.json") if one["run"] == second)
    assert (manifest["replay"], manifest["counts"]["accepted"]) == (1, 2)
    (row,) = [one for one in shop("runs", "--json").json if one["run"] == second]
    assert (row["replay"], row["replays"]) == (1, first)
    assert names(shop.folder, "archive") == ["a.csv"]
    assert len(mails(shop.folder)) == 2


def test_under_the_same_contract_it_is_a_new_run_too_and_every_record_has_its_verdict(shop: Here):
    first = processed(shop)
    (told,) = shop("replay", first, "--json").json
    assert (told["run"], told["pipeline"]) == (first, "people")
    assert told["replay"] not in (None, first)
    assert {change: one["count"] for change, one in told["changes"].items()} == {
        "now_accepted": 0, "now_rejected": 0, "other_reasons": 0,
    }  # fmt: skip
    assert "every record has the verdict it had" in shop("replay", first).out


def test_a_replay_of_a_replay_goes_on_from_the_last_one_whichever_is_named(shop: Here):
    first = processed(shop)
    runs = [shop("replay", first, "--json").json[0]["replay"] for _ in range(3)]
    rows = {row["run"]: (row["replay"], row["replays"]) for row in shop("runs", "--json").json}
    assert [rows[run] for run in runs] == [(1, first), (2, runs[0]), (3, runs[1])]


def test_a_try_changes_nothing_and_says_what_would_change(shop: Here):
    first = processed(shop)
    rule(shop.folder, "{minimum: 0}", "{minimum: -5}")
    before, known = contents(shop.folder), noted(shop.folder)
    said = shop("replay", first, "--dry-run")
    assert (said.code, said.out.splitlines()[0]) == (0, f"run {first} (a.csv), only tried:")
    assert "rejected for other reasons" in said.out
    tried = shop("replay", first, "--dry-run", "--json").json[0]
    assert tried["replay"] is None
    assert (contents(shop.folder), noted(shop.folder)) == (before, known)
    assert shop("replay", first, "--json").json[0]["changes"] == tried["changes"]


def test_what_corrected_rows_brought_in_meanwhile_is_the_same_tried_and_done(shop: Here):
    first = processed(shop)
    corrected = (shop.folder / f"rejected/people/{first}/rejected.csv").read_bytes()
    drop(shop.folder, "people/again.csv", corrected.replace(b"secret", b"secret.org").replace(b"-1", b"1"))
    (file,) = shop("run", "--json").json["files"]
    assert file["counts"]["accepted"] == 1
    tried = shop("replay", first, "--dry-run", "--json").json[0]["changes"]
    assert shop("replay", first, "--json").json[0]["changes"] == tried
    refused = shop("replay", file["run"])
    assert refused.code == 2
    assert f"they are judged with those of its root run\n  next: headgate replay {first}" in refused.err


def test_a_failed_run_is_put_back_and_tried_again_under_the_contract_as_it_is_now(shop: Here):
    drop(shop.folder, "people/odd.csv", UNUSABLE)
    failed = shop("run", "--json").json["files"][0]["run"]
    said = shop("replay", failed)
    assert said.code == 1
    assert said.out.startswith(
        f"run {failed} from gate: file.arrived, file.failed, alert.sent\n"
        "  odd.csv: FAILED, required and not in the file: name; the header seen is: colour, size (kept in failed/people/"
    )
    assert [path.name for path in sorted(shop.folder.glob("failed/people/*.json"))] == [
        f"{failed}.1.json",
        f"{failed}.2.json",
    ]
    rule(
        shop.folder,
        "{name: name, logicalType: string, required: true}",
        "{name: colour, logicalType: string, required: true}",
    )
    said = shop("replay", failed, "--json")
    assert said.code == 0
    assert said.json[0]["replay"] not in (None, failed)
    assert names(shop.folder, "archive") == ["odd.csv"]
    assert not list(shop.folder.glob("failed/people/*/*"))


def test_why_it_failed_anew_is_kept_when_a_running_up_is_faster(shop: Here, monkeypatch: pytest.MonkeyPatch):
    drop(shop.folder, "people/odd.csv", UNUSABLE)
    failed = shop("run", "--json").json["files"][0]["run"]
    error = shop.folder / f"failed/people/{failed}/odd.csv.error.json"
    move = FolderFiles.move_to_free

    def up_is_faster(self: FolderFiles, key: str, target: str) -> bool:
        is_moved = move(self, key, target)
        self.move(target, key)
        self.write(error.relative_to(shop.folder).as_posix(), b"anew")
        return is_moved

    monkeypatch.setattr(FolderFiles, "move_to_free", up_is_faster)
    shop("replay", failed)
    assert error.read_bytes() == b"anew"


def test_a_failed_run_is_not_put_over_a_file_that_waits(shop: Here):
    drop(shop.folder, "people/odd.csv", UNUSABLE)
    failed = shop("run", "--json").json["files"][0]["run"]
    waiting = drop(shop.folder, "people/odd.csv", GOOD)
    said = shop("replay", failed)
    assert (said.code, waiting.read_bytes()) == (2, GOOD)
    assert "a file of that name already waits: inbox/people/odd.csv" in said.err


def test_a_replay_that_fails_is_exit_code_1_and_can_be_asked_for_again_after_the_repair(shop: Here):
    first = processed(shop)
    pipeline = shop.folder / "pipelines/people/pipeline.yaml"
    text = pipeline.read_text()
    pipeline.write_text(text + "max_rejected: 1\n")
    for words in (("replay", first), ("replay", first), ("replay", first, "--dry-run")):
        assert shop(*words).code == 1
    assert "more than max_rejected (1) allows" in shop("replay", first, "--dry-run").err
    assert names(shop.folder, "archive") == ["a.csv"]
    pipeline.write_text(text)
    said = shop("replay", first, "--json")
    assert (said.code, said.json[0]["replay"] is None) == (0, False)


@pytest.mark.parametrize(
    ("stage", "told"),
    [("load", "nothing new"), ("analyze", "analysis.completed, report.sent"), ("notify", "report.sent")],
)
def test_from_a_later_stage_only_that_and_what_follows_is_done_again(shop: Here, stage: str, told: str):
    first = processed(shop)
    for path in shop.folder.glob("reports/*/*"):
        path.unlink()
    said = shop("replay", first, "--from", stage)
    cause = "analysis.completed" if stage == "notify" else "file.processed"
    expected = cause if told == "nothing new" else f"{cause}, {told}"
    assert (said.code, said.out.splitlines()[0]) == (0, f"run {first} from {stage}: {expected}")
    assert len(reports(shop.folder)) == (0 if stage == "load" else 1)
    assert len(mails(shop.folder)) == 1
    assert len(documents(shop.folder, "manifests/*.json")) == 1


def test_rows_are_loaded_again_into_the_table_they_were_missing_in(here: Here, monkeypatch: pytest.MonkeyPatch):
    make_project(here.folder, people="sinks: {people: {partition_key: name}}\n")
    with monkeypatch.context() as patched:
        patched.setitem(STAGES, "load", raising(lambda: Permanent("no table")))
        drop(here.folder, "people/a.csv", GOOD)
        said = here("run", "--json")
    assert said.code == 3
    run = next(one["run"] for one in said.json["files"])
    assert "rows.loaded" in here("replay", run, "--from", "load").out
    with closing(sqlite3.connect(here.folder / ".headgate/tables.db")) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        assert sum(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables) >= 2


def gone(folder: Path, pattern: str) -> None:
    for path in list(folder.glob(pattern)):
        path.unlink()


@pytest.mark.parametrize(
    ("pattern", "words", "expected"),
    [
        ("archive/people/*/a.csv", (), "the original of run {run} is no longer kept in archive/people/{run}/a.csv"),
        ("archive/people/*/a.csv", ("--dry-run",), "the original of run {run} is no longer kept"),
        ("analysis/people/*", ("--from", "notify"), "no longer kept\n  next: headgate replay {run} --from analyze"),
        ("accepted/people/*/*", ("--from", "load"), "no longer kept\n  next: headgate replay {run} --from gate"),
        ("rejected/people/*/*", ("--from", "analyze"), "no longer kept\n  next: headgate replay {run} --from gate"),
    ],
)
def test_what_was_pruned_is_a_mistake_that_says_what_can_be_done_instead(
    shop: Here, pattern: str, words: tuple[str, ...], expected: str
):
    run = processed(shop)
    gone(shop.folder, pattern)
    said = shop("replay", run, *words)
    assert (said.code, said.out) == (2, "")
    assert expected.format(run=run) in said.err
    with EmbeddedHost(shop.folder) as host:
        assert host.queue.dead_letters() == []


def test_a_run_that_cannot_be_replayed_keeps_none_of_the_others_from_it(shop: Here):
    one, other = processed(shop), processed(shop, GOOD, "people/b.csv")
    gone(shop.folder, f"archive/people/{one}/a.csv")
    said = shop("replay", one, other, "--json")
    assert said.code == 2
    refused, done = said.json
    assert (refused["run"], refused["replay"], refused["error"]["code"]) == (one, None, "original_gone")
    assert (done["run"], done["changes"]["now_rejected"]["count"]) == (other, 0)
    assert "is no longer kept" in said.err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("nosuch",), "there is no run nosuch"),
        (("--from", "ingest"), "--from: it must be gate, load, analyze, notify, not 'ingest'"),
        (("--from", "load", "--dry-run"), "--dry-run judges rows anew, which only a replay from the gate does"),
    ],
)
def test_a_mistake_in_the_command_is_exit_code_2_and_changes_nothing(shop: Here, words: tuple[str, ...], expected: str):
    run = processed(shop)
    before = contents(shop.folder)
    said = shop("replay", *(words if words == ("nosuch",) else (run, *words)))
    assert (said.code, said.out) == (2, "")
    assert expected in said.err
    assert contents(shop.folder) == before


def test_a_run_that_never_came_to_a_stage_and_one_of_a_pipeline_that_is_gone_are_mistakes(shop: Here):
    run = processed(shop)
    drop(shop.folder, "people/odd.csv", UNUSABLE)
    failed = shop("run", "--json").json["files"][0]["run"]
    assert "never came to analyze" in shop("replay", failed, "--from", "analyze").err
    drop(shop.folder, "anything/a.bin", b"\0")
    described = shop("run", "--json").json["files"][0]["run"]
    assert "anything has no contract, so nothing is judged" in shop("replay", described, "--dry-run").err
    (shop.folder / "pipelines/people").rename(shop.folder / "aside")
    for words in ((), ("--dry-run",), ("--from", "load"), ("--from", "notify")):
        said = shop("replay", run, *words)
        assert said.code == 2
        assert "which is no longer there\n  next: put pipelines/people back" in said.err


def test_a_described_file_is_described_again(shop: Here):
    run = processed(shop, b"\x89PNG", "anything/a.png")
    said = shop("replay", run, "--json")
    assert said.code == 0
    assert said.json[0]["replay"] not in (None, run)
