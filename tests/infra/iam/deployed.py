"""Two deployments of infra/stack as Terraform plans them: the names of their things, and the policies of their roles."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.aws_server import ENVIRONMENT, REGION
from tests.infra.iam.evaluator import Policy

ROOT = Path(__file__).resolve().parents[3]
ACCOUNT = "123456789012"
PREFIX = "shop-prod"
MODEL = "amazon.nova-lite-v1:0"
# Of the same model, wherever in Europe it is free.
PROFILE = f"eu.{MODEL}"
SENDER = "reports@example.com"
READERS = ["team@example.org", "boss@example.net"]
SECRET = "/headgate/shop-prod/TWELVE_DATA_KEY"
SINK = "orders"
STREAM = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{PREFIX}/stream/2026-01-01T00:00:00.000"
RESULTS = ("accepted", "rejected", "manifests", "analysis", "reports", "ledger")


@dataclass(frozen=True)
class Deployed:
    """One plan.

    Attributes:
        has_everything: whether all is switched on that can be: results in a bucket of their own, the queue of large files,
            notify by the table's stream, a profile of a model.
        plan: `terraform show -json` of it.
    """

    has_everything: bool
    plan: Mapping[str, Any]

    def bucket(self, zone: str) -> str:
        """The ARN of the bucket that a zone is in."""
        part = ("-results" if zone in RESULTS else "-raw") if self.has_everything else ""
        return f"arn:aws:s3:::{PREFIX}{part}-{ACCOUNT}"

    def object(self, zone: str) -> str:
        """The ARN of an object of a zone."""
        return f"{self.bucket(zone)}/{zone}/orders/a b+c.csv"

    @cached_property
    def resources(self) -> list[dict[str, Any]]:
        """Everything that is to be made."""
        return _resources(self.plan["planned_values"]["root_module"])

    @cached_property
    def policies(self) -> dict[str, list[Policy]]:
        """Role → its own policies."""
        found: dict[str, list[Policy]] = {}
        for one in self.resources:
            if one["type"] == "aws_iam_role_policy" and "policy" in one["values"]:
                # Where it names what AWS names, it is known after an apply only.
                found.setdefault(one["values"]["role"], []).append(json.loads(one["values"]["policy"]))
        return found

    @cached_property
    def trusts(self) -> dict[str, Policy]:
        """Role → who may take it."""
        roles = [one["values"] for one in self.resources if one["type"] == "aws_iam_role"]
        return {role["name"]: json.loads(role["assume_role_policy"]) for role in roles}


def _resources(module: Mapping[str, Any]) -> list[dict[str, Any]]:
    below = [one for child in module.get("child_modules", ()) for one in _resources(child)]
    return [*module.get("resources", ()), *below]


def planned(root: Path, variables: Mapping[str, Any], address: str) -> dict[str, Any]:
    """What Terraform would make, asking AWS at an address."""
    (root / "given.auto.tfvars.json").write_text(json.dumps(variables))
    environment = {**os.environ, **ENVIRONMENT, "AWS_ENDPOINT_URL": address, "CHECKPOINT_DISABLE": "1"}

    def run(*words: str) -> str:
        done = subprocess.run(
            ["terraform", *words], cwd=root, env=environment, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("plan", "-input=false", "-refresh=false", "-out=given.tfplan")
    plan: dict[str, Any] = json.loads(run("show", "-json", "given.tfplan"))
    return plan


def copied(name: str, folder: Path) -> Path:
    """A copy of a root module, in which Terraform may leave things."""
    ignored = shutil.ignore_patterns(
        ".terraform", "*.tfstate*", "*.auto.tfvars.json", "*.tfplan", "terraform.tfstate.d"
    )
    return Path(shutil.copytree(ROOT / "infra" / name, folder / name, ignore=ignored))


def with_known_stream(root: Path) -> None:
    """AWS gives the stream of a table its name: a plan knows the role that reads it only when it is told one."""
    file = root / "rights.tf"
    text = file.read_text()
    assert "module.ledger.stream_arn" in text
    file.write_text(text.replace("module.ledger.stream_arn", f'"{STREAM}"'))


def stack_variables(folder: Path) -> dict[str, Any]:
    """As `headgate deploy` writes them, for packages that hold nothing."""
    packages = {}
    for group in ("gate", "insight", "mail"):
        path = folder / f"{group}.zip"
        path.write_bytes(b"PK\x05\x06" + bytes(18))
        digest = base64.b64encode(hashlib.sha256(path.read_bytes()).digest()).decode()
        packages[group] = {"path": str(path), "sha256": digest}
    return {
        "region": REGION, "project": "shop", "environment": "prod", "packages": packages,
        "table_sinks": {SINK: {"partition_key": "order_id", "indexes": {"by_customer": ["customer_name"]}}},
        "sources": {"stocks": {"cron": "cron(0 6 * * ? *)", "zone": "UTC"}}, "sender": SENDER, "readers": READERS,
        "recipients": ["ops@example.com"], "models": [MODEL], "secrets": {"TWELVE_DATA_KEY": SECRET},
    }  # fmt: skip
