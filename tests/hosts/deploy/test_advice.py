"""What to type next is told by what Terraform said."""

from __future__ import annotations

import pytest

from headgate.hosts.deploy.advice import FORCE, advice


@pytest.mark.parametrize(
    ("said", "step"),
    [
        ("Error: Saved plan is stale", "headgate deploy plan -e prod --out FILE"),
        ("Error: Error acquiring the state lock", "TF_WORKSPACE=shared terraform -chdir=infra/stack force-unlock ID"),
        ("Error: error asking for approval: EOF", "add --yes"),
        ("Error: Failed to query available provider packages", "TF_PLUGIN_DIR"),
        ("\x1b[31m│\x1b[0m currently protected against deletion. Disable deletion\n│ protection first", "force_destroy = true"),
        (
            "Error: deleting AWS DynamoDB Table (shop-prod): operation error DynamoDB: DeleteTable, api error "
            "ValidationException: Resource cannot be deleted as it is currently protected against deletion. Disable "
            "deletion protection first.", FORCE.format(environment="prod"),
        ),
        (
            "api error ValidationException: 1 validation error detected: Table 'rehearsal-here' can't be deleted while\n"
            "│ DeletionProtectionEnabled is set to True", FORCE.format(environment="prod"),
        ),
        ("Error: BucketNotEmpty: The bucket you tried to delete is not empty", "force_destroy = true"),
        ("Error: Error asking for state migration action: input is disabled", "takes it there, with all its environments"),
        ("Error: Backend configuration changed", "init -migrate-state"),
        ("Error: something else", "headgate deploy doctor"),
    ],
)  # fmt: skip
def test_what_our_doctor_can_not_see_has_a_step_of_its_own(said: str, step: str):
    assert step in advice(f"╷\n│ {said}\n╵", "prod", "shared")


def test_a_line_that_was_broken_between_colours_is_read_on():
    said = "\x1b[31m│\x1b[0m currently protected\n\x1b[31m│\x1b[0m against deletion"
    assert "force_destroy" in advice(said, "prod", "prod")


def test_what_helps_where_aws_protects_names_what_goes_and_the_switch():
    assert "tables" in FORCE
    assert "force_destroy = true into infra/stack/{environment}.tfvars" in FORCE
