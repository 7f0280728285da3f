"""Rules that meet: several reasons for a cell, keys over the whole file, warnings, very many rules, rules about a row."""

from __future__ import annotations

from pathlib import Path

import pytest

from headgate.core.gate.session import Budget
from tests.core.gate.gated_lines import gate_lines, row_rule


def test_a_cell_has_every_reason_it_deserves_but_mistyped_is_only_mistyped(tmp_path: Path) -> None:
    properties = (
        "[{name: v, logicalTypeOptions: {minLength: 3, pattern: '^x', maxLength: 9}},"
        " {name: n, logicalType: integer, logicalTypeOptions: {minimum: 5, multipleOf: 2}}]"
    )
    gated = gate_lines(tmp_path, ["v,n", "a,3", "xyz,q", "xyz,6"], properties)
    assert gated.reasons() == {
        1: [("v", "min_length"), ("v", "pattern"), ("n", "minimum"), ("n", "multiple_of")],
        2: [("n", "type")],
    }


KEY = "[{name: a, primaryKey: true, primaryKeyPosition: 2}, {name: b, logicalType: integer, primaryKey: true, primaryKeyPosition: 1}]"


def test_of_equal_primary_keys_the_first_stays_and_parts_are_required(tmp_path: Path) -> None:
    gated = gate_lines(tmp_path, ["a,b", "x,1", "x,2", "y,1", "x,01", "x,", ",", "X,1"], KEY)
    assert gated.reasons() == {
        4: [("b,a", "primary_key")],
        5: [("b", "required")],
        6: [("a", "required"), ("b", "required")],
    }
    assert "already at line 2" in gated.rejected[0]["_reasons"][0]["message"]


def test_unique_lets_missing_cells_repeat(tmp_path: Path) -> None:
    gated = gate_lines(tmp_path, ["a,b", ",1", ",2", "x,3", "x,4"], "[{name: a, unique: true}]")
    assert gated.reasons() == {4: [("a", "unique")]}


def test_columns_unique_together_may_repeat_alone(tmp_path: Path) -> None:
    together = "quality: [{metric: duplicateValues, mustBe: 0, arguments: {properties: [a, b]}}]"
    gated = gate_lines(tmp_path, ["a,b", "x,1", "x,2", "y,1", "x,1", "x,", "x,"], "[{name: a}, {name: b}]", together)
    assert gated.reasons() == {4: [("a,b", "unique")]}


def test_a_duplicate_of_a_rejected_row_is_accepted(tmp_path: Path) -> None:
    properties = "[{name: a, unique: true}, {name: b, logicalType: integer}]"
    gated = gate_lines(tmp_path, ["a,b", "x,bad", "x,1", "x,2", "x,bad"], properties)
    assert gated.reasons() == {1: [("b", "type")], 3: [("a", "unique")], 4: [("b", "type")]}
    assert gated.accepted == [{"a": "x", "b": 1}]


def test_a_row_that_repeats_a_key_that_only_warns_is_warned_of(tmp_path: Path) -> None:
    soft = "quality: [{metric: duplicateValues, mustBe: 0, severity: warning, arguments: {properties: [a]}}]"
    gated = gate_lines(tmp_path, ["a,b", "1,x", "1,y", "1,y", ",z", ",w"], "[{name: a}, {name: b, unique: true}]", soft)
    assert gated.reasons() == {3: [("b", "unique")]}
    assert gated.manifest["counts"]["warned"] == 1


def test_every_repeat_of_a_key_that_only_warns_counts_once(tmp_path: Path) -> None:
    soft = "quality: [{metric: duplicateValues, mustBe: 0, severity: warning, arguments: {properties: [a, b]}}]"
    gated = gate_lines(tmp_path, ["a,b", "1,1", "1,1", "1,1"], "[{name: a}, {name: b}]", soft)
    assert gated.manifest["counts"] == {"records": 3, "accepted": 3, "rejected": 0, "warned": 2}


