"""The delivery's Terraform: formatted, valid, and what its own tests promise."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.infra.delivery.conftest import DELIVERY


def _terraform(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["terraform", *words], cwd=folder, capture_output=True, text=True, timeout=300)


def test_it_is_formatted(terraform_root: Path):
    done = _terraform(terraform_root, "fmt", "-check", "-recursive", "-diff")
    assert done.returncode == 0, done.stdout


def test_it_is_valid(terraform_root: Path):
    done = _terraform(terraform_root, "validate", "-json")
    assert json.loads(done.stdout)["diagnostics"] == []


@pytest.mark.slow
def test_its_own_tests_pass(terraform_root: Path):
    done = _terraform(terraform_root, "test", "-no-color")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"Success! \d+ passed, 0 failed", done.stdout)


def test_it_uses_one_provider_only():
    text = (DELIVERY / "versions.tf").read_text()
    assert re.findall(r'source\s+= "(.*)"\s+version = "(.*)"', text) == [("hashicorp/aws", "~> 5.100")]


def test_every_variable_and_output_is_described():
    for name in ("variables.tf", "outputs.tf"):
        blocks = re.split(r"^(?=(?:variable|output) )", (DELIVERY / name).read_text(), flags=re.M)[1:]
        assert blocks
        assert [block.split()[1] for block in blocks if not re.search(r'description\s+= ".+"', block)] == []
