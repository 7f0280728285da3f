"""The tables of a query hold what was given to them, with the types that fit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from headgate.core.contract.load import load_contract
from headgate.core.gate.session import Budget, session
from headgate.core.query.tables import RunOutput, Tables
from tests.projects import CONTRACT


def asked(work: Path, make: Callable[[Tables], Any], question: str) -> list[tuple[Any, ...]]:
    with session(work, Budget()) as connection:
        make(Tables(connection, work))
        return connection.execute(question).fetchall()


def kind_of(work: Path, *values: Any) -> tuple[str, list[Any]]:
    """The type of a column with these values, and what comes back."""
    rows = [{"v": value} for value in values]
    with session(work, Budget()) as connection:
        Tables(connection, work).rows("t", {}, rows)
        found = connection.execute("SELECT v FROM t").fetchall()
        kind = connection.execute("SELECT typeof(v) FROM t").fetchone()
    return kind[0] if kind else "", [value for (value,) in found]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ((1, -(2**63), None), "BIGINT"),
        ((2**64, 1), "HUGEINT"),
        ((2**100,), "HUGEINT"),
        ((True, False, None), "BOOLEAN"),
        ((0.1 + 0.2, 1e300), "DOUBLE"),
        ((Decimal("1.10"), Decimal("2.5"), 7), "DECIMAL(38,2)"),
        ((Decimal("12345678901234567890123456789012345.678"),), "DECIMAL(38,3)"),
        ((Decimal("1E+3"), Decimal("0.001")), "DECIMAL(38,3)"),
        ((date(2026, 1, 2), None), "DATE"),
        ((datetime(2026, 1, 2, 3, 4, 5, 678901),), "TIMESTAMP"),
        (("", "null", "a\nb\r\x00\x1b", '"\\', "ü"), "VARCHAR"),
        (("x" * 20_000_000,), "VARCHAR"),
    ],
    ids=lambda one: str(one)[:30],
)
def test_a_column_has_the_type_of_its_values_and_keeps_them(tmp_path, values, kind):
    assert kind_of(tmp_path, *values) == (kind, list(values))


@pytest.mark.parametrize(
    ("values", "kind", "texts"),
    [
        ((1, "a"), "VARCHAR", ["1", "a"]),
        ((True, 1), "VARCHAR", ["True", "1"]),
        ((date(2026, 1, 2), datetime(2026, 1, 2)), "VARCHAR", ["2026-01-02", "2026-01-02 00:00:00"]),
        ((Decimal(10) ** 30, Decimal("1E-20")), "VARCHAR", ["1" + "0" * 30, "0." + "0" * 19 + "1"]),
        ((2**200,), "VARCHAR", [str(2**200)]),
    ],
)
def test_values_that_have_no_type_in_common_are_text(tmp_path, values, kind, texts):
    assert kind_of(tmp_path, *values) == (kind, texts)


def test_a_column_without_a_value_has_the_type_it_was_said_to_have(tmp_path):
    def make(tables: Tables) -> None:
        tables.rows("t", {"a": "DATE", "b": "BIGINT"}, [{"b": None, "c": None}, {"d": 1}])

    assert asked(tmp_path, make, "SELECT column_name, column_type FROM (DESCRIBE t)") == [
        ("a", "DATE"), ("b", "BIGINT"), ("c", "VARCHAR"), ("d", "BIGINT"),
    ]  # fmt: skip


def test_a_table_of_no_rows_has_its_columns(tmp_path):
    assert asked(tmp_path, lambda tables: tables.rows("t", {"a": "DATE"}, []), "SELECT count(a), count(*) FROM t") == [
        (0, 0)
    ]


def test_names_are_only_names(tmp_path):
    names = ['a"b', "c0", "'; DROP", "ü", "a.b"]
    rows = [dict.fromkeys(names, "x")]
    assert asked(tmp_path, lambda tables: tables.rows('t"; x', {}, rows), 'FROM "t""; x"') == [("x",) * 5]


def rejected(folder: Path, *lines: str) -> RunOutput:
    path = folder / "rejected.jsonl"
    path.write_text("".join(line + "\n" for line in lines))
    return RunOutput(path, "r1", "people.csv")


def test_rejected_rows_have_their_reasons_and_their_raw_cells_as_text(tmp_path):
    (tmp_path / "contract.odcs.yaml").write_text(CONTRACT.replace("{name: age,", "{name: age, physicalName: 'a/~ge',"))
    contract = load_contract(tmp_path / "contract.odcs.yaml")
    reason = '{"column": "age", "rule": "type", "message": "must be a whole number", "value": "x"}'
    output = rejected(
        tmp_path,
        f'{{"_run": "root", "_record": 4, "_line": 5, "_reasons": [{reason}], "_raw": null, "_raw_bytes": null, '
        '"_row": {"name": "Dan", "a/~ge": "x", "more": "\\u001b"}}',
        '{"_run": "root", "_record": 5, "_line": 6, "_reasons": [], "_raw": "a,b", "_raw_bytes": "YSxi", "_row": null}',
    )
    rows = asked(
        tmp_path,
        lambda tables: tables.rejected("rejected_people", contract, [output]),
        "SELECT _run, _file, _record, _line, _reasons[1].rule, name, email, age, _raw, _raw_bytes, _row ->> 'more' "
        "FROM rejected_people ORDER BY _record",
    )
    assert rows == [
        ("root", "people.csv", 4, 5, "type", "Dan", None, "x", None, None, "\x1b"),
        ("root", "people.csv", 5, 6, None, None, None, None, "a,b", "YSxi", None),
    ]


def test_where_nothing_was_rejected_the_view_is_empty_and_has_the_same_columns(tmp_path):
    (tmp_path / "contract.odcs.yaml").write_text(CONTRACT)
    contract = load_contract(tmp_path / "contract.odcs.yaml")
    line = '{"_run": "r", "_record": 1, "_line": 2, "_reasons": [], "_raw": null, "_raw_bytes": null, "_row": {}}'
    described = "SELECT column_name, column_type FROM (DESCRIBE rejected_people)"

    def columns(outputs: list[RunOutput]) -> list[tuple[Any, ...]]:
        return asked(tmp_path, lambda tables: tables.rejected("rejected_people", contract, outputs), described)

    found = [columns([]), columns([rejected(tmp_path)]), columns([rejected(tmp_path, line)])]
    assert found[0] == found[1] == found[2]
    assert found[0][:4] == [("_run", "VARCHAR"), ("_file", "VARCHAR"), ("_record", "BIGINT"), ("_line", "BIGINT")]


def test_a_rejected_record_far_over_the_readers_own_limit_is_read(tmp_path):
    (tmp_path / "contract.odcs.yaml").write_text(CONTRACT)
    contract = load_contract(tmp_path / "contract.odcs.yaml")
    long = '{"_run": "r", "_record": 1, "_line": 2, "_reasons": [], "_raw": "%s", "_raw_bytes": null, "_row": null}'
    output = rejected(tmp_path, long % ("x" * 20_000_000))
    question = "SELECT length(_raw) FROM rejected_people"
    assert asked(tmp_path, lambda tables: tables.rejected("rejected_people", contract, [output]), question) == [
        (20_000_000,)
    ]
