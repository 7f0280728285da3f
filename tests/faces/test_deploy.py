"""`headgate deploy`: a project on AWS. Terraform and uv are stand-ins here; the rehearsal's tests run the real ones."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.aws_server import ENVIRONMENT, REGION, aws_server
from tests.faces.command import Here, files_in
from tests.projects import make_project
from tests.stand_in import StandIn

SETTINGS = f"deploy: {{region: {REGION}, name: shop}}\n"
INSTALLS = """
if words[0] == 'pip':
    folder = Path(words[words.index('--target') + 1])
    folder.mkdir(parents=True)
    (folder / 'six.py').write_text('')
"""
TARGET = {"HEADGATE_PREFIX": "shop-dev", "HEADGATE_REGION": REGION}
STANDS = f"""
here = os.environ.get('TF_WORKSPACE')
if words[0] == 'output':
    target = {TARGET} | {{'HEADGATE_PREFIX': f'shop-{{here}}'}}
    print(json.dumps({{'target': {{'value': target}}}}))
if words[0] == 'show':
    print(json.dumps({{'variables': {{'environment': {{'value': 'dev'}}, 'project': {{'value': 'shop'}}}}}}))
if words[:2] == ['state', 'list']:
    print('data.aws_region.here' + chr(10) + 'aws_s3_bucket.raw')
if words[:2] == ['workspace', 'list']:
    print('  default' + chr(10) + '* dev' + chr(10) + '  prod')
if words[0] == 'version':
    print('{{"terraform_version": "1.11.4"}}')
"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with aws_server() as address:
        yield address


