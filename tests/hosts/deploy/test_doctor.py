"""What stands between a project and AWS is found, each with how to mend it; nothing is changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import boto3
import pytest

from headgate.core.project import load_project
from headgate.hosts.deploy.doctor import Finding, examine
from headgate.ports import Answer
from tests.aws_server import REGION
from tests.local_server import Asked, LocalServer
from tests.projects import make_project
from tests.stand_in import StandIn

MODEL = "amazon.nova-lite-v1:0"
SETTINGS = f"""\
mail: {{from: me@example.com, to: [you@example.org]}}
narrator: {{model: 'bedrock:{MODEL}'}}
deploy: {{region: {REGION}, name: shop, secrets: {{MY_KEY: /shop/key}}}}
"""
ALLOWED = {
    "agreementAvailability": {"status": "AVAILABLE"}, "authorizationStatus": "AUTHORIZED",
    "entitlementAvailability": "AVAILABLE", "regionAvailability": "AVAILABLE",
}  # fmt: skip
MAIL = {
    "ProductionAccessEnabled": True,
    "SendingEnabled": True,
    "SendQuota": {"Max24HourSend": 50_000.0, "SentLast24Hours": 10.0},
}


class Account:
    """The answers of what moto lacks: the account's settings of Lambda and SES, and which models may be used."""

    def __init__(self) -> None:
        self.functions: dict[str, Any] = {"AccountLimit": {"ConcurrentExecutions": 1000}}
        self.mail: dict[str, Any] = MAIL
        self.model: dict[str, Any] = ALLOWED
        self.verified: set[str] = {"me@example.com"}
        self.asked: list[str] = []

    def __call__(self, asked: Asked) -> Answer:
        self.asked.append(asked.path)
        if "/account-settings" in asked.path:
            return self._json(self.functions)
        if "/foundation-model-availability/" in asked.path:
            return self._json(self.model)
        if asked.path.endswith("/v2/email/account"):
            return self._json(self.mail)
        name = asked.path.rpartition("/")[2].replace("%40", "@")
        return self._json({"VerifiedForSendingStatus": True}) if name in self.verified else self._missing()

    def _json(self, document: object) -> Answer:
        return Answer(200, {"content-type": "application/json"}, json.dumps(document).encode())

    def _missing(self) -> Answer:
        return Answer(404, {"content-type": "application/json", "x-amzn-errortype": "NotFoundException"}, b"{}")


@pytest.fixture
def account(aws: str, monkeypatch: pytest.MonkeyPatch):
    settings = Account()
    with LocalServer(settings) as server:
        for service in ("LAMBDA", "SESV2", "BEDROCK"):
            monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", server.url.removesuffix("/time_series"))
        ssm = boto3.client("ssm")
        ssm.put_parameter(Name="/shop/key", Value="v", Type="SecureString", Overwrite=True)
        yield settings


@pytest.fixture
def examined(uv: StandIn, terraform: StandIn, tmp_path: Path) -> Callable[..., dict[str, Finding]]:
    numbers = count()

    def examined(settings: str = SETTINGS) -> dict[str, Finding]:
        project = load_project(make_project(tmp_path / f"shop{next(numbers)}", settings))
        return {one.check: one for one in examine(project)}

    return examined


def test_when_all_is_well_every_check_says_so(account: Account, examined):
    found = examined()
    assert {one.state for one in found.values()} == {"ok"}
    assert found.keys() == {
        "terraform", "uv", "credentials", "region", "model", "sender", "mails", "functions", "secret",
    }  # fmt: skip
    assert "arn:aws:" in found["credentials"].said
    assert all(one.fix == "" for one in found.values())


def test_without_credentials_it_is_said_how_to_get_some(aws: str, examined, monkeypatch: pytest.MonkeyPatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    found = examined()["credentials"]
    assert (found.state, found.fix) == ("problem", "aws configure, or aws sso login; or set AWS_PROFILE")


@pytest.mark.parametrize(
    ("settings", "check", "fix"),
    [
        ("", "settings", "project: shop0"),
        ("project: shop\n", "settings", "deploy: {region: eu-central-1}"),
        ("deploy: {region: eu-nowhere-1, name: shop}\n", "region", "deploy.region"),
        (f"deploy: {{region: {REGION}, name: shop}}\n", "sender", "mail.from"),
    ],
)
def test_what_is_wrong_in_the_settings_is_a_problem(account: Account, examined, settings: str, check: str, fix: str):
    found = examined(settings)[check]
    assert found.state == "problem"
    assert fix in found.fix


def test_a_tool_that_is_not_there_is_a_problem(account: Account, programs: Path, tmp_path: Path):
    found = {one.check: one for one in examine(load_project(make_project(tmp_path / "shop", SETTINGS)))}
    assert (found["terraform"].state, found["functions"].state) == ("problem", "ok")


def test_the_version_of_terraform_is_told(account: Account, examined):
    assert (examined()["terraform"].state, examined()["terraform"].said) == ("ok", "1.11.4")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ('{"terraform_version": "1.9.8"}', "terraform is 1.9.8, and 1.10 is the first that will do"),
        ('{"terraform_version": "0.15.0-rc1"}', "terraform is 0.15.0-rc1, and 1.10 is the first that will do"),
        ("Terraform of old", "terraform version failed: it did not say why"),
    ],
)
def test_a_terraform_that_will_not_do_is_a_problem(
    account: Account, examined, terraform: StandIn, answer: str, said: str
):
    terraform.does(f"print({answer!r})")
    found = examined()["terraform"]
    assert (found.state, found.said) == ("problem", said)
    assert found.fix


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"regionAvailability": "NOT_AVAILABLE"}, f"not offered in {REGION}"),
        ({"agreementAvailability": {"status": "NOT_AVAILABLE"}}, "its terms were not accepted"),
        ({"authorizationStatus": "NOT_AUTHORIZED"}, "no access"),
        ({"entitlementAvailability": "NOT_AVAILABLE"}, "no access"),
    ],
)
def test_a_model_that_cannot_be_used_is_a_problem(account: Account, examined, answer, said: str):
    account.model = ALLOWED | answer
    found = examined()["model"]
    assert found.state == "problem"
    assert said in found.said
    assert MODEL in found.fix


