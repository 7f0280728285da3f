"""Commands with `--target aws` about what is not as usual: files that go different ways, a message that is none."""

from __future__ import annotations

from headgate.adapters.aws.services import client
from tests.adapters.aws.conftest import aws, aws_address, unique
from tests.aws_server import REGION
from tests.faces.test_target_aws import Ask, ask, noted, shop
from tests.hosts.aws.conftest import deployed
from tests.hosts.aws.deployed import Deployed
from tests.projects import GOOD, MIXED

__all__ = ["ask", "aws", "aws_address", "deployed", "shop", "unique"]


def test_of_files_that_go_different_ways_each_has_a_next_step_of_its_own(ask: Ask, shop: Deployed):
    noted(shop, HEADGATE_LARGEST_FILE=str(len(GOOD)), HEADGATE_LARGE_QUEUE="true")
    files = [shop.folder / f"{name}.csv" for name in ("big", *"abcde")]
    for number, file in enumerate(files):
        file.write_bytes(GOOD[: len(GOOD) - number] if number else MIXED)
    lines = ask("put", *files, "-p", "people").out.splitlines()
    assert [line for line in lines if line.startswith("next:  big.csv: headgate worker --queue large")]
    assert [line for line in lines if line.startswith("next:  a.csv, b.csv, c.csv and 2 more: nothing, its functions")]
    assert len(lines) == len(files) + 2


def test_of_a_message_that_nobody_can_read_the_letter_says_what_redriving_it_does(ask: Ask, shop: Deployed):
    queue = client("sqs", REGION)
    queue.send_message(
        QueueUrl=queue.get_queue_url(QueueName=f"{shop.prefix}-ingest")["QueueUrl"], MessageBody="no event"
    )
    shop.polled("ingest")
    (group,) = ask("dead", "list", "--json").json
    said = ask("dead", "show", group["numbers"][0], "--json").json["redrive"]
    assert said == "ingest is given the same message again, with 3 attempts"
