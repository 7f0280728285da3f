"""The Terraform of a deployed project: formatted, valid, without unexplained findings, and what its own tests promise."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.infra.checkov_tool import can_not, checkov

ROOT = Path(__file__).resolve().parents[2]
INFRA = ROOT / "infra"
ROOTS = ("stack", "state")
_MODULES = sorted(path.name for path in (INFRA / "stack" / "modules").iterdir() if path.is_dir())
# As `headgate deploy` may write them into a project's own copy, all otherwise than the tests want them.
_OF_A_PROJECT = {
    "region": "us-east-1", "project": "mine", "environment": "here", "architecture": "x86_64", "packages": {},
    "inbox_prefix": "in/", "zones": {"accepted": "ok"}, "bucket_layout": "split", "table_sinks": {}, "sources": {},
    "idle_stages": ["fetch", "load"], "daily_report": {"cron": "cron(0 5 * * ? *)", "zone": "Europe/Berlin"},
    "sender": None, "sender_identity": "example.com", "readers": [], "recipients": [], "models": [], "secrets": {}, "retry_attempts": 5,
    "retention": {"accepted": 7}, "pipeline_retention": {"orders": {"failed": 9}}, "analysis_days": 9,
    "notify_trigger": "stream", "large_queue": True, "stages": {"load": {"timeout": 60}}, "saved_queries": False,
    "vpc": {"subnet_ids": ["subnet-1"], "security_group_ids": ["sg-1"]}, "force_destroy": True, "encryption": "kms",
}  # fmt: skip
_LEFT_BEHIND = shutil.ignore_patterns(".terraform*", "*.tfstate*", "*.auto.tfvars.json", "*.tfplan")


@pytest.fixture(scope="session", params=ROOTS)
def root_module(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy in which terraform runs: `TF_PLUGIN_DIR` names the provider's mirror where there is one."""
    if not shutil.which("terraform"):
        can_not("there is no terraform on this machine")
    folder = tmp_path_factory.mktemp(request.param) / "root"
    shutil.copytree(INFRA / request.param, folder, ignore=_LEFT_BEHIND)
    mirror = os.environ.get("TF_PLUGIN_DIR")
    done = _terraform(folder, "init", "-backend=false", "-input=false", *([f"-plugin-dir={mirror}"] if mirror else []))
    if done.returncode:
        can_not(f"the provider could not be had: {done.stderr[-800:]}")
    return folder


def _terraform(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CHECKPOINT_DISABLE": "1"}
    return subprocess.run(
        ["terraform", *words], cwd=folder, env=environment, capture_output=True, text=True, timeout=400
    )


def test_it_is_formatted(root_module: Path):
    done = _terraform(root_module, "fmt", "-check", "-recursive", "-diff")
    assert done.returncode == 0, done.stdout


def test_it_is_valid(root_module: Path):
    done = _terraform(root_module, "validate", "-json")
    assert json.loads(done.stdout)["diagnostics"] == []


def test_its_own_tests_pass_beside_whatever_variables_a_project_has(root_module: Path):
    """No account is asked: the provider is a mock."""
    declared = re.findall(r'^variable "(\w+)"', (root_module / "variables.tf").read_text(), re.MULTILINE)
    written = {name: value for name, value in _OF_A_PROJECT.items() if name in declared}
    (root_module / "headgate.auto.tfvars.json").write_text(json.dumps(written))
    done = _terraform(root_module, "test", "-no-color")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"Success! [1-9]\d* passed, 0 failed", done.stdout)


def test_the_stacks_own_test_sets_every_variable_there_is():
    names = re.findall(r'^variable "(\w+)"', (INFRA / "stack" / "variables.tf").read_text(), re.MULTILINE)
    text = (INFRA / "stack" / "tests" / "stack.tftest.hcl").read_text()
    said = re.search(r"^variables \{\n(.*?)^\}", text, re.MULTILINE | re.DOTALL)
    assert said
    assert set(re.findall(r"^  (\w+) += ", said[1], re.MULTILINE)) == set(names)


@pytest.mark.parametrize("name", ROOTS)
def test_it_uses_one_provider_only(name: str):
    text = (INFRA / name / "versions.tf").read_text()
    assert re.findall(r'source\s+= "(.*)"\s+version = "(.*)"', text) == [("hashicorp/aws", "~> 5.100")]


@pytest.mark.parametrize("folder", [*ROOTS, *(f"stack/modules/{name}" for name in _MODULES)])
def test_every_variable_and_output_is_described_and_variables_have_types(folder: str):
    for path in (INFRA / folder / "variables.tf", INFRA / folder / "outputs.tf"):
        text = path.read_text() if path.exists() else ""
        for block in re.split(r"^(?=(?:variable|output) )", text, flags=re.MULTILINE)[1:]:
            assert re.search(r'^  description\s+= ".+"', block, re.MULTILINE), block
            assert block.startswith("output") or re.search(r"^  type\s+= ", block, re.MULTILINE), block


# What a command or an image is, is its owner's to say.
@pytest.mark.parametrize(
    ("root", "free"), [("stack", set()), ("state", set()), ("delivery", {"lint_command", "test_command", "image"})]
)
def test_every_variable_that_can_be_wrong_says_so(root: str, free: set[str]):
    blocks = re.split(r"^(?=variable )", (INFRA / root / "variables.tf").read_text(), flags=re.MULTILINE)[1:]
    unchecked = {block.split('"')[1] for block in blocks if "validation {" not in block and "= bool" not in block}
    assert unchecked == free


def test_checkov_finds_nothing_that_is_not_explained():
    # A busy machine reads a file slowly; what was not read would count as clean.
    environment = {**os.environ, "HCL_PARSE_TIMEOUT_SEC": "300"}
    words = [str(checkov()), "--config-file", str(ROOT / ".checkov.yaml"), "-d", str(INFRA), "-o", "json"]
    done = subprocess.run(words, cwd=INFRA, env=environment, capture_output=True, text=True, timeout=400)
    found = json.loads(done.stdout)
    assert found["summary"]["parsing_errors"] == 0, found["results"]["parsing_errors"]
    assert [f"{one['check_id']} {one['resource']}" for one in found["results"]["failed_checks"]] == []
    assert found["summary"]["passed"] > 100
    reasons = [one["check_result"]["suppress_comment"] for one in found["results"]["skipped_checks"]]
    assert all(len(reason.split()) > 3 for reason in reasons), reasons
