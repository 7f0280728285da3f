"""What stands out: each kind of finding once, with rows that add up."""

from __future__ import annotations

from typing import Any

from headgate.core.report.blocks import Notices
from headgate.core.report.unusual import what_stands_out
from tests.core.report.building import finding


def seen_of(found: list[dict[str, Any]]) -> list[tuple[str, list[str], int]]:
    section = what_stands_out(found, {})
    assert section
    (block,) = section.blocks
    assert isinstance(block, Notices)
    return [(one.label, [seen.text for seen in one.items], one.more) for one in block.items]


def test_the_rows_of_a_notice_add_up():
    cells = [{"id": place} for place in range(3)]
    found = [
        finding("prices", "warning", "A costs 9", rows=cells[:2]),
        finding("prices", "warning", "B costs 8", rows=cells[2:]),
    ]
    assert seen_of(found) == [("Prices · 3 rows", ["A costs 9 (2 rows alike)", "B costs 8"], 0)]
    many = [finding("prices", "warning", f"{place} costs 9", rows=cells[:2]) for place in range(13)]
    ((label, items, more),) = seen_of(many)
    assert (label, len(items), more) == ("Prices · 26 rows", 10, 6)


def test_one_finding_of_several_rows_says_so_once():
    found = [finding("prices", "warning", "A costs 9", rows=[{"id": 1}, {"id": 2}])]
    assert seen_of(found) == [("Prices · 2 rows", ["A costs 9"], 0)]


def test_what_is_unlike_earlier_runs_is_said_of_no_rows():
    found = [
        finding("drift_mean", "warning", "The mean of price is higher than usual"),
        finding("drift_mean", "warning", "The mean of age is higher than usual"),
    ]
    assert [label for label, _, _ in seen_of(found)] == ["Unlike earlier runs"]
