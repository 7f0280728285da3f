"""One AWS on this machine for all tests of the AWS host."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.aws.conftest import aws, aws_address, unique
from tests.hosts.aws.deployed import Deployed

__all__ = ["aws", "aws_address", "unique"]


@pytest.fixture
def deployed(aws: str, unique: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Deployed]:
    """Deploys a small project, and makes this process one of its functions."""

    def deploy(settings: str = "mail: {to: [team@example.com]}\n", **environment: Any) -> Deployed:
        return Deployed(unique, tmp_path / "shop", settings, monkeypatch, environment)

    return deploy
