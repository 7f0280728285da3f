"""A file that is put into the bucket goes through the function of ingest, and its events wait for the next stages."""

from __future__ import annotations

from collections.abc import Callable

from headgate.adapters.aws.messages import event_of
from tests.hosts.aws.deployed import Deployed, LambdaContext
from tests.projects import GOOD, MIXED, UNUSABLE


def test_a_file_in_the_bucket_becomes_accepted_rows_and_an_event_for_the_next_stages(
    deployed: Callable[..., Deployed],
):
    shop = deployed()
    shop.drop(data=MIXED)
    assert shop.polled("ingest") == []
    (load,), (analyze,) = shop.lying("load"), shop.lying("analyze")
    event = event_of(load["detail"])
    assert (event.type, event.data["counts"]["accepted"], event.data["counts"]["rejected"]) == ("file.processed", 1, 3)
    assert analyze["detail"] == load["detail"]
    (rows,) = [key for key in shop.keys("accepted/") if key.endswith(".parquet") or key.endswith(".csv")]
    assert event.data["run"] in rows
    assert shop.keys("inbox/") == []
    assert len(shop.keys("archive/")) == 1
    assert [one.type for one in shop.journal.events(event.correlation_id)] == ["file.arrived", "file.processed"]
    assert {one.stage: one.state for one in shop.journal.progress([event.id])} == {"load": "ready", "analyze": "ready"}


def test_a_file_that_cannot_be_processed_is_told_to_alert(deployed: Callable[..., Deployed]):
    shop = deployed()
    shop.drop(data=UNUSABLE)
    assert shop.polled("ingest") == []
    (told,) = shop.lying("alert")
    assert told["detail-type"] == "file.failed"
    assert len(shop.keys("failed/")) == 3


def test_what_s3_says_again_of_a_file_that_vanished_makes_no_arrival(deployed: Callable[..., Deployed]):
    shop = deployed()
    shop.drop()
    records = shop.records("ingest")
    shop.take_away("inbox/people/people.csv")
    for _ in range(2):
        answer = shop.function("ingest")({"Records": records}, LambdaContext())
        assert answer == {"batchItemFailures": []}
        assert shop.arrivals() == []


def test_two_files_under_one_key_before_the_first_is_taken_are_both_processed(deployed: Callable[..., Deployed]):
    shop = deployed()
    shop.drop(data=MIXED)
    shop.drop(data=GOOD)
    while shop.polled("ingest") or shop.keys("inbox/"):
        pass
    assert shop.polled("ingest") == []
    counts = sorted(event_of(one["detail"]).data["counts"]["accepted"] for one in shop.lying("load"))
    assert counts == [1, 2]
    assert shop.keys("inbox/") == []
    assert len(shop.keys("archive/")) == 2
