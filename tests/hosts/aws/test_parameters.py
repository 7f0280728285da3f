"""Secrets come from the environment, else from the Parameter Store when they are first wanted, and never show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from moto.core.exceptions import JsonRESTError
from moto.ssm.responses import SimpleSystemManagerResponse

from headgate.adapters.aws.services import client
from headgate.core.errors import Outside, Transient
from headgate.hosts.aws.parameters import Parameters
from headgate.hosts.secrets import Secrets
from tests.aws_server import REGION


def store(name: str, value: str) -> None:
    client("ssm", REGION).put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)


def test_a_secret_is_read_from_its_parameter_once(aws: str, unique: str):
    store(f"/{unique}/key", "hush-hush")
    secrets = Secrets(Parameters({"KEY": f"/{unique}/key"}, REGION, {}))
    assert secrets("KEY") == "hush-hush"
    store(f"/{unique}/key", "another")
    assert secrets("KEY") == "hush-hush"
    assert secrets.mask("it says hush-hush") == "it says ****"


def test_a_secret_that_was_changed_is_read_anew_after_minutes_and_the_old_one_is_still_masked(aws: str, unique: str):
    store(f"/{unique}/key", "hush-hush")
    elapsed = [1000.0]
    secrets = Secrets(Parameters({"KEY": f"/{unique}/key"}, REGION, {}, lambda: elapsed[0]))
    assert secrets("KEY") == "hush-hush"
    store(f"/{unique}/key", "another")
    elapsed[0] += 299
    assert secrets("KEY") == "hush-hush"
    elapsed[0] += 2
    assert secrets("KEY") == "another"
    assert secrets.mask("hush-hush, another") == "****, ****"


@pytest.fixture
def throttled(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Whether the store on this machine answers as AWS does when it is asked too often."""
    answer, refusing = SimpleSystemManagerResponse.get_parameter, [False]

    def answered(self: Any) -> Any:
        if refusing[0]:
            raise JsonRESTError("ThrottlingException", "Rate exceeded")
        return answer(self)

    monkeypatch.setattr(SimpleSystemManagerResponse, "get_parameter", answered)
    # boto3 asks anew by itself, and needn't wait for that here.
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda self, context: 0)
    return lambda busy: refusing.__setitem__(0, busy)


def test_a_secret_that_worked_is_used_on_while_the_store_is_busy(
    aws: str, unique: str, throttled: Callable[[bool], None]
):
    store(f"/{unique}/key", "hush-hush")
    elapsed = [1000.0]
    secrets = Secrets(Parameters({"KEY": f"/{unique}/key"}, REGION, {}, lambda: elapsed[0]))
    assert secrets("KEY") == "hush-hush"
    store(f"/{unique}/key", "another")
    throttled(True)
    elapsed[0] += 301
    assert secrets("KEY") == "hush-hush"
    throttled(False)
    assert secrets("KEY") == "hush-hush"
    elapsed[0] += 31
    assert secrets("KEY") == "another"


def test_a_store_that_is_busy_from_the_start_is_said(aws: str, unique: str, throttled: Callable[[bool], None]):
    throttled(True)
    with pytest.raises(Transient, match="busy: Rate exceeded"):
        Secrets(Parameters({"KEY": f"/{unique}/key"}, REGION, {}))("KEY")


def test_a_secret_that_was_taken_away_is_used_no_longer(aws: str, unique: str):
    store(f"/{unique}/key", "hush-hush")
    elapsed = [1000.0]
    secrets = Secrets(Parameters({"KEY": f"/{unique}/key"}, REGION, {}, lambda: elapsed[0]))
    assert secrets("KEY") == "hush-hush"
    client("ssm", REGION).delete_parameter(Name=f"/{unique}/key")
    elapsed[0] += 301
    with pytest.raises(Outside, match="ParameterNotFound"):
        secrets("KEY")


def test_the_environment_comes_first(unique: str):
    secrets = Secrets(Parameters({"KEY": f"/{unique}/key"}, REGION, {"KEY": "from here"}))
    assert secrets("KEY") == "from here"


def test_what_nobody_names_is_not_set(unique: str):
    assert Secrets(Parameters({}, REGION, {}))("KEY") is None


def test_a_parameter_that_is_not_there_is_said(aws: str, unique: str):
    with pytest.raises(Outside, match="ParameterNotFound"):
        Secrets(Parameters({"KEY": f"/{unique}/key"}, REGION, {}))("KEY")


def test_what_there_is_can_be_listed():
    found = Parameters({"KEY": "/a"}, REGION, {"OTHER": "x", "KEY": "y"})
    assert (sorted(found), len(found)) == (["KEY", "OTHER"], 2)
