"""What S3 says of the inbox is one arrival for each object, however and however often it is said."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from headgate.adapters.aws.messages import opened
from headgate.core.events import Event
from headgate.core.project import Project, load_project
from headgate.hosts.aws.arrivals import Put, arrived, of_bus, of_notification
from tests.projects import make_project

AT = datetime(2026, 1, 2, 3, 4, 5)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return load_project(make_project(tmp_path / "shop"))


def put(key: str = "inbox/people/a.csv", version: str | None = "v1", sequencer: str = "1", bucket: str = "raw") -> Put:
    return Put(bucket, key, version, sequencer, AT)


def arrival(project: Project, **what: Any) -> Event:
    found = arrived(put(**what), project, "s3://raw")
    assert found
    return found


def said_by_the_bus(key: str, **more: Any) -> Put:
    detail = {"bucket": {"name": "raw"}, "object": {"key": key, "sequencer": "0A", **more}}
    body = {"detail-type": "Object Created", "source": "aws.s3", "time": "2026-01-02T03:04:05Z", "detail": detail}
    return of_bus(opened(json.dumps(body)))


def said_by_s3(key: str, name: str = "ObjectCreated:Put", **more: Any) -> list[Put]:
    s3 = {"bucket": {"name": "raw"}, "object": {"key": key, "sequencer": "0A", **more}}
    return list(of_notification([{"eventName": name, "eventTime": "2026-01-02T03:04:05.000Z", "s3": s3}]))


def test_an_object_in_the_inbox_is_an_arrival(project: Project):
    found = arrival(project)
    assert (found.type, found.subject, found.source, found.time) == (
        "file.arrived", "inbox/people/a.csv", "headgate/aws", AT,
    )  # fmt: skip
    assert found.data == {"key": "inbox/people/a.csv", "pipeline": "people", "version": "v1"}


def test_a_file_that_no_pipeline_or_several_could_take_names_none(project: Project):
    assert arrival(project, key="inbox/what.bin").data == {"key": "inbox/what.bin", "version": "v1"}


def test_what_is_said_twice_is_the_same_event_of_the_same_journey(project: Project):
    assert arrival(project) == arrival(project)


def test_another_version_is_another_arrival_on_a_journey_of_its_own(project: Project):
    one, other = arrival(project, version="v1"), arrival(project, version="v2")
    assert one.id != other.id
    assert one.correlation_id != other.correlation_id


def test_without_versions_the_sequencer_tells_arrivals_apart(project: Project):
    one, other = arrival(project, version=None, sequencer="1"), arrival(project, version=None, sequencer="2")
    assert one.id != other.id
    assert arrival(project, version="v1", sequencer="1").id == arrival(project, version="v1", sequencer="2").id


@pytest.mark.parametrize(
    "key",
    [
        "inbox/people/.hidden.csv", "inbox/.later/a.csv", "inbox/people/a.csv.part", "inbox/people/a.TMP", "inbox/people/",
        "inbox/", "archive/people/a.csv", "inboxes/a.csv", "a.csv",
    ],
)  # fmt: skip
def test_what_is_no_finished_file_of_the_inbox_is_none(project: Project, key: str):
    assert arrived(put(key), project, "s3://raw") is None


def test_another_buckets_objects_are_none(project: Project):
    assert arrived(put(bucket="another"), project, "s3://raw") is None


def test_a_prefix_of_the_storage_is_no_part_of_a_key(project: Project):
    found = arrived(put("team/shop/inbox/people/a.csv"), project, "s3://raw/team/shop")
    assert found
    assert found.data["key"] == "inbox/people/a.csv"
    assert arrived(put("inbox/people/a.csv"), project, "s3://raw/team/shop") is None


def test_the_bus_says_keys_plainly_and_s3_itself_as_in_a_url():
    assert said_by_the_bus("inbox/a+b%20c.csv").key == "inbox/a+b%20c.csv"
    assert said_by_s3("inbox/a%2Bb+c%20d+%C3%A9.csv")[0].key == "inbox/a+b c d é.csv"


def test_both_ways_make_the_same_event(project: Project):
    one = said_by_the_bus("inbox/people/a b.csv", **{"version-id": "v7"})
    (other,) = said_by_s3("inbox/people/a+b.csv", versionId="v7")
    assert arrived(one, project, "s3://raw") == arrived(other, project, "s3://raw")


@pytest.mark.parametrize("version", ["null", "", None])
def test_a_bucket_without_versions_names_none(version: str | None):
    assert said_by_the_bus("inbox/a", **{"version-id": version}).version is None
    assert said_by_s3("inbox/a", versionId=version)[0].version is None


def test_that_an_object_was_deleted_is_no_arrival():
    assert said_by_s3("inbox/a.csv", "ObjectRemoved:Delete") == []
    assert len(said_by_s3("inbox/a.csv", "s3:ObjectCreated:CompleteMultipartUpload")) == 1