def test_many_repeats_of_two_keys_need_little_memory(tmp_path: Path) -> None:
    lines = ["a,b", *(f"{at // 2},{(at + 1) // 2}" for at in range(400_000))]
    budget = Budget(memory_limit="64MB", threads=1)
    gated = gate_lines(tmp_path, lines, "[{name: a, unique: true}, {name: b, unique: true}]", budget=budget)
    assert gated.manifest["counts"]["rejected"] == 200_000


def test_a_row_that_goes_for_one_key_frees_the_other(tmp_path: Path) -> None:
    lines = ["a,b", "1,1", "1,2", "2,2", "2,3", "3,3", "1,3"]
    gated = gate_lines(tmp_path, lines, "[{name: a, unique: true}, {name: b, unique: true}]")
    kept, expected = {"a": set[str](), "b": set[str]()}, {}
    for record, line in enumerate(lines[1:], 1):
        cells = dict(zip(("a", "b"), line.split(","), strict=True))
        taken = [(name, "unique") for name, value in cells.items() if value in kept[name]]
        if taken:
            expected[record] = taken
            continue
        for name, value in cells.items():
            kept[name].add(value)
    assert (
        gated.reasons()
        == expected
        == {2: [("a", "unique")], 4: [("a", "unique")], 6: [("a", "unique"), ("b", "unique")]}
    )


def test_a_row_whose_derived_column_fails_never_keeps_a_good_duplicate_out(tmp_path: Path) -> None:
    properties = "[{name: a, unique: true}, {name: b, logicalType: integer}]"
    gated = gate_lines(tmp_path, ["a,b", "x,0", "x,2"], properties, derive={"share": "1 / b"})
    assert gated.reasons() == {1: [("share", "derive_failed")]}
    assert gated.accepted == [{"a": "x", "b": 2, "share": 0.5}]


def test_a_rule_that_only_warns_rejects_nothing_and_is_counted(tmp_path: Path) -> None:
    properties = (
        "[{name: a, quality: [{metric: nullValues, severity: warning}, {metric: duplicateValues, severity: info}]},"
        " {name: b, logicalType: integer, quality: [{metric: invalidValues, severity: low, arguments: {validValues: [1, 2]}}]}]"
    )
    gated = gate_lines(tmp_path, ["a,b", "x,1", ",3", "x,9", "x,bad"], properties)
    assert gated.reasons() == {4: [("b", "type")]}
    assert gated.manifest["counts"] == {"records": 4, "accepted": 3, "rejected": 1, "warned": 2}
    counts = {rule["id"]: rule["count"] for rule in gated.manifest["rules"]}
    assert counts == {"a.required": 1, "a.unique": 1, "b.type": 1, "b.valid_values": 2}


