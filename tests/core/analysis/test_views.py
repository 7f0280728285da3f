"""The rows that queries see: those of this run as promised, and those of earlier ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from headgate.core.analysis.views import Rows
from tests.core.analysis.asking import SALES, TYPES, Asking, write_rows


@pytest.fixture(params=["few rows", "many rows"], autouse=True)
def size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few rows are held by the engine, many are read from a file: what a query sees is the same."""
    if request.param == "many rows":
        monkeypatch.setattr("headgate.core.analysis.views.SMALL", -1)


@pytest.fixture
def asking(tmp_path: Path) -> Asking:
    return Asking(tmp_path)


ALL = "SELECT *, typeof(price) AS price_type, typeof(day) AS day_type FROM accepted ORDER BY price"


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_rows_are_the_same_whatever_format_they_were_written_in(asking: Asking, ending: str):
    parquet = asking.answer(ALL)
    asking.sales(ending=ending)
    assert asking.answer(ALL) == parquet
    assert len(parquet) == 3


@pytest.mark.parametrize("ending", ["parquet", "csv", "jsonl"])
def test_no_rows_are_an_empty_table(asking: Asking, ending: str):
    asking.sales([], ending=ending)
    assert asking.answer("SELECT count(*) AS n, sum(price) AS paid FROM accepted") == [{"n": 0, "paid": None}]
    assert asking.analyze().profile["rows"] == 0


def test_only_the_columns_that_were_promised_are_there(asking: Asking, tmp_path: Path):
    """Of a run under another contract, one column is gone, one has another type, one is too much."""
    types = {"brand": "VARCHAR", "price": "VARCHAR", "extra": "VARCHAR"}
    rows = [{"brand": "A", "price": "1.5", "extra": "x"}, {"brand": "B", "price": "cheap", "extra": "y"}]
    asking.rows = Rows(write_rows(tmp_path / "other.parquet", rows, types), TYPES)
    assert asking.answer("SELECT * FROM accepted ORDER BY brand") == [
        {"brand": "A", "price": 1.5, "day": None, "pieces": None, "review": None},
        {"brand": "B", "price": None, "day": None, "pieces": None, "review": None},
    ]


def test_a_column_may_have_any_name(asking: Asking, tmp_path: Path):
    types = dict.fromkeys(("file_row_number", "rowid", 'od"d', "filename", "select", "accepted"), "BIGINT")
    asking.rows = Rows(write_rows(tmp_path / "odd.parquet", [dict.fromkeys(types, 7)], types), types)
    assert asking.answer("SELECT * FROM accepted") == [dict.fromkeys(types, 7)]
    assert [column["mean"] for column in asking.analyze().profile["columns"]] == [7.0] * 6


def test_a_file_name_is_no_pattern(asking: Asking, tmp_path: Path):
    asking.rows = Rows(write_rows(tmp_path / "odd [a]*'s" / "accepted.parquet", SALES, TYPES), TYPES)
    write_rows(tmp_path / "odd a's" / "accepted.parquet", SALES, TYPES)
    assert asking.answer("SELECT count(*) AS n FROM accepted") == [{"n": 3}]


def test_history_says_which_run_a_row_is_from(asking: Asking):
    asking.sales(history=asking.earlier(SALES[:1], SALES[1:2]))
    found = asking.answer("-- history: 5\nSELECT _run, _at, brand FROM history ORDER BY _at")
    assert found == [
        {"_run": "r1", "_at": "2024-01-01T00:00:00", "brand": "Oppo"},
        {"_run": "r2", "_at": "2024-01-02T00:00:00", "brand": "Apple"},
    ]


def test_history_has_the_columns_and_types_of_today(asking: Asking):
    old = {"brand": "VARCHAR", "price": "VARCHAR", "gone": "VARCHAR"}
    asking.sales(history=asking.earlier([{"brand": "A", "price": "1.25"}, {"brand": "B", "price": "cheap"}], types=old))
    found = asking.answer("-- history: 1\nSELECT * EXCLUDE (_run, _at) FROM history ORDER BY brand")
    assert found == [
        {"brand": "A", "price": 1.25, "day": None, "pieces": None, "review": None},
        {"brand": "B", "price": None, "day": None, "pieces": None, "review": None},
    ]


def test_history_may_be_of_several_formats(asking: Asking, tmp_path: Path):
    given = asking.earlier(SALES, SALES, SALES)
    changed = write_rows(tmp_path / "r2.csv", SALES[:2], TYPES)
    asking.sales(history=(given[0], type(given[1])(changed, "r2", given[1].at), given[2]))
    assert asking.answer("-- history: 3\nSELECT _run, count(*) AS n, sum(price) AS paid FROM history GROUP BY _run ORDER BY _run") == [
        {"_run": "r1", "n": 3, "paid": 2199.75}, {"_run": "r2", "n": 2, "paid": 2099.5}, {"_run": "r3", "n": 3, "paid": 2199.75},
    ]  # fmt: skip


def test_outputs_that_are_gone_are_left_out_and_counted(asking: Asking):
    history = asking.earlier(SALES, SALES, SALES)
    history[1].path.unlink()
    asking.sales(history=history)
    assert asking.answer("-- history: 20\nSELECT count(*) AS n FROM history") == [{"n": 6}]
    assert asking.analyze().notes["history"] == {"asked": 20, "found": 2, "missing": 1}


def test_without_earlier_runs_history_is_empty(asking: Asking):
    assert asking.answer("-- history: 20\nSELECT count(*) AS n FROM history") == [{"n": 0}]
    assert asking.analyze().notes["history"] == {"asked": 20, "found": 0, "missing": 0}


def test_a_column_called_at_stays_the_senders(asking: Asking, tmp_path: Path):
    types = {"_at": "BIGINT"}
    path = write_rows(tmp_path / "at.parquet", [{"_at": 5}], types)
    asking.rows = Rows(path, types, history=[type(asking.earlier(SALES)[0])(path, "r1", asking.earlier(SALES)[0].at)])
    assert asking.answer("-- history: 1\nSELECT _at, _run FROM history") == [{"_at": 5, "_run": "r1"}]
