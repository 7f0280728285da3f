"""The plans that rights are read from, made once for each worker; nothing is applied."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.aws_server import aws_server
from tests.infra.iam.deployed import MODEL, PROFILE, Deployed, copied, planned, stack_variables, with_known_stream


def _can_not(why: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)


def _initialised(name: str, folder: Path) -> Path:
    if not shutil.which("terraform"):
        _can_not("there is no terraform on this machine")
    root, mirror = copied(name, folder), os.environ.get("TF_PLUGIN_DIR")
    words = ["terraform", "init", "-backend=false", "-input=false", *([f"-plugin-dir={mirror}"] if mirror else [])]
    done = subprocess.run(words, cwd=root, capture_output=True, text=True, timeout=300)
    if done.returncode:
        _can_not(f"the provider could not be had: {done.stderr[-800:]}")
    return root


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with aws_server() as found:
        yield found


@pytest.fixture(scope="session")
def deployments(tmp_path_factory: pytest.TempPathFactory, address: str) -> dict[str, Deployed]:
    """As simple as can be; and with everything."""
    folder = tmp_path_factory.mktemp("stack")
    root, given = _initialised("stack", folder), stack_variables(folder)
    with_known_stream(root)
    more = {"bucket_layout": "split", "large_queue": True, "notify_trigger": "stream", "models": [MODEL, PROFILE]}
    return {
        "simple": Deployed(False, planned(root, given, address)),
        "everything": Deployed(True, planned(root, {**given, **more}, address)),
    }


@pytest.fixture(scope="session")
def delivery(tmp_path_factory: pytest.TempPathFactory, address: str) -> Deployed:
    """infra/delivery of the same project, by CodePipeline and by GitHub Actions."""
    root = _initialised("delivery", tmp_path_factory.mktemp("delivery"))
    given = {
        "region": "eu-central-1", "project": "shop", "environment": "prod", "repository": "acme/shop",
        "state_bucket": "shop-state", "github_actions": True,
        "connection_arn": "arn:aws:codestar-connections:eu-central-1:123456789012:connection/1",
    }  # fmt: skip
    return Deployed(False, planned(root, given, address))
