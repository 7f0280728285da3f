"""Terraform is run in its folder and its workspace, and what it fails for is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from headgate.core.errors import Outside, UserMistake
from headgate.hosts.deploy.terraform import LEAST_VERSION, Terraform
from tests.stand_in import StandIn


def test_without_one_it_is_said_what_to_do(programs: Path, tmp_path: Path):
    with pytest.raises(UserMistake) as caught:
        Terraform(tmp_path)
    assert caught.value.code == "no_terraform"
    assert "install Terraform" in (caught.value.next or "")


def test_each_environment_has_a_workspace_of_its_own(terraform: StandIn, tmp_path: Path):
    Terraform(tmp_path, "prod").apply(ask=False)
    Terraform(tmp_path).apply(ask=False)
    assert [(folder, environment["TF_WORKSPACE"]) for _, folder, environment in terraform.runs] == [
        (str(tmp_path), "prod"), (str(tmp_path), "default"),
    ]  # fmt: skip


def test_whoever_names_the_environment_in_the_states_key_chooses_the_workspace(
    terraform: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HEADGATE_TERRAFORM_WORKSPACE", "default")
    Terraform(tmp_path, "prod").plan()
    assert [environment["TF_WORKSPACE"] for _, _, environment in terraform.runs] == ["default"]


@pytest.mark.parametrize("root", ["stack", "state", "delivery"])
def test_the_least_version_is_the_one_that_each_root_asks_for(root: str):
    versions = Path(__file__).resolve().parents[3] / "infra" / root / "versions.tf"
    assert f'required_version = ">= {".".join(map(str, LEAST_VERSION))}"' in versions.read_text()


def test_the_provider_comes_from_a_folder_where_one_is_named(
    terraform: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("TF_PLUGIN_DIR", raising=False)
    Terraform(tmp_path).init()
    monkeypatch.setenv("TF_PLUGIN_DIR", "/mirror")
    Terraform(tmp_path).init()
    assert [[word for word in words if "plugin" in word] for words in terraform.calls] == [[], ["-plugin-dir=/mirror"]]


def test_nothing_is_changed_without_a_question_unless_told_so(terraform: StandIn, tmp_path: Path):
    here = Terraform(tmp_path)
    here.apply()
    here.destroy()
    here.apply(ask=False)
    here.destroy(ask=False)
    assert ["-auto-approve" in words for words in terraform.calls] == [False, False, True, True]
    assert ["-input=false" in words for words in terraform.calls] == [False, False, True, True]


def test_a_plan_that_was_kept_is_the_one_that_is_applied(terraform: StandIn, tmp_path: Path):
    here = Terraform(tmp_path)
    here.plan(Path("kept.tfplan"))
    here.apply(Path("kept.tfplan"))
    kept = str(Path("kept.tfplan").absolute())
    assert terraform.calls == [
        ["plan", "-no-color", "-input=false", f"-out={kept}"],
        ["apply", "-no-color", "-input=false", kept],
    ]


@pytest.mark.parametrize(
    ("content", "said"), [(None, "there is no such file"), ("{}", "this is no plan of Terraform's")]
)
def test_what_is_no_plan_is_the_mistake_of_whoever_named_it(
    terraform: StandIn, tmp_path: Path, content: str | None, said: str
):
    file = tmp_path / "kept.tfplan"
    if content:
        file.write_text(content)
    with pytest.raises(UserMistake, match=said) as caught:
        Terraform(tmp_path).planned(file)
    assert (caught.value.code, caught.value.where and caught.value.where.file) == ("no_plan", str(file))
    assert terraform.calls == []


def test_what_it_fails_for_is_said_on_one_line(terraform: StandIn, tmp_path: Path):
    terraform.does(
        "print('╷\\n│ Error: Failed to query provider packages\\n│ \\n│ Could not reach it.\\n╵', file=sys.stderr)\nsys.exit(1)"
    )
    with pytest.raises(Outside) as caught:
        Terraform(tmp_path).init()
    assert caught.value.message == "terraform init failed: Failed to query provider packages Could not reach it."
    with pytest.raises(Outside, match="terraform apply failed: what it said stands above"):
        Terraform(tmp_path).apply()


def test_outputs_and_resources_are_none_before_the_first_apply(terraform: StandIn, tmp_path: Path):
    terraform.does("if words[0] == 'output': print('{}')\nelse: sys.exit('No state file was found!')")
    here = Terraform(tmp_path)
    assert (here.outputs(), here.resources()) == ({}, [])
    terraform.does('print(\'{"target": {"value": {"A": "b"}}}\' if words[0] == \'output\' else \'aws_s3_bucket.raw\')')
    assert (here.outputs(), here.resources()) == ({"target": {"A": "b"}}, ["aws_s3_bucket.raw"])
