"""`headgate runs` says what became of every file, and of one all that is known."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from headgate.core.errors import UserMistake
from headgate.core.events import Event
from headgate.faces.cli.lists import since_time
from headgate.faces.cli.runs import run_named
from headgate.hosts.local_desk import LocalDesk
from headgate.ports import Arrival, Context
from headgate.stages.ingest import ingest
from tests.faces.command import Here
from tests.faces.worked import COUNTS, committed, full, noted, work
from tests.projects import GOOD, MIXED, UNUSABLE, drop, make_project

AT = datetime(2026, 1, 2, 3, 4, 5)


@pytest.fixture
def shop(here: Here) -> Here:
    """The command at home in a project."""
    make_project(here.folder)
    return here


@pytest.fixture
def folder(shop: Here) -> Path:
    """Two files, one after the other: one with rejects, one that can't be used."""
    drop(shop.folder, "people/monday.csv", MIXED)
    work(shop.folder)
    drop(shop.folder, "guests/odd.csv", UNUSABLE)
    work(shop.folder)
    return shop.folder


def test_without_runs_it_says_so(shop: Here):
    assert shop("runs").out == "no runs\n"
    assert shop("runs", "--json").json == []


def test_the_newest_stands_last_with_what_it_came_to(shop: Here, folder: Path):
    said = shop("runs")
    assert (said.code, said.err) == (0, "")
    title, first, second, hint = said.out.splitlines()
    assert title.split() == [
        "run", "began", "pipeline", "file", "outcome", "records", "accepted", "rejected", "warned", "attempts", "then",
    ]  # fmt: skip
    assert " ".join(first.split()[3:]) == "people monday.csv accepted with rejects 4 1 3 0 1 done"
    assert second.split()[3:] == ["guests", "odd.csv", "failed:", "missing_column", "1"]
    assert hint == "one whole: headgate runs RUN"


def test_rows_for_programs_have_everything_that_is_counted_and_decided(shop: Here, folder: Path):
    processed, failed = shop("runs", "--json").json
    (manifest,) = (json.loads(path.read_text()) for path in folder.glob("manifests/*.json"))
    assert (processed["run"], processed["counts"]) == (manifest["run"], COUNTS)
    assert {name: processed[name] for name in ("pipeline", "state", "verdict", "file", "parent", "attempts")} == {
        "pipeline": "people",
        "state": "committed",
        "verdict": "accepted_with_rejects",
        "file": "monday.csv",
        "parent": None,
        "attempts": 1,
    }
    assert processed["stages"] == dict.fromkeys(("ingest", "load", "analyze", "notify"), "done")
    assert processed["claimed_at"] == manifest["observed"]["claimed_at"]
    assert (failed["state"], failed["verdict"], failed["reason"]["code"]) == ("failed", "failed", "missing_column")
    assert set(failed["counts"].values()) == {None}
    assert set(failed["stages"].values()) == {None}


def test_since_takes_minutes_too():
    now = datetime(2026, 11, 20, 12)
    assert since_time("5m", now) == datetime(2026, 11, 20, 11, 55)
    with pytest.raises(UserMistake):
        since_time("0m", now)


def test_pipeline_since_and_limit_choose(shop: Here):
    now = datetime.fromisoformat(shop("status", "--json").json["at"]).replace(tzinfo=None)
    with LocalDesk(shop.folder) as desk:
        noted(desk, "old", now - timedelta(days=3, hours=1))
        noted(desk, "recent", now - timedelta(hours=2), "guests")
        noted(desk, "new", now - timedelta(minutes=1))

    def chosen(*words: str) -> list[str]:
        return [row["run"] for row in shop("runs", "--json", *words).json]

    assert chosen() == ["old", "recent", "new"]
    assert chosen("--pipeline", "guests") == ["recent"]
    assert chosen("--since", "3d") == chosen("--since", "1w", "--limit", "2") == ["recent", "new"]
    assert chosen("--since", "1h") == chosen("--limit", "1") == ["new"]
    assert chosen("--since", (now - timedelta(days=4)).isoformat(), "-p", "people") == ["old", "new"]
    assert chosen("--since", f"{now - timedelta(hours=2):%Y-%m-%dT%H:%M:%S}+00:00") == ["recent", "new"]
    assert chosen("--since", f"{now:%Y-%m-%dT%H:%M:%S}-02:00") == []


