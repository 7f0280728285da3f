"""Accepted rows come back as they were, from whatever format they were written in."""

from __future__ import annotations

import json
import tempfile
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headgate.core.accepted_rows import PATH, accepted_groups, accepted_types, no_rows, stream, united
from headgate.core.contract.load import load_contract
from headgate.core.errors import Place, UserMistake
from headgate.core.gate import sql
from headgate.core.gate.session import Budget, session
from headgate.core.gate.split import ACCEPTED_FORMATS

TYPES = {
    "text": "VARCHAR", "whole": "BIGINT", "large": "HUGEINT", "double": "DOUBLE", "exact": "DECIMAL(38,4)",
    "tiny": "DECIMAL(38,30)", "day": "DATE", "moment": "TIMESTAMP", "clock": "TIME", "flag": "BOOLEAN",
    'odd "na\\me"/~,{': "DECIMAL(20,3)",
}  # fmt: skip
MOMENTS = st.datetimes(min_value=datetime(1, 1, 1)).map(lambda moment: moment.replace(fold=0))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1) | st.sampled_from(
    ['","exact":7,"', '{"exact":1.5}', '"', "\\", "a\nb\r\n", "NULL", "\x00", "x" * 5000]
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXTS,
    "whole": st.integers(-(2**63), 2**63 - 1),
    "large": st.integers(-(2**127) + 1, 2**127 - 1),
    "double": st.floats(allow_nan=False, allow_infinity=False),
    "exact": st.decimals(-(10**33), 10**33, places=4),
    "tiny": st.decimals(-(10**7), 10**7, places=30) | st.just(Decimal("1E-30")),
    "day": st.dates(min_value=date(1, 1, 1)),
    "moment": MOMENTS,
    "clock": st.times().map(lambda clock: clock.replace(fold=0)),
    "flag": st.booleans(),
    'odd "na\\me"/~,{': st.decimals(-(10**16), 10**16, places=3),
}
ROWS = st.lists(st.fixed_dictionaries({name: st.none() | values for name, values in VALUES.items()}), max_size=4)


def literal(value: Any, kind: str) -> str:
    if value is None:
        return f"NULL::{kind}"
    parts = " || ".join(["''"] + [f"chr({ord(c)})" for c in value]) if kind == "VARCHAR" and len(value) < 99 else ""
    return parts or f"CAST({sql.text(value)} AS {kind})"


def write(path: Path, rows: list[dict[str, Any]], types: dict[str, str] = TYPES) -> Path:
    """As the gate writes accepted rows."""
    query = no_rows(types).select.replace(f", NULL::VARCHAR AS {PATH}", "")
    for row in rows:
        picked = ", ".join(f"{literal(row[name], kind)} AS {sql.name(name)}" for name, kind in types.items())
        query += f" UNION ALL SELECT {picked}"
    duckdb.execute(f"COPY ({query}) TO {sql.text(path)} {ACCEPTED_FORMATS[path.suffix[1:]]}")
    return path


def read(work: Path, *paths: Path, types: dict[str, str] = TYPES) -> list[dict[str, Any]]:
    with session(work, Budget()) as connection:
        groups = [no_rows(types), *accepted_groups(connection, paths, types)]
        return list(stream(connection, f"SELECT * EXCLUDE ({PATH}) FROM ({united(groups)})"))


def exactly(row: dict[str, Any]) -> dict[str, str]:
    """True is not 1, and 1.0 not 1.00."""
    return {name: repr(row[name]) for name in TYPES}


@pytest.mark.parametrize("suffix", ["parquet", "csv", "jsonl"])
@settings(max_examples=30)
@given(rows=ROWS)
def test_every_value_of_every_type_survives_every_format(suffix, rows):
    # Parquet has no integers of more than 64 bits: the engine writes them as DOUBLE.
    rows = [row | {"large": None} for row in rows] if suffix == "parquet" else rows
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        found = read(work, write(work / f"accepted.{suffix}", rows))
    assert [exactly(row) for row in found] == [exactly(row) for row in rows]


@pytest.mark.parametrize("suffix", ["parquet", "csv", "jsonl"])
def test_a_single_column_keeps_its_missing_values(tmp_path, suffix):
    rows: list[dict[str, Any]] = [{"only": "a"}, {"only": None}, {"only": "b"}, {"only": None}]
    path = write(tmp_path / f"accepted.{suffix}", rows, {"only": "VARCHAR"})
    assert read(tmp_path, path, types={"only": "VARCHAR"}) == rows


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_a_record_far_over_the_readers_own_limit_is_read(tmp_path, suffix):
    rows = [{"text": "a\n" * 9_000_000, "n": 1}, {"text": "b", "n": 2}]
    path = tmp_path / f"accepted.{suffix}"
    duckdb.execute(
        f"COPY (SELECT repeat('a' || chr(10), 9000000) AS text, 1 AS n UNION ALL SELECT 'b', 2) TO {sql.text(path)} "
        f"{ACCEPTED_FORMATS[suffix]}"
    )
    assert read(tmp_path, path, types={"text": "VARCHAR", "n": "BIGINT"}) == rows


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
@pytest.mark.parametrize(
    ("written", "values", "now"),
    [
        ("VARCHAR", ["ten", "11"], "BIGINT"),
        ("DOUBLE", [4.5, 5.0], "BIGINT"),
        ("DECIMAL(8,4)", [Decimal("1.2390")], "DECIMAL(8,2)"),
        ("TIMESTAMP", [datetime(2026, 1, 2, 3, 4)], "DATE"),
        ("BIGINT", [1, 0], "BOOLEAN"),
    ],
)
def test_a_column_whose_type_changed_is_text_where_the_new_type_would_lose_something(
    tmp_path, suffix, written, values, now
):
    path = write(tmp_path / f"accepted.{suffix}", [{"v": value} for value in values], {"v": written})
    with session(tmp_path, Budget()) as connection:
        (group,) = accepted_groups(connection, [path], {"v": now})
        assert group.columns == {"v": "VARCHAR"}
        assert connection.execute(f"SELECT count(v), count(*) FROM ({group.select})").fetchone() == (
            len(values), len(values),
        )  # fmt: skip


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_a_column_whose_new_type_holds_every_old_value_has_the_new_type(tmp_path, suffix):
    path = write(tmp_path / f"accepted.{suffix}", [{"v": 5}, {"v": None}], {"v": "BIGINT"})
    assert read(tmp_path, path, types={"v": "DOUBLE"}) == [{"v": 5.0}, {"v": None}]
    assert read(tmp_path, path, types={"v": "DECIMAL(9,2)"}) == [{"v": Decimal("5.00")}, {"v": None}]