@pytest.fixture
def aws(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**ENVIRONMENT, "AWS_ENDPOINT_URL": address}.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def programs(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder with programs that are found."""
    folder = tmp_path_factory.mktemp("programs")
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    return folder


@pytest.fixture
def terraform(programs: Path) -> StandIn:
    program = StandIn(programs, "terraform")
    program.does(STANDS)
    return program


@pytest.fixture
def uv(programs: Path) -> StandIn:
    program = StandIn(programs, "uv")
    program.does(INSTALLS)
    return program


@pytest.fixture
def shop(here: Here) -> Path:
    """A project with its infrastructure; commands are typed in it."""
    make_project(here.folder, SETTINGS)
    (here.folder / "infra" / "stack").mkdir(parents=True)
    return here.folder


def verbs(program: StandIn) -> list[str]:
    return [words[0] for words in program.calls]


def test_init_copies_the_infrastructure_and_says_what_to_do_next(here: Here):
    make_project(here.folder, SETTINGS)
    said = here("deploy", "init")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("infra/: ")
    assert "headgate deploy apply" in said.out
    assert "stack/versions.tf" in files_in(here.folder / "infra")
    assert here("deploy", "init").out.startswith("infra/: everything is up to date")


def test_init_names_what_was_changed_by_hand_and_leaves_it(here: Here):
    make_project(here.folder, SETTINGS)
    here("deploy", "init", "-q")
    mine = here.folder / "infra" / "stack" / "versions.tf"
    mine.write_text("mine")
    said = here("deploy", "init", "--quiet")
    assert (said.code, said.out) == (0, "")
    assert said.err == "kept, since it was changed here: infra/stack/versions.tf\n"
    assert mine.read_text() == "mine"


def test_build_prints_the_sizes(here: Here, shop: Path, uv: StandIn):
    said = here("deploy", "build", "--architecture", "x86_64")
    lines = said.out.splitlines()
    assert lines[0].split() == ["package", "zip", "MB", "unpacked", "MB", "path"]
    assert [line.split()[0] for line in lines[1:]] == ["gate", "insight", "mail"]
    assert all((shop / ".headgate/packages" / f"{group}-x86_64.zip").is_file() for group in ("gate", "mail"))
    built = here("deploy", "build", "--json", "--out", "elsewhere").json
    assert built["gate"]["path"] == str(shop / "elsewhere" / "gate-arm64.zip")
    assert built["gate"]["size"] < built["gate"]["unzipped"]


def test_plan_builds_writes_the_variables_and_changes_nothing(
    here: Here, shop: Path, aws: None, uv: StandIn, terraform: StandIn
):
    said = here("deploy", "plan", "--environment", "prod", "--out", "prod.tfplan")
    assert said.code == 0, said.err
    assert verbs(terraform) == ["init", "output", "plan"]
    variables = json.loads((shop / "infra/stack/headgate.auto.tfvars.json").read_text())
    assert (variables["project"], variables["environment"]) == ("shop", "prod")
    assert variables["packages"]["mail"]["path"] == "../../.headgate/packages/mail-arm64.zip"
    assert (shop / "infra/stack" / variables["packages"]["mail"]["path"]).is_file()
    assert f"-out={shop / 'prod.tfplan'}" in terraform.calls[-1]
    assert [environment["TF_WORKSPACE"] for _, _, environment in terraform.runs] == ["default", "prod", "prod"]


def test_apply_notes_where_it_stands_and_says_what_is_left(
    here: Here, shop: Path, aws: None, uv: StandIn, terraform: StandIn
):
    said = here("deploy", "apply", "--yes")
    assert said.code == 0, said.err
    assert verbs(terraform)[:3] == ["init", "output", "apply"]
    assert "-auto-approve" in terraform.calls[2]
    assert json.loads((shop / ".headgate/aws/dev.json").read_text()) == TARGET
    assert f"shop-dev stands in {REGION}; noted in .headgate/aws/dev.json" in said.out
    assert "left to do:\nproblem  sender: " in said.out
    assert (
        "becomes a dead letter for each report and alert; this sends them afterwards:\n  headgate dead redrive --all --target aws\n"
        in said.out
    )


def test_apply_makes_a_kept_plan_so_and_builds_nothing(
    here: Here, shop: Path, aws: None, uv: StandIn, terraform: StandIn
):
    zipfile.ZipFile(shop / "prod.tfplan", "w").close()
    assert here("deploy", "apply", "--plan", "prod.tfplan").code == 0
    assert verbs(terraform)[:3] == ["init", "output", "show"]
    assert terraform.calls[3] == ["apply", "-no-color", "-input=false", str(shop / "prod.tfplan")]
    assert "pip" not in verbs(uv)
    assert not (shop / "infra/stack/headgate.auto.tfvars.json").exists()


def test_a_plan_of_another_environment_is_not_made_so(here: Here, shop: Path, aws: None, terraform: StandIn):
    """Its things would stand in the state of this one, and be noted as its own."""
    zipfile.ZipFile(shop / "dev.tfplan", "w").close()
    said = here("deploy", "apply", "--plan", "dev.tfplan", "-e", "prod", "--yes")
    assert (said.code, "this is a plan of shop-dev, not of shop-prod" in said.err) == (2, True)
    assert "next: headgate deploy apply --plan dev.tfplan -e dev" in said.err
    assert "apply" not in verbs(terraform)


def test_nothing_is_noted_when_it_did_not_come_to_stand(
    here: Here, shop: Path, aws: None, uv: StandIn, terraform: StandIn
):
    terraform.does(STANDS + "if words[0] == 'apply':\n    sys.exit(1)")
    said = here("deploy", "apply", "--yes")
    assert said.code == 3
    assert "error: terraform apply failed" in said.err
    assert not (shop / ".headgate/aws/dev.json").exists()


def test_destroy_takes_it_down_and_the_note_with_it(here: Here, shop: Path, aws: None, uv: StandIn, terraform: StandIn):
    here("deploy", "apply", "--yes")
    here("deploy", "destroy", "--yes", "--environment", "prod")
    assert (shop / ".headgate/aws/dev.json").exists()
    said = here("deploy", "destroy", "--yes")
    assert said.out.endswith(f"shop-dev no longer stands in {REGION}\n")
    assert not (shop / ".headgate/aws/dev.json").exists()
    assert verbs(terraform)[-1] == "destroy"


def test_each_environment_is_noted_by_itself_and_taking_one_down_leaves_the_other(
    here: Here, shop: Path, aws: None, uv: StandIn, terraform: StandIn
):
    here("deploy", "apply", "--yes")
    said = here("deploy", "apply", "--yes", "-e", "prod")
    assert "noted in .headgate/aws/prod.json" in said.out
    assert "headgate dead redrive --environment prod --all --target aws" in said.out
    notes = shop / ".headgate/aws"
    assert {json.loads(one.read_text())["HEADGATE_PREFIX"] for one in notes.iterdir()} == {"shop-dev", "shop-prod"}
    here("deploy", "destroy", "--yes", "-e", "prod")
    assert [one.name for one in notes.iterdir()] == ["dev.json"]


@pytest.mark.parametrize("words", [["init"], ["plan"], ["apply", "--yes"], ["status"]])
def test_what_only_its_folder_names_is_not_deployed(here: Here, shop: Path, aws: None, terraform: StandIn, words):
    (shop / "headgate.yaml").write_text(f"deploy: {{region: {REGION}}}\n")
    said = here("deploy", *words)
    assert (said.code, said.out) == (2, "")
    assert f"next: add this line to headgate.yaml: project: {shop.name}" in said.err


def test_what_no_longer_loads_can_still_be_taken_down(
    here: Here, shop: Path, aws: None, uv: StandIn, terraform: StandIn
):
    here("deploy", "apply", "--yes")
    (shop / "pipelines/broken").mkdir(parents=True)
    (shop / "pipelines/broken/pipeline.yaml").write_text("name: [")
    built = len(uv.calls)
    said = here("deploy", "destroy", "--yes")
    assert (said.code, said.out) == (0, f"shop-dev no longer stands in {REGION}\n"), said.err
    assert (verbs(terraform)[-1], len(uv.calls)) == ("destroy", built)
    assert not (shop / ".headgate/aws/dev.json").exists()


def test_a_region_that_was_changed_under_what_stands_is_refused_before_anything_is_built(
    here: Here, shop: Path, aws: None, uv: StandIn, terraform: StandIn
):
    here("deploy", "apply", "--yes")
    built = len(uv.calls)
    (shop / "headgate.yaml").write_text(SETTINGS.replace(REGION, "eu-west-1"))
    for words in (["plan"], ["apply"], ["apply", "--plan", "kept.tfplan"]):
        said = here("deploy", *words)
        assert (said.code, f"shop-dev stands in {REGION}" in said.err) == (2, True)
        assert f"next: set deploy.region back to {REGION}" in said.err
    assert (len(uv.calls), verbs(terraform).count("apply")) == (built, 1)
    assert json.loads((shop / "infra/stack/headgate.auto.tfvars.json").read_text())["region"] == REGION


def test_an_environment_that_there_is_not_can_not_be_destroyed(here: Here, shop: Path, aws: None, terraform: StandIn):
    said = here("deploy", "destroy", "-e", "nothere", "--yes")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("error: there is no environment nothere; there is dev, prod\n")
    assert here("deploy", "status", "-e", "nothere").out.startswith(f"shop-nothere in {REGION}: 0 resources")
    assert {"nothere"}.isdisjoint(environment.get("TF_WORKSPACE") for _, _, environment in terraform.runs)


def test_the_variables_of_another_environment_take_nothing_down(
    here: Here, shop: Path, aws: None, uv: StandIn, terraform: StandIn
):
    here("deploy", "plan", "--environment", "prod")
    assert here("deploy", "destroy", "--yes").code == 0
    assert json.loads((shop / "infra/stack/headgate.auto.tfvars.json").read_text())["environment"] == "dev"
    assert terraform.runs[-1][2]["TF_WORKSPACE"] == "dev"


def test_damaged_notes_are_one_clear_line_each(here: Here, shop: Path, aws: None, uv: StandIn, terraform: StandIn):
    here("deploy", "apply", "--yes")
    variables = shop / "infra/stack/headgate.auto.tfvars.json"
    variables.write_text("{")
    said = here("deploy", "status")
    assert (said.code, "the file is damaged" in said.err) == (2, True)
    assert said.err.endswith("next: headgate deploy plan\n")
    (shop / ".headgate/aws/dev.json").write_text("[]")
    said = here("deploy", "destroy", "--yes")
    assert (said.code, "next: delete .headgate/aws/dev.json" in said.err) == (2, True)
    (shop / "infra/.headgate-files.json").write_text("\x00")
    said = here("deploy", "init")
    assert (said.code, "then headgate deploy init" in said.err) == (2, True)


def test_status_says_what_is_there_and_what_is_missing(here: Here, shop: Path, aws: None, terraform: StandIn):
    said = here("deploy", "status")
    assert (said.code, said.err) == (3, "")
    assert said.out.endswith("next: headgate deploy apply -e dev\n")
    assert said.out.startswith(
        f"shop-dev in {REGION}: 1 resources in Terraform's state; noted in .headgate/aws/dev.json\n"
    )
    assert "shop-dev-ingest     missing" in said.out
    found = here("deploy", "status", "--json").json
    assert (found["prefix"], found["functions"], len(found["missing"])) == ("shop-dev", {}, 8)
    assert found["noted"] == ".headgate/aws/dev.json"


def test_what_was_deployed_from_elsewhere_is_found_by_the_state_that_is_shared(
    here: Here, shop: Path, aws: None, terraform: StandIn
):
    before = here("status", "--target", "aws", "-e", "dev")
    assert (before.code, "next: headgate deploy status -e dev finds one" in before.err) == (2, True)
    here("deploy", "status", "-e", "dev")
    assert json.loads((shop / ".headgate/aws/dev.json").read_text()) == TARGET


def test_doctor_ends_in_3_when_there_is_a_problem(here: Here, shop: Path, aws: None, uv: StandIn, terraform: StandIn):
    said = here("deploy", "doctor")
    assert said.code == 3
    assert "ok       credentials: arn:aws:" in said.out
    assert (
        "problem  sender: mails need an address they come from\n         fix: set mail.from in headgate.yaml"
        in said.out
    )
    states = {one["check"]: one["state"] for one in here("deploy", "doctor", "--json").json}
    assert (states["terraform"], states["sender"]) == ("ok", "problem")


@pytest.mark.parametrize("verb", ["init", "build", "plan", "apply", "status", "doctor", "destroy"])
def test_a_folder_that_is_no_project_is_one_clear_line(here: Here, programs: Path, verb: str):
    said = here("deploy", verb)
    assert (said.code, said.out) == (2, "")
    assert said.err == "error: no headgate.yaml in .\n  next: headgate init .\n"


def test_each_thing_that_is_missing_is_told_with_what_to_type(here: Here, programs: Path, aws: None, monkeypatch):
    make_project(here.folder, "project: shop\n")
    settings = here.folder / "headgate.yaml"
    assert "next: add `deploy: {region: eu-central-1}`" in here("deploy", "plan").err
    settings.write_text(SETTINGS)
    assert "next: headgate deploy init" in here("deploy", "plan").err
    (here.folder / "infra" / "stack").mkdir(parents=True)
    assert "next: install Terraform 1.10 or newer" in here("deploy", "plan").err
    StandIn(programs, "terraform").does(STANDS)
    with monkeypatch.context() as without:
        without.delenv("AWS_ACCESS_KEY_ID")
        without.delenv("AWS_SECRET_ACCESS_KEY")
        for verb in ("plan", "apply", "destroy", "status"):
            said = here("deploy", verb)
            assert (said.code, "error: no credentials that AWS takes" in said.err) == (3, True)
            assert "next: aws configure, or aws sso login" in said.err
    assert "next: pip install uv" in here("deploy", "plan").err
    settings.write_text(f"deploy: {{region: {REGION}, name: a-name-that-is-rather-long-indeed}}\n")
    assert "have at most 30 characters" in here("deploy", "plan").err
    settings.write_text(f"deploy: {{region: {REGION}, name: a-name-that-is-rather-long, environment: production}}\n")
    assert "'a-name-that-is-rather-long-production' has 37 characters" in here("deploy", "plan").err
    assert "not 'Prod'" in here("deploy", "plan", "-e", "Prod").err
