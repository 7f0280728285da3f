"""Each stage's role allows what its code asks for on its own things, and nothing else that the tables name."""

from __future__ import annotations

import pytest

from tests.infra.iam.actions import known_actions
from tests.infra.iam.deployed import PREFIX, Deployed
from tests.infra.iam.evaluator import Decision, decide, statements_of
from tests.infra.iam.needs import STAGES, forbidden, needed

pytestmark = pytest.mark.slow
_LAYOUTS = ("simple", "everything")


def _allowed(deployed: Deployed, stage: str, requests: list) -> dict[tuple[str, str, str], bool]:
    policies = deployed.policies[f"{PREFIX}-{stage}"]
    return {
        (one.action, one.resource, str(dict(one.context))): decide(policies, one) == Decision.ALLOWED
        for one in requests
    }  # fmt: skip


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("layout", _LAYOUTS)
def test_a_stage_may_do_all_that_its_code_does(deployments: dict[str, Deployed], layout: str, stage: str):
    deployed = deployments[layout]
    asked = list(needed(stage, deployed))
    assert [one for one, allowed in _allowed(deployed, stage, asked).items() if not allowed] == []


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("layout", _LAYOUTS)
def test_a_stage_may_do_nothing_else(deployments: dict[str, Deployed], layout: str, stage: str):
    deployed = deployments[layout]
    asked = list(forbidden(stage, deployed))
    assert len(asked) > 150
    assert [one for one, allowed in _allowed(deployed, stage, asked).items() if allowed] == []


@pytest.mark.parametrize("layout", _LAYOUTS)
def test_no_statement_of_a_stage_has_wildcards_for_actions_or_for_everything(
    deployments: dict[str, Deployed], layout: str
):
    for stage in STAGES:
        for policy in deployments[layout].policies[f"{PREFIX}-{stage}"]:
            for one in statements_of(policy):
                assert one["Effect"] == "Allow"
                assert not [action for action in one["Action"] if "*" in action or "?" in action]
                assert "*" not in one["Resource"]


def test_aws_has_all_the_actions_that_stages_are_allowed(deployments: dict[str, Deployed]):
    """A name that is spelt wrong allows nothing, and nobody hears of it."""
    policies = [policy for own in deployments["everything"].policies.values() for policy in own]
    actions = {action for policy in policies for one in statements_of(policy) for action in one["Action"]}
    assert len(actions) > 20
    assert known_actions(sorted(actions))["unknown"] == []


@pytest.mark.parametrize("layout", _LAYOUTS)
def test_only_lambda_takes_the_roles_of_stages(deployments: dict[str, Deployed], layout: str):
    for stage in STAGES:
        (statement,) = statements_of(deployments[layout].trusts[f"{PREFIX}-{stage}"])
        assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}


@pytest.mark.parametrize("layout", _LAYOUTS)
def test_no_role_has_policies_that_others_write(deployments: dict[str, Deployed], layout: str):
    """Managed policies of AWS grant on everything, and change."""
    kinds = {one["type"] for one in deployments[layout].resources}
    assert not kinds & {"aws_iam_role_policy_attachment", "aws_iam_policy_attachment", "aws_iam_policy"}
