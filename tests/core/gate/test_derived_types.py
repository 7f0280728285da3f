"""A derived column keeps every digit, whatever type its expression has."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from headgate.core.accepted_rows import accepted_types
from headgate.core.errors import Place
from tests.core.gate.gated_lines import gate_lines
from tests.gating import contract_of

BIG = 9_223_372_036_854_775_807


@pytest.mark.parametrize("accepted", ["parquet", "csv", "jsonl"])
@pytest.mark.parametrize("factor", ["CAST(b AS HUGEINT)", "b::INT128"])
def test_a_whole_number_of_more_than_64_bits_keeps_all_its_digits(tmp_path: Path, accepted: str, factor: str) -> None:
    lines = ["b,c", f"{BIG},x", f"-{BIG},x", ",y"]
    properties = "[{name: b, logicalType: integer}, {name: c}]"
    derive = {"product": f"{factor} * {BIG}"}
    rows = gate_lines(tmp_path, lines, properties, derive=derive, accepted=accepted).accepted
    if accepted == "jsonl":
        # The engine itself reads long numbers as floats.
        rows = [json.loads(line) for line in (tmp_path / "out/accepted.jsonl").read_text().splitlines()]
    assert [row["product"] and Decimal(row["product"]) for row in rows] == [
        Decimal(BIG * BIG),
        Decimal(-BIG * BIG),
        None,
    ]


def test_one_that_not_even_a_decimal_holds_costs_its_row(tmp_path: Path) -> None:
    lines = ["b", f"{10**18}", "1"]
    derive = {"grown": "CAST(b AS HUGEINT) * 1000000000000000000 * 100"}
    gated = gate_lines(tmp_path, lines, "[{name: b, logicalType: integer}]", derive=derive)
    assert gated.reasons() == {1: [("grown", "derive_failed")]}
    assert [row["grown"] for row in gated.accepted] == [Decimal(10**20)]


def test_the_type_that_is_told_is_the_type_that_is_kept(tmp_path: Path) -> None:
    contract = contract_of(tmp_path, "[{name: b, logicalType: integer}]")
    derive = {"huge": "b::HUGEINT", "sum": "b::UBIGINT + b", "plain": "b + 1"}
    kinds = accepted_types(contract, derive, Place("pipeline.yaml"))
    assert kinds == {"b": "BIGINT", "huge": "DECIMAL(38,0)", "sum": "DECIMAL(38,0)", "plain": "BIGINT"}
