"""One AWS on this machine for all tests of adapters; each test takes names of its own in it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from tests.aws_server import ENVIRONMENT, aws_server


@pytest.fixture(scope="session")
def aws_address() -> Iterator[str]:
    with aws_server() as address:
        yield address


@pytest.fixture
def aws(aws_address: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Its address; the environment leads boto3 and Headgate there, and nowhere else."""
    for name, value in {**ENVIRONMENT, "AWS_ENDPOINT_URL": aws_address}.items():
        monkeypatch.setenv(name, value)
    return aws_address


@pytest.fixture
def unique() -> str:
    """A name that no other test uses."""
    return f"t{uuid.uuid4().hex[:12]}"
