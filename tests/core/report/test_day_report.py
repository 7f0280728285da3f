"""The report on a day as mail and web page."""

from __future__ import annotations

from hypothesis import given, settings

from headgate.core.daily_report.text import daily_text
from headgate.core.report.blocks import Chart, Figures, Notices, Prose, Report, Table
from headgate.core.report.day_report import day_report
from headgate.core.report.written import written_day
from tests.core.daily_report.files import processed, reported
from tests.core.daily_report.test_counting import FILES
from tests.core.report.days import busy_day, quiet_day
from tests.core.report.reading import Read
from tests.core.report.test_hostile import faults


def blocks(report: Report, name: str) -> tuple:
    return next(section.blocks for section in report.sections if section.name == name)


def test_it_says_first_what_came_and_what_went_wrong():
    report = day_report(busy_day())
    assert (report.title, report.headline, report.level) == ("Daily report of shop", "9 files came in", "critical")
    assert [badge.text for badge in report.badges] == [
        "3 processed",
        "2 failed",
        "1 dead",
        "1 unmatched",
        "1 still under way",
    ]
    assert report.about == ("Friday, 20 Nov 2026", "Europe/Berlin")
    (figures, _) = blocks(report, "came")
    assert isinstance(figures, Figures)
    assert [(one.label, one.value) for one in figures.items] == [
        ("Files", "9"),
        ("Records", "54,057"),
        ("Accepted", "52,759"),
        ("Rejected", "1,298"),
    ]


def test_subject_and_text_are_those_of_the_plain_report():
    made, plain = written_day(busy_day()), daily_text(busy_day())
    assert (made.subject, made.text) == (plain.subject, plain.text)


def test_what_needs_somebody_says_what_to_type():
    (notices,) = blocks(day_report(busy_day()), "attention")
    assert isinstance(notices, Notices)
    assert [one.label for one in notices.items] == [
        "Failed: missing_column (next: headgate runs RUN)", "Failed: too_many_rejected (next: headgate runs RUN)",
        "Dead: outside (next: headgate dead list)", "Unmatched: put each into its pipeline's folder",
        "Still under way (next: headgate status)",
    ]  # fmt: skip
    assert (
        notices.items[0].items[0].text
        == "orders: orders_0916.csv: there is no column unit_price; the header has order_id, customer"
    )


def test_pipelines_with_rows_have_a_picture():
    table, note = blocks(day_report(busy_day()), "pipelines")
    (chart,) = blocks(day_report(busy_day()), "pipelines-chart")
    assert isinstance(chart, Chart)
    assert [(mark.at, mark.series, mark.text) for mark in chart.marks] == [
        ("smartphone_sales", "accepted", "48,210"), ("smartphone_sales", "rejected", "1,254"),
        ("orders", "accepted", "4,549"), ("orders", "rejected", "44"),
    ]  # fmt: skip
    assert isinstance(table, Table)
    assert table.rows[2][:6] == ("smartphone_sales", "1", "1,254", "2.5%", "48,210", "0")
    assert note.note == "Nothing came for file_intake."


def test_it_says_over_how_many_days_the_mean_is():
    said = []
    for files in (7, 3, 1):
        day = busy_day()
        assert day.compared.mean
        mean = day.compared.mean.model_copy(update={"days_with_files": files})
        day = day.model_copy(update={"compared": day.compared.model_copy(update={"mean": mean})})
        (table,) = blocks(day_report(day), "compared")
        said.append(table.columns[-1].label)
    assert said == ["Mean of 7 days", "Mean of 3 days with files", "Mean of 1 day with files"]


def test_it_is_compared_with_the_days_before():
    (table,) = blocks(day_report(busy_day()), "compared")
    assert table.rows[3] == ("Records", "54,057", "903", "3,603")
    assert blocks(day_report(quiet_day()), "compared") == (Prose(("No file came in on the 7 days before.",)),)


def test_a_quiet_day_is_short():
    report = day_report(quiet_day())
    assert report.headline == "No file came in"
    assert [section.name for section in report.sections] == ["compared"]


def test_a_good_day_says_so():
    report = day_report(reported([processed(rejected=0)]))
    assert report.level == "good"
    assert (
        "No file failed, and none is left over. What a later stage could not do, headgate dead list shows."
        in Read.of(written_day(reported([processed()])).html).text
    )


def test_mail_and_page_have_their_pictures():
    made = written_day(busy_day(), "https://x.example/day.html")
    assert sorted(made.images) == ["chart-1-dark.day-2026-11-20@headgate", "chart-1-light.day-2026-11-20@headgate"]
    assert "https://x.example/day.html" in made.html
    assert 'data-chart="0"' in made.page
    assert written_day(busy_day(), "https://x.example/day.html") == made


@settings(max_examples=15)
@given(FILES)
def test_whatever_came_it_is_only_told(files):
    made = written_day(reported(files))
    assert faults(made.html.replace("https://", "")) == faults(made.page.replace("https://", "")) == set()


def test_what_took_longest_and_what_was_largest_begin_with_their_measure():
    """A phone has room for two columns."""
    report = day_report(busy_day())
    slowest, largest = (blocks(report, name)[0] for name in ("slowest", "largest"))
    assert [column.label for column in slowest.columns] == ["File", "Seconds", "Size", "Pipeline"]
    assert slowest.rows[0] == ("smartphone_sales_q3.csv", "2.4", "21.3 MB", "smartphone_sales")
    assert [column.label for column in largest.columns] == ["File", "Size", "Seconds", "Pipeline"]
    assert largest.rows[0] == ("smartphone_sales_q3.csv", "21.3 MB", "2.4", "smartphone_sales")
