"""What a report on a run says, and in which order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from headgate.core.report.as_text import plain_text
from headgate.core.report.blocks import Chart, Figures, Notices, Pairs, Prose, Report, Section, Steps, Table
from headgate.core.report.header import Shown
from headgate.core.report.input import RecentDay, RecentFile, ReportInput
from headgate.core.report.run_report import run_report
from tests.core.report.building import CORRELATION, RUN, analysis, finding, given, manifest, narrative, rule
from tests.core.report.documents import EVERY, file_intake, health_metrics, orders, smartphone_sales, stocks


def report(rejected: int = 0, **found: Any) -> Report:
    made = manifest("orders", "a.csv", 12_345, 200, rejected, rules=[rule("id.required", "is required", rejected)])
    return run_report(given("Orders", made, analysis(made, **found), {}))


def names(of: Report) -> list[str]:
    return [section.name for section in of.sections]


def section(of: Report, name: str) -> Section:
    return next(one for one in of.sections if one.name == name)


def table(of: Report, name: str) -> Table:
    return next(block for block in section(of, name).blocks if isinstance(block, Table))


def test_the_parts_come_in_the_order_in_which_they_are_read():
    made = [name for name in names(run_report(smartphone_sales())) if not name.startswith("fact-")]
    assert made == ["came", "reasons", "examples", "findings", "summary", "recommendations", "facts",
                    "insights", "anomalies", "columns", "cost", "places", "mend"]  # fmt: skip
    assert "entities" in names(run_report(stocks()))
    assert "recent" in names(run_report(health_metrics()))
    assert names(run_report(health_metrics()))[-3:] == ["cost", "places", "mend"]


def test_parts_with_nothing_to_say_are_not_there():
    assert names(report()) == ["came", "places"]


@pytest.mark.parametrize(
    ("records", "rejected", "said", "badge"),
    [
        (200, 0, "All 200 rows were accepted", "Accepted"),
        (1, 0, "The one row was accepted", "Accepted"),
        (200, 7, "193 of 200 rows accepted", "Accepted, with rejects"),
        (200, 200, "None of 200 rows was accepted", "Accepted, with rejects"),
        (0, 0, "The file holds no rows", "Accepted"),
    ],
)
def test_the_headline_says_how_it_went(records, rejected, said, badge):
    made = manifest("orders", "a.csv", 1, records, rejected)
    told = run_report(given("Orders", made, analysis(made), {}))
    assert (told.headline, told.badges[0].text) == (said, badge)


def test_findings_that_are_not_listed_are_counted_all_the_same():
    listed = [finding("odd", "warning", "odd", rows=[{"row": number}]) for number in range(50)]
    rest = finding("odd", "warning", "1,950 more rows like these were found and are not listed here") | {"count": 1950}
    assert [badge.text for badge in report(findings=[*listed, rest]).badges] == ["Accepted", "2,000 warnings"]


def test_no_rejected_row_is_said_and_nothing_is_asked():
    came = section(report(), "came")
    assert Prose(("No row was rejected.",)) in came.blocks
    assert "mend" not in names(report())
    assert "reasons" not in names(report())


def test_the_subject_holds_file_counts_and_what_is_urgent():
    findings = [
        finding("a", "critical", "bad"),
        finding("b", "warning", "odd"),
        finding("c", "warning", "odd"),
        finding("d", "info", "so"),
    ]
    assert report(7, findings=findings).subject == "Orders: a.csv: 193 accepted, 7 rejected, 1 critical, 2 warnings"
    assert report().subject == "Orders: a.csv: 200 accepted, 0 rejected"
    assert run_report(file_intake()).subject == "File intake: visits.csv is in"


def test_counts_shares_and_warnings_stand_first():
    figures = section(run_report(health_metrics()), "came").blocks[0]
    assert isinstance(figures, Figures)
    assert [(one.label, one.value, one.note) for one in figures.items] == [
        ("Rows", "4,000", ""), ("Accepted", "3,340", "83.5%"), ("Rejected", "660", "16.5%"), ("Warned", "12", "but accepted"),
    ]  # fmt: skip


def test_reasons_are_sentences_with_their_column():
    assert table(run_report(smartphone_sales()), "reasons").rows[1:3] == (
        ("96", "price must be a number"),
        ("71", "date must be a date"),
    )
    assert table(run_report(stocks()), "reasons").rows == (("3", "close must lie between low and high"),)


def test_reasons_that_have_no_row_are_counted_as_what_they_are():
    given = smartphone_sales()
    given.manifest["malformed"] = {"too_few_fields": 1, "open_quote": 1}
    found = table(run_report(given), "reasons")
    all_ = len([one for one in given.manifest["rules"] if one["count"]]) + 2
    assert (len(found.rows), found.more) == (5, all_ - 5)
    assert f"{all_ - 5} more reasons" in plain_text(run_report(given))


def test_findings_are_told_by_severity_and_those_of_one_kind_together():
    (notices,) = section(run_report(smartphone_sales()), "findings").blocks
    assert isinstance(notices, Notices)
    assert [(one.level, one.label, len(one.items)) for one in notices.items] == [
        ("critical", "Unlike earlier runs", 1),
        ("warning", "Prices far from what the model usually costs · 2 rows", 2),
        ("info", "Reviews of one model that use the same words · 41 rows", 1),
    ]
    assert (notices.items[0].items[0].expected, notices.items[0].items[0].observed) == ("0.8% to 2.4%", "5.9%")
    assert notices.items[1].rows is not None
    assert notices.items[1].rows.rows[0] == ("ORD2411", "2024-03-02", "Apple", "iPhone 14", "79", "792.50")


def test_many_findings_of_one_kind_are_counted():
    (notices,) = section(report(findings=[finding("odd", "warning", f"row {n}") for n in range(60)]), "findings").blocks
    assert isinstance(notices, Notices)
    assert (len(notices.items[0].items), notices.items[0].more) == (10, 50)


def test_facts_begin_with_what_is_one_row_then_come_those_with_pictures():
    sections = [one for one in run_report(smartphone_sales()).sections if one.name.startswith("fact-")]
    assert [one.title for one in sections] == [
        "What was sold", "How happy buyers are, by brand", "The most popular models", "Budget, mid-range and flagship",
        "Revenue by month", "What to stock more and less of", "Two phones to recommend in each segment", "What each region prefers",
    ]  # fmt: skip
    assert [[block.kind for block in one.blocks] for one in sections[:3]] == [
        ["figures"],
        ["chart", "table"],
        ["chart", "table"],
    ]


def test_a_fact_without_rows_is_no_part_and_one_without_a_title_has_its_name():
    made = analysis(manifest("orders", "a.csv", 1, 1), facts=())
    made["facts"] = {
        "nothing": [],
        "size_classes": [{"size_class": "small", "orders": 2}, {"size_class": "large", "orders": 1}],
    }
    told = run_report(given("Orders", manifest("orders", "a.csv", 1, 1), made, {}))
    assert [one.title for one in told.sections if one.name.startswith("fact-")] == ["Size classes"]


def test_the_narrator_is_named_and_what_was_dropped_is_said():
    by = "Written by the built-in narrator from the facts in this report."
    for dropped, said in ((0, by), (1, f"{by} 1 sentence that no fact supports was left out.")):
        (prose,) = section(report(narrative=narrative("One.\n\nTwo.", dropped=dropped)), "summary").blocks
        assert prose == Prose(("One.", "Two."), said)


def test_where_the_built_in_narrator_advises_in_a_models_stead_it_is_said():
    told = narrative("One.", by="m", dropped=1, advised_by="built-in")
    (prose,) = section(report(narrative=told), "summary").blocks
    assert isinstance(prose, Prose)
    assert prose.note == (
        "Written by m from the facts in this report. 1 sentence that no fact supports was left out. "
        "What to do is said by the built-in narrator."
    )


def test_why_the_built_in_narrator_wrote_instead_of_the_model_is_said():
    fallback = {"code": "narrator_timeout", "message": "the model did not answer in time", "next": "raise it"}
    model = {"name": "m", "tokens_in": 0, "tokens_out": 0, "cost_usd": 0.0, "fallback": fallback}
    (pairs,) = section(report(model=model), "cost").blocks
    assert isinstance(pairs, Pairs)
    assert pairs.items[-1].text == "the model did not answer in time; next: raise it"
    (prose,) = section(report(model=model, narrative=narrative("One.")), "summary").blocks
    assert isinstance(prose, Prose)
    assert prose.note == (
        "Written by the built-in narrator from the facts in this report, instead of m, which could not."
    )


def test_what_a_model_cost_is_said_to_two_digits():
    for cost, said in ((0.00038748, "0.00039 USD"), (12.3456, "12.35 USD"), (0.0, "0.00 USD"), (0.05, "0.050 USD")):
        model = {"name": "m", "tokens_in": 1_000, "tokens_out": 20, "cost_usd": cost}
        (pairs,) = section(report(model=model), "cost").blocks
        assert isinstance(pairs, Pairs)
        assert [pair.text for pair in pairs.items] == ["m", "1,000", "20", said]


def test_of_a_model_without_a_known_price_that_is_said_and_of_one_that_took_nothing_it_is_not():
    for taken, said in (
        (1_000, ["m", "1,000", "20", "not known: no price of this model is known here"]),
        (0, ["m", "0", "0"]),
    ):
        model = {"name": "m", "tokens_in": taken, "tokens_out": taken // 50, "cost_usd": None}
        (pairs,) = section(report(model=model), "cost").blocks
        assert isinstance(pairs, Pairs)
        assert [pair.text for pair in pairs.items] == said


@pytest.mark.parametrize(
    ("found", "said"), [(0, "there is none"), (1, "there is one"), (3, "there are 3"), (5, None), (20, None)]
)
def test_that_nothing_was_compared_with_earlier_runs_is_said_until_there_are_enough(found, said):
    told = report(notes={"drift": {"found": found, "needed": 5}})
    if said is None:
        assert all(one.name != "drift" for one in told.sections)
        return
    assert section(told, "drift").blocks == (
        Prose((), f"Not compared with earlier runs yet: that takes 5 of them, and {said} so far."),
    )


def test_that_sentiment_comes_from_a_sample_is_said_where_it_does():
    scored = {"columns": ["review"], "texts": 60_337, "scored": 14_975}
    assert section(report(notes={"sentiment": scored}), "sample").blocks == (
        Prose(
            (),
            "How positive texts are was read from a sample: 14,975 of about 60,337 different ones in review. "
            "Averages are those of the sample.",
        ),
    )
    for notes in ({}, {"sentiment": None}, {"sentiment": scored | {"texts": 14_975}}):
        assert all(one.name != "sample" for one in report(notes=notes).sections)


def test_where_nothing_is_ever_compared_nothing_is_said_of_it():
    for notes in ({}, {"drift": None}):
        assert all(one.name != "drift" for one in report(notes=notes).sections)


def test_a_file_that_is_only_described_is_shown_beside_those_before_it():
    files = (*[RecentFile("a.csv", size) for size in (1_500_000, 20, 3_000_000)],)
    (chart,) = section(run_report(replace(file_intake(), recent_files=files)), "sizes").blocks
    assert isinstance(chart, Chart)
    assert [(mark.at, mark.value, mark.text) for mark in chart.marks] == [
        ("a.csv", 1.5, "1.5 MB"),
        ("a.csv (2)", 0.00002, "20 bytes"),
        ("a.csv (this one)", 3.0, "3.0 MB"),
    ]
    assert (chart.y, chart.alt) == (
        "Size (MB)",
        "Bar chart, Size by file. a.csv: 1.5 MB; a.csv (2): 20 bytes; a.csv (this one): 3.0 MB.",
    )
    for fewer in (files[:1], (), (RecentFile("a", 0), RecentFile("b", 0))):
        assert "sizes" not in names(run_report(replace(file_intake(), recent_files=fewer)))


def test_two_columns_of_a_fact_never_have_the_same_heading():
    shown = {"users": Shown.of("Users", (), ["percent_abnormal=%"])}
    for rows in (1, 2):
        made = manifest("orders", "a.csv", 1, 2)
        found = analysis(made) | {"facts": {"users": [{"abnormal": 58, "percent_abnormal": 23.2}] * rows}}
        (block,) = section(run_report(given("Orders", made, found, shown)), "fact-1").blocks
        assert isinstance(block, Figures | Table)
        parts = block.items if isinstance(block, Figures) else block.columns
        assert [one.label for one in parts] == ["Abnormal", "Percent abnormal"]


def test_only_web_addresses_can_be_followed():
    (pairs,) = section(run_report(orders()), "places").blocks
    assert isinstance(pairs, Pairs)
    assert [(pair.label, pair.href) for pair in pairs.items] == [
        ("accepted", "https://files.example.com/accepted.jsonl"),
        ("archive", ""),
    ]


def test_how_to_mend_names_the_file_and_the_command():
    (steps,) = section(report(7), "mend").blocks
    assert isinstance(steps, Steps)
    assert [step.text for step in steps.items] == [
        f"rejected/orders/{RUN}/rejected.csv",
        "headgate put rejected.csv -p orders",
    ]
    assert section(report(7), "mend").title == "To mend the 7 rejected rows"


def test_run_and_correlation_id_stand_at_the_foot():
    assert [pair.text for pair in report().foot] == [RUN, CORRELATION]


def test_the_last_days_are_summed_up_with_a_picture():
    days = (RecentDay("2025-09-16", 2, 90, 10), RecentDay("2025-09-17", 1, 50, 0, failed=1))
    told = run_report(replace(orders(), recent=days))
    recent = section(told, "recent")
    assert recent.title == "The last 2 days: 3 files"
    assert [block.kind for block in recent.blocks] == ["chart", "table"]
    assert table(told, "recent").rows == (
        ("17 Sep", "1", "50", "0", "0%", "1"),
        ("16 Sep", "2", "90", "10", "10.0%", "0"),
    )
    quiet = run_report(replace(orders(), recent=days[:1]))
    assert [block.kind for block in section(quiet, "recent").blocks] == ["table"]


def test_a_failed_file_says_why():
    made = manifest(
        "orders",
        "a.csv",
        1,
        10,
        10,
        verdict="failed",
        reason={"code": "too_many_rejected", "message": "all rows were rejected"},
    )
    told = run_report(given("Orders", made, analysis(made), {}))
    assert (told.headline, told.level) == ("The file failed, and nothing of it was published", "critical")
    assert "all rows were rejected" in str(section(told, "came"))


def test_a_failed_check_of_the_file_says_what_was_measured():
    (notices,) = section(run_report(stocks()), "checks").blocks
    assert isinstance(notices, Notices)
    assert (notices.items[0].items[0].text, notices.items[0].items[0].observed) == (
        "there should be at least 8 symbols",
        "7",
    )


def test_a_described_file_shows_what_it_is_once():
    assert "facts" not in [one.name for one in run_report(file_intake()).sections]
    (pairs,) = section(run_report(file_intake()), "came").blocks
    assert [(pair.label, pair.text) for pair in pairs.items] == [  # type: ignore[union-attr]
        ("Size", "826 bytes"), ("Records", "24"), ("Media type", "text/csv"), ("Encoding", "utf-8"), ("Columns", "visitor, page, seconds"),
    ]  # fmt: skip


@pytest.mark.parametrize("make", EVERY)
def test_an_analysis_from_before_there_was_one_still_gives_a_report(make):
    """Documents that were written by an earlier version have counts, reasons and samples only."""
    made: ReportInput = make()
    bare = {name: made.analysis[name] for name in ("run", "pipeline", "manifest", "counts", "top_reasons", "samples")}
    assert run_report(replace(made, analysis=bare)).sections[0].name == "came"


def test_what_was_accepted_comes_before_what_was_rejected():
    made = manifest("orders", "a.csv", 1, 10, 2)
    made["outputs"] = dict(reversed(made["outputs"].items()))
    (pairs,) = section(run_report(given("Orders", made, analysis(made), {})), "places").blocks
    assert isinstance(pairs, Pairs)
    assert [pair.label for pair in pairs.items] == ["accepted", "rejected jsonl", "rejected csv"]
