"""What the check and the tools of the builds refuse."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.infra.delivery.conftest import DELIVERY, ROOT, can_not

_GOOD = 'output "told" {\n  value = "one"\n}\n'


def _check(project: Path) -> subprocess.CompletedProcess[str]:
    if not shutil.which("terraform"):
        can_not("there is no terraform on this machine")
    environment = {name: value for name, value in os.environ.items() if name != "TF_PLUGIN_DIR"}
    script = str(DELIVERY / "scripts" / "check_terraform.sh")
    return subprocess.run(["bash", script], cwd=project, env=environment, capture_output=True, text=True, timeout=60)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """With one root that needs no provider."""
    stack = tmp_path / "infra" / "stack"
    stack.mkdir(parents=True)
    (stack / "versions.tf").write_text('terraform {\n  required_version = ">= 1.10"\n}\n')
    (stack / "main.tf").write_text(_GOOD)
    return tmp_path


def test_a_good_root_passes(project: Path):
    done = _check(project)
    assert done.returncode == 0, done.stderr
    assert "validate infra/stack" in done.stdout


@pytest.mark.parametrize("fault", [_GOOD.replace("  value", "value"), _GOOD.replace('"one"', "local.nothing")])
def test_what_is_not_formatted_or_not_valid_fails(project: Path, fault: str):
    (project / "infra" / "stack" / "main.tf").write_text(fault)
    assert _check(project).returncode != 0


def test_a_terraform_of_another_checksum_is_not_installed(tmp_path: Path):
    version = "1.11.4"
    shelf, home, programs = (tmp_path / name for name in ("shelf", "home", "bin"))
    for folder in (shelf / version, home, programs):
        folder.mkdir(parents=True)
    (shelf / version / f"terraform_{version}_linux_amd64.zip").write_bytes(b"something else")
    (programs / "terraform").write_text("#!/bin/sh\necho Terraform v1.0.0\n")
    (programs / "terraform").chmod(0o755)
    environment = {
        **os.environ, "HOME": str(home), "TERRAFORM_FROM": shelf.as_uri(), "HEADGATE_CACHE": str(home / "cache"),
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
    }  # fmt: skip
    script = str(DELIVERY / "scripts" / "tools.sh")
    done = subprocess.run(
        ["bash", "-c", f'source "{script}"'], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode != 0
    assert "did NOT match" in done.stderr + done.stdout
    assert list((home / "bin").iterdir()) == []


def _lint(project: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    script = str(DELIVERY / "scripts" / "lint.sh")
    return subprocess.run(["bash", script], cwd=project, env=environment, capture_output=True, text=True, timeout=120)


def test_contracts_are_linted(tmp_path: Path):
    examples = ROOT / "src" / "headgate" / "examples"
    contract = sorted(examples.rglob("*.odcs.yaml"))[0]
    pipeline = tmp_path / "pipelines" / "one"
    pipeline.mkdir(parents=True)
    assert _lint(tmp_path).returncode == 0
    shutil.copy(contract, pipeline)
    done = _lint(tmp_path)
    assert done.returncode == 0, done.stderr
    assert contract.name in done.stdout


def test_a_broken_contract_fails(tmp_path: Path):
    pipeline = tmp_path / "pipelines" / "one"
    pipeline.mkdir(parents=True)
    (pipeline / "a.odcs.yaml").write_text("kind: DataContract\nschema: 5\n")
    assert _lint(tmp_path).returncode != 0
