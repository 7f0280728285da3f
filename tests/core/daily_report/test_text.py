"""The daily report as people read it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given

from headgate.core.daily_report.counting import daily_report, figures
from headgate.core.daily_report.day_file import DayFile
from headgate.core.daily_report.text import daily_text
from headgate.core.mail import plain_mail
from tests.core.daily_report.files import DAY, EMPTY, LATER, duplicate, failed, processed, reported
from tests.core.daily_report.test_counting import EVIL, FILES


def text(files, **more) -> str:
    return daily_text(reported(files, **more)).text


def test_the_subject_says_which_day_and_what_is_wrong():
    files = [processed(), failed("b.csv"), DayFile("c", None, "unmatched"), DayFile("d.csv", "orders", "dead")]
    said = daily_text(reported(files)).subject
    assert said == "Daily report of shop: Friday, 2026-11-20: 4 files, 1 failed, 1 dead, 1 unmatched"
    assert daily_text(reported([processed()])).subject == "Daily report of shop: Friday, 2026-11-20: 1 file"


def test_it_opens_with_what_came_and_what_became_of_it():
    files = [
        processed("a.csv", 996, 4),
        processed("b.csv", 1000, 0),
        failed("c.csv"),
        DayFile("d.csv", "orders", "under_way"),
    ]
    assert text(files).startswith(
        "Daily report of shop: Friday, 2026-11-20\n"
        "========================================\n\n"
        "4 files came in (210 bytes): 2 processed, 1 failed, 1 still under way.\n"
        "2,000 records: 1,996 accepted, 4 rejected (0.2%).\n\n"
    )


def test_one_of_everything_is_in_the_singular():
    first = processed("a.csv", 1, 0)
    assert "\n1 file came in (100 bytes): 1 processed.\n1 record: 1 accepted, 0 rejected.\n" in text([first])
    assert ": 1 processed, 1 duplicate.\n" in text([first, duplicate("b.csv", first)])
    assert ": 1 processed, 2 duplicates.\n" in text([first, duplicate("b.csv", first), duplicate("c.csv", first)])


def test_a_day_without_files_says_so_plainly_and_still_compares():
    said = text([], before=[figures([processed()]), *[EMPTY] * 6])
    assert "\nNo file came in on this day.\n" in said
    assert "  Files                          0                     1                   1.0\n" in said
    for absent in ("By pipeline", "By type", "Slowest", "Nothing failed", "Nothing came for"):
        assert absent not in said


def test_a_day_that_is_not_over_says_so_first():
    said = text([processed()], now=DAY.end - timedelta(hours=9))
    assert "=\n\nThis day is not over; so it stood at 2026-11-20T14:00:00Z.\n1 file came in" in said
    assert "not over" not in text([processed()], now=LATER)


def test_a_good_day_says_that_there_is_nothing_to_do():
    first = processed()
    assert (
        "\nNo file failed, and none is left over.\nWhat a later stage could not do, headgate dead list shows.\n"
        in text([first, duplicate("b.csv", first)])
    )
    assert "Nothing failed" not in text([failed("a.csv")])


def test_one_mistake_in_many_files_is_said_once_with_the_first_names_and_how_many_more():
    said = text([failed(f"{number}.csv", message="the column `price` is missing") for number in range(5)])
    assert (
        "\nFailed (next: headgate runs RUN)\n"
        "  5 × missing_column: the column `price` is missing\n"
        "    orders/0.csv (run run of 0.csv)\n"
        "    orders/1.csv (run run of 1.csv)\n"
        "    orders/2.csv (run run of 2.csv)\n"
        "    and 2 files more\n\n"
    ) in said


def test_different_mistakes_are_said_for_each_file():
    said = text([failed("a.csv", message="no price"), failed("b.csv", message="no name")])
    assert "  2 × missing_column\n    orders/a.csv (run run of a.csv): no price\n" in said
    assert "    orders/b.csv (run run of b.csv): no name\n" in said


def test_what_lies_around_is_told_with_the_place_and_the_next_step():
    files = [
        DayFile("c.csv", None, "unmatched", lies="unmatched/0123/c.csv"), DayFile("d.csv", "orders", "under_way"),
        failed("e.csv", "OSError", "disk full", status="dead"),
    ]  # fmt: skip
    said = text(files)
    assert "\nDead (next: headgate dead list)\n  1 × OSError: disk full\n    orders/e.csv (run run of e.csv)\n" in said
    assert (
        "\nUnmatched (next: put each into its pipeline's folder in the inbox)\n  c.csv: it lies at unmatched/0123/c.csv\n"
        in said
    )
    assert "\nStill under way (next: headgate status)\n  orders/d.csv\n" in said


def test_the_comparison_says_over_how_many_days_the_mean_is():
    day = figures([processed("a.csv", 10**6, 10**5)] * 30)
    said = text([processed("a.csv", 2500, 1)], before=[day] * 7)
    assert "  Records                    2,501            33,000,000            33,000,000\n" in said
    assert "  Reject rate                <0.1%                  9.1%                  9.1%\n" in said
    assert "  Size                   100 bytes                3.0 KB                3.0 KB\n" in said
    assert "days before;" not in said
    assert "  Files came in on 2 of the 7 days before; the mean is over these.\n" in text(
        [processed()], before=[EMPTY, day, day, *[EMPTY] * 4]
    )
    assert "  No file came in on any of the 7 days before.\n" in text([processed()])


def test_pipelines_for_which_nothing_came_are_named():
    said = text([processed(), DayFile("e", None, "unmatched")], pipelines=["orders", "stocks", "sales"])
    assert "\nBy pipeline                files  failed   dupl.      records  rejected   rate\n" in said
    assert "  orders                       1       0       0           10         1  10.0%\n" in said
    assert "  none, or several             1       0       0            0         0      –\n" in said
    assert "  Nothing came for sales, stocks.\n" in said


def test_reasons_duplicates_and_the_largest_are_named():
    first = processed("a.csv", 5, 2, size=1_500_000)
    said = text([first, duplicate("b.csv", first), duplicate("a.csv", first)])
    assert "\nWhy rows were rejected\n  2 × orders/id.required: is required (1 file)\n" in said
    assert "\nDuplicates (not processed again)\n  2 × orders/a.csv, now called b.csv (run run of a.csv)\n" in said
    assert "\n  orders/a.csv                                          1.5 MB             0.5\n" in said


def test_what_the_numbers_leave_out_stands_at_the_end():
    first = processed(facts=None, run="r1", broken_off=2)
    said = text([first], replays=1)
    for line in (
        "Broken off by an error: 2 attempts at files of this day.\n",
        "Processed again by replay: 1 run, not counted above.\n",
        "Missing or unreadable: 1 manifest; reasons, durations and types lack them\n  (r1).\n",
    ):
        assert line in said
    for absent in ("Broken off", "replay", "Missing"):
        assert absent not in text([processed()])


@pytest.mark.parametrize(("size", "shown"), [(999, "999 bytes"), (1000, "1.0 KB"), (999_400, "999.4 KB"), (10**6, "1.0 MB"),
                                             (999_999_999, "1.0 GB"), (5 * 10**15, "5,000.0 TB")])  # fmt: skip
def test_sizes_are_short(size, shown):
    assert f"1 file came in ({shown}): " in text([processed(size=size)])


@given(FILES)
def test_no_line_is_unsafe_or_longer_than_78_characters_whatever_came(files):
    said = daily_text(daily_report("s" * 200, DAY, LATER, files, [EMPTY] * 7, ["orders", "p" * 90], 3))
    assert all(line.isprintable() and len(line) <= 78 for line in said.text.split("\n"))
    assert said.subject.isprintable()


def test_names_can_break_neither_lines_nor_headers():
    name = EVIL * 30
    first = processed(name, run="r1")
    files = [first, duplicate(name + "2", first), failed(name, run="r2"), DayFile(name, None, "unmatched", lies=name)]
    said = daily_text(reported(files))
    assert all(line.isprintable() and len(line) <= 78 for line in said.text.split("\n"))
    mail = plain_mail("1", "a@example.org", ["b@example.org"], said.subject, said.text, LATER)
    assert mail["Bcc"] is None


def test_thousands_of_files_fit_on_a_page():
    first = processed("first.csv")
    files = [processed(f"{n}.csv", 9, n % 2) for n in range(3000)]
    files += [failed(f"f{n}.csv", f"code{n % 40}", f"no {n}") for n in range(900)] + [
        duplicate(f"d{n}", first) for n in range(900)
    ]
    files += [DayFile(f"u{n}.x{n}", None, "unmatched", lies=f"unmatched/{n}") for n in range(900)]
    assert len(text(files).splitlines()) < 120
