"""What to type next, by what Terraform said: what is wrong with its state or its registry, no doctor of ours can see."""

from __future__ import annotations

import re

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")

FORCE = (
    "to delete the tables and files, too: write force_destroy = true into infra/stack/{environment}.tfvars, "
    "headgate deploy apply -e {environment}, then headgate deploy destroy -e {environment}"
)
"""What AWS protects goes only after that was applied."""

_REGISTRY = (
    "make Terraform's registry reachable; or put the provider into a folder, name it in TF_PLUGIN_DIR, and run it again"
)
_LOCK = (
    "wait until the one that Lock Info names above is through; if it is not at work any more: "
    "TF_WORKSPACE={workspace} terraform -chdir=infra/stack force-unlock ID, with the ID from there"
)
_MIGRATE = (
    "the state lies elsewhere than backend.tf says: terraform -chdir=infra/stack init -migrate-state (and -plugin-dir=$TF_PLUGIN_DIR, "
    "where that is set) takes it there, with all its environments; then run it again"
)
_ADVICE = (
    ("Saved plan is stale", "headgate deploy plan -e {environment} --out FILE, then apply that one"),
    ("Error acquiring the state lock", _LOCK),
    ("error asking for approval", "add --yes: there is no terminal here to answer at"),
    ("Failed to query available provider packages", _REGISTRY),
    ("Failed to install provider", _REGISTRY),
    ("failed to request discovery document", _REGISTRY),
    ("Error asking for state migration action", _MIGRATE),
    ("Backend configuration changed", _MIGRATE),
    # Of a table: as AWS says it, and as moto does.
    ("protected against deletion", FORCE),
    ("DeletionProtectionEnabled is set to True", FORCE),
    ("BucketNotEmpty", FORCE),
)


def advice(said: str, environment: str, workspace: str) -> str:
    """The next step; where nothing is known of it, what looks at everything."""
    # Its lines are broken wherever they are too long.
    text = " ".join(line.strip(" │╷╵") for line in _COLOUR.sub("", said).splitlines())
    found = next((step for part, step in _ADVICE if part in text), "headgate deploy doctor")
    return found.format(environment=environment, workspace=workspace)
