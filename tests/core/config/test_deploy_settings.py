"""The `deploy` section: what stands in it can be had on AWS."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from headgate.core.config.deploy_settings import LONGEST_PREFIX, Deploy, StageName, check_environment
from headgate.core.errors import UserMistake
from headgate.core.project import load_project
from headgate.flow import STAGES


def deploy(folder: Path, text: str) -> Deploy:
    (folder / "headgate.yaml").write_text(f"deploy: {text}\n")
    return load_project(folder).settings.deploy


def test_without_the_section_everything_has_a_default_but_the_region(tmp_path: Path):
    (tmp_path / "headgate.yaml").write_text("{}")
    found = load_project(tmp_path).settings.deploy
    assert (found.region, found.environment, found.architecture, found.analysis_days) == (None, "dev", "arm64", 7)


def test_every_stage_has_a_function():
    assert set(get_args(StageName)) == STAGES.keys()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{name: My Shop}", "(deploy.name): it must be lower-case letters and digits with single hyphens"),
        ("{name: a--b}", "single hyphens"),
        (f"{{name: {'a' * (LONGEST_PREFIX - 1)}}}", "have at most 30 characters"),
        ("{environment: Prod}", "(deploy.environment): it must be lower-case letters"),
        ("{region: Frankfurt}", "it must be a region such as eu-central-1, not 'Frankfurt'"),
        ("{architecture: arm}", "it must be arm64 or x86_64, not 'arm'"),
        ("{recipients: [ops]}", "it is not a plain e-mail address"),
        ("{recipients: ['*@example.com']}", "it is not a plain e-mail address"),
        ("{analysis_days: 0}", "it must be at least 1"),
        ("{secrets: {my-key: /a}}", "it must be the name of an environment variable"),
        ("{secrets: {KEY: s3cr3t}}", "it must be the name of a parameter of Systems Manager"),
        ("{functions: {ingset: {memory: 128}}}", "'ingset'"),
        ("{functions: {ingest: {memory: 64}}}", "a function may have 128 to 10240 MB, not '64'"),
        ("{functions: {ingest: {timeout: 901}}}", "a function may take 900 seconds at most, not '901'"),
        ("{vpc: {subnet_ids: []}}", "name at least one"),
        ("{vpc: {subnet_ids: ['*'], security_group_ids: [sg-1]}}", "an id such as subnet-0a1b2c, not '*'"),
        ("{vpc: {subnet_ids: [subnet-1], security_group_ids: [subnet-1]}}", "an id such as sg-0a1b2c, not 'subnet-1'"),
        ("{sender_identity: '*'}", "an address or a domain, not '*'"),
        ("{sender_identity: example.com/*}", "an address or a domain, not"),
        ("{vpc: {subnet_ids: [a]}}", "the key `security_group_ids` is missing here"),
        ("{bucket: one}", "there is no key `bucket`"),
    ],
)
def test_what_cannot_be_right_is_refused_where_it_stands(tmp_path: Path, text: str, said: str):
    with pytest.raises(UserMistake) as caught:
        deploy(tmp_path, text)
    assert said in str(caught.value)
    assert caught.value.where is not None
    assert caught.value.where.line == 1


def test_a_secret_itself_is_never_shown(tmp_path: Path):
    with pytest.raises(UserMistake) as caught:
        deploy(tmp_path, "{secrets: {KEY: s3cr3t}}")
    assert "s3cr3t" not in str(caught.value)


def test_an_environment_that_somebody_typed_is_held_to_the_same():
    assert check_environment("prod-2") == "prod-2"
    with pytest.raises(UserMistake, match="not 'Prod'"):
        check_environment("Prod")
