"""Environments beside each other, in one state storage that is configured, with the real Terraform."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from headgate.core.errors import UserMistake
from headgate.hosts.deploy.terraform import Terraform
from tests.infra.checkov_tool import can_not

# As of every storage that is written down, its workspaces are listed before one of them may be chosen. It needs no provider.
_ROOT = """
terraform {
  backend "local" { path = "kept.tfstate" }
}
resource "terraform_data" "here" { input = terraform.workspace }
output "here" { value = terraform.workspace }
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    if not shutil.which("terraform"):
        can_not("there is no terraform on this machine")
    (tmp_path / "main.tf").write_text(_ROOT)
    return tmp_path


def test_a_second_environment_is_made_beside_the_first_where_states_are_kept_together(root: Path):
    for name in ("dev", "prod"):
        here = Terraform(root, name)
        here.init()
        assert (here.outputs(), here.resources()) == ({}, [])
        here.plan(root / "kept.tfplan")
        here.apply(root / "kept.tfplan")
        assert here.outputs() == {"here": name}
    assert Terraform(root, "dev").workspaces() == ["default", "dev", "prod"]
    Terraform(root, "dev").destroy(ask=False)
    assert (Terraform(root, "dev").resources(), Terraform(root, "prod").resources()) == ([], ["terraform_data.here"])


def test_a_plan_tells_what_it_is_of(root: Path):
    with (root / "main.tf").open("a") as file:
        file.write('variable "environment" {}\n')
    (root / "headgate.auto.tfvars.json").write_text('{"environment": "prod"}')
    here = Terraform(root, "prod")
    here.init()
    here.plan(root / "kept.tfplan")
    assert here.planned(root / "kept.tfplan") == {"environment": "prod"}
    (root / "other.zip").write_bytes(b"PK\5\6" + bytes(18))
    with pytest.raises(UserMistake, match="no plan of Terraform's: "):
        here.planned(root / "other.zip")


def test_what_one_environment_alone_wants_has_the_last_word_there_and_is_nothing_to_the_others(root: Path):
    with (root / "main.tf").open("a") as file:
        file.write('variable "size" {}\noutput "size" { value = var.size }\n')
    (root / "headgate.auto.tfvars.json").write_text('{"size": 1}')
    (root / "prod.tfvars").write_text("size = 2\n")
    sizes = {}
    for name in ("dev", "prod"):
        here = Terraform(root, name)
        here.init()
        here.apply(ask=False)
        sizes[name] = here.outputs()["size"]
        here.destroy(ask=False)
    assert sizes == {"dev": 1, "prod": 2}


def test_an_environment_whose_name_was_mistyped_leaves_nothing_behind(root: Path):
    Terraform(root, "porduction").init()
    assert Terraform(root, "porduction").workspaces() == ["default"]