def test_a_model_of_several_regions_is_asked_for_by_its_own_name(account: Account, examined):
    account.model = ALLOWED | {"regionAvailability": "NOT_AVAILABLE"}
    assert examined(SETTINGS.replace(MODEL, f"eu.{MODEL}"))["model"].state == "ok"
    (asked,) = [path for path in account.asked if "foundation-model" in path]
    assert asked.replace("%3A", ":").endswith(f"/{MODEL}")


def test_a_sender_that_is_not_verified_is_a_problem(account: Account, examined):
    account.verified = set()
    found = examined()["sender"]
    assert found.state == "problem"
    assert "aws sesv2 create-email-identity --email-identity me@example.com" in found.fix


def test_a_sender_whose_domain_is_verified_must_be_said_so_to_the_functions(account: Account, examined):
    account.verified = {"example.com"}
    assert "deploy.sender_identity" in examined()["sender"].fix
    named = SETTINGS.replace("name: shop", "name: shop, sender_identity: example.com")
    assert examined(named)["sender"].state == "ok"


def test_of_a_project_that_mails_by_a_server_of_its_own_ses_is_not_judged(account: Account, examined):
    account.verified, account.mail = set(), MAIL | {"ProductionAccessEnabled": False}
    found = examined(SETTINGS.replace("to: [you@example.org]", "to: [you@example.org], smtp: {host: mail.example.org}"))
    assert (found["sender"].state, found["sender"].said) == ("ok", "mails go by mail.example.org, not by SES")
    assert not {"recipient", "sandbox", "mails"} & set(found)


def test_in_the_sandbox_every_recipient_must_be_verified(account: Account, examined):
    account.mail = MAIL | {"ProductionAccessEnabled": False}
    found = examined()
    assert (found["sandbox"].state, found["recipient"].state) == ("warning", "problem")
    assert "you@example.org" in found["recipient"].fix
    account.verified |= {"you@example.org"}
    assert examined()["recipient"].state == "ok"


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ({"SendingEnabled": False}, "problem"),
        ({"SendQuota": {"Max24HourSend": 200.0, "SentLast24Hours": 190.0}}, "warning"),
        ({"SendQuota": {"Max24HourSend": -1.0, "SentLast24Hours": 190.0}}, "ok"),
    ],
)
def test_mails_that_may_not_be_sent_are_told(account: Account, examined, answer, state: str):
    account.mail = MAIL | answer
    found = examined()["mails"]
    assert found.state == state
    assert bool(found.fix) == (state != "ok")


def test_an_account_that_may_run_few_functions_is_warned(account: Account, examined):
    account.functions = {"AccountLimit": {"ConcurrentExecutions": 10}}
    found = examined()["functions"]
    assert found.state == "warning"
    assert "request-service-quota-increase" in found.fix


def test_a_secret_that_nobody_stored_is_a_problem_that_shows_how(account: Account, examined):
    found = examined(SETTINGS.replace("/shop/key", "/shop/other"))["secret"]
    assert found.state == "problem"
    assert "aws ssm put-parameter --type SecureString --name /shop/other" in found.fix


def test_a_check_that_is_refused_says_so_and_the_others_go_on(account: Account, examined):
    account._missing = lambda: Answer(  # type: ignore[method-assign]
        403, {"content-type": "application/json", "x-amzn-errortype": "AccessDeniedException"}, b"{}"
    )
    account.verified = set()
    found = examined()
    assert (found["mail"].state, found["secret"].state) == ("warning", "ok")
    assert "could not be looked at" in found["mail"].said


def test_a_web_page_in_the_place_of_an_answer_is_not_shown(account: Account, examined):
    page = b"<!doctype html>\n<html lang=en>\n<title>403 Forbidden</title>\n<p>A proxy says so.</p>\n"
    account._missing = lambda: Answer(403, {"content-type": "text/html"}, page)  # type: ignore[method-assign]
    account.verified = set()
    said = examined()["mail"].said
    assert said == "it could not be looked at: SES refused: 403: a web page came in the place of an answer"


def test_services_in_the_place_of_aws_that_lack_one_are_not_taken_for_a_right_that_is_missing(aws: str, examined):
    found = examined()
    for check, service in (("mail", "SES"), ("functions", "Lambda")):
        assert found[check].state == "warning"
        assert f"{service} knows nothing of what it is asked here: AWS_ENDPOINT_URL leads to" in found[check].said
        assert found[check].fix == "nothing, where that is a rehearsal; else unset AWS_ENDPOINT_URL"