def test_people_get_the_newest_page_and_are_told_so_programs_get_all(shop: Here):
    with LocalDesk(shop.folder) as desk:
        for number in range(31):
            noted(desk, f"run {number:02}", AT + timedelta(seconds=number))
    assert [row["run"] for row in shop("runs", "--json").json] == [f"run {number:02}" for number in range(31)]
    said = shop("runs").out
    assert "run 00" not in said
    assert "run 01" in said
    assert "the last 30 of 31; --limit N shows more" in said
    assert "run 00" in shop("runs", "--limit", "31").out


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (
            ["--since", "yesterday"],
            "--since: it must be a span such as 5m, 2h, 3d or 1w, or a date or time, not yesterday",
        ),
        (["--since", "never"], "not never"),
        (["--since", "99999999w"], "--since"),
        (["--since", "0001-01-01T00:00+14:00"], "--since"),
        (["--pipeline", "poeple"], "there is no pipeline poeple; did you mean people?"),
        (["abc", "--limit", "1"], "one is named"),
        (["abc"], "there is no run abc"),
        (["--limit", "0"], "--limit"),
    ],
)
def test_what_makes_no_sense_is_the_users_mistake(shop: Here, words, what):
    said = shop("runs", *words)
    assert said.code == 2
    assert what in said.err
    assert said.out == ""


@pytest.mark.parametrize(
    "words", [("runs",), ("cost",), ("dead", "list"), ("dead", "redrive", "--all"), ("query", "SELECT 1")]
)
def test_what_since_can_not_mean_is_answered_with_what_it_takes(shop: Here, words):
    said = shop(*words, "--since", "banana")
    assert said.code == 2
    next_ = said.err.partition("next: ")[2]
    forms = [form for form in ("2h", "3d", "1w", "2026-11-20", "2026-11-20T14:00", "UTC") if form in next_]
    assert len(forms) == 6, said.err
    for form in ("2h", "3d", "1w", "2026-11-20", "2026-11-20T14:00", "2026-11-20T14:00+01:00"):
        assert shop("runs", "--since", form).code == 0


def test_runs_of_a_pipeline_that_was_taken_out_can_still_be_listed(shop: Here):
    with LocalDesk(shop.folder) as desk:
        noted(desk, "old", AT, "gone")
    assert [row["run"] for row in shop("runs", "-p", "gone", "--json").json] == ["old"]
    assert shop("runs", "-p", "gone", "--since", "1h", "--json").json == []


def test_a_run_is_known_by_whatever_beginning_of_its_id_fits_it_alone(shop: Here):
    with LocalDesk(shop.folder) as desk:
        for run in ("abc1", "abc2", "abcd", "abcd5"):
            noted(desk, run, AT, file=f"{run}.csv")
        assert run_named(desk, "abc1").run == "abc1"
        assert run_named(desk, "abcd5").run == "abcd5"
        assert run_named(desk, "abcd").run == run_named(desk, "ABCD").run == "abcd"
        with pytest.raises(
            UserMistake, match=r"4 runs begin with ab; near it: abc1 \(abc1.csv\), abc2 .*abcd5"
        ) as caught:
            run_named(desk, "ab")
        assert caught.value.next == "write more of its id"


def test_a_run_that_is_not_there_is_told_with_what_is_near(shop: Here):
    with LocalDesk(shop.folder) as desk:
        noted(desk, "abcdef", AT, file="monday.csv")
        noted(desk, "fedcba", AT, file="tuesday.csv")
        with pytest.raises(UserMistake, match=r"no run monday.csv; near it: abcdef \(monday.csv\)\n"):
            run_named(desk, "monday.csv")
        with pytest.raises(UserMistake, match=r"no run fedxxx; near it: fedcba \(tuesday.csv\)\n"):
            run_named(desk, "fedxxx")
        for text in ("zzz", ""):
            with pytest.raises(UserMistake, match=rf"^there is no run {text}\n"):
                run_named(desk, text)


