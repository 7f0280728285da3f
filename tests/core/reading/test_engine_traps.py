"""What the pinned engine gets wrong when it is used plainly. A test that fails here says that a guard may be dropped.

Each asserts the wrong answer, at the smallest size that shows it, beside the guarded one where a setting is the guard.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

MENDED = "the engine no longer does this: see whether the guard against it ({}) can be dropped, then this test"
GUARDS = "SET disabled_optimizers = 'type_pushdown,in_clause'"


@pytest.fixture
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 2}) as connection:
        yield connection


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.csv"


def read_csv(path: Path, columns: str = "ab", **options: object) -> str:
    """A plain read_csv of texts, nothing sniffed."""
    given = {"auto_detect": False, "header": True, "delim": ",", "quote": '"', "escape": '"'} | options
    listed = ", ".join(f"{name} = {value!r}" for name, value in given.items())
    kinds = ", ".join(f"'{name}': 'VARCHAR'" for name in columns)
    return f"read_csv('{path}', columns = {{{kinds}}}, {listed})"


def scalar(engine: duckdb.DuckDBPyConnection, query: str):
    row = engine.execute(query).fetchone()
    assert row
    return row[0]


def test_t1_try_cast_over_a_csv_column_is_pushed_into_the_reader_and_throws(engine, path):
    path.write_text("a,b\n1,x\nfoo,y\n")
    query = f"SELECT try_cast(a AS INTEGER), b FROM {read_csv(path)}"
    assert outcome(engine, query) == "ConversionException", MENDED.format("type_pushdown")
    engine.execute(GUARDS)
    assert engine.execute(query).fetchall() == [(1, "x"), (None, "y")]


def test_t1_with_store_rejects_the_row_is_gone_without_an_error(engine, path):
    path.write_text("a,b\n1,x\nfoo,y\n")
    query = f"SELECT try_cast(a AS INTEGER), b FROM {read_csv(path, store_rejects=True)}"
    assert engine.execute(query).fetchall() == [(1, "x")], MENDED.format("type_pushdown")


def test_t2_a_list_of_five_literals_loses_the_order_of_rows(engine, path, tmp_path):
    path.write_text("a,b\n" + "".join(f"{number},k{number % 7}\n" for number in range(1_500_000)))
    five, three = ("('k0', 'k1', 'k2', 'k3', 'k4')", "('k0', 'k1', 'k2')")
    attempts = (misplaced(engine, path, tmp_path, five) for _ in range(5))
    assert any(attempts), MENDED.format("in_clause")
    assert misplaced(engine, path, tmp_path, three) == 0
    engine.execute(GUARDS)
    assert misplaced(engine, path, tmp_path, five) == 0


def misplaced(engine: duckdb.DuckDBPyConnection, path: Path, folder: Path, literals: str) -> int:
    engine.execute(
        f"COPY (SELECT a, b IN {literals} AS ok FROM {read_csv(path)}) TO '{folder}/o.parquet' (FORMAT parquet)"
    )
    rows = f"read_parquet('{folder}/o.parquet', file_row_number = true)"
    return scalar(engine, f"SELECT count(*) FROM {rows} WHERE a::BIGINT <> file_row_number")


def test_t3_store_rejects_loses_good_rows_and_rejects_behind_a_long_malformed_run(engine, path):
    bad = "row with two cells, not with three\n" * 300_000
    path.write_text("a,b,c\n" + "1,good,x\n" * 1000 + bad + "1,end,x\n" * 10)
    engine.execute(f"CREATE TABLE good AS FROM {read_csv(path, 'abc', store_rejects=True)}")
    rejected = scalar(engine, "SELECT count(DISTINCT line) FROM reject_errors")
    assert scalar(engine, "SELECT count(*) FROM good") < 1010, MENDED.format("the framer")
    assert rejected < 300_000, MENDED.format("the framer")


def test_t4_what_is_malformed_depends_on_the_columns_asked_for(engine, path):
    path.write_bytes(b"a,b\n1,x\n2,\xff\n")
    rows = read_csv(path, store_rejects=True)
    counted, read = scalar(engine, f"SELECT count(*) FROM {rows}"), len(engine.execute(f"FROM {rows}").fetchall())
    assert (counted, read) == (2, 1), MENDED.format("the framer")


def test_t6_null_padding_makes_short_rows_whole(engine, path):
    path.write_text("a,b\n1\n2,y\n")
    rows = engine.execute(f"FROM {read_csv(path, null_padding=True)}").fetchall()
    assert rows == [("1", None), ("2", "y")], MENDED.format("null_padding = false")


def test_t6_one_open_quote_swallows_the_rest_of_the_file(engine, path):
    path.write_text('a,b,c\n1,2,3\n4,"x\n5,6,7\n8,9,10\n')
    padded = engine.execute(f"FROM {read_csv(path, 'abc', null_padding=True, strict_mode=False)}").fetchall()
    assert padded == [("1", "2", "3"), ("4", "x\n5,6,7\n8,9,10", None)], MENDED.format("the framer")
    rejecting = engine.execute(f"FROM {read_csv(path, 'abc', store_rejects=True)}").fetchall()
    assert rejecting == [("1", "2", "3")], MENDED.format("the framer")


def test_t6_without_strict_mode_extra_fields_are_dropped(engine, path):
    path.write_text("a,b\n1,x,lost\n")
    rows = engine.execute(f"FROM {read_csv(path, strict_mode=False)}").fetchall()
    assert rows == [("1", "x")], MENDED.format("strict_mode = true")


def test_t7_columns_are_bound_by_position_whatever_the_header_says(engine, path):
    path.write_text("b,a\nthis is b,this is a\n")
    assert scalar(engine, f"SELECT a FROM {read_csv(path)}") == "this is b", MENDED.format("the header check")


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("4.5", "INTEGER", "5"), ("1e3", "INTEGER", "1000"), ("0x10", "INTEGER", "16"), ("1_000", "INTEGER", "1000"),
        (" 4 ", "INTEGER", "4"), ("nan", "DOUBLE", "nan"), ("inf", "DOUBLE", "inf"), ("1e400", "DOUBLE", "inf"),
        ("1_0.5", "DOUBLE", "10.5"), ("1.005", "DECIMAL(10, 2)", "1.01"), ("2024-1-5", "DATE", "2024-01-05"),
        ("2024/01/05", "DATE", "2024-01-05"), ("2024-01-05 10:00:00", "DATE", "2024-01-05"), ("epoch", "DATE", "1970-01-01"),
        ("infinity", "DATE", "infinity"), ("yes", "BOOLEAN", "true"), ("t", "BOOLEAN", "true"),
        ("2024-01-05", "TIMESTAMP", "2024-01-05 00:00:00"),
    ],
)  # fmt: skip
def test_t9_a_cast_accepts_more_than_the_type_says(engine, text, kind, value):
    found = engine.execute(f"SELECT try_cast(?::VARCHAR AS {kind})::VARCHAR", [text]).fetchall()
    assert found == [(value,)], MENDED.format("the pattern before the cast")


def test_t9_a_timestamp_without_zone_drops_the_offset_it_is_given(engine):
    found = scalar(engine, "SELECT try_cast('2024-01-05T10:00:00+02:00' AS TIMESTAMP)::VARCHAR")
    assert found == "2024-01-05 10:00:00", MENDED.format("the pattern before the cast")


@pytest.mark.parametrize(("row", "cells"), [(' "a",c', ("a", "c")), ('"a" ,c', ("a", "c"))])
def test_white_space_around_quotes_is_swallowed(engine, path, row, cells):
    path.write_text(f"a,b\n{row}\n")
    rows = engine.execute(f"FROM {read_csv(path, strict_mode=True)}").fetchall()
    assert rows == [cells], MENDED.format("rows rewritten by the framer")


def test_a_carriage_return_in_a_quoted_cell_of_the_first_line_needs_new_line_to_be_said(engine, path):
    path.write_bytes(b'"x\ry",1\n"z",2\n')
    plain = read_csv(path, header=False)
    assert outcome(engine, f"FROM {plain}") == "InvalidInputException", MENDED.format("new_line = '\\n'")
    said = plain.replace("header = False", "header = False, new_line = '\\n'")
    assert outcome(engine, f"FROM {said}") == [("x\ry", "1"), ("z", "2")]


def test_two_kinds_of_line_breaks_end_the_query(engine, path):
    path.write_bytes(b"a,b\n1,2\r\n3,4\n")
    assert outcome(engine, f"FROM {read_csv(path)}") == "InvalidInputException", MENDED.format("the clean copy")


def test_a_carriage_return_in_an_unquoted_line_ends_the_query_even_when_new_line_is_said(engine, path):
    path.write_bytes(b'{"a":\r1}\n{"b":2}\n')
    options = "auto_detect = false, header = false, delim = '\x01', quote = '', escape = '', new_line = '\\n'"
    found = outcome(engine, f"FROM read_csv('{path}', columns = {{'line': 'VARCHAR'}}, {options})")
    assert found != [('{"a":\r1}',), ('{"b":2}',)], MENDED.format("lines rewritten by the framer")


def test_a_byte_order_mark_is_taken_off_the_first_cell_of_a_file_without_header(engine, path):
    path.write_text("\ufeff1,x\n2,y\n")
    rows = engine.execute(f"FROM {read_csv(path, header=False)}").fetchall()
    assert rows == [("1", "x"), ("2", "y")], MENDED.format("the mark at the start of the clean copy")


def test_blank_lines_are_skipped_without_a_word(engine, path):
    path.write_text("a,b\n1,x\n\n2,y\n")
    assert len(engine.execute(f"FROM {read_csv(path)}").fetchall()) == 2, MENDED.format("the framer")


def outcome(engine: duckdb.DuckDBPyConnection, query: str):
    try:
        return engine.execute(query).fetchall()
    except duckdb.Error as error:
        return type(error).__name__


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-inf", '{"a": nan}', "[1,]", '{"a": 1,}'])
def test_json_valid_accepts_what_is_no_json(engine, text):
    found = engine.execute("SELECT json_valid(?)", [text]).fetchall()
    assert found == [(True,)], MENDED.format("the suspicion of the JSON Lines framer")


def test_json_valid_accepts_a_key_twice(engine):
    assert scalar(engine, """SELECT json_valid('{"a": 1, "a": 2}')"""), MENDED.format("the fault duplicate_key")


@pytest.mark.parametrize(("number", "text"), [("1.10", "1.1"), ("1e5", "100000.0")])
def test_json_does_not_keep_the_text_of_a_number(engine, number, text):
    found = engine.execute("SELECT json_extract_string(?, '$.a')", [f'{{"a": {number}}}']).fetchall()
    assert found == [(text,)], MENDED.format("the raw text of rejected JSON rows")


def test_json_functions_fail_the_whole_query_for_one_text_that_is_no_json(engine):
    query = "SELECT json_type(t) FROM (VALUES ('{}'), ('nope')) v(t)"
    assert outcome(engine, query) == "InvalidInputException", MENDED.format("json_valid asked first")
