"""docs/troubleshooting.md names nothing that is not there: commands, settings, alarms, saved queries, variables."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import boto3
import pytest
from botocore import xform_name
from botocore.exceptions import UnknownServiceError

from tests.test_docs_commands import COMMANDS, options

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
OBSERVED = ROOT / "infra/stack/modules/observability"
# What AWS's command line adds to its services' own calls.
ADDED = {
    "logs tail": {"--since", "--follow", "--filter-pattern"},
    "s3 ls": {"--recursive"},
    "s3 mv": set(),
}  # fmt: skip


def typed(program: str) -> list[list[str]]:
    """The words after the program's name, of whatever the page says to type."""
    fenced = re.findall(r"```console\n(.*?)```", PAGE, re.S)
    lines = [line.removeprefix("$ ") for block in fenced for line in block.splitlines()]
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", PAGE, flags=re.S))
    found = [shlex.split(text) for text in (*lines, *spans) if text.startswith(f"{program} ")]
    return [words[1:] for words in found]


def flags(words: list[str]) -> set[str]:
    return {word for word in words if re.match(r"--?[a-z]", word)}


@pytest.mark.parametrize("words", typed("headgate"), ids=" ".join)
def test_every_command_of_ours_exists_with_its_options(words: list[str]):
    name = " ".join(words[:2]) if " ".join(words[:2]) in COMMANDS else words[0]
    assert name in COMMANDS
    assert flags(words) <= {option for names in options(COMMANDS[name]) for option in names}


@pytest.mark.parametrize("words", typed("aws"), ids=" ".join)
def test_every_command_of_aws_exists_with_its_options(words: list[str]):
    service, call = words[:2]
    if (known := ADDED.get(f"{service} {call}")) is None:
        try:
            model = boto3.session.Session().client(service, region_name="eu-central-1").meta.service_model
        except UnknownServiceError:
            pytest.fail(f"AWS has no service {service}")
        calls = {xform_name(name, "-"): name for name in model.operation_names}
        assert call in calls
        members = model.operation_model(calls[call]).input_shape.members
        known = {f"--{xform_name(member, '-')}" for member in members}
    assert flags(words) <= known


def test_many_commands_are_looked_at():
    assert (len(typed("headgate")) > 40, len(typed("aws")) > 8) == (True, True)


def test_every_alarm_is_named_and_every_named_alarm_exists():
    written = (OBSERVED / "main.tf").read_text(encoding="utf-8")
    of_stages = written.partition("of_stages = {")[2].partition("\n  }\n")[0]
    of_all = written.partition("of_all = merge(")[2].partition("resource ")[0]
    given = set(re.findall(r"^    ([a-z]+) = \{", of_stages, re.M))
    given |= set(re.findall(r"^ +([a-z-]+) += \{$", of_all, re.M)) | set(re.findall(r"\"([a-z-]+)\" => \{", of_all))
    assert {"errors", "retries-exhausted", "large-oldest"} <= given
    named = set(re.findall(r"`shop-dev-(?:<stage>-|ingest-)?([a-z-]+)`", PAGE)) - {"ingest"}
    assert named == given


def test_every_saved_query_is_named_and_no_other():
    names = [one["name"] for one in json.loads((OBSERVED / "queries.json").read_text(encoding="utf-8"))]
    assert re.findall(r"^\| `shop-dev/([^`]+)` \|", PAGE, re.M) == names


def test_every_setting_that_is_named_exists():
    configuration = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    sections = "alerts|deploy|gate|intake|mail|report|retry"
    named = set(re.findall(rf"`((?:{sections})\.[a-z_]+)[:`]", PAGE))
    assert len(named) > 8
    assert {name for name in named if f"`{name}`" not in configuration and f"`{name}." not in configuration} == set()


def test_every_variable_of_terraform_that_is_named_exists():
    declared = (ROOT / "infra/stack/variables.tf").read_text(encoding="utf-8")
    variables = set(re.findall(r'^variable "([a-z_]+)"', declared, re.M))
    assert {"largest_file", "lease_seconds", "visibility_factor", "reject_percent_alarm"} <= variables & set(
        re.findall(r"`([a-z_]+)`", PAGE)
    )
    (block,) = re.findall(r"```hcl\n(.*?)```", PAGE, re.S)
    assert set(re.findall(r"^([a-z_]+) =", block, re.M)) <= variables
    of_stage = declared.partition('variable "stages"')[2].partition("default")[0]
    assert all(f"    {name} " in of_stage for name in re.findall(r"[{,] ([a-z_]+) =", block))


def test_every_code_that_is_named_is_given_somewhere():
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src/headgate").rglob("*.py"))
    for name in ("too_large_for_function", "killed_the_process"):
        assert f"`{name}`" in PAGE
        assert f'"{name}"' in code