def test_names_never_become_markup_or_terminal_escapes(shop: Here):
    with LocalDesk(shop.folder) as desk:
        noted(desk, "abcdef", AT, file="[bold red]a\x1b[2J\n:smile:.csv")
    for said in (shop("runs").out, shop("runs", "abcdef").out, shop("runs", "abcx").err):
        assert "[bold red]a\\x1b[2J\\n:smile:.csv" in said
        assert "\x1b" not in said


def test_one_run_says_all_that_is_known_of_it(shop: Here, folder: Path):
    listed = shop("runs", "--json").json[0]
    one = shop("runs", listed["run"][:6], "--json").json
    assert {name: one[name] for name in listed} == listed
    assert [
        (event["type"], [(stage["stage"], stage["state"]) for stage in event["stages"]]) for event in one["events"]
    ] == [
        ("file.arrived", [("ingest", "done")]),
        ("file.processed", [("load", "done"), ("analyze", "done")]),
        ("analysis.completed", [("notify", "done")]),
        ("report.sent", []),
    ]
    assert {event["correlationid"] for event in one["events"]} == {one["correlation_id"]}
    assert all(event["stages"][0]["seconds"] >= 0 for event in one["events"][:3])
    assert one["reasons"] == len(one["top_reasons"])
    assert one["top_reasons"][0] == {"reason": "age.minimum", "message": "must be at least 0", "count": 1}
    assert [(folder / output["path"]).stat().st_size == output["size"] for output in one["outputs"].values()] == [
        True
    ] * 3
    assert {name: (folder / key).is_file() for name, key in one["paths"].items() if key} == dict.fromkeys(
        ["manifest", "analysis", "report", "original"], True
    )
    assert (folder / one["paths"]["original"]).read_bytes() == MIXED
    assert (one["size"], one["open"], one["contract"]["id"]) == (len(MIXED), 3, "people")
    assert [attempt["outcome"] for attempt in one["each_attempt"]] == ["committed"]


def test_on_a_page_it_says_what_why_when_where_and_what_to_type(shop: Here, folder: Path):
    one = shop("runs", "--json").json[0]["run"]
    said = shop("runs", one).out
    for expected in (
        f"run {one}",
        "monday.csv (82 bytes) of people: accepted with rejects",
        "after 1 attempt",
        "records 4, accepted 1, rejected 3, warned 0",
        "3 rejected records not corrected yet",
        "1 × age.type: must be a whole number",
        "file.processed      load done (",
        f"rejected/people/{one}/rejected.csv",
        f"next: correct rejected/people/{one}/rejected.csv and drop it, as it is, into inbox/people/",
    ):
        assert expected in said
    assert shop("runs", one, "--quiet").out == ""


def test_a_failed_run_says_why_where_the_file_is_kept_and_how_to_try_it_again(shop: Here, folder: Path):
    failed = shop("runs", "--json").json[1]["run"]
    one = shop("runs", failed, "--json").json
    kept = f"failed/guests/{failed}/odd.csv"
    assert one["paths"]["original"] == kept
    assert (folder / one["paths"]["error"]).is_file()
    assert one["paths"]["manifest"] == f"failed/guests/{failed}.1.json"
    assert one["next"].endswith(f"; to try it again: headgate replay {failed}")
    said = shop("runs", failed).out
    assert "line 1: required and not in the file: name; the header seen is: colour, size [missing_column]" in said
    assert "who acts: the sender" in said


