"""What stands under another name, or in another region, is not worked on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from headgate.core.errors import UserMistake
from headgate.hosts.deploy.moved import check_unmoved
from headgate.hosts.deploy.terraform import Terraform
from tests.stand_in import StandIn

NOTHING = "if words[0] == 'output': print('{}')\nif words[0] == 'state': sys.exit('No state file was found!')\n"
SOME = "if words[0] == 'output': print('{}')\nif words[0] == 'state': print('aws_dynamodb_table.sink')\n"


def target(prefix: str, region: str) -> dict[str, str]:
    return {"HEADGATE_PREFIX": prefix, "HEADGATE_REGION": region}


def outputs(prefix: str, region: str) -> str:
    said = json.dumps({"target": {"value": target(prefix, region)}})
    return f"if words[0] == 'output': print({said!r})\n"


def refused(folder: Path, prefix: str, region: str) -> UserMistake:
    with pytest.raises(UserMistake) as caught:
        check_unmoved(folder, Terraform(folder, "dev"), prefix, region)
    assert caught.value.code == "moved"
    return caught.value


def noted(folder: Path, said: object) -> None:
    (folder / ".headgate").mkdir()
    (folder / ".headgate/aws.json").write_text(json.dumps(said))


def test_another_region_than_the_states_is_refused_with_both_named(terraform: StandIn, tmp_path: Path):
    terraform.does(outputs("shop-dev", "eu-central-1"))
    check_unmoved(tmp_path, Terraform(tmp_path, "dev"), "shop-dev", "eu-central-1")
    error = refused(tmp_path, "shop-dev", "eu-west-1")
    assert error.message.startswith("shop-dev stands in eu-central-1, and the settings now say shop-dev in eu-west-1")
    assert error.next == "set deploy.region back to eu-central-1, headgate deploy destroy -e dev, then change it"


def test_another_name_than_the_states_is_refused(terraform: StandIn, tmp_path: Path):
    terraform.does(outputs("shop-dev", "eu-central-1"))
    error = refused(tmp_path, "store-dev", "eu-central-1")
    assert error.next == "set deploy.name back to shop, headgate deploy destroy -e dev, then change it"


def test_where_no_state_tells_the_note_of_the_last_apply_does(terraform: StandIn, tmp_path: Path):
    terraform.does(NOTHING)
    noted(tmp_path, target("shop-dev", "eu-central-1"))
    assert "eu-central-1" in refused(tmp_path, "shop-dev", "eu-west-1").message
    # It is of another deployment.
    check_unmoved(tmp_path, Terraform(tmp_path, "prod"), "shop-prod", "eu-west-1")


def test_what_stands_in_part_has_the_variables_of_the_last_plan(terraform: StandIn, tmp_path: Path):
    stack = tmp_path / "infra/stack"
    stack.mkdir(parents=True)
    written = {"project": "shop", "environment": "dev", "region": "eu-central-1"}
    (stack / "headgate.auto.tfvars.json").write_text(json.dumps(written))
    terraform.does(SOME)
    assert "eu-central-1" in refused(tmp_path, "shop-dev", "eu-west-1").message
    check_unmoved(tmp_path, Terraform(tmp_path, "prod"), "shop-prod", "eu-west-1")
    terraform.does(NOTHING)
    check_unmoved(tmp_path, Terraform(tmp_path, "dev"), "shop-dev", "eu-west-1")


def test_a_damaged_note_keeps_nobody_from_an_apply(terraform: StandIn, tmp_path: Path):
    terraform.does(NOTHING)
    noted(tmp_path, [])
    check_unmoved(tmp_path, Terraform(tmp_path, "dev"), "shop-dev", "eu-west-1")
