"""Columns may be called anything: no name clashes with what the gate calls its own inner columns."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.core.gate.gated_lines import gate_lines, row_rule
from tests.gating import contract_of, gate

CLASHING = [
    "_r0",
    "_bad",
    "__bad",
    "rec",
    "_rec",
    "_t0",
    "_v0",
    "_e0",
    "h",
    "n",
    "first",
    "late",
    "detail",
    "rule",
    "same",
    "c0",
    "j",
    "p",
    "l",
    "bad",
    "file_row_number",
    "rowid",
    "select",
    "table",
    "null",
    "a b",
    "ä ö",
    'quo"te',
    "apo's",
    "semi;colon",
    "100%",
    "a.b",
    "a/b",
    "~",
    "{x}",
    "accepted",
    "scratch",
    "rejected",
    "malformed",
    "line",
    "reasons",
    "raw",
    "value",
    "column",
    "日本",
    "😀",
    "*",
    "?",
    "$1",
    "--",
    "/*",
    "\\n",
]


@pytest.mark.parametrize("file_format", ["csv", "jsonl"])
def test_no_column_name_can_clash_with_an_inner_one(file_format: str, tmp_path: Path) -> None:
    names = CLASHING
    properties = json.dumps(
        [{"name": name, "logicalType": "integer", "unique": True} for name in names], ensure_ascii=False
    )
    rows = [
        [10 + at for at in range(len(names))],
        [50 + at for at in range(len(names))],
        [50 + at for at in range(len(names))],
    ]
    quoted = ['"' + name.replace('"', '""') + '"' for name in names]
    data = "\n".join([",".join(quoted), *(",".join(map(str, row)) for row in rows), ",".join(["x"] * len(names))])
    if file_format == "jsonl":
        texts: list[list[Any]] = [*rows, ["x"] * len(names)]
        objects = [dict(zip(names, row, strict=True)) for row in texts]
        data = "\n".join(json.dumps(row, ensure_ascii=False) for row in objects)
    gated = gate(tmp_path, data.encode(), contract_of(tmp_path, properties), f"data.{file_format}")
    assert [list(row.values()) for row in gated.accepted] == rows[:2]
    assert [list(row) for row in gated.accepted] == [names] * 2
    assert gated.reasons() == {
        3: [(name, "unique") for name in sorted_by_rule_id(names)],
        4: [(name, "type") for name in names],
    }
    assert list(gated.rejected[0]["_row"]) == names


def sorted_by_rule_id(names: list[str]) -> list[str]:
    """What is found late stands in the order of rule ids."""
    return sorted(names, key=lambda name: f"{name}.unique".encode())


@pytest.mark.parametrize("name", ["rec", "REC", "file_row_number", "h", "first", "_rec"])
def test_extra_columns_can_not_clash_with_an_inner_name(name: str, tmp_path: Path) -> None:
    gated = gate_lines(tmp_path, [f"a,{name}", "1,x", "1,y"], "[{name: a, logicalType: integer, unique: true}]")
    assert gated.accepted == [{"a": 1, name: "x"}]
    assert gated.rejected[0]["_row"] == {"a": "1", name: "y"}


def test_a_row_rule_and_a_derived_column_find_odd_names(tmp_path: Path) -> None:
    properties = "[{name: rec, logicalType: integer}, {name: 'a b', logicalType: integer}]"
    derive = {"sum up": 'rec + "a b" + _record', "late": "rec"}
    gated = gate_lines(tmp_path, ["rec,a b", "1,2", "5,1"], properties, row_rule('rec <= "a b"'), derive=derive)
    assert gated.accepted == [{"rec": 1, "a b": 2, "sum up": 4, "late": 1}]
    assert gated.reasons() == {2: [("rec,a b", "row_rule")]}
