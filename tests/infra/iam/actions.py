"""What AWS itself knows of actions, by its published lists of them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.infra.npm_tools import npm_tools

_SCRIPT = Path(__file__).with_name("actions.mjs")


def known_actions(named: Sequence[str], everything: Sequence[str] = ()) -> dict[str, list[str]]:
    """Which actions AWS does not have (`unknown`); and which of `everything`, allowed on `*`, it could name a resource for."""
    asked = json.dumps({"named": named, "open": everything})
    words = ["node", str(_SCRIPT), str(npm_tools())]
    done = subprocess.run(words, input=asked, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found
