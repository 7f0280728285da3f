"""The evaluator answers as AWS documents it; and a second one, written by others, agrees."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.infra.iam.cases import Case, cases
from tests.infra.iam.evaluator import Decision, Request, decide
from tests.infra.npm_tools import npm_tools

_CASES = list(cases())
# It fills variables in policies of any version; AWS's page on variables wants 2012-10-17 for that.
_DIFFERS = {"before 2012-10-17 a variable is text": "Allowed"}
_SIMULATE = Path(__file__).with_name("simulate.mjs")


def _answer(case: Case) -> Decision:
    return decide(case.policies, case.request, *([case.boundary] if case.boundary else []))


def test_there_are_as_many_cases_as_promised():
    assert len({(case.says, str(case.request)) for case in _CASES}) >= 60


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case.says)
def test_it_answers_as_documented(case: Case):
    assert _answer(case) == case.answer


def test_what_it_does_not_know_it_refuses():
    odd = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"BinaryEquals": {"a": "b"}}}
    principal = {"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*"}
    for statement in (odd, principal):
        with pytest.raises(ValueError, match="not known here"):
            decide([{"Version": "2012-10-17", "Statement": statement}], Request("s3:GetObject", "arn:aws:s3:::a/b"))


def test_a_second_evaluator_agrees_in_every_case():
    """An independent one, run as a program of its own; it ships nowhere."""
    asked = [
        {
            "policies": case.policies,
            "boundary": case.boundary,
            "request": {"action": case.request.action, "resource": case.request.resource, "context": case.request.context},
        }
        for case in _CASES
    ]  # fmt: skip
    done = subprocess.run(
        ["node", str(_SIMULATE), str(npm_tools())], input=json.dumps(asked), capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    differing = {case.says: answer for case, answer in zip(_CASES, found, strict=True) if answer != case.answer}
    assert differing == _DIFFERS
