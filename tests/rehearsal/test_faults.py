"""What goes wrong on AWS, provoked at its edge: requests refused or held back, a function killed, messages that come twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from headgate.hosts.rehearsal.rehearsal import Rehearsal
from tests.projects import GOOD, MIXED
from tests.rehearsal.functions import send, wait_until
from tests.rehearsal.outcomes import SECONDS, kinds, play

pytestmark = pytest.mark.slow

ALL = ["analysis.completed", "file.arrived", "file.processed", "report.sent", "rows.loaded"]
MAILS = "/v2/email/outbound-emails"


@pytest.fixture(autouse=True)
def nothing_is_left_wrong(stage: Rehearsal) -> Iterator[None]:
    yield
    stage.cloud.let_go()


def people(tmp_path: Path, name: str, more: str = "") -> tuple[str, Path]:
    """A file whose bytes nobody sent before."""
    file = tmp_path / f"people_{name}.csv"
    file.write_bytes(GOOD + f"{name},,7\n{more}".encode())
    return "people", file


def queue(stage: Rehearsal, name: str) -> str:
    return f"{stage.target['HEADGATE_PREFIX']}-{name}"


def dead_letters(stage: Rehearsal) -> dict[str, int]:
    return {name: held for name, held in stage.cloud.waiting().items() if held and name.endswith("-dead")}


def headgate(stage: Rehearsal, *words: str) -> str:
    """A command with `--target aws`, by the credentials of whoever types it."""
    command = [sys.executable, "-m", "headgate", *words, "--target", "aws", "--project", str(stage.project.folder)]
    environment = {**os.environ, **stage.cloud.environment}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def test_a_model_that_is_throttled_is_asked_again(stage: Rehearsal, tmp_path: Path):
    stage.cloud.wish("/model/", status=429, code="ThrottlingException", times=2)
    events = play(stage, [people(tmp_path, "throttled")])
    assert stage.cloud.met() == [2]
    assert kinds(events) == ALL
    (analysis,) = [event.data["analysis"] for event in events if event.type == "analysis.completed"]
    document = json.loads(stage.fetch(tmp_path, analysis)[0].read_text(encoding="utf-8"))
    assert document["narrative"]["by"] == "bedrock:amazon.nova-lite-v1:0"
    assert document["model"]["fallback"] is None


def test_mail_that_ses_refuses_for_the_moment_is_sent_later_and_once(stage: Rehearsal, tmp_path: Path):
    stage.cloud.wish(MAILS, status=429, code="TooManyRequestsException", times=2)
    before = len(stage.cloud.mails())
    events = play(stage, [people(tmp_path, "busy_mail")])
    assert stage.cloud.met() == [2]
    assert kinds(events) == ALL
    assert len(stage.cloud.mails()) == before + 1


def test_mail_that_ses_refuses_for_good_becomes_a_dead_letter_that_can_be_redriven(stage: Rehearsal, tmp_path: Path):
    stage.cloud.wish(MAILS, status=400, code="MessageRejected", message="Email address is not verified", times=1)
    events = play(stage, [people(tmp_path, "refused_mail")])
    assert "event.dead" in kinds(events)
    assert dead_letters(stage) == {queue(stage, "notify-dead"): 1}
    assert "not verified" in headgate(stage, "dead", "list")
    headgate(stage, "dead", "redrive", "--all")
    stage.wait(SECONDS)
    assert dead_letters(stage) == {}
    of_it = [one for one in stage.events() if one.correlation_id == events[0].correlation_id]
    assert "report.sent" in kinds(of_it)


@pytest.mark.parametrize(("what", "times"), [("PutItem", 5), ("TransactWriteItems", 4)])
def test_a_write_that_dynamodb_refuses_changes_nothing_of_what_comes_of_a_file(
    stage: Rehearsal, tmp_path: Path, what: str, times: int
):
    stage.cloud.wish(f"DynamoDB_20120810.{what}", code="ProvisionedThroughputExceededException", times=times)
    assert kinds(play(stage, [people(tmp_path, f"refused_{what}")])) == ALL
    assert stage.cloud.met() == [times]
    assert dead_letters(stage) == {}


def test_a_function_killed_in_the_middle_of_a_file_is_seen_and_leaves_nothing_behind(stage: Rehearsal, tmp_path: Path):
    mails = len(stage.cloud.mails())
    key = killed_over(stage, tmp_path, "killed")
    wait_until(lambda: killed(stage) == [Path(key).name], 120)
    assert "1 run while running" in headgate(stage, "status")
    assert dead_of_today(stage, tmp_path)["killed_the_process"] == [Path(key).name]
    stage.cloud.let_go()
    stage.wait(SECONDS)
    (arrived,) = [one for one in stage.events() if one.subject == key]
    assert kinds(one for one in stage.events() if one.correlation_id == arrived.correlation_id) == ALL
    assert len(stage.cloud.mails()) == mails + 1
    assert killed(stage) == []
    assert "killed_the_process" not in dead_of_today(stage, tmp_path)


def killed_over(stage: Rehearsal, tmp_path: Path, name: str) -> str:
    """The key of a file over which a function was killed, and whose message nobody asks for until all is let go."""
    stage.cloud.wish(f"/{stage.results}/manifests/", held=True)
    pipeline, file = people(tmp_path, name)
    key = stage.drop(file, pipeline)
    wait_until(lambda: stage.cloud.met() == [1], 120)
    stage.cloud.wish("AmazonSQS.ReceiveMessage", holds=f'/{queue(stage, "ingest")}"', held=True, times=1000)
    stage.runner.functions.kill(queue(stage, "ingest"))
    return key


def killed(stage: Rehearsal) -> list[str]:
    """The files of which `status` says so."""
    return [one["file"] for one in json.loads(headgate(stage, "status", "--json"))["vanished"]["runs"]]


def dead_of_today(stage: Rehearsal, folder: Path) -> dict[str, list[str]]:
    """Code → dead files, of which the daily report says so."""
    (told,) = json.loads(headgate(stage, "report", "--day", "today", "--json"))
    report = json.loads(stage.fetch(folder, told["report"])[0].read_text(encoding="utf-8"))
    return {one["code"]: [file["file"] for file in one["files"]] for one in report["dead"]}


def test_the_same_bytes_under_another_name_are_a_duplicate(stage: Rehearsal, tmp_path: Path):
    (_, first), (_, second) = people(tmp_path, "twice"), people(tmp_path, "twin")
    second.write_bytes(first.read_bytes())
    assert kinds(play(stage, [("people", first)])) == ALL
    assert kinds(play(stage, [("people", second)])) == ["file.arrived", "file.duplicate"]


def test_what_s3_says_twice_is_one_arrival(stage: Rehearsal, tmp_path: Path):
    key = f"inbox/people/{(file := people(tmp_path, 'said_twice')[1]).name}"
    version = stage.cloud.client("s3").put_object(Bucket=stage.bucket, Key=key, Body=file.read_bytes())["VersionId"]
    said = {
        "version": "0", "id": "x", "detail-type": "Object Created", "source": "aws.s3", "time": "2026-05-04T00:00:00Z",
        "detail": {"bucket": {"name": stage.bucket}, "object": {"key": key, "version-id": version, "sequencer": "1"}},
    }  # fmt: skip
    send(stage.cloud, queue(stage, "ingest"), *[json.dumps(said)] * 2)
    stage.wait(SECONDS)
    arrived = [one for one in stage.events() if one.subject == key]
    assert kinds(arrived) == ["file.arrived"]
    assert kinds(one for one in stage.events() if one.correlation_id == arrived[0].correlation_id) == ALL


def test_a_message_that_is_none_lies_among_the_dead_letters_and_holds_up_nobody(stage: Rehearsal, tmp_path: Path):
    send(stage.cloud, queue(stage, "load"), "this is no event")
    events = play(stage, [people(tmp_path, "beside_poison", MIXED.decode().partition("\n")[2])])
    assert "rows.loaded" in kinds(events)
    assert dead_letters(stage) == {queue(stage, "load-dead"): 1}
    headgate(stage, "dead", "discard", "--all")
    assert dead_letters(stage) == {}
