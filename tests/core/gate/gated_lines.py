"""Lines of CSV through the real gate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.gating import Gated, contract_of, gate


def gate_lines(folder: Path, lines: list[str], properties: str, schema_keys: str = "", **settings: Any) -> Gated:
    contract = contract_of(folder, properties, schema_keys)
    return gate(folder, ("\n".join(lines) + "\n").encode(), contract, **settings)


def row_rule(expression: str) -> str:
    return f"quality: [{{type: custom, engine: headgate, name: r, description: said, implementation: {json.dumps(expression)}}}]"
