"""What to type next is told by what Terraform said."""

from __future__ import annotations

import pytest

from headgate.hosts.deploy.advice import advice


@pytest.mark.parametrize(
    ("said", "step"),
    [
        ("Error: Saved plan is stale", "headgate deploy plan -e prod --out FILE"),
        ("Error: Error acquiring the state lock", "TF_WORKSPACE=shared terraform -chdir=infra/stack force-unlock ID"),
        ("Error: error asking for approval: EOF", "add --yes"),
        ("Error: Failed to query available provider packages", "TF_PLUGIN_DIR"),
        ("\x1b[31m│\x1b[0m currently protected against deletion. Disable deletion\n│ protection first", "force_destroy = true"),
        ("Error: BucketNotEmpty: The bucket you tried to delete is not empty", "force_destroy = true"),
        ("Error: something else", "headgate deploy doctor"),
    ],
)  # fmt: skip
def test_what_our_doctor_can_not_see_has_a_step_of_its_own(said: str, step: str):
    assert step in advice(f"╷\n│ {said}\n╵", "prod", "shared")


def test_a_line_that_was_broken_between_colours_is_read_on():
    said = "\x1b[31m│\x1b[0m Disable deletion\n\x1b[31m│\x1b[0m protection first"
    assert "force_destroy" in advice(said, "prod", "prod")
