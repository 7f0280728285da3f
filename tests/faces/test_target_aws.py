"""Commands with `--target aws`: the same words for a project that is deployed; AWS is moto, at its protocol."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from headgate.adapters.aws.services import client
from headgate.adapters.aws.tables import DynamoTables
from headgate.ports import Table
from tests.adapters.aws.conftest import aws, aws_address, unique
from tests.aws_server import REGION
from tests.faces.command import Here, Said, headgate
from tests.hosts.aws.at_work import functions_at_work, work_off
from tests.hosts.aws.conftest import deployed
from tests.hosts.aws.deployed import Deployed
from tests.projects import GOOD, MIXED, UNUSABLE

__all__ = ["aws", "aws_address", "deployed", "unique"]

Ask = Callable[..., Said]


@pytest.fixture
def shop(deployed: Callable[..., Deployed], monkeypatch: pytest.MonkeyPatch) -> Deployed:
    """Deployed from its folder, where the note of it lies; commands know nothing of it but that note."""
    made = noted(deployed(EMAIL_OF_THE_TEAM))
    client("sesv2", REGION).create_email_identity(EmailIdentity="headgate@example.com")
    return made


def noted(made: Deployed, **more: str) -> Deployed:
    """With the note of where it is, as a deployment leaves it."""
    found = made.deployment
    note = {
        "HEADGATE_PREFIX": found.prefix, "HEADGATE_REGION": REGION, "HEADGATE_STORAGE": found.storage,
        "HEADGATE_TABLE": found.table, "HEADGATE_BUS": found.bus,
        **more,
    }  # fmt: skip
    (made.folder / ".headgate").mkdir(exist_ok=True)
    (made.folder / ".headgate" / "aws.json").write_text(json.dumps(note))
    return made


EMAIL_OF_THE_TEAM = "mail: {to: [team@example.com], from: headgate@example.com}\n"


@pytest.fixture
def ask(shop: Deployed, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    here = Here(shop.folder, monkeypatch, capsys)
    return lambda *words: here(*words, "--target", "aws")


@pytest.fixture
def ask_apart(shop: Deployed) -> Ask:
    """In a process of its own: what functions log goes where a command in this process would print."""
    return lambda *words: headgate(*words, "--target", "aws", cwd=shop.folder)


def put(ask: Ask, folder: Path, data: bytes = MIXED, name: str = "people.csv") -> Said:
    (folder.parent / name).write_bytes(data)
    return ask("put", folder.parent / name, "-p", "people")


def the_run(ask: Ask) -> dict[str, Any]:
    (found,) = ask("runs", "--json").json
    return dict(found)


def test_a_project_that_was_not_deployed_says_so(here: Here):
    assert here("init", "shop", "--example", "orders").code == 0
    said = here("runs", "--project", "shop", "--target", "aws")
    assert (said.code, "headgate deploy apply" in said.err) == (2, True)


def test_a_file_that_is_put_there_is_processed_and_every_list_knows_of_it(ask: Ask, shop: Deployed):
    assert "no runs yet: headgate put --target aws FILE -p PIPELINE" in ask("status").out
    assert "inbox/people/people.csv" in put(ask, shop.folder).out
    assert ask("status", "--json").json["inbox"]["files"] == 1
    work_off(shop)
    found = the_run(ask)
    assert (found["state"], found["counts"]["accepted"], found["counts"]["rejected"]) == ("committed", 1, 3)
    assert set(found["stages"].values()) == {"done"}
    whole = ask("runs", found["run"][:12], "--json").json
    assert whole["next"].endswith("put it, as it is, back: headgate put FILE -p people --target aws"), whole["next"]
    assert whole["events"][0]["type"] == "file.arrived"
    status = ask("status", "--json").json
    assert (status["up"], status["inbox"]["files"], status["dead_letters"]) == (True, 0, 0)
    assert status["runs"]["all"]["people"]["committed"] == 1
    assert ask("query", "SELECT name FROM accepted_people", "--json").json == [{"name": "Ann"}]
    assert ask("cost", "--json").json["runs"] == []


def test_keys_that_can_be_no_file_are_named_by_status(ask: Ask, shop: Deployed):
    bucket, odd = shop.deployment.storage.removeprefix("s3://"), ["inbox/people//a.csv", "inbox/people/tab\t.csv"]
    for key in [*odd, "inbox/people/a.csv"]:
        client("s3", REGION).put_object(Bucket=bucket, Key=key, Body=MIXED)
    inbox = ask("status", "--json").json["inbox"]
    assert (inbox["files"], sorted(one["key"] for one in inbox["untaken"])) == (3, sorted(odd))


def test_rows_of_a_table_sink_are_read_by_pipeline_and_day_and_not_by_a_scan(
    deployed: Callable[..., Deployed], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    shop = noted(deployed(EMAIL_OF_THE_TEAM))
    with (shop.folder / "pipelines/people/pipeline.yaml").open("a") as file:
        file.write("sinks: {visitors: {partition_key: name}}\n")
    table = Table("visitors", "name", None)
    DynamoTables(shop.prefix, REGION).create(table)
    here = Here(shop.folder, monkeypatch, capsys)
    put(lambda *words: here(*words, "--target", "aws"), shop.folder, GOOD)
    work_off(shop)
    DynamoTables(shop.prefix, REGION).put(table, [{"name": "Zoe", "age": 1}], "another file")
    ask = ("query", "SELECT name, age FROM visitors ORDER BY name", "--target", "aws", "--json")
    everybody, mine = [{"name": "Ann", "age": 31}, {"name": "Bob", "age": None}, {"name": "Zoe", "age": 1}], slice(2)
    assert here(*ask).json == everybody
    monkeypatch.setattr(DynamoTables, "_scanned", lambda *_, **__: pytest.fail("the whole table is read"))
    assert here(*ask, "--pipeline", "people", "--day", "today").json == everybody[mine]
    assert here(*ask, "--since", "1h").json == everybody[mine]
    assert here(*ask, "--day", "2024-02-29").json == here(*ask, "--pipeline", "people", "--day", "yesterday").json == []


FAILS = "it will be a failed file (too_large_for_function)"


@pytest.mark.parametrize(("large_queue", "becomes"), [("false", FAILS), ("true", "wait in the queue of large files")])
def test_what_becomes_of_a_file_too_large_for_a_function_is_said_before_it_goes_up(
    ask: Ask, shop: Deployed, large_queue: str, becomes: str
):
    noted(shop, HEADGATE_LARGEST_FILE=str(len(GOOD)), HEADGATE_LARGE_QUEUE=large_queue)
    said = put(ask, shop.folder, MIXED, "big.csv")
    assert said.code == 0
    where, note = said.err.splitlines()
    assert where.endswith(f"({shop.prefix} in {REGION})")
    assert note.startswith(f"note:  big.csv: it has {len(MIXED)} bytes, and a function takes {len(GOOD)} at most: ")
    assert becomes in said.err
    first, next_ = said.out.splitlines()
    assert first == "waits: inbox/people/big.csv"
    assert "headgate worker --queue large" in next_
    assert "its functions take it" not in next_
    assert shop.read("inbox/people/big.csv") == MIXED
    refused = put(ask, shop.folder, MIXED, "big.csv")
    assert (refused.code, "\nnote:  big.csv: " in refused.err) == (2, True)
    small = put(ask, shop.folder, GOOD)
    assert ("note:" in small.err, "its functions take it" in small.out) == (False, True)


def test_what_waits_for_a_worker_is_said_with_how_to_start_one(ask: Ask, shop: Deployed):
    assert ask("status", "--json").json["queue"]["for_workers"] == 0
    noted(shop, HEADGATE_LARGEST_FILE="10", HEADGATE_LARGE_QUEUE="true")
    sqs = client("sqs", REGION)
    sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName=f"{shop.prefix}-large")["QueueUrl"], MessageBody="{}")
    assert ask("status", "--json").json["queue"]["for_workers"] == 1
    (line,) = [line for line in ask("status").out.splitlines() if line.startswith("queue")]
    assert "1 of them for a worker: headgate worker --queue large" in line


def test_programs_are_told_of_a_file_too_large_for_a_function_too(ask: Ask, shop: Deployed):
    noted(shop, HEADGATE_LARGEST_FILE="1")
    (shop.folder / "a.csv").write_bytes(GOOD)
    (said,) = ask("put", shop.folder / "a.csv", "-p", "people", "--json").json
    assert said.keys() == {"file", "key", "note", "next"}
    assert FAILS in said["note"]


def test_the_same_name_twice_is_refused_while_the_first_still_waits(ask: Ask, shop: Deployed):
    put(ask, shop.folder)
    said = put(ask, shop.folder)
    assert (said.code, "already waits" in said.err) == (2, True)


def test_a_replay_is_worked_off_by_the_functions_and_says_what_changed(ask: Ask, ask_apart: Ask, shop: Deployed):
    put(ask, shop.folder)
    work_off(shop)
    first = the_run(ask)["run"]
    assert ask("replay", first, "--dry-run").code == 0
    with functions_at_work(shop):
        said = ask_apart("replay", first, "--json")
    assert said.code == 0, said.err
    (document,) = said.json
    assert document["replay"] not in (None, first)
    assert {change["count"] for change in document["changes"].values()} == {0}
    assert [one["replays"] for one in ask("runs", "--json").json] == [None, first]


def test_where_no_pipeline_has_sinks_nobody_waits_for_load(
    ask: Ask, ask_apart: Ask, shop: Deployed, monkeypatch: pytest.MonkeyPatch
):
    noted(shop, HEADGATE_IDLE_STAGES="fetch,load")
    monkeypatch.setenv("HEADGATE_IDLE_STAGES", "fetch,load")
    client("events", REGION).remove_targets(Rule=f"{shop.prefix}-load", EventBusName=shop.prefix, Ids=["load"])
    put(ask, shop.folder)
    work_off(shop)
    run = the_run(ask)
    assert {stage for stage, state in run["stages"].items() if state} == {"ingest", "analyze", "notify"}
    assert ask("runs", run["run"], "--json").json["next"].startswith("correct ")
    with functions_at_work(shop):
        said = ask_apart("replay", run["run"], "--json")
    assert said.code == 0, said.err
    again = ask("replay", run["run"], "--from", "load")
    assert (again.code, "load has nothing to do in this deployment" in again.err) == (2, True)


def test_a_letter_of_a_stage_that_nothing_polls_is_not_redriven_into_nowhere(
    ask: Ask, shop: Deployed, monkeypatch: pytest.MonkeyPatch
):
    put(ask, shop.folder)
    shop.polled("ingest")
    for stage in ("analyze", "load"):
        shop.polled(stage, instead=_broken)
    noted(shop, HEADGATE_IDLE_STAGES="fetch,load")
    monkeypatch.setenv("HEADGATE_IDLE_STAGES", "fetch,load")
    numbers = {group["stage"]: group["numbers"][0] for group in ask("dead", "list", "--json").json}
    asked = {0: [["--all", "--dry-run"]], 2: [[numbers["load"]], [numbers["analyze"], numbers["load"]]]}
    for code, which in ((code, which) for code, some in asked.items() for which in some):
        said = ask("dead", "redrive", *which)
        assert (said.code, f"dead letter {numbers['load']}: load has nothing to do" in said.err) == (code, True)
        assert f"headgate dead discard --target aws {numbers['load']}" in said.err
    assert {group["stage"] for group in ask("dead", "list", "--json").json} == {"analyze", "load"}
    assert [shop.lying("analyze"), shop.lying("load")] == [[], []]
    assert "nobody would take it" in ask("dead", "show", numbers["load"], "--json").json["redrive"]
    said = ask("dead", "redrive", "--all")
    assert (said.code, "it stays where it is" in said.err) == (0, True)
    assert {group["stage"] for group in ask("dead", "list", "--json").json} == {"load"}
    assert ask("dead", "redrive", "--all").code == 2
    assert ask("dead", "discard", "--all").code == 0


def test_what_is_advised_of_a_file_that_failed_works_there_and_says_when_it_fails_again(ask: Ask, shop: Deployed):
    put(ask, shop.folder, b"colour\nred\n")
    work_off(shop)
    run = the_run(ask)["run"]
    next_ = ask("runs", run, "--json").json["next"].partition("; to try it again: ")[2]
    assert next_ == f"headgate replay --target aws {run}"
    with functions_at_work(shop):
        said = headgate(*next_.split()[1:], cwd=shop.folder)
    assert (said.code, the_run(ask)["state"]) == (1, "failed")
    assert said.out.startswith(f"run {run} (people.csv) failed again: ")
    assert "[missing_column]" in said.out


def test_a_report_is_written_there_and_its_place_is_said(ask: Ask, ask_apart: Ask, shop: Deployed):
    put(ask, shop.folder)
    work_off(shop)
    run = the_run(ask)["run"]
    with functions_at_work(shop):
        said = ask_apart("report", run)
    assert said.code == 0, said.err
    assert all(line.startswith("reports/people/") for line in said.out.splitlines())
    assert all(line in shop.keys("reports/") for line in said.out.splitlines())
    with functions_at_work(shop):
        daily = ask_apart("report", "--day", "today", "--json")
    assert daily.code == 0, daily.err
    assert daily.json[0]["report"] in shop.keys("reports/daily/")


def test_a_dead_letter_is_shown_redriven_and_discarded(ask: Ask, shop: Deployed):
    put(ask, shop.folder)
    assert shop.polled("ingest", instead=_broken) == []
    (group,) = ask("dead", "list", "--json").json
    assert (group["stage"], group["count"]) == ("ingest", 1)
    assert ask("status", "--json").json["dead_letters"] == 1
    number = group["numbers"][0]
    assert ask("dead", "show", number).code == 0
    assert ask("dead", "redrive", number).code == 0
    work_off(shop)
    assert the_run(ask)["state"] == "committed"
    assert ask("dead", "list", "--json").json == []


def test_a_letter_that_is_given_up_keeps_its_file(ask: Ask, shop: Deployed):
    put(ask, shop.folder, UNUSABLE)
    assert shop.polled("ingest", instead=_broken) == []
    (group,) = ask("dead", "list", "--json").json
    said = ask("dead", "discard", group["numbers"][0], "--json")
    assert said.code == 0, said.err
    assert said.json["discarded"][0]["kept"] in shop.keys("failed/")
    assert shop.keys("inbox/") == []


def test_a_file_under_a_name_that_nothing_can_keep_is_said_to_stay_where_it_lies(ask: Ask, shop: Deployed):
    odd = "inbox/people/tab\t.csv"
    s3 = client("s3", REGION)
    s3.put_object(Bucket=shop.deployment.storage.removeprefix("s3://"), Key=odd, Body=GOOD)
    assert shop.polled("ingest") == []
    (group,) = ask("dead", "list", "--json").json
    assert group["code"] == "bad_file_name"
    number = group["numbers"][0]
    stays = f"{odd} stays where it lies, as nothing can be kept under such a name; nobody takes it: move or delete it"
    for would in (["--dry-run"], []):
        (said,) = ask("dead", "discard", number, "--json", *would).json["discarded"]
        assert (said["kept"], said["note"]) == (None, stays)
    assert (ask("dead", "list", "--json").json, shop.keys("inbox/"), shop.keys("failed/")) == ([], [odd], [])


def test_a_file_under_such_a_name_that_was_moved_is_said_to_be_gone(ask: Ask, shop: Deployed):
    odd, bucket = "inbox/people/tab\t.csv", shop.deployment.storage.removeprefix("s3://")
    client("s3", REGION).put_object(Bucket=bucket, Key=odd, Body=GOOD)
    assert shop.polled("ingest") == []
    client("s3", REGION).delete_object(Bucket=bucket, Key=odd)
    (said,) = ask("dead", "discard", "--all", "--json").json["discarded"]
    assert said["note"] == f"{odd} is gone"


def _broken(event: Any, context: Any) -> list[Any]:
    from headgate.core.errors import Permanent

    raise Permanent("it can't be done", code="broken")
