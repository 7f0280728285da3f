"""With `--target aws`: a run whose function was killed for the last time is told, and ends with its dead letter."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from headgate.adapters.aws.ledger import DynamoLedger
from headgate.adapters.aws.services import client
from headgate.hosts.aws.desk import AwsDesk
from headgate.stages.ingest import ingest
from tests.aws_server import REGION
from tests.faces.test_target_aws import Ask, ask, aws, aws_address, deployed, put, shop, the_run, unique
from tests.hosts.aws.at_work import work_off
from tests.hosts.aws.deployed import Deployed

__all__ = ["ask", "aws", "aws_address", "deployed", "shop", "unique"]


class Killed(BaseException):
    """The function is gone."""


@pytest.fixture
def killed(ask: Ask, shop: Deployed, monkeypatch: pytest.MonkeyPatch) -> Deployed:
    """A function was killed over a file as often as its queue gives it, and SQS moved the message aside."""
    # Shorter than a function is given, so that nobody has to wait for its end.
    monkeypatch.setenv("HEADGATE_LEASE_SECONDS", "0.001")
    put(ask, shop.folder)
    (record,) = shop.records("ingest")
    with pytest.raises(Killed):
        shop.polled("ingest", _killed_before_the_commit, [record])
    monkeypatch.delenv("HEADGATE_LEASE_SECONDS")
    client("sqs", REGION).delete_message(QueueUrl=shop.url("ingest"), ReceiptHandle=record["receiptHandle"])
    client("sqs", REGION).send_message(QueueUrl=shop.url("ingest-dead"), MessageBody=record["body"])
    return shop


def _killed_before_the_commit(event: Any, context: Any) -> list[Any]:
    def kill(*_: Any) -> None:
        raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DynamoLedger, "commit", kill)
        return ingest(event, context)


def test_every_list_says_so_and_one_run_names_its_letter(ask: Ask, killed: Deployed):
    row = the_run(ask)
    assert (row["state"], row["vanished"]) == ("running", True)
    assert (
        "killed while running: its message comes again by itself; killed time and again, it is dead: "
        in ask("runs").out
    )
    status = ask("status", "--json").json
    assert (status["dead_letters"], status["runs"]["all"]["people"]["vanished"]) == (1, 1)
    assert "headgate dead list --target aws" in status["vanished"]["next"]
    assert ask("runs", row["run"], "--json").json["next"] == "headgate dead show --target aws 1"


def test_redriven_it_is_processed(ask: Ask, killed: Deployed):
    (number,) = ask("dead", "list", "--json").json[0]["numbers"]
    assert ask("dead", "redrive", number).code == 0
    work_off(killed)
    row = the_run(ask)
    assert (row["state"], row["vanished"]) == ("committed", False)


def test_given_up_it_is_dead_and_no_longer_looks_as_if_it_went_on(ask: Ask, killed: Deployed):
    (number,) = ask("dead", "list", "--json").json[0]["numbers"]
    assert ask("dead", "discard", number).code == 0
    row = the_run(ask)
    assert (row["state"], row["reason"]["code"], row["vanished"]) == ("dead", "killed_the_process", False)


def test_what_is_still_within_its_time_is_not_called_killed(ask: Ask, shop: Deployed):
    put(ask, shop.folder)
    with pytest.raises(Killed):
        shop.polled("ingest", _killed_before_the_commit)
    assert (the_run(ask)["state"], the_run(ask)["vanished"]) == ("running", False)
    with AwsDesk(shop.folder) as desk:
        assert desk.deployment.lease > timedelta(minutes=10)
