"""Which columns of a table there is room for."""

from __future__ import annotations

from headgate.core.report.blocks import Column, Table
from headgate.core.report.fitting import columns_within, left_out, widths
from headgate.core.report.letters import text_width

TABLE = Table(
    (Column("Brand name"), Column("N", True), Column("Remark")),
    (("Oppo", "1,234", "x" * 90), ("Sony", "5", "-")),
    more=2,
)


def test_a_column_is_as_wide_as_its_cells_or_the_longest_word_of_its_head():
    assert widths(TABLE) == [5, 5, 26]
    assert widths(Table((Column(""),), ())) == [1]


def test_columns_are_taken_from_the_left_and_two_always():
    assert [columns_within(TABLE, room, 1) for room in (0, 12, 38, 39)] == [2, 2, 2, 3]
    assert [columns_within(TABLE, room, 1, least=1) for room in (0, 6, 11, 12)] == [1, 1, 1, 2]


def test_wide_letters_need_more_room():
    assert text_width("WWW") > text_width("EEE") > text_width("eee")
    assert text_width("日本") == 2
    assert widths(TABLE, lambda text: 2 * len(text)) == [10, 10, 52]


def test_what_is_left_out_is_said():
    assert left_out(TABLE, 1, 2, " on the web page") == "3 more rows and 1 more column on the web page"
    assert left_out(TABLE, 2, 3, "") == "2 more rows"
    assert left_out(Table(TABLE.columns, TABLE.rows), 2, 3, "") == ""
