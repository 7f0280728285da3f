"""What a rehearsal tells Terraform holds, whatever the owner's own files of variables say."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from headgate.hosts.deploy.infra import STACK
from headgate.hosts.rehearsal.rehearsal import _OWN, _write_variables
from headgate.hosts.rehearsal.staging import staged
from tests.projects import make_project

OF_PROJECT: dict[str, Any] = {
    "region": "eu-central-1", "project": "shop", "environment": "here", "architecture": "arm64", "packages": {},
    "sender": None, "recipients": [],
}  # fmt: skip
DECLARED = (
    "region", "force_destroy", "lease_seconds", "longest_timeout", "recipients", "short_leases", "visibility_factor",
)  # fmt: skip


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    """The copy, of a project whose owner has files of their own."""
    make_project(tmp_path / "project", "project: shop\n")
    own = tmp_path / "project" / STACK
    own.mkdir(parents=True)
    (own / "own.auto.tfvars").write_text('region = "us-east-1"\nforce_destroy = false\nlarge_queue_hours = 7\n')
    (own / "zzz.auto.tfvars.json").write_text(
        json.dumps({"force_destroy": False, "lease_seconds": 1000, "visibility_factor": 6})
    )
    (own / "headgate.auto.tfvars.json").write_text("{")
    names = "".join(f'variable "{name}" {{ default = null }}\n' for name in (*DECLARED, "large_queue_hours"))
    outputs = "".join(f'output "{name}" {{ value = var.{name} }}\n' for name in (*DECLARED, "large_queue_hours"))
    (own / "main.tf").write_text(names + outputs)
    staged(tmp_path / "project", tmp_path / "copy", "eu-central-1", "arm64")
    return tmp_path / "copy" / STACK


def test_the_last_word_is_the_rehearsals_and_all_else_the_owners(stack: Path):
    if not shutil.which("terraform"):
        pytest.skip("there is no terraform on this machine")
    _write_variables(OF_PROJECT, {"lease_seconds": 25, "short_leases": True}, stack)
    for words in (["init", "-backend=false"], ["apply", "-auto-approve"]):
        done = subprocess.run(["terraform", *words, "-input=false"], cwd=stack, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    said = subprocess.run(["terraform", "output", "-json"], cwd=stack, capture_output=True, text=True, check=True)
    assert {name: one["value"] for name, one in json.loads(said.stdout).items()} == {
        "region": "eu-central-1", "force_destroy": True, "lease_seconds": 25, "short_leases": True, "recipients": [],
        "large_queue_hours": 7, "longest_timeout": 90, "visibility_factor": 1.25,
    }  # fmt: skip


def test_whoever_kills_a_function_sees_its_work_taken_up_within_two_minutes_and_no_claim_ends_before_its_function():
    longest, lease, factor = (
        float(str(_OWN[name])) for name in ("longest_timeout", "lease_seconds", "visibility_factor")
    )
    assert 60 <= longest < lease < longest * factor <= 120


def test_what_a_rehearsal_says_of_itself_are_variables_of_the_stack_that_ships():
    text = (Path(__file__).parents[3] / "infra" / "stack" / "variables.tf").read_text(encoding="utf-8")
    assert [name for name in _OWN if f'variable "{name}" {{' not in text] == []


def test_the_documents_say_how_long_a_rehearsal_waits():
    text = (Path(__file__).parents[3] / "docs" / "rehearsal.md").read_text(encoding="utf-8")
    for name in ("longest_timeout", "lease_seconds", "visibility_factor"):
        assert f"`{name} = {_OWN[name]}`" in text
