"""A profile says what is in each column: the same as counting in plain Python."""

from __future__ import annotations

import json
import math
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headgate.core.analysis import profile as profile_module
from headgate.core.analysis.profile import profile_rows
from headgate.core.analysis.views import Rows, Views
from headgate.core.gate.session import session
from tests.core.analysis.asking import BUDGET, write_rows
from tests.core.analysis.plain_profile import plain_profile

TYPES = {
    "text": "VARCHAR", "whole": "BIGINT", "double": "DOUBLE", "exact": "DECIMAL(38,4)", "day": "DATE",
    "moment": "TIMESTAMP", "clock": "TIME", "flag": "BOOLEAN", 'odd "na\\me"/~,{': "BIGINT",
}  # fmt: skip
FEW = st.integers(-2, 2)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
    | st.sampled_from(["a", "b", "ä" * 101, "\x00", "é"]),
    "whole": FEW | st.integers(-(2**63), 2**63 - 1),
    "double": st.floats(-1e150, 1e150, allow_nan=False).map(lambda value: value + 0.0),
    "exact": st.decimals(-(10**33), 10**33, places=4),
    "day": st.dates(min_value=date(1, 1, 1)),
    "moment": st.datetimes(min_value=datetime(1, 1, 1)).map(lambda moment: moment.replace(fold=0)),
    "clock": st.times().map(lambda clock: clock.replace(fold=0)),
    "flag": st.booleans(),
    'odd "na\\me"/~,{': FEW,
}
ROWS = st.lists(st.fixed_dictionaries({name: st.none() | values for name, values in VALUES.items()}), max_size=30)


def profiled(folder: Path, path: Path | None, types: dict[str, str], sensitive: tuple[str, ...] = ()) -> dict[str, Any]:
    work = folder / f"work{len(list(folder.glob('work*')))}"
    work.mkdir()
    with session(work, BUDGET) as connection:
        Views(connection, Rows(path, types), work).accepted()
        return profile_rows(connection, types, sensitive)


def columns(profile: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {column["name"]: column for column in profile["columns"]}


@settings(max_examples=50)
@given(rows=ROWS)
def test_a_profile_is_what_plain_python_counts(tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]]):
    folder = tmp_path_factory.mktemp("profile")
    found = profiled(folder, write_rows(folder / "accepted.parquet", rows, TYPES), TYPES)
    expected = plain_profile(rows, TYPES)
    for ours, plain in zip(found["columns"], expected["columns"], strict=True):
        scale = max((abs(float(row[ours["name"]] or 0)) for row in rows), default=0) if plain["mean"] is not None else 0
        for key in ("mean", "quantiles"):
            _near(ours.pop(key), plain.pop(key), scale)
    assert found == expected
    json.dumps(found, allow_nan=False)


def _near(ours: Any, plain: Any, scale: float) -> None:
    """Sums of fractions may differ by the order in which they are added up; relative to the largest value."""
    assert (ours is None) == (plain is None)
    pairs = [(ours[key], plain[key]) for key in plain] if isinstance(plain, dict) else [(ours, plain)]
    for one, other in pairs:
        assert one == other or math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-12 * scale)


def test_no_rows_have_a_profile(tmp_path: Path):
    found = profiled(tmp_path, None, TYPES)
    assert found == plain_profile([], TYPES)


def test_beyond_the_limit_different_values_are_estimated_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(profile_module, "MOST_DISTINCT", 1_000)
    path = write_rows(tmp_path / "accepted.parquet", [], {"n": "BIGINT"})
    duckdb.execute(f"COPY (SELECT n FROM range(20000) t(n)) TO '{path}' (FORMAT parquet)")
    (column,) = profiled(tmp_path, path, {"n": "BIGINT"})["columns"]
    assert column["approximate"] == ["distinct"]
    assert column["distinct"] == pytest.approx(20_000, rel=0.1)
    assert column["top"] == []
    assert (column["min"], column["max"], column["mean"]) == (0, 19_999, 9_999.5)


def test_beyond_the_limit_quantiles_are_those_of_a_sample_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(profile_module, "MOST_SORTED", 20_000)
    path = tmp_path / "accepted.parquet"
    duckdb.execute(f"COPY (SELECT n % 1000 AS n FROM range(100000) t(n)) TO '{path}' (FORMAT parquet)")
    (column,) = profiled(tmp_path, path, {"n": "BIGINT"})["columns"]
    assert column["approximate"] == ["quantiles"]
    for name, share in profile_module.QUANTILES.items():
        assert column["quantiles"][name] == pytest.approx(1000 * share, abs=15)
    assert profiled(tmp_path, path, {"n": "BIGINT"})["columns"] == [column]


def test_the_sample_is_of_rows_whatever_a_column_is_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(profile_module, "MOST_SORTED", 100)
    types = {"File_Row_Number": "BIGINT", "n": "BIGINT"}
    path = tmp_path / "accepted.parquet"
    duckdb.execute(f"COPY (SELECT 7 AS File_Row_Number, n FROM range(1000) t(n)) TO '{path}' (FORMAT parquet)")
    same, other = profiled(tmp_path, path, types)["columns"]
    assert set(same["quantiles"].values()) == {7}
    assert other["quantiles"]["p50"] == pytest.approx(500, abs=200)


def test_of_sensitive_columns_no_value_is_named(tmp_path: Path):
    types = {"email": "VARCHAR", "age": "BIGINT", "free": "VARCHAR"}
    rows: list[dict[str, Any]] = [
        {"email": "ann@example.org", "age": 31, "free": "x"},
        {"email": "bob@example.org", "age": None, "free": "y"},
    ]
    path = write_rows(tmp_path / "accepted.parquet", rows, types)
    found = columns(profiled(tmp_path, path, types, ("email", "age")))
    assert (found["email"]["distinct"], found["email"]["nulls"], found["age"]["nulls"]) == (2, 0, 1)
    for name in ("email", "age"):
        assert [found[name][key] for key in ("min", "max", "mean", "quantiles", "top")] == [None, None, None, None, []]
    assert found["free"]["top"] == [{"value": "x", "count": 1}, {"value": "y", "count": 1}]


def test_values_that_are_there_once_are_named_only_when_all_are(tmp_path: Path):
    types = {"few": "BIGINT", "many": "BIGINT", "one_twice": "BIGINT"}
    rows = [{"few": at % 20, "many": at, "one_twice": at or 1} for at in range(30)]
    found = columns(profiled(tmp_path, write_rows(tmp_path / "accepted.parquet", rows, types), types))
    assert [len(found[name]["top"]) for name in types] == [20, 0, 1]
    assert found["one_twice"]["top"] == [{"value": 1, "count": 2}]


def test_values_that_no_number_holds_are_null(tmp_path: Path):
    types = {"n": "DOUBLE"}
    path = write_rows(
        tmp_path / "accepted.parquet", [{"n": float("nan")}, {"n": float("inf")}, {"n": 1e308}, {"n": 1e308}], types
    )
    (column,) = profiled(tmp_path, path, types)["columns"]
    json.dumps(column, allow_nan=False)
    assert column["mean"] is None


def test_a_file_of_very_many_columns_is_profiled(tmp_path: Path):
    types = {f"c{at}": "BIGINT" for at in range(300)}
    path = write_rows(tmp_path / "accepted.parquet", [{name: at for at, name in enumerate(types)}], types)
    found = profiled(tmp_path, path, types)
    assert [column["max"] for column in found["columns"]] == list(range(300))
