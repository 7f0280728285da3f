"""What the engine can't judge by is the contract's mistake, and said before a row is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from headgate.core.errors import UserMistake
from tests.core.gate.gated_lines import gate_lines

DECIMAL = 'name: n, logicalType: number, physicalType: "DECIMAL(38,37)"'
UNUSABLE = {
    "n.minimum": f"[{{{DECIMAL}, logicalTypeOptions: {{minimum: -1000}}}}]",
    "n.enum": f"[{{{DECIMAL}, enum: [{{value: 1000}}]}}]",
}


@pytest.mark.parametrize("rule", UNUSABLE)
def test_a_bound_that_the_column_can_not_hold_is_the_contracts_mistake(rule: str, tmp_path: Path) -> None:
    with pytest.raises(UserMistake) as caught:
        gate_lines(tmp_path, ["n", "1"], UNUSABLE[rule])
    assert str(tmp_path / "contract.odcs.yaml") in str(caught.value)
    assert "can't be used" in caught.value.message


def test_a_contract_that_was_refused_is_refused_again_and_one_of_other_rules_is_looked_at_anew(tmp_path: Path) -> None:
    for at, rule in enumerate([*UNUSABLE, *UNUSABLE]):
        folder = tmp_path / str(at)
        folder.mkdir()
        gate_lines(folder, ["n", "1"], "[{name: n, logicalType: number}]")
        (folder / "unusable").mkdir()
        with pytest.raises(UserMistake, match="can't be used"):
            gate_lines(folder / "unusable", ["n", "1"], UNUSABLE[rule])
