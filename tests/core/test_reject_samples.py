"""Three rejected rows that a person may see."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from headgate.core.contract import Contract
from headgate.core.reject_samples import sample_rejects
from tests.gating import contract_of


@pytest.fixture
def contract(tmp_path: Path) -> Contract:
    return contract_of(
        tmp_path,
        "[{name: id, logicalType: string}, {name: mail, physicalName: E-Mail, logicalType: string, classification: pii}]",
    )


def rejected(folder: Path, rows: list[dict[str, Any]]) -> Path:
    path = folder / "rejected.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def row(record: int, rule: str = "required", **more: Any) -> dict[str, Any]:
    reason = {"column": "id", "rule": rule, "message": "is wrong", "value": None}
    return {"_run": "r", "_record": record, "_line": record + 1, "_reasons": [reason], "_raw": None, "_raw_bytes": None,
            "_row": {"id": str(record)}, **more}  # fmt: skip


def test_each_sample_has_another_first_reason_as_long_as_there_are_any(tmp_path: Path, contract: Contract):
    rows = [row(1), row(2), row(3), row(4, "type"), row(5, "pattern"), row(6, "format")]
    assert [sample.record for sample in sample_rejects(rejected(tmp_path, rows), contract)] == [1, 4, 5]
    assert [sample.record for sample in sample_rejects(rejected(tmp_path, rows[:4]), contract)] == [1, 2, 4]
    assert [sample.record for sample in sample_rejects(rejected(tmp_path, rows[:2]), contract)] == [1, 2]
    assert sample_rejects(rejected(tmp_path, []), contract) == []


def test_only_the_first_thousand_rows_are_looked_at(tmp_path: Path, contract: Contract):
    rows = [row(record) for record in range(1, 1002)] + [row(1002, "type")]
    assert [sample.record for sample in sample_rejects(rejected(tmp_path, rows), contract)] == [1, 2, 3]


@pytest.mark.parametrize("name", ["E-Mail", "mail", "e-mail", "MAIL"])
def test_a_sensitive_cell_is_masked_under_whatever_name_and_case_it_stands(
    tmp_path: Path, contract: Contract, name: str
):
    rows = [row(1, _row={"id": "1", name: "ann@example.org"})]
    (sample,) = sample_rejects(rejected(tmp_path, rows), contract)
    assert sample.cells == {"id": "1", name: "***"}


def test_the_text_of_a_malformed_record_is_masked_when_any_column_is_sensitive(tmp_path: Path, contract: Contract):
    malformed = [row(1, _row=None, _raw="1,ann@example.org,x\nnext")]
    path = rejected(tmp_path, malformed)
    assert sample_rejects(path, contract)[0].raw == "***"
    (tmp_path / "open").mkdir()
    plain = contract_of(tmp_path / "open", "[{name: id, logicalType: string}]")
    assert sample_rejects(path, plain)[0].raw == "1,ann@example.org,x\\nnext"


def test_everything_in_a_sample_is_safe_to_print_and_short(tmp_path: Path, contract: Contract):
    evil = "\x1b]0;owned\x07" + "x" * 500
    reason = {"column": f"c{evil[:9]}", "rule": "type", "message": f"m{evil[:9]}", "value": evil}
    rows = [row(1, _row={evil: evil, "id": None}, _reasons=[reason])]
    (sample,) = sample_rejects(rejected(tmp_path, rows), contract)
    texts = [*sample.reasons, *sample.cells, *sample.cells.values()]
    assert all(text.isprintable() and len(text) < 120 for text in texts)
    assert list(sample.cells) == ["\\x1b]0;owned\\x07" + "x" * 24 + "…"]


def test_a_reason_says_column_message_and_value_but_no_value_where_one_is_missing(tmp_path: Path, contract: Contract):
    reasons = [
        {"column": "id", "rule": "type", "message": "must be a number", "value": ' "4" '},
        {"column": "id", "rule": "required", "message": "is required", "value": "N/A"},
        {"column": "", "rule": "too_few_fields", "message": "the record has too few fields", "value": None},
    ]
    (sample,) = sample_rejects(rejected(tmp_path, [row(1, _reasons=reasons)]), contract)
    assert sample.reasons == (
        'id: must be a number, got " \\"4\\" "',
        "id: is required",
        "the record has too few fields",
    )


def test_a_row_nested_too_deeply_to_be_read_is_left_out(tmp_path: Path, contract: Contract):
    path = rejected(tmp_path, [row(1), row(2)])
    deep = json.dumps(row(3, "type", _row="here")).replace('"here"', '{"id": ' + "[" * 50_000 + "]" * 50_000 + "}")
    path.write_text(deep + "\n" + path.read_text())
    assert [sample.record for sample in sample_rejects(path, contract)] == [1, 2]


def test_the_sender_s_message_about_a_unit_is_masked_when_any_column_is_sensitive(tmp_path: Path, contract: Contract):
    message = "the unit can't be used: status is 'error', not 'ok': no such customer ann@example.org"
    reason = {"column": "", "rule": "bad_unit", "message": message, "value": None}
    path = rejected(tmp_path, [row(1, _row=None, _raw="{}", _reasons=[reason])])
    assert sample_rejects(path, contract)[0].reasons == ("the unit can't be used: ***",)
    (tmp_path / "open").mkdir()
    plain = contract_of(tmp_path / "open", "[{name: id, logicalType: string}]")
    assert sample_rejects(path, plain)[0].reasons == (message,)
