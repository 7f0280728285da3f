"""From the files of a day to its report."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headgate.core.daily_report.counting import figures
from headgate.core.daily_report.day_file import DayFile, ManifestFacts, Rejected, manifest_facts
from headgate.core.daily_report.document import MOST
from tests.core.daily_report.files import DAY, EMPTY, LATER, duplicate, failed, processed, reported

STATUS = ("processed", "failed", "duplicate", "unmatched", "under_way", "dead")
EVIL = "x\x1b]0;y\x07\nBcc: me\u202e\udc80"
FILES = st.lists(
    st.builds(
        DayFile,
        file=st.text(max_size=9),
        pipeline=st.sampled_from([None, "orders", "stocks", "gone"]),
        status=st.sampled_from(STATUS),
        size=st.none() | st.integers(0, 10**12),
        run=st.none() | st.sampled_from(["r1", "r2", "r3"]),
        run_file=st.none() | st.text(max_size=9),
        counts=st.fixed_dictionaries({"records": st.none() | st.integers(0, 99), "accepted": st.integers(0, 99)}),
        reason=st.fixed_dictionaries({}, optional={"code": st.text(max_size=5), "message": st.text(max_size=5)}),
        needs_facts=st.booleans(),
    ),
    max_size=40,
)


def test_every_file_is_counted_once_under_what_became_of_it():
    first = processed("a.csv")
    files = [
        first, failed("b.csv"), failed("c.csv"), duplicate("d.csv", first), DayFile("e", None, "unmatched"),
        DayFile("f.csv", "orders", "under_way", 7), DayFile("g.csv", "orders", "dead", 5),
    ]  # fmt: skip
    totals = reported(files).totals
    assert totals.model_dump() == {
        "files": 7, "bytes": 232, "processed": 1, "failed": 2, "duplicates": 1, "unmatched": 1, "under_way": 1, "dead": 1,
        "records": 10, "accepted": 9, "rejected": 1, "warned": 0, "reject_rate": 0.1,
    }  # fmt: skip


@given(FILES)
def test_the_parts_add_up_to_the_whole_whatever_came(files):
    report = reported(files, pipelines=["orders", "stocks"])
    totals = report.totals
    assert totals.files == len(files)
    became = (totals.processed, totals.failed, totals.duplicates, totals.unmatched, totals.under_way, totals.dead)
    assert sum(became) == totals.files
    for name in ("files", "bytes", "records", "failed", "duplicates", "rejected"):
        assert sum(getattr(one, name) for one in report.by_pipeline) == getattr(totals, name), name
    for name in ("files", "bytes", "records"):
        assert sum(getattr(one, name) for one in report.by_type) == getattr(totals, name), name
    assert sum(group.count for group in report.failures) == totals.failed
    assert sum(group.count for group in report.dead) == totals.dead
    assert sum(group.count for group in report.duplicates) == totals.duplicates


def test_a_file_without_records_adds_none_and_a_day_without_rows_has_no_rate():
    picture = processed("a.png", counts={"records": None, "accepted": None, "rejected": 0, "warned": 0})
    totals = figures([picture])
    assert (totals.processed, totals.records, totals.accepted, totals.reject_rate) == (1, 0, 0, None)


def test_the_rate_is_of_all_rows_together_not_a_mean_of_rates():
    assert figures([processed("a.csv", 99, 1), processed("b.csv", 0, 100)]).reject_rate == 0.505


def test_every_pipeline_of_the_project_is_named_and_files_of_none_come_last():
    files = [DayFile("e", None, "unmatched"), processed("a.csv", pipeline="gone")]
    found = reported(files, pipelines=["stocks", "orders"]).by_pipeline
    assert [(one.pipeline, one.files) for one in found] == [("gone", 1), ("orders", 0), ("stocks", 0), (None, 1)]


@pytest.mark.parametrize(
    ("name", "media_type", "type_"),
    [
        ("a.csv", None, "text/csv"),
        ("A.CSV", None, "text/csv"),
        ("a.csv.gz", None, "application/gzip"),
        ("a.ndjson", None, "application/jsonl"),
        ("a.csv", "image/png", "image/png"),
        ("a.DAT", None, ".dat"),
        ("README", None, "no ending"),
        ("a.\x1b", None, ".\\x1b"),
    ],
)
def test_a_files_type_is_its_content_where_that_is_known_else_its_ending(name, media_type, type_):
    found = reported([processed(name, facts=ManifestFacts(media_type, None, ()))]).by_type
    assert [(one.type, one.files, one.bytes, one.records) for one in found] == [(type_, 1, 100, 10)]


def test_types_come_by_the_number_of_files():
    files = [processed("a.json"), processed("a.csv"), processed("b.csv"), processed("a.txt")]
    assert [one.type for one in reported(files).by_type] == ["text/csv", "application/json", "text/plain"]


def test_failures_are_grouped_by_reason_most_frequent_first_and_name_the_first_files():
    files = [failed("x.csv", "empty_file", "no bytes"), *(failed(f"{number:02}.csv") for number in range(12))]
    first, second = reported(files).failures
    assert (first.code, first.count, len(first.files)) == ("missing_column", 12, MOST)
    assert [file.file for file in first.files][:2] == ["00.csv", "01.csv"]
    assert second.model_dump() == {
        "code": "empty_file", "count": 1,
        "files": [{"file": "x.csv", "pipeline": "orders", "run": "run of x.csv", "message": "no bytes"}],
    }  # fmt: skip


def test_a_failure_whose_reason_nobody_knows_is_still_told():
    (group,) = reported([failed("a.csv", reason={})]).failures
    assert (group.code, group.count, group.files[0].message) == ("unknown", 1, None)


def test_of_what_lies_around_the_first_files_are_named():
    files = [DayFile(f"{number:02}", None, status) for number in range(12) for status in ("unmatched", "under_way")]
    report = reported(files)
    assert [one.file for one in report.unmatched] == [one.file for one in report.under_way]
    assert [one.file for one in report.unmatched] == [f"{number:02}" for number in range(MOST)]


def test_dead_files_are_told_apart_from_failed_ones():
    report = reported([failed("a.csv", "OSError", "disk", status="dead", broken_off=3)])
    assert [(group.code, group.files[0].file) for group in report.dead] == [("OSError", "a.csv")]
    assert (report.failures, report.broken_off) == ([], 3)


def test_duplicates_are_told_by_the_run_they_repeat():
    a, b = processed("a.csv"), processed("b.csv")
    files = [duplicate("a.csv", a), duplicate("copy.csv", b), duplicate("copy.csv", b), duplicate("more.csv", b)]
    assert [one.model_dump() for one in reported(files).duplicates] == [
        {"run": "run of b.csv", "file": "b.csv", "pipeline": "orders", "count": 3, "names": ["copy.csv", "more.csv"]},
        {"run": "run of a.csv", "file": "a.csv", "pipeline": "orders", "count": 1, "names": ["a.csv"]},
    ]


def test_reject_reasons_are_added_up_over_files_of_one_pipeline():
    files = [processed("a.csv", 5, 2), processed("b.csv", 5, 3), processed("c.csv", 5, 4, pipeline="stocks")]
    assert [one.model_dump() for one in reported(files).reject_reasons] == [
        {"pipeline": "orders", "reason": "id.required", "message": "is required", "rows": 5, "files": 2},
        {"pipeline": "stocks", "reason": "id.required", "message": "is required", "rows": 4, "files": 1},
    ]


def test_the_rejects_of_a_duplicate_are_not_counted_again():
    first = processed("a.csv", 5, 2)
    report = reported([first, duplicate("b.csv", first)])
    assert [(one.rows, one.files) for one in report.reject_reasons] == [(2, 1)]
    assert report.totals.rejected == 2


def test_the_slowest_are_those_the_gate_judged_and_the_largest_all_that_came():
    files = [processed(f"{n:02}.csv", size=n, facts=ManifestFacts(None, n / 10, ())) for n in range(12)]
    files += [
        DayFile("big.csv", "orders", "under_way", 10**9),
        processed("a.png", facts=ManifestFacts("image/png", None, ())),
    ]
    report = reported(files)
    assert [one.file for one in report.slowest] == [f"{n:02}.csv" for n in range(11, 1, -1)]
    assert [one.file for one in report.largest][:3] == ["big.csv", "a.png", "11.csv"]
    assert len(report.largest) == MOST
    assert report.slowest[0].model_dump() == {
        "file": "11.csv", "pipeline": "orders", "run": "run of 11.csv", "bytes": 11, "seconds": 1.1,
    }  # fmt: skip


def test_equals_come_in_the_order_of_their_names():
    files = [processed(name) for name in ("b.csv", "a.csv", "c.csv")]
    report = reported(files)
    assert [one.file for one in report.slowest] == [one.file for one in report.largest] == ["a.csv", "b.csv", "c.csv"]


def test_the_day_is_compared_with_the_day_before_and_the_mean_of_the_days_that_had_files():
    two, four = figures([processed("a.csv", 0, 1)] * 2), figures([processed("b.csv", 4, 0)] * 4)
    compared = reported([], [EMPTY, two, EMPTY, EMPTY, four, EMPTY, EMPTY]).compared
    assert compared.day_before == EMPTY
    assert compared.mean
    assert compared.mean.model_dump() == {
        "days": 7, "days_with_files": 2, "files": 3.0, "bytes": 300.0, "failed": 0.0, "duplicates": 0.0, "records": 9.0,
        "rejected": 1.0, "reject_rate": 0.111111,
    }  # fmt: skip


def test_without_files_on_the_days_before_there_is_no_mean():
    assert reported([processed()]).compared.mean is None


@pytest.mark.parametrize(
    ("now", "is_over"), [(DAY.end - timedelta(microseconds=1), False), (DAY.end, True), (LATER, True)]
)
def test_a_day_is_over_when_the_next_one_starts(now, is_over):
    report = reported([], now=now)
    assert report.day_over == is_over
    assert (report.from_, report.until, report.hours) == ("2026-11-19T23:00:00Z", "2026-11-20T23:00:00Z", 24.0)


def test_runs_without_a_readable_manifest_are_named_once_and_cost_nothing_else():
    first = processed("a.csv", facts=None)
    report = reported([first, duplicate("b.csv", first), processed("c.csv")])
    assert report.missing_manifests == ["run of a.csv"]
    assert (report.totals.records, report.totals.rejected) == (20, 2)
    assert [one.rows for one in report.reject_reasons] == [1]


def test_nothing_from_a_file_is_unsafe_to_print():
    first = processed(EVIL, run="r1")
    files = [
        first, duplicate(EVIL, first), DayFile(EVIL, None, "unmatched", lies=EVIL), DayFile(EVIL, "orders", "under_way"),
        failed(EVIL, EVIL, EVIL, run="r2"), failed(EVIL, EVIL, EVIL, run="r3", status="dead"), DayFile(f"a.{EVIL}", None, "unmatched"),
    ]  # fmt: skip
    lines = reported(files).as_text().split("\n")
    assert all(line.isprintable() for line in lines)
    assert not any(line.startswith("Bcc") for line in lines)


def test_the_same_files_give_the_same_bytes():
    files = [processed(f"{n % 7}.csv", n, n % 3) for n in range(50)]
    assert reported(files).as_text() == reported(list(files)).as_text()
    assert json.loads(reported(files).as_text())["totals"]["files"] == 50


MANIFEST = {
    "observed": {"seconds": 0.25},
    "rules": [
        {"id": "id.required", "message": "is\nrequired", "count": 2, "severity": "error"},
        {"id": "soft", "message": "", "count": 9, "severity": "warning"},
        {"id": "never", "message": "", "count": 0, "severity": "error"},
    ],
    "malformed": {"too_few_fields": 3},
}


def test_of_a_manifest_the_rejected_rows_the_time_and_the_media_type_count():
    facts = manifest_facts(json.dumps(MANIFEST).encode())
    assert facts == ManifestFacts(
        None, 0.25, (Rejected("too_few_fields", "the record has too few fields", 3), Rejected("id.required", "is\\nrequired", 2))
    )  # fmt: skip
    described = {"observed": {}, "metadata": {"media_type": "image/png"}}
    assert manifest_facts(json.dumps(described).encode()) == ManifestFacts("image/png", None, ())


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{", b"[]", b"{}", b"\xff", b"[" * 100_000, b'{"observed": {"seconds": NaN}}', b'{"observed": {"seconds": 1e999}}',
        b'{"observed": {}, "malformed": {"a": "many"}}', b'{"observed": {}, "rules": [{"id": "a"}]}',
    ],
)  # fmt: skip
def test_what_is_no_manifest_is_refused(data):
    with pytest.raises(ValueError, match="validation error"):
        manifest_facts(data)
