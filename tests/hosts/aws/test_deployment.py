"""What Terraform tells of a deployment is checked when a function starts, and said by name when it is wrong."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from headgate.core.errors import UserMistake
from headgate.hosts.aws.deployment import Deployment
from headgate.hosts.aws.noted import NOT_DEPLOYED, note_of

GIVEN = {
    "HEADGATE_PREFIX": "shop-dev",
    "HEADGATE_REGION": "eu-central-1",
    "HEADGATE_STORAGE": "s3://shop-dev-raw-1",
    "HEADGATE_TABLE": "shop-dev",
    "HEADGATE_BUS": "shop-dev",
}


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in GIVEN.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_what_is_not_said_has_a_default(given: pytest.MonkeyPatch):
    found = Deployment.here()
    assert (found.max_receives, found.lease, found.large_queue) == (3, timedelta(seconds=960), False)
    assert (found.largest_file, found.secrets) == (None, {})


def test_names_of_queues_are_made_of_its_prefix(given: pytest.MonkeyPatch):
    found = Deployment.here()
    assert found.queue("load") == "shop-dev-load"
    assert found.files_too_large == "shop-dev-large"


def test_values_are_read_as_what_they_are(given: pytest.MonkeyPatch):
    given.setenv("HEADGATE_LARGEST_FILE", "1000")
    given.setenv("HEADGATE_LARGE_QUEUE", "true")
    given.setenv("HEADGATE_SECRETS", '{"KEY": "/headgate/key"}')
    given.setenv("HEADGATE_RESULTS_STORAGE", "")
    given.setenv("HEADGATE_IDLE_STAGES", "fetch,load")
    found = Deployment.here()
    assert found.idle_stages == {"fetch", "load"}
    assert (found.largest_file, found.large_queue, found.results_storage) == (1000, True, None)
    assert found.secrets == {"KEY": "/headgate/key"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PREFIX", "Shop"), ("PREFIX", "x" * 33), ("STORAGE", "bucket"), ("LARGEST_FILE", "much"), ("LARGEST_FILE", "0"),
        ("SECRETS", "{"), ("SECRETS", "[1]"), ("MAX_RECEIVES", "0"), ("TABLE", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(given: pytest.MonkeyPatch, name: str, value: str):
    given.setenv(f"HEADGATE_{name}", value)
    with pytest.raises(UserMistake, match=f"HEADGATE_{name}") as caught:
        Deployment.here()
    assert caught.value.code == "bad_deployment"


def test_everything_that_is_missing_is_named_at_once(monkeypatch: pytest.MonkeyPatch):
    for name in GIVEN:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(UserMistake) as caught:
        Deployment.here()
    assert all(name in caught.value.message for name in GIVEN)


def test_a_wrong_value_is_not_shown(given: pytest.MonkeyPatch):
    given.setenv("HEADGATE_SECRETS", "hush-hush")
    with pytest.raises(UserMistake) as caught:
        Deployment.here()
    assert "hush" not in str(caught.value)


def test_a_laptop_reads_what_the_deployment_noted(tmp_path: Path):
    empty = {"HEADGATE_ALERT_TOPIC": "", "HEADGATE_IDLE_STAGES": ""}
    note(tmp_path, json.dumps({**GIVEN, "HEADGATE_LARGE_QUEUE": "true", **empty}))
    found = Deployment.of_project(tmp_path)
    assert found.idle_stages == frozenset()
    assert (found.prefix, found.large_queue, found.alert_topic, found.project) == ("shop-dev", True, None, tmp_path)


def test_a_project_that_was_not_deployed_says_what_to_type(tmp_path: Path):
    with pytest.raises(UserMistake, match="not deployed") as caught:
        Deployment.of_project(tmp_path)
    assert caught.value.next == NOT_DEPLOYED.format("")


@pytest.mark.parametrize("text", ["{", "[]", "7", '{"HEADGATE_PREFIX": "shop-dev"}'])
def test_a_damaged_note_is_a_mistake(tmp_path: Path, text: str):
    note(tmp_path, text)
    with pytest.raises(UserMistake) as caught:
        Deployment.of_project(tmp_path)
    assert caught.value.code == "bad_deployment"


def note(folder: Path, text: str) -> None:
    file = note_of(folder, "dev")
    file.parent.mkdir(parents=True)
    file.write_text(text)
