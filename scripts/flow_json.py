"""Writes infra/stack/flow.json anew: the stages as Terraform builds them, each with its events and its package."""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "infra" / "stack" / "flow.json"


def flow_json() -> str:
    """The document, from flow.py."""
    from headgate.flow import ROUTES, STAGES
    from headgate.hosts.deploy.groups import GROUPS

    group_of = {stage: group for group, stages in GROUPS.items() for stage in stages}
    stages = {
        stage: {"events": [type_ for type_, takers in ROUTES.items() if stage in takers], "group": group_of[stage]}
        for stage in STAGES
    }
    return json.dumps({"stages": stages}, indent=2) + "\n"


def main() -> None:
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(flow_json(), encoding="utf-8")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "src"))
    main()
