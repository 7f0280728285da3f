"""Which columns of a table there is room for."""

from __future__ import annotations

from headgate.core.report.blocks import Column, Table
from headgate.core.report.fitting import columns_within, left_out, widths

TABLE = Table(
    (Column("Brand name"), Column("N", True), Column("Remark")),
    (("Oppo", "1,234", "x" * 90), ("Sony", "5", "-")),
    more=2,
)


def test_a_column_is_as_wide_as_its_cells_or_the_longest_word_of_its_head():
    assert widths(TABLE) == [5, 5, 26]
    assert widths(Table((Column(""),), ())) == [1]


def test_columns_are_taken_from_the_left_and_two_always():
    assert columns_within(TABLE, 12, lambda width: width + 1) == 2
    assert columns_within(TABLE, 38, lambda width: width + 1) == 2
    assert columns_within(TABLE, 39, lambda width: width + 1) == 3
    assert columns_within(TABLE, 0, lambda width: width + 1) == 2


def test_what_is_left_out_is_said():
    assert left_out(TABLE, 1, 2, " on the web page") == "3 more rows and 1 more column on the web page"
    assert left_out(TABLE, 2, 3, "") == "2 more rows"
    assert left_out(Table(TABLE.columns, TABLE.rows), 2, 3, "") == ""