@pytest.mark.parametrize("count", [61, 62, 63, 124, 125, 190])
def test_rules_of_any_number_are_all_judged(count: int, tmp_path: Path) -> None:
    properties = "[" + ",".join(f"{{name: c{at}, logicalTypeOptions: {{maxLength: 1}}}}" for at in range(count)) + "]"
    wrong = [{0}, {count - 1}, set(range(count)), set(), {count // 2, min(62, count - 1)}]
    lines = [",".join(f"c{at}" for at in range(count))]
    lines += [",".join("xx" if at in row else "x" for at in range(count)) for row in wrong]
    gated = gate_lines(tmp_path, lines, properties)
    expected = {record: [(f"c{at}", "max_length") for at in sorted(row)] for record, row in enumerate(wrong, 1) if row}
    assert gated.reasons() == expected
    counts = [rule["count"] for rule in gated.manifest["rules"]]
    assert counts == [sum(at in row for row in wrong) for at in range(count)]


def test_warnings_of_any_number_are_all_counted(tmp_path: Path) -> None:
    pattern = "quality: [{metric: invalidValues, severity: warning, arguments: {pattern: '^x$'}}, {metric: nullValues, mustBeLessThan: 99}]"
    properties = "[" + ",".join(f"{{name: c{at}, {pattern}}}" for at in range(70)) + "]"
    lines = [
        ",".join(f"c{at}" for at in range(70)),
        ",".join(["x"] * 69 + ["y"]),
        ",".join(["x"] * 69 + [""]),
        ",".join(["y"] * 70),
    ]
    gated = gate_lines(tmp_path, lines, properties)
    assert gated.manifest["counts"] == {"records": 3, "accepted": 3, "rejected": 0, "warned": 2}
    assert [rule["count"] for rule in gated.manifest["rules"]] == [1] * 69 + [2]
    assert [check["value"] for check in gated.manifest["checks"]] == [0] * 69 + [1]


WIDE = [f"c{at}" for at in range(2000)]
WIDE_LINES = [",".join(WIDE), ",".join(["1"] * 2000), ",".join(["1"] * 1999 + ["x"]), ",".join(["1"] * 1999)]
FEW_OF_THEM = "[{name: c1999, logicalType: integer}, {name: c0, required: true}]"


def test_two_thousand_columns_fit_the_default_memory(tmp_path: Path) -> None:
    drop = "customProperties: [{property: extraColumns, value: drop}]"
    gated = gate_lines(tmp_path, WIDE_LINES, FEW_OF_THEM, drop)
    assert gated.reasons() == {2: [("c1999", "type")], 3: [("", "too_few_fields")]}
    assert list(gated.rejected[0]["_row"]) == WIDE


@pytest.mark.slow
def test_two_thousand_columns_are_kept(tmp_path: Path) -> None:
    gated = gate_lines(tmp_path, WIDE_LINES, FEW_OF_THEM)
    assert [len(row) for row in gated.accepted] == [2000]


@pytest.mark.slow
def test_two_rules_for_each_of_two_thousand_columns_need_only_more_memory(tmp_path: Path) -> None:
    rules = "required: true, logicalTypeOptions: {maxLength: 1}"
    properties = "[" + ",".join(f"{{name: {name}, {rules}}}" for name in WIDE) + "]"
    lines = [",".join(WIDE), ",".join(["x"] * 2000), ",".join(["xx"] * 1999 + [""])]
    gated = gate_lines(tmp_path, lines, properties, budget=Budget(memory_limit="2GB"))
    assert gated.reasons() == {2: [*((name, "max_length") for name in WIDE[:-1]), ("c1999", "required")]}


NUMBERS = "[{name: a, logicalType: integer}, {name: b, logicalType: integer}]"


def test_a_row_rule_that_a_missing_cell_leaves_open_passes(tmp_path: Path) -> None:
    gated = gate_lines(tmp_path, ["a,b", "1,2", "2,1", "1,", ",1", "x,1"], NUMBERS, row_rule("a <= b"))
    assert gated.reasons() == {2: [("a,b", "row_rule")], 5: [("a", "type")]}
    assert gated.rejected[0]["_reasons"] == [
        {"column": "a,b", "rule": "row_rule", "message": "said", "value": "a=2, b=1"}
    ]


def test_a_row_rule_that_fails_for_a_row_rejects_it(tmp_path: Path) -> None:
    lines = ["a,b", "1,2", "9223372036854775807,1", "x,9223372036854775807"]
    gated = gate_lines(tmp_path, lines, NUMBERS, row_rule("a + b > 0"))
    assert gated.reasons() == {2: [("a,b", "row_rule")], 3: [("a", "type")]}


def test_a_row_rule_may_decide_about_missing_cells_itself(tmp_path: Path) -> None:
    gated = gate_lines(tmp_path, ["a,b", "1,", ",1", ",", "1,1"], NUMBERS, row_rule("(a IS NULL) = (b IS NULL)"))
    assert list(gated.reasons()) == [1, 2]


@pytest.mark.slow
def test_two_thousand_listed_columns_need_no_other_memory_limit(tmp_path: Path) -> None:
    properties = "[" + ",".join(f"{{name: {name}, logicalType: integer}}" for name in WIDE) + "]"
    gated = gate_lines(tmp_path, WIDE_LINES[:3], properties)
    assert gated.reasons() == {2: [("c1999", "type")]}
