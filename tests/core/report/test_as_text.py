"""A report as plain text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from headgate.core.report.as_text import WIDTH, plain_text
from headgate.core.report.blocks import Card, Cards, Chart, Column, Point, Points, Report, Section, Table
from headgate.core.report.run_report import run_report
from tests.core.report.building import CORRELATION, RUN
from tests.core.report.documents import EVERY, file_intake, orders, smartphone_sales, stocks


def text(report: Report) -> str:
    return plain_text(report)


@pytest.mark.parametrize("make", EVERY)
def test_no_line_is_too_long_but_what_is_to_be_copied(make):
    for line in text(run_report(make())).splitlines():
        assert len(line) <= WIDTH or line.strip().startswith(("accepted/", "rejected/", "https://"))


@pytest.mark.parametrize("make", EVERY)
def test_it_says_what_the_report_says(make):
    report = run_report(make())
    said = " ".join(text(report).split())
    for section in report.sections:
        if section.folded:
            continue
        assert section.title in said or section.title.upper() in said
        for block in section.blocks:
            if isinstance(block, Table):
                assert " ".join(block.rows[0][:2]).strip() in said
            assert isinstance(block, Chart) or block.kind in ("figures", "shares", "table", "pairs", "notices", "prose", "points",
                                                              "cards", "examples", "steps")  # fmt: skip


def test_it_reads_from_top_to_bottom():
    said = text(run_report(orders()))
    assert said.startswith(
        "Orders\n======\n\nAll 3,345 rows were accepted\norders_monday.csv · 181.2 KB · 17 Sep 2025, 14:03 UTC\nAccepted\n\n"
        "WHAT CAME\n  Rows      3,345\n  Accepted  3,345 (100%)\n  Rejected  0 (0%)\n  No row was rejected.\n\nIN SHORT\n"
    )
    assert said.endswith(f"  Run                 {RUN}\n  Correlation id      {CORRELATION}\n")


def test_numbers_stand_below_each_other():
    said = text(run_report(stocks()))
    assert (
        "Each stock on its latest day\n"
        "          Latest\n"
        "  Symbol   close  Trend  Momentum  Volatility  Change  Mean volume\n"
        "  AAPL    235.89  down       1.71        2.35   -1.6%   59,571,389\n"
    ) in said
    assert "\n  3 more columns\n" in said


def test_findings_and_statements_carry_their_weight():
    said = text(run_report(smartphone_sales()))
    assert (
        "  CRITICAL  Unlike earlier runs\n    More rows were rejected than usual\n      expected 0.8% to 2.4%; observed 5.9%\n"
        in said
    )
    assert "    899 USD. (high, Price)" in said or "USD. (high, Price)" in said


def test_how_to_mend_stands_whole_on_lines_of_its_own():
    assert f"\n     rejected/smartphone_sales/{RUN}/rejected.csv\n" in text(run_report(smartphone_sales()))
    assert "\n     headgate put rejected.csv -p smartphone_sales\n" in text(run_report(smartphone_sales()))


def test_a_wide_cell_is_broken_into_lines_of_its_column():
    from headgate.core.report.as_text import _table

    table = Table((Column("Rows", True), Column("Reason")), (("7", "word " * 30),))
    lines = _table(table)
    assert lines[1].startswith("     7  word word")
    assert all(line.startswith("        word") for line in lines[2:])
    assert max(map(len, lines)) <= WIDTH


def test_long_lists_end_with_how_many_more_there_are():
    points = tuple(Point(f"point {n}") for n in range(15))
    cards = tuple(Card(f"E{n}", "text", ()) for n in range(13))
    made = replace(run_report(orders()), sections=(Section("x", "X", (Points(points), Cards(cards))),))
    said = text(made)
    assert "point 11\n  and 3 more\n" in said
    assert "E11: text\n  and 1 more\n" in said
    assert "point 12" not in said


def test_a_picture_without_a_table_is_told_in_words():
    said = text(run_report(file_intake()))
    expected = "plan.png               4.2 KB\n  visits.csv             790 bytes\n  visits.csv (this one)  826 bytes\n"
    assert f"Its size beside the files before it\n  {expected}" in said
