"""A pipeline's folder says what is asked of its rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from headgate.core.analysis.queries import Queries, read_queries
from headgate.core.errors import UserMistake
from tests.core.analysis.asking import Asking


def test_files_are_read_by_name_and_nothing_else_is(tmp_path: Path):
    asking = Asking(tmp_path)
    for name in ("b", "a"):
        asking.fact("-- history: 3\nSELECT 1", name)
    asking.finding("-- history: 7\nSELECT 1", "c")
    (tmp_path / "analysis" / "narrative.yaml").write_text("x")
    (tmp_path / "analysis" / ".hidden.sql").write_text("x")
    found = read_queries(tmp_path)
    assert [(query.name, query.kind) for query in found] == [("a", "fact"), ("b", "fact"), ("c", "finding")]
    assert found.history == 7


def test_a_report_knows_which_sql_asks_for_more_than_the_accepted_rows(tmp_path: Path):
    asking = Asking(tmp_path)
    asking.fact("SELECT name FROM accepted", "alone")
    asking.fact("-- history: 3\nSELECT name FROM history", "earlier")
    asking.fact("SELECT Sentiment (name) AS s FROM accepted", "feeling")
    found = {query.name: query.shown.rows_suffice for query in read_queries(tmp_path)}
    assert found == {"alone": True, "earlier": False, "feeling": False}


def test_a_folder_without_analysis_asks_nothing(tmp_path: Path):
    assert read_queries(tmp_path) == Queries()
    assert not read_queries(tmp_path)
    assert read_queries(tmp_path).history == 0


@pytest.mark.parametrize("name", ["Sales", "2024", "a-b", "a b", "é"])
def test_a_name_that_no_fact_can_have_is_refused(tmp_path: Path, name: str):
    path = Asking(tmp_path).fact("SELECT 1", name)
    with pytest.raises(UserMistake, match="can't be the name of a fact") as raised:
        read_queries(tmp_path)
    assert raised.value.where is not None
    assert raised.value.where.file == str(path)


def test_the_names_of_headgates_own_findings_are_taken(tmp_path: Path):
    Asking(tmp_path).finding("SELECT 1", "drift_mean")
    with pytest.raises(UserMistake, match="names that begin with drift_"):
        read_queries(tmp_path)


@pytest.mark.parametrize(("data", "said"), [(b"SELECT '\xff'", "not UTF-8"), (b"-" * 20_001, "longer than 20,000")])
def test_a_file_that_is_no_short_text_is_refused(tmp_path: Path, data: bytes, said: str):
    Asking(tmp_path).fact("").write_bytes(data)
    with pytest.raises(UserMistake, match=said):
        read_queries(tmp_path)


def test_a_byte_order_mark_is_no_part_of_the_sql(tmp_path: Path):
    Asking(tmp_path).fact("\ufeff-- title: A\nSELECT 1")
    (query,) = read_queries(tmp_path).facts
    assert (query.header.title, query.sql[:2]) == ("A", "--")


def test_a_chart_that_is_none_is_refused_with_its_line(tmp_path: Path):
    Asking(tmp_path).fact("-- title: A\n-- chart: cake x=a y=b\nSELECT 1")
    (query,) = read_queries(tmp_path).facts
    with pytest.raises(UserMistake, match="there is no chart 'cake'") as raised:
        _ = query.shown
    assert raised.value.where is not None
    assert raised.value.where.line == 2
