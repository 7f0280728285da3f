"""One initialised copy of infra/delivery for all tests of a worker, so that nothing is left in the repository."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
DELIVERY = ROOT / "infra" / "delivery"


def can_not(why: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="session")
def terraform_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy in which terraform runs: `TF_PLUGIN_DIR` names the provider's mirror where there is one."""
    if not shutil.which("terraform"):
        can_not("there is no terraform on this machine")
    folder = tmp_path_factory.mktemp("delivery") / "root"
    shutil.copytree(DELIVERY, folder, ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*"))
    mirror = os.environ.get("TF_PLUGIN_DIR")
    words = ["terraform", "init", "-backend=false", "-input=false", *([f"-plugin-dir={mirror}"] if mirror else [])]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=300)
    if done.returncode:
        can_not(f"the provider could not be had: {done.stderr[-800:]}")
    return folder
