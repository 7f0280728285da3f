"""The roles of the delivery: check has no rights in AWS, plan reads, apply makes what infra/stack has, and none more."""

from __future__ import annotations

import json

import pytest

from tests.aws_server import REGION
from tests.infra.iam.actions import known_actions
from tests.infra.iam.deployed import ACCOUNT, Deployed
from tests.infra.iam.evaluator import Decision, Policy, Request, decide, statements_of
from tests.infra.iam.makes import making

pytestmark = pytest.mark.slow

_NAME = "shop-prod-delivery"
_BUCKET = f"arn:aws:s3:::{_NAME}-{ACCOUNT}"
_STATE = "arn:aws:s3:::shop-state/env:/prod/shop/stack.tfstate"
_ROLE = f"arn:aws:iam::{ACCOUNT}:role"
_ATTACHED = 10
_CHARACTERS = 6144


def _policies(delivery: Deployed, step: str) -> list[Policy]:
    """A role's own, and those that it is given."""
    managed = {one["index"]: one["values"]["policy"] for one in delivery.resources if one["type"] == "aws_iam_policy"}
    given = [name.removeprefix(f"{step}-") for name in _attachments(delivery) if name.startswith(f"{step}-")]
    return [*delivery.policies.get(f"{_NAME}-{step}", ()), *(json.loads(managed[right]) for right in given)]


def _attachments(delivery: Deployed) -> list[str]:
    return [one["index"] for one in delivery.resources if one["type"] == "aws_iam_role_policy_attachment"]


def _allowed(delivery: Deployed, step: str, *requests: Request) -> list[Request]:
    policies = _policies(delivery, step)
    return [one for one in requests if decide(policies, one) == Decision.ALLOWED]


@pytest.mark.parametrize("layout", ["simple", "everything"])
def test_apply_may_make_all_of_the_stack(delivery: Deployed, deployments: dict[str, Deployed], layout: str):
    policies = _policies(delivery, "apply")
    asked = [request for one in deployments[layout].resources for request in making(one)]
    assert len(asked) > 100
    assert {(one.action, one.resource) for one in asked if decide(policies, one) != Decision.ALLOWED} == set()


def test_apply_hands_roles_to_lambda_and_scheduler_only(delivery: Deployed):
    def asked(to: str) -> Request:
        return Request("iam:PassRole", f"{_ROLE}/shop-prod-ingest", {"iam:PassedToService": to})

    services = ["lambda.amazonaws.com", "scheduler.amazonaws.com"]
    assert len(_allowed(delivery, "apply", *map(asked, services))) == len(services)
    assert _allowed(delivery, "apply", asked("ec2.amazonaws.com"), asked("codebuild.amazonaws.com")) == []


def test_plan_reads_and_changes_nothing(delivery: Deployed, deployments: dict[str, Deployed]):
    policies = _policies(delivery, "plan")
    asked = [request for one in deployments["everything"].resources for request in making(one)]
    reading = ("Get", "List", "Describe")
    for one in asked:
        is_reading = one.action.split(":")[1].startswith(reading)
        assert (decide(policies, one) == Decision.ALLOWED) == is_reading, one


def test_plan_keeps_plans_and_takes_none_away(delivery: Deployed):
    plan = f"{_BUCKET}/plans/1/plan.tar.gz"
    assert _allowed(delivery, "plan", Request("s3:PutObject", plan))
    assert not _allowed(delivery, "plan", Request("s3:DeleteObject", plan), Request("s3:DeleteObjectVersion", plan))
    assert _allowed(delivery, "apply", Request("s3:GetObject", plan))
    assert not _allowed(delivery, "apply", Request("s3:PutObject", plan), Request("s3:DeleteObject", plan))


def test_only_apply_writes_the_state_and_both_lock_it(delivery: Deployed):
    for step in ("plan", "apply"):
        assert _allowed(delivery, step, Request("s3:GetObject", _STATE))
        calls = [Request(f"s3:{call}", f"{_STATE}.tflock") for call in ("PutObject", "DeleteObject", "GetObject")]
        assert _allowed(delivery, step, *calls) == calls
        # What Terraform asks of the backend before there is any state.
        assert _allowed(delivery, step, Request("s3:ListBucket", "arn:aws:s3:::shop-state", {"s3:prefix": "env:/"}))
    assert _allowed(delivery, "apply", Request("s3:PutObject", _STATE))
    assert not _allowed(delivery, "plan", Request("s3:PutObject", _STATE))
    others = "arn:aws:s3:::shop-state/env:/test/shop/stack.tfstate"
    assert not _allowed(delivery, "apply", Request("s3:GetObject", others), Request("s3:PutObject", others))


