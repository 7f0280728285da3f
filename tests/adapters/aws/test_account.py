"""An account as it stands, at AWS's own protocol. What moto lacks is told in tests/hosts/deploy/test_doctor.py."""

from __future__ import annotations

import base64
import hashlib
import io
from zipfile import ZipFile

import boto3
import pytest

from headgate.adapters.aws.account import Account
from headgate.core.errors import Outside
from tests.aws_server import REGION

TRUST = '{"Version": "2012-10-17", "Statement": []}'


def test_whoever_asks_has_an_arn(aws: str):
    assert Account(REGION).who().startswith("arn:aws:")


def test_without_credentials_it_is_something_outside_as_it_is_for_a_bucket(aws: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(Outside) as caught:
        Account(REGION).who()
    assert caught.value.code == "no_credentials"


def test_an_aws_that_does_not_answer_is_something_outside(aws: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(Outside) as caught:
        Account(REGION).who()
    assert caught.value.code == "aws_unreachable"


@pytest.mark.parametrize(("name", "known"), [(REGION, True), ("us-gov-west-1", True), ("eu-nowhere-1", False)])
def test_only_regions_with_functions_are_regions(aws: str, name: str, known: bool):
    assert Account(name).is_region() == known


def test_a_function_is_told_as_it_stands_and_one_that_is_not_there_is_none(aws: str, unique: str):
    role = boto3.client("iam").create_role(RoleName=unique, AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    packed = io.BytesIO()
    with ZipFile(packed, "w") as opened:
        opened.writestr("app.py", "def handler(event, context): pass")
    boto3.client("lambda").create_function(
        FunctionName=unique, Role=role, Runtime="python3.13", Handler="app.handler", Code={"ZipFile": packed.getvalue()},
        MemorySize=512, Timeout=30,
    )  # fmt: skip
    account = Account(REGION)
    found = account.function(unique)
    assert found is not None
    assert found.sha256 == base64.b64encode(hashlib.sha256(packed.getvalue()).digest()).decode()
    assert (found.memory, found.timeout, found.state) == (512, 30, "Active")
    assert account.function(f"{unique}-other") is None


def test_parameters_that_are_missing_are_named_however_many_there_are(aws: str, unique: str):
    ssm = boto3.client("ssm")
    names = [f"/{unique}/{number:02}" for number in range(23)]
    for name in names[::2]:
        ssm.put_parameter(Name=name, Value="v", Type="SecureString")
    assert Account(REGION).missing_parameters(names) == names[1::2]


def test_an_identity_is_verified_by_itself(aws: str, unique: str):
    boto3.client("sesv2").create_email_identity(EmailIdentity=f"{unique}.example")
    account = Account(REGION)
    assert not account.is_verified(f"me@{unique}.example")
