"""What the engine gets wrong when used naively (test_engine_traps.py shows it) comes out right through the gate."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest

from headgate.core.gate.session import Budget
from headgate.core.reading import clean_lines
from tests.core.gate.gated_lines import gate_lines
from tests.gating import Gated, contract_of, gate

TWO_THREADS = Budget(threads=2)
FIFTY_THOUSAND = 50_000


@contextmanager
def large_files_are(fast: bool) -> Iterator[None]:
    """On the fast way of clean files, or record by record, whatever their size."""
    with patch.object(clean_lines, "WORTH_IT", 0 if fast else 1 << 40):
        yield


BOTH_WAYS = pytest.mark.parametrize("fast", [True, False], ids=["fast way", "record by record"])


@BOTH_WAYS
def test_t1_a_cast_that_fails_costs_its_row_and_no_other(fast: bool, tmp_path: Path) -> None:
    lines = ["a,b", *(f"{at if at % 1000 else 'x'},{at}" for at in range(1, FIFTY_THOUSAND + 1))]
    with large_files_are(fast):
        gated = gate_lines(tmp_path, lines, "[{name: a, logicalType: integer}, {name: b, logicalType: integer}]")
    thousands = list(range(1000, FIFTY_THOUSAND + 1, 1000))
    assert gated.reasons() == {at: [("a", "type")] for at in thousands}
    assert [row["_line"] for row in gated.rejected] == [at + 1 for at in thousands]
    assert [row["b"] for row in gated.accepted] == [at for at in range(1, FIFTY_THOUSAND + 1) if at % 1000]


@BOTH_WAYS
@pytest.mark.parametrize("count", [5, 500])
@pytest.mark.parametrize("logical_type", ["string", "integer"])
def test_t2_a_list_of_values_keeps_rows_in_order_and_numbers_right(
    count: int, logical_type: str, fast: bool, tmp_path: Path
) -> None:
    values = [str(at) for at in range(count)]
    listed = json.dumps([{"value": value if logical_type == "string" else int(value)} for value in values])
    cells = [values[at * 7 % count] if at % 97 else "99999" for at in range(1, FIFTY_THOUSAND + 1)]
    lines = ["v,n", *(f"{cell},{at}" for at, cell in enumerate(cells, 1))]
    properties = f"[{{name: v, logicalType: {logical_type}, enum: {listed}}}, {{name: n, logicalType: integer}}]"
    with large_files_are(fast):
        gated = gate_lines(tmp_path, lines, properties, budget=TWO_THREADS)
    wrong = list(range(97, FIFTY_THOUSAND + 1, 97))
    assert [(row["_record"], row["_row"]["n"]) for row in gated.rejected] == [(at, str(at)) for at in wrong]
    assert [row["n"] for row in gated.accepted] == [at for at in range(1, FIFTY_THOUSAND + 1) if at % 97]


def test_t2_an_in_of_many_literals_in_a_row_rule_keeps_numbers_right(tmp_path: Path) -> None:
    lines = ["v,n", *(f"{at % 97},{at}" for at in range(1, FIFTY_THOUSAND + 1))]
    listed = ", ".join(str(value) for value in range(1, 97))
    rule = f"quality: [{{type: custom, engine: headgate, name: r, implementation: 'v IN ({listed})'}}]"
    properties = "[{name: v, logicalType: integer}, {name: n, logicalType: integer}]"
    gated = gate_lines(tmp_path, lines, properties, rule, budget=TWO_THREADS)
    assert [row["_record"] for row in gated.rejected] == list(range(97, FIFTY_THOUSAND + 1, 97))
    assert [row["n"] for row in gated.accepted] == [at for at in range(1, FIFTY_THOUSAND + 1) if at % 97]


def a_long_malformed_run(folder: Path, good: int, malformed: int, last: int) -> Gated:
    """Good lines, then malformed ones of 50 bytes each, then a few good ones at the very end."""
    ragged = f"{'x' * 45},1,2\n"
    data = "a,b\n" + "".join(f"{at},y\n" for at in range(good)) + ragged * malformed
    data += "".join(f"{at},z\n" for at in range(last))
    return gate(folder, data.encode(), contract_of(folder, "[{name: a, logicalType: integer}, {name: b}]"))


@pytest.mark.parametrize(
    ("good", "malformed"),
    [(3_000, 20_000), pytest.param(600_000, 400_000, marks=pytest.mark.slow)],
)
def test_t3_a_long_malformed_run_near_the_end_loses_nothing(good: int, malformed: int, tmp_path: Path) -> None:
    gated = a_long_malformed_run(tmp_path, good, malformed, 10)
    assert gated.manifest["counts"] == {
        "records": good + malformed + 10,
        "accepted": good + 10,
        "rejected": malformed,
        "warned": 0,
    }
    assert [row["_record"] for row in gated.rejected] == list(range(good + 1, good + malformed + 1))
    assert [row["_line"] for row in gated.rejected] == list(range(good + 2, good + malformed + 2))
    assert {row["_raw"] for row in gated.rejected} == {f"{'x' * 45},1,2"}
    assert {reason["rule"] for row in gated.rejected for reason in row["_reasons"]} == {"too_many_fields"}
    assert [row["b"] for row in gated.accepted] == ["y"] * good + ["z"] * 10
    assert [row["a"] for row in gated.accepted] == [*range(good), *range(10)]


def test_t6_short_rows_long_rows_and_an_open_quote_swallow_nothing(tmp_path: Path) -> None:
    lines = ["a,b,c", "1,2,3", "4,5", "6,7,8,9", '10,"x"y,12', "13,14,15", '16,"open,18', "19,20,21"]
    gated = gate_lines(tmp_path, lines, "[{name: a, logicalType: integer}]")
    assert [row["a"] for row in gated.accepted] == [1, 13, 19]
    codes = {3: "too_few_fields", 4: "too_many_fields", 5: "text_after_quote", 7: "open_quote"}
    found = [(row["_line"], row["_raw"], row["_reasons"][0]["rule"]) for row in gated.rejected]
    assert found == [(line, lines[line - 1], code) for line, code in codes.items()]


@BOTH_WAYS
def test_t7_columns_are_found_by_name_in_any_order(fast: bool, tmp_path: Path) -> None:
    properties = "[{name: a, logicalType: integer}, {name: b, logicalType: integer}, {name: c, logicalType: integer}]"
    with large_files_are(fast):
        gated = gate_lines(tmp_path, ["c,x,a,b", "3,0,1,2", "6,0,q,5"], properties)
    assert gated.accepted == [{"a": 1, "b": 2, "c": 3, "x": "0"}]
    assert gated.rejected[0]["_row"] == {"c": "6", "x": "0", "a": "q", "b": "5"}
    assert gated.reasons() == {2: [("a", "type")]}


LAX = {
    "integer": ["4.5", "1_000", "0x10", " 4 ", "1e3", "nan"],
    "number": ["nan", "inf", "-inf", "Infinity", "1e400", "1_000", " 4 ", "0x10"],
    "date": ["2024/01/05", "2024-1-5", "epoch", "infinity", "0000-01-01", "2024-01-05 10:00:00", "today", "05-01-2024"],
    "timestamp": ["2024-01-05", "epoch", "infinity", "2024-01-05 24:00:00", "2024/01/05 10:00:00", "0000-01-01 00:00:00"],
    "time": ["24:00:00", "10:61", "1:00", "10:00:00+01"],
    "boolean": ["t", "yes", "y", "on", "T"],
}  # fmt: skip


@pytest.mark.parametrize("logical_type", LAX)
def test_t9_texts_that_a_lax_cast_would_take_are_mistyped(logical_type: str, tmp_path: Path) -> None:
    lines = ["v,n", *(f"{text},{at}" for at, text in enumerate(LAX[logical_type]))]
    gated = gate_lines(tmp_path, lines, f"[{{name: v, logicalType: {logical_type}}}]")
    assert gated.accepted == []
    assert gated.reasons() == {at: [("v", "type")] for at in range(1, len(lines))}
    assert [row["_reasons"][0]["value"] for row in gated.rejected] == LAX[logical_type]