def test_check_has_no_rights_but_to_say_what_it_found(delivery: Deployed, deployments: dict[str, Deployed]):
    asked = [request for one in deployments["simple"].resources for request in making(one)]
    assert _allowed(delivery, "check", *asked, Request("s3:GetObject", _STATE)) == []
    report = f"arn:aws:codebuild:{REGION}:{ACCOUNT}:report-group/{_NAME}-check-tests"
    assert _allowed(delivery, "check", Request("codebuild:BatchPutTestCases", report))


def test_no_step_widens_its_own_rights(delivery: Deployed):
    calls = (
        "PutRolePolicy",
        "AttachRolePolicy",
        "UpdateAssumeRolePolicy",
        "DeleteRole",
        "PassRole",
        "DeleteRolePolicy",
    )
    context = {"iam:PassedToService": "lambda.amazonaws.com"}
    asked = [
        Request(f"iam:{call}", f"{_ROLE}/{_NAME}-{step}", context)
        for call in calls
        for step in ("plan", "apply", "pipeline")
    ]
    asked += [Request("iam:CreatePolicyVersion", f"arn:aws:iam::{ACCOUNT}:policy/{_NAME}-access-write")]
    asked += [
        Request("iam:AttachRolePolicy", f"{_ROLE}/shop-prod-ingest"),
        Request("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/x"),
    ]
    for step in ("check", "plan", "apply"):
        assert _allowed(delivery, step, *asked) == []


def test_apply_leaves_other_deployments_alone(delivery: Deployed):
    asked = [
        Request("dynamodb:DeleteTable", f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/shop-test"),
        Request("dynamodb:DeleteTable", f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/shop-production"),
        Request("s3:DeleteBucket", f"arn:aws:s3:::shop-test-{ACCOUNT}"), Request("s3:DeleteBucket", _BUCKET),
        Request("s3:GetObject", f"arn:aws:s3:::shop-prod-{ACCOUNT}/inbox/a.csv"),
        Request("sqs:DeleteQueue", f"arn:aws:sqs:{REGION}:{ACCOUNT}:shop-test-ingest"),
        Request("lambda:UpdateFunctionCode", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:shop-test-ingest"),
        Request("lambda:InvokeFunction", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:shop-prod-ingest"),
        Request("iam:CreateRole", f"{_ROLE}/admin"), Request("dynamodb:GetItem", f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/shop-prod"),
        Request("lambda:CreateEventSourceMapping", "*", {"lambda:FunctionArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:shop-test-a"}),
        Request("logs:PutQueryDefinition", "*", {"aws:RequestedRegion": "us-east-1"}),
    ]  # fmt: skip
    assert _allowed(delivery, "apply", *asked) == []


def test_the_pipeline_starts_its_builds_and_fetches_the_source(delivery: Deployed):
    project = f"arn:aws:codebuild:{REGION}:{ACCOUNT}:project"
    connection = "arn:aws:codestar-connections:eu-central-1:123456789012:connection"
    asked = [Request("codebuild:StartBuild", f"{project}/{_NAME}-{step}") for step in ("check", "plan", "apply")]
    asked += [Request("s3:PutObject", f"{_BUCKET}/{_NAME[:20]}/source/a.zip")]
    asked += [Request("codestar-connections:UseConnection", f"{connection}/1")]
    assert _allowed(delivery, "pipeline", *asked) == asked
    others = [
        Request("codebuild:StartBuild", f"{project}/others"), Request("s3:PutObject", f"{_BUCKET}/plans/1/plan.tar.gz"),
        Request("codestar-connections:UseConnection", f"{connection}/2"),
    ]  # fmt: skip
    assert _allowed(delivery, "pipeline", *others) == []


def test_policies_are_as_small_as_iam_wants_them(delivery: Deployed):
    managed = [one["values"]["policy"] for one in delivery.resources if one["type"] == "aws_iam_policy"]
    assert max(map(len, managed)) <= _CHARACTERS
    assert len([name for name in _attachments(delivery) if name.startswith("apply-")]) <= _ATTACHED


def test_actions_are_named_and_everything_is_meant_only_where_aws_knows_no_name(delivery: Deployed):
    policies = [policy for step in ("check", "plan", "apply", "pipeline") for policy in _policies(delivery, step)]
    allowing = [one for policy in policies for one in statements_of(policy) if one["Effect"] == "Allow"]
    actions = {action for one in allowing for action in one["Action"]}
    assert not [action for action in actions if "*" in action or "?" in action]
    on_everything = [one for one in allowing if "*" in one["Resource"]]
    assert all(one["Condition"] for one in on_everything)
    everything = sorted({action for one in on_everything for action in one["Action"]})
    assert known_actions(sorted(actions), everything) == {"unknown": [], "could_be_named": []}
