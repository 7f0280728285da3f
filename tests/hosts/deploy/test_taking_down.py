"""What is taken down, what AWS keeps of it, and what stands although no state knows it. Terraform is a stand-in."""

from __future__ import annotations

import io
import json
from pathlib import Path
from uuid import uuid4
from zipfile import ZipFile

import boto3
import pytest

from headgate.core.errors import Outside, UserMistake
from headgate.hosts.deploy.taking_down import taking_down
from tests.projects import make_project
from tests.stand_in import StandIn

REGION = "eu-central-1"
TRUST = '{"Version": "2012-10-17", "Statement": []}'
# Its state is a file with a line for each resource.
STATE = """
state = Path('state')
if words[:2] == ['workspace', 'list']: print('  default' + chr(10) + '  dev' + chr(10) + '* prod')
if words[0] == 'output': print('{}')
if words[:2] == ['state', 'list']:
    if not state.exists(): sys.exit('No state file was found!')
    print(state.read_text())
"""
KEEPS = """
if words[0] == 'destroy':
    state.write_text('module.ledger.aws_dynamodb_table.ledger' + chr(10) + 'aws_iam_role.used')
    sys.exit('Error: deleting table: Resource cannot be deleted as it is currently protected against deletion.')
"""


@pytest.fixture
def shop(tmp_path: Path, aws: str, terraform: StandIn, unique: str) -> Path:
    """Deployed to dev."""
    terraform.does(STATE)
    folder = make_project(tmp_path / "shop", f"deploy: {{region: {REGION}, name: {unique}}}\n")
    stack = folder / "infra/stack"
    stack.mkdir(parents=True)
    written = {"project": unique, "environment": "dev", "region": REGION}
    (stack / "headgate.auto.tfvars.json").write_text(json.dumps(written))
    (stack / "state").write_text("aws_s3_bucket.raw\nmodule.ledger.aws_dynamodb_table.ledger\naws_iam_role.used")
    note = folder / ".headgate/aws.json"
    note.parent.mkdir()
    note.write_text(json.dumps({"HEADGATE_PREFIX": f"{unique}-dev", "HEADGATE_REGION": REGION}))
    return folder


@pytest.fixture
def unique() -> str:
    return f"t{uuid4().hex[:10]}"


def make_function(name: str) -> None:
    role = boto3.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    packed = io.BytesIO()
    with ZipFile(packed, "w") as opened:
        opened.writestr("app.py", "")
    code = {"ZipFile": packed.getvalue()}
    boto3.client("lambda").create_function(
        FunctionName=name, Role=role, Runtime="python3.13", Handler="app.handler", Code=code
    )


def is_noted(folder: Path) -> bool:
    return (folder / ".headgate/aws.json").exists()


def test_what_aws_keeps_is_named_with_the_variable_that_lets_it_go(shop: Path, terraform: StandIn):
    terraform.does(STATE + KEEPS)
    with pytest.raises(Outside) as caught:
        taking_down(shop).destroy(ask=False)
    assert caught.value.code == "still_stands"
    assert caught.value.message.startswith("2 of 3 resources of ")
    assert caught.value.message.endswith(": module.ledger.aws_dynamodb_table.ledger")
    assert "force_destroy = true" in (caught.value.next or "")
    # The buckets that it names are gone.
    assert not is_noted(shop)
    with pytest.raises(Outside, match="2 of 2 resources"):
        taking_down(shop).destroy(ask=False)


def test_the_note_stays_as_long_as_everything_stands(shop: Path, terraform: StandIn):
    terraform.does(STATE + "if words[0] == 'destroy': sys.exit('Error: destroy cancelled')")
    with pytest.raises(Outside) as caught:
        taking_down(shop).destroy(ask=False)
    assert (caught.value.code, is_noted(shop)) == ("terraform_failed", True)


def test_an_empty_state_is_told_as_such_and_nothing_is_run(shop: Path, terraform: StandIn, unique: str):
    (shop / "infra/stack/state").unlink()
    said = taking_down(shop).destroy(ask=False)
    assert said == f"nothing of {unique}-dev was in Terraform's state, and none of its functions stands in {REGION}"
    assert ["destroy"] not in [words[:1] for words in terraform.calls]
    assert not is_noted(shop)


def test_functions_that_no_state_knows_are_named(shop: Path, unique: str):
    (shop / "infra/stack/state").write_text("")
    make_function(f"{unique}-dev-ingest")
    with pytest.raises(Outside) as caught:
        taking_down(shop).destroy(ask=False)
    assert caught.value.code == "lost_state"
    assert caught.value.message.endswith(f"there stand in {REGION}: {unique}-dev-ingest")
    assert is_noted(shop)


def test_an_environment_that_there_is_not_is_a_mistake_and_none_is_made(shop: Path, terraform: StandIn):
    with pytest.raises(UserMistake) as caught:
        taking_down(shop, "nothere")
    assert caught.value.message == "there is no environment nothere; there is dev, prod"
    # No line to be typed in haste: it would take another one down.
    assert "destroy" not in (caught.value.next or "")
    assert {environment["TF_WORKSPACE"] for _, _, environment in terraform.runs} == {"default"}


def test_functions_of_an_environment_whose_state_is_lost_are_named(shop: Path, unique: str):
    make_function(f"{unique}-lost-ingest")
    with pytest.raises(Outside) as caught:
        taking_down(shop, "lost")
    assert caught.value.code == "lost_state"


def test_a_lost_state_is_not_looked_for_in_another_region(shop: Path):
    (shop / "infra/stack/state").unlink()
    (shop / "infra/stack/headgate.auto.tfvars.json").unlink()
    settings = shop / "headgate.yaml"
    settings.write_text(settings.read_text().replace(REGION, "eu-west-1"))
    with pytest.raises(UserMistake) as caught:
        taking_down(shop)
    assert (caught.value.code, is_noted(shop)) == ("moved", True)


def test_a_region_that_was_changed_since_still_goes_down_where_it_stands(shop: Path, terraform: StandIn):
    settings = shop / "headgate.yaml"
    settings.write_text(settings.read_text().replace(REGION, "eu-west-1"))
    assert taking_down(shop).destroy(ask=False).endswith(f"no longer stands in {REGION}")
    assert terraform.calls[-1][0] == "destroy"
