"""Functions of a rehearsal are called by hand, as AWS's own API lets one call them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from headgate.core.errors import UserMistake
from headgate.hosts.rehearsal.cloud import Cloud, cloud
from headgate.hosts.rehearsal.functions import Functions
from headgate.hosts.rehearsal.invoking import invocable
from tests.rehearsal.conftest import skip_or_fail
from tests.rehearsal.functions import arn, deploy, wait_until

pytestmark = pytest.mark.slow

ASKING = """
import json, os, urllib.request

def handler(event, context):
    with urllib.request.urlopen(os.environ["AWS_ENDPOINT_URL"] + "/_rehearsal/asked", timeout=5) as answer:
        return json.load(answer)
"""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with cloud(tmp_path_factory.mktemp("cloud") / "cloud.log") as running:
        yield running


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def functions(here: Cloud, tmp_path: Path, said: list[str]) -> Iterator[Functions]:
    try:
        made = Functions(here, tmp_path)
    except UserMistake as error:
        skip_or_fail(error)
    with invocable(here, made, said.append):
        yield made
    made.close()


def invoked(here: Cloud, name: str, payload: bytes = b"{}", **more: Any) -> tuple[dict[str, Any], Any]:
    answer = here.client("lambda").invoke(FunctionName=name, Payload=payload, **more)
    body = answer["Payload"].read()
    return answer, json.loads(body) if body else None


@pytest.mark.usefixtures("functions")
@pytest.mark.parametrize("form", ["{name}", "{arn}", "{arn}:$LATEST", "123456789012:function:{name}"])
def test_a_call_by_name_or_arn_is_answered_by_the_functions_own_code(here: Cloud, form: str):
    name = deploy(here)
    answer, found = invoked(
        here, form.format(name=name, arn=arn("lambda", f"function:{name}", here)), b'{"a": "\xc3\xa4"}'
    )
    assert (found["given"], answer["StatusCode"], answer["ExecutedVersion"]) == ({"a": "ä"}, 200, "$LATEST")
    assert "FunctionError" not in answer


@pytest.mark.usefixtures("functions")
def test_a_function_may_ask_the_services_while_it_is_called(here: Cloud):
    assert invoked(here, deploy(here, ASKING, timeout=10))[1] == []


@pytest.mark.usefixtures("functions")
def test_that_a_function_failed_is_said_as_lambda_says_it(here: Cloud):
    answer, found = invoked(here, deploy(here), b'{"Records": [{"body": "raise"}]}')
    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    assert (found["errorType"], found["errorMessage"]) == ("ValueError", "as it was told")
    answer, found = invoked(here, deploy(here), b'{"Records": [{"body": "die"}]}')
    assert (answer["FunctionError"], found["errorType"]) == ("Unhandled", "died")
    answer, found = invoked(here, deploy(here, "import nothing_like_it"))
    assert (answer["FunctionError"], found["errorType"]) == ("Unhandled", "Runtime.ImportModuleError")


def test_nobody_waits_for_an_event(here: Cloud, functions: Functions, said: list[str]):
    name = deploy(here)
    answer, _ = invoked(here, name, b'{"Records": [{"body": "raise"}]}', InvocationType="Event")
    assert answer["StatusCode"] == 202
    wait_until(lambda: len(said) == 1)
    assert [called.outcome for called in functions.called] == ["error"]
    assert said[0].startswith(f"{name}: error")


def test_a_dry_run_runs_nothing(here: Cloud, functions: Functions):
    answer, _ = invoked(here, deploy(here), InvocationType="DryRun")
    assert (answer["StatusCode"], functions.called) == (204, [])


@pytest.mark.usefixtures("functions")
def test_what_cannot_be_called_is_refused_as_lambda_refuses_it(here: Cloud):
    with pytest.raises(ClientError, match="Function not found") as caught:
        invoked(here, "nobody")
    assert caught.value.response["Error"]["Code"] == "ResourceNotFoundException"
    with pytest.raises(ClientError) as caught:
        invoked(here, deploy(here), b"{")
    assert caught.value.response["Error"]["Code"] == "InvalidRequestContentException"


def test_moto_alone_echoes_what_it_is_sent_and_runs_nothing_so_this_is_needed(here: Cloud):
    here.hand_invokes_to("")
    assert invoked(here, deploy(here), b'{"Records": [{"body": "die"}]}')[1] == {"Records": [{"body": "die"}]}
