"""A report as a web page in one file."""

from __future__ import annotations

import base64
import json
import re
from functools import cache
from hashlib import sha256

import pytest

from headgate.core.report.as_page import page_html
from headgate.core.report.header import Shown
from headgate.core.report.input import ReportInput
from headgate.core.report.run_report import run_report
from tests.core.report.building import analysis, given, manifest
from tests.core.report.documents import EVERY, file_intake, smartphone_sales, stocks
from tests.core.report.reading import Read


@cache
def page(make=smartphone_sales) -> str:
    """Each drawn once: the tests ask different things of the same pages."""
    return page_html(run_report(make()))


@cache
def seen(make=smartphone_sales) -> Read:
    return Read.of(page(make))


def policy(html: str) -> str:
    (found,) = [
        meta["content"]
        for meta in Read.of(html[:3000]).named("meta")
        if meta.get("http-equiv") == "Content-Security-Policy"
    ]
    return found


def scripts(html: str) -> list[str]:
    return re.findall(r"<script[^>]*>(.*?)</script>", html, re.S)


@pytest.mark.parametrize("make", EVERY)
def test_it_loads_nothing_from_anywhere(make):
    read = seen(make)
    for _, attributes in read.tags:
        for name in ("src", "href", "action", "data", "srcset", "poster", "background"):
            value = attributes.get(name, "")
            assert (
                not value
                or value.startswith("data:image/svg+xml;base64,")
                or value == "https://files.example.com/accepted.jsonl"
            )
    assert not read.named("link") + read.named("iframe") + read.named("object") + read.named("base")


def test_only_its_own_scripts_may_run():
    html = page(stocks)
    allowed = re.findall(r"'sha256-([^']+)'", policy(html))
    assert allowed == [base64.b64encode(sha256(text.encode()).digest()).decode() for text in scripts(html)]
    assert policy(html).startswith("default-src 'none'; ")
    assert "unsafe-eval" not in policy(html)


def test_a_page_whose_only_picture_is_still_needs_no_script():
    html = page(file_intake)
    assert scripts(html) == []
    assert "script-src" not in policy(html)
    assert html.count("<img") == 2
    assert len(html) < 40_000


def test_its_size_is_the_library_and_little_more():
    assert len(page(smartphone_sales)) < 1_300_000


def test_the_specifications_are_data_of_both_themes():
    html = page(stocks)
    specs = json.loads(scripts(html)[1])
    assert [sorted(spec) for spec in specs] == [["dark", "light"]] * 2
    assert [place["data-chart"] for _, place in seen(stocks).tags if "data-chart" in place] == ["0", "1"]


def test_all_rows_and_columns_are_there():
    read = seen()
    for text in (
        "orders of favourite",
        "Samsung Galaxy Z Flip5",
        "Every column of the accepted rows",
        "ORD3902",
        "rests on The most popular models",
    ):
        assert text.lower() in read.text.lower()


def test_every_picture_has_its_words():
    images = seen().named("img")
    assert len(images) == 2 * 4
    assert all(" chart, " in image["alt"] for image in images)


def test_the_same_report_gives_the_same_page():
    assert page(stocks) == page_html(run_report(stocks()))


def test_a_table_that_a_phone_has_no_room_for_names_its_column_in_each_cell():
    read = seen(smartphone_sales)
    assert {"class": "stacks"} in read.named("table")
    assert {} in read.named("table"), "one with room stays as it is"
    cells = [cell for cell in read.named("td") if "data-name" in cell]
    assert {"Brand", "Revenue (USD)"} <= {cell["data-name"] for cell in cells}


def five_days() -> ReportInput:
    made = manifest("orders", "a.csv", 12_345, 200)
    names = ("day", "name of the best customer", "name of the best product", "name of the best region")
    rows = [
        {name: f"2025-09-{day:02}" if name == "day" else f"the {name} {day}" for name in names} for day in range(1, 6)
    ]
    return given("Orders", made, {**analysis(made), "facts": {"days": rows}}, {"days": Shown("Days")})


def test_on_a_phone_a_long_list_is_folded_and_of_days_the_latest_are_there():
    long, short = '<div class="few"><details class="all"><summary>All ', '<div class="few ends">'
    assert long in page(smartphone_sales)
    assert short not in page(smartphone_sales)
    assert short in page(five_days)
    assert long not in page(five_days)
    style = re.search(r"<style>(.*?)</style>", page(), re.S)
    assert style
    phone = style[1][style[1].index("(max-width: 480px)") :]
    assert ".few:not(.ends):not(:has(> .all[open])) tbody tr:nth-child(n+4)" in phone
    assert ".few.ends:not(:has(> .all[open])) tbody tr:nth-last-child(n+4)" in phone
