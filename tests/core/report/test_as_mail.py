"""A report as an HTML mail."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pytest

from headgate.core.report.as_mail import MailBody, mail_body
from headgate.core.report.run_report import run_report
from tests.core.report.building import analysis, finding, given, insight, manifest, narrative
from tests.core.report.documents import EVERY, file_intake, health_metrics, orders, smartphone_sales
from tests.core.report.reading import Read

# Some mail programs cut off what comes behind.
CUT = 102_000


@cache
def mail(make=smartphone_sales, page: str = "") -> MailBody:
    """Each drawn once: the tests ask different things of the same mails."""
    return mail_body(run_report(make()), "r1", page)


@pytest.mark.parametrize("make", EVERY)
def test_every_picture_is_there_and_has_its_words(make):
    body = mail(make)
    images = Read.of(body.html).named("img")
    assert {image["src"] for image in images} == {f"cid:{cid}" for cid in body.images}
    assert len(images) == len(body.images)
    assert all(" chart, " in image["alt"] for image in images)
    assert all(picture.startswith(b"\x89PNG") for picture in body.images.values())


@pytest.mark.parametrize("make", EVERY)
def test_a_mail_is_small_enough_to_be_shown_whole(make):
    body = mail(make)
    assert len(body.html.encode()) < CUT * 0.75
    assert sum(map(len, body.images.values())) < 400_000


def test_a_report_with_too_much_of_everything_is_still_a_mail():
    made = manifest("orders", "a.csv", 1, 9_000_000, 1_000)
    wide = [{f"a long column name {n}": "some words " * 5 for n in range(30)} for _ in range(50)]
    long = "word " * 130
    found = analysis(
        made,
        findings=[finding(f"finding_{n}", "warning", long, long, long) for n in range(50)],
        narrative=narrative(long * 3, insights=[insight("x", long) for _ in range(12)],
                            entities=[{"entity": f"e{n}", "summary": long, "risks": long, "opportunities": long,
                            "key_anomaly": long} for n in range(50)]),
    )  # fmt: skip
    found["facts"] = {f"fact_{n}": wide for n in range(40)}
    body = mail_body(run_report(given("Orders", made, found, {})), "r1", "https://x.example/r.html")
    assert len(body.html.encode()) < CUT
    assert "more facts on the web page" in Read.of(body.html).text


def test_it_says_what_is_left_out_and_where_that_is():
    said = Read.of(mail(page="https://x.example/r.html").html).text
    assert "5 more rows on the web page" in said
    assert "2 more facts on the web page: Two phones to recommend in each segment; What each region prefers" in said
    here = Read.of(mail().html)
    assert "on the web page" not in here.text
    assert here.named("a") == []


def test_without_pictures_the_numbers_are_there():
    said = Read.of(mail(orders).html).text
    for number in ("54,332", "13.5%", "Monitor 27 inch", "3,345"):
        assert number in said


def test_only_a_web_address_is_linked():
    report = run_report(file_intake())
    for page in ("https://x.example/r.html", "http://x.example/"):
        assert [link["href"] for link in Read.of(mail_body(report, "r1", page).html).named("a")] == [page]
    for page in ("javascript:alert(1)", "data:text/html,x", "reports/r.html", "//x.example"):
        assert Read.of(mail_body(report, "r1", page).html).named("a") == []


def test_styles_stand_on_the_elements_and_the_dark_ones_in_a_media_query():
    read = Read.of(mail().html)
    assert any("border-bottom" in cell.get("style", "") for cell in read.named("td"))
    html = mail().html
    assert "@media (prefers-color-scheme: dark)" in html
    assert "@media (max-width: 520px)" in html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "{{" not in html
    assert "{%" not in html


def test_both_themes_have_a_picture_and_only_the_light_one_shows_by_itself():
    html = mail(orders).html
    night = [tag for name, tag in Read.of(html).tags if tag.get("class") == "by-night"]
    assert night
    assert all("display: none" in tag["style"] for tag in night)


def test_the_folded_part_is_on_the_page_only():
    assert "Every column of the accepted rows" not in mail().html


def test_a_mail_program_shows_what_stands_out_behind_the_subject():
    teaser = next(tag for name, tag in Read.of(mail().html).tags if tag.get("class") == "teaser")
    assert "display: none" in teaser["style"]
    assert ">More rows were rejected than usual<" in mail().html


def test_the_same_report_gives_the_same_mail():
    assert mail(health_metrics) == mail_body(run_report(health_metrics()), "r1")


def test_pictures_of_different_runs_have_different_names():
    assert not set(mail(orders).images) & set(mail_body(run_report(orders()), "r2").images)


def test_two_charts_that_are_alike_are_one_picture():
    report = run_report(orders())
    first = next(section for section in report.sections if any(block.kind == "chart" for block in section.blocks))
    twice = replace(report, sections=(*report.sections, first))
    assert len(mail_body(twice, "r1").images) == len(mail(orders).images)


def test_a_table_that_a_phone_has_no_room_for_names_its_column_in_each_cell_and_hides_none():
    html = mail(smartphone_sales).html
    tables = re.findall(r'<table class="data stacks".*?</table>', html, re.DOTALL)
    assert tables
    for table in tables:
        heads = re.findall(r"<th .*?>(.*?)</th>", table)
        for row in re.findall(r"<tr valign.*?</tr>", table, re.DOTALL)[1:]:
            assert re.findall(r"<span class=\"name muted\".*?>(.*?)</span>", row) == heads[1:]
    assert "display: none" in re.findall(r'<span class="name muted" style="(.*?)"', html)[0]
    assert not re.search(r"\.(wide|stacked)[^{]*{ display: none", html)


def test_a_table_that_a_phone_has_room_for_stays_one():
    assert '<table class="data" ' in mail(smartphone_sales).html