@pytest.mark.parametrize("suffix", ["parquet", "csv", "jsonl"])
def test_files_with_other_columns_are_united_by_name(tmp_path, suffix):
    old = write(tmp_path / f"old.{suffix}", [{"a": 1, "b": "x"}], {"a": "BIGINT", "b": "VARCHAR"})
    new = write(tmp_path / f"new.{suffix}", [{"c": True, "a": 2}], {"c": "BOOLEAN", "a": "BIGINT"})
    found = read(tmp_path, old, new, types={"a": "BIGINT", "c": "BOOLEAN"})
    assert sorted(found, key=lambda row: row["a"]) == [{"a": 1, "b": "x", "c": None}, {"a": 2, "b": None, "c": True}]
    assert list(found[0]) == ["a", "c", "b"]


def test_formats_can_be_mixed_and_types_without_anything_in_common_become_text(tmp_path):
    paths = [
        write(tmp_path / "a.parquet", [{"v": date(2026, 1, 2), "n": 1}], {"v": "DATE", "n": "BIGINT"}),
        write(tmp_path / "b.parquet", [{"v": 7, "n": Decimal("1.5")}], {"v": "BIGINT", "n": "DECIMAL(4,1)"}),
        write(tmp_path / "c.jsonl", [{"v": time(1, 2), "n": 2}], {"v": "TIME", "n": "BIGINT"}),
        write(tmp_path / "d.csv", [{"v": True, "n": 3}], {"v": "BOOLEAN", "n": "BIGINT"}),
    ]
    found = read(tmp_path, *paths, types={"v": "DATE", "n": "BIGINT"})
    assert sorted(row["v"] for row in found) == ["01:02:00", "2026-01-02", "7", "true"]
    assert sorted(row["n"] for row in found) == [1, Decimal("1.5"), 2, 3]


@pytest.mark.parametrize("suffix", ["parquet", "csv", "jsonl"])
def test_a_path_is_only_a_path_and_says_where_a_row_came_from(tmp_path, suffix):
    folder = tmp_path / "it's [a] {*} ?folder"
    folder.mkdir()
    path = write(folder / f"accepted.{suffix}", [{"v": 1}], {"v": "BIGINT"})
    with session(tmp_path, Budget()) as connection:
        (group,) = accepted_groups(connection, [path], {"v": "BIGINT"})
        assert connection.execute(f"SELECT {PATH} FROM ({group.select})").fetchall() == [(str(path.resolve()),)]


def test_an_empty_file_of_lines_is_in_no_group(tmp_path):
    (tmp_path / "accepted.jsonl").touch()
    assert read(tmp_path, tmp_path / "accepted.jsonl") == []


def test_the_types_are_those_of_the_contract_and_of_what_the_expressions_give(tmp_path):
    contract = load_contract(_contract(tmp_path))
    derive = {"total": "whole * exact", "who": "_run", "at": "_claimed_at", "nothing": "NULL", "up": "upper(text)"}
    assert accepted_types(contract, derive, Place("pipeline.yaml")) == {
        "text": "VARCHAR", "whole": "BIGINT", "double": "DOUBLE", "exact": "DECIMAL(12,2)", "day": "DATE",
        "moment": "TIMESTAMP", "clock": "TIME", "flag": "BOOLEAN", "thing": "VARCHAR", "total": "DECIMAL(31,2)",
        "who": "VARCHAR", "at": "TIMESTAMP", "nothing": "VARCHAR", "up": "VARCHAR",
    }  # fmt: skip


def test_an_expression_that_the_engine_refuses_is_the_users_mistake(tmp_path):
    contract = load_contract(_contract(tmp_path))
    with pytest.raises(UserMistake) as caught:
        accepted_types(contract, {"x": "upper(day) + flag"}, Place("pipeline.yaml", 3))
    assert str(caught.value.where) == "pipeline.yaml:3"


def _contract(folder: Path) -> Path:
    kinds = {
        "text": "string", "whole": "integer", "double": "number", "exact": "number", "day": "date", "moment": "timestamp",
        "clock": "time", "flag": "boolean", "thing": "object",
    }  # fmt: skip
    columns = [{"name": name, "logicalType": kind} for name, kind in kinds.items()]
    columns[3]["physicalType"] = "DECIMAL(12,2)"
    document = {
        "apiVersion": "v3.1.0", "kind": "DataContract", "id": "t", "version": "1.0.0",
        "schema": [{"name": "t", "properties": columns}],
    }  # fmt: skip
    path = folder / "contract.odcs.yaml"
    path.write_text(json.dumps(document))
    return path