def test_every_attempt_of_a_file_that_was_put_back_is_shown_with_its_journey(shop: Here, folder: Path):
    failed = shop("runs", "--json").json[1]["run"]
    (folder / f"failed/guests/{failed}/odd.csv").rename(folder / "inbox/guests/again.csv")
    work(folder)
    one = shop("runs", failed, "--json").json
    assert [(attempt["number"], attempt["outcome"]) for attempt in one["each_attempt"]] == [
        (1, "failed"),
        (2, "failed"),
    ]
    assert [event["type"] for event in one["events"]] == ["file.arrived", "file.failed", "alert.sent"] * 2
    assert len({event["correlationid"] for event in one["events"]}) == 2
    assert "  2  " in shop("runs", failed).out.partition("Attempts")[2]


def test_a_later_stage_that_died_stands_beside_the_run_and_says_which_letter_it_is(shop: Here):
    drop(shop.folder, "people/a.csv", GOOD)
    work(shop.folder, analyze=full)
    (row,) = shop("runs", "--json").json
    stages = {"ingest": "done", "load": "done", "analyze": "dead", "notify": None}
    assert (row["state"], row["stages"]) == ("committed", stages)
    assert "load done, analyze DEAD" in shop("runs").out
    one = shop("runs", row["run"], "--json").json
    assert (one["dead_letters"], one["next"]) == ([1], "headgate dead show 1")
    said = shop("runs", row["run"]).out
    assert "then: load done, analyze DEAD\n" in said
    assert "analyze DEAD, 3 attempts: the disk is full [outside]" in said
    assert shop("status", "--json").json["runs"]["all"]["people"]["stuck"] == 1
    assert "a later stage dead" in shop("status").out


def test_a_committed_run_of_which_ingest_died_afterwards_does_not_look_as_if_it_went_on(shop: Here):
    def dies_after_the_commit(event: Event, context: Context) -> list[Event]:
        ingest(event, context)
        return full(event, context)

    drop(shop.folder, "people/a.csv", GOOD)
    work(shop.folder, ingest=dies_after_the_commit)
    (row,) = shop("runs", "--json").json
    assert (row["state"], row["stages"]["ingest"]) == ("committed", "dead")
    assert "ingest DEAD" in shop("runs").out
    assert "then: ingest DEAD\n" in shop("runs", row["run"]).out
    assert shop("runs", row["run"], "--json").json["next"] == "headgate dead show 1"
    assert shop("status", "--json").json["runs"]["all"]["people"]["stuck"] == 1


def test_the_duplicates_of_a_run_are_listed_with_when_they_came_and_their_names(shop: Here, folder: Path):
    drop(shop.folder, "people/again\u202e.csv", MIXED)
    drop(shop.folder, "people/other.csv", GOOD)
    work(shop.folder)
    run = shop("runs", "--json").json[0]["run"]
    (again,) = shop("runs", run, "--json").json["duplicates"]
    assert (again["file"], again["key"]) == ("again\u202e.csv", "inbox/people/again\u202e.csv")
    said = shop("runs", run).out.partition("The same bytes came again, and were not processed twice\n")[2]
    assert said.splitlines()[0] == f"  {again['at'][:19].replace('T', ' ')}Z  again\\u202e.csv"
    other = shop("runs", "--json").json[-1]["run"]
    assert shop("runs", other, "--json").json["duplicates"] == []
    assert "came again" not in shop("runs", other).out


def test_a_dead_run_says_what_its_letter_is_and_once_redriven_who_takes_it(shop: Here):
    def claims_and_fails(event: Event, context: Context) -> list[Event]:
        key = event.data["key"]
        context.ledger.claim(Arrival(event.id, context.now, "people", key, "a.csv", 1, "abcdef"))
        return full(event, context)

    drop(shop.folder, "people/a.csv", GOOD)
    work(shop.folder, ingest=claims_and_fails)
    assert shop("runs", "--json").json[0]["state"] == "dead"
    assert "dead: outside" in shop("runs").out
    assert shop("runs", "abcdef", "--json").json["next"] == "headgate dead show 1"
    assert "run       abcdef of people: dead: outside (headgate runs abcdef)" in shop("dead", "show", 1).out
    shop("dead", "redrive", 1)
    assert shop("runs", "abcdef", "--json").json["next"] == "headgate run, unless `headgate up` is running"
    work(shop.folder, ingest=claims_and_fails)
    shop("dead", "discard", 2)
    said = shop("runs", "abcdef", "--json").json
    assert said["next"] == "its dead letter was looked after; to try again, drop a.csv into inbox/people/"


