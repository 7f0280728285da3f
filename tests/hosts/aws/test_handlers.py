"""Each stage has a function of its own, which imports no other stage, and Terraform builds just these."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import headgate.hosts.aws.handlers as handlers
from headgate.flow import STAGES
from headgate.hosts.aws.needs import NEEDS
from scripts.flow_json import FILE, flow_json

FOLDER = Path(str(handlers.__file__)).parent
WITHOUT_ENGINE = ("notify", "alert", "summarize", "watch", "fetch")
OTHERS = "import sys, headgate.hosts.aws.handlers.{stage}; print([name for name in sys.modules if name.startswith('headgate.')])"


def test_there_is_a_function_for_each_stage_and_no_other():
    assert {file.stem for file in FOLDER.glob("*.py")} - {"__init__"} == set(STAGES) == set(NEEDS)


@pytest.mark.parametrize("stage", STAGES)
def test_a_function_imports_no_stage_but_its_own(stage: str):
    code = OTHERS.format(stage=stage)
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    imported = {
        name.rsplit(".", 1)[-1] for name in json.loads(found.replace("'", '"')) if name.startswith("headgate.stages.")
    }
    assert imported & set(STAGES) == {stage}
    assert "headgate.flow" not in found


@pytest.mark.parametrize("stage", WITHOUT_ENGINE)
def test_who_looks_at_no_rows_imports_no_engine(stage: str):
    code = f"import sys, headgate.hosts.aws.handlers.{stage}; print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert f"headgate.stages.{stage}" in found
    assert not {"duckdb", "sqlglot"} & set(found)


def test_what_terraform_builds_is_the_flow():
    assert FILE.read_text(encoding="utf-8") == flow_json(), "python scripts/flow_json.py"