def test_a_file_still_open_to_correction_counts_what_its_resubmissions_closed(shop: Here):
    with LocalDesk(shop.folder) as desk:
        committed(desk, "root", AT)
        committed(desk, "child1", AT + timedelta(hours=1), parent="root")
        committed(desk, "child2", AT + timedelta(hours=2), {**COUNTS, "accepted": 2}, parent="root")
        for run, open_ in (("child1", 2), ("child2", 0)):
            desk.files.write(f"manifests/{run}.json", json.dumps({"resubmission": {"open": open_}}).encode())
    one = shop("runs", "root", "--json").json
    assert one["open"] == 0
    assert [child["run"] for child in one["resubmissions"]] == ["child1", "child2"]
    assert one["next"] is None
    said = shop("runs", "root").out
    assert "run child2  2026-01-02 05:04:05Z  a.csv: accepted with rejects, 2 accepted" in said
    assert "corrects root" in shop("runs").out
    assert shop("runs", "child1", "--json").json["open"] is None


def test_records_that_were_corrected_and_sent_again_are_no_longer_open(shop: Here, folder: Path):
    (rejected,) = folder.glob("rejected/people/*/rejected.csv")
    drop(folder, "people/fixed.csv", rejected.read_bytes().replace(b"eve@secret,-1", b"eve@example.org,1"))
    work(folder)
    root, _, child = shop("runs", "--json").json
    one = shop("runs", root["run"], "--json").json
    assert (one["open"], [run["run"] for run in one["resubmissions"]]) == (2, [child["run"]])
    assert one["next"].startswith(f"correct rejected/people/{root['run']}/rejected.csv")
    assert shop("runs", child["run"], "--json").json["next"].startswith(f"correct rejected/people/{child['run']}/")


def test_a_replayed_run_names_its_replay_and_is_not_to_be_corrected_any_more(shop: Here):
    with LocalDesk(shop.folder) as desk:
        committed(desk, "first", AT)
        committed(desk, "second", AT + timedelta(hours=1), replay=1, replays="first")
        desk.files.write("archive/people/first/a.csv", GOOD)
    one = shop("runs", "first", "--json").json
    assert (one["open"], one["next"], [run["run"] for run in one["replayed_by"]]) == (None, None, ["second"])
    assert "replay 1 of first" in shop("runs").out
    assert shop("runs", "second", "--json").json["paths"]["original"] == "archive/people/first/a.csv"


def test_rejects_of_json_files_are_sent_again_as_jsonl(shop: Here):
    contract = shop.folder / "pipelines/people/contract.odcs.yaml"
    contract.write_text(contract.read_text() + "    customProperties: [{property: fileFormat, value: jsonl}]\n")
    drop(shop.folder, "people/a.txt", b'{"name": "Ann", "email": null, "age": -1}\n')
    work(shop.folder)
    (row,) = shop("runs", "--json").json
    assert (
        shop("runs", row["run"], "--json")
        .json["next"]
        .startswith(f"correct rejected/people/{row['run']}/rejected.jsonl")
    )


def test_a_manifest_that_somebody_deleted_or_broke_costs_only_what_it_says(shop: Here, folder: Path):
    (manifest,) = folder.glob("manifests/*.json")
    run = manifest.stem
    for broken in (b"{", b"[1]", None):
        manifest.write_bytes(broken) if broken else manifest.unlink()
        one = shop("runs", run, "--json").json
        assert (one["counts"], one["outputs"], len(one["events"])) == (COUNTS, {}, 4)
        assert shop("runs", run).code == 0
    assert one["paths"]["manifest"] is None
