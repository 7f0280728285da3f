"""The plain report, and what `check` prints."""

from __future__ import annotations

from typing import Any

import pytest

from headgate.core.report import check_summary, plain_report, top_reasons

REJECTED = {"path": "rejected/o/r1/rejected.csv", "sha256": "", "size": 1}


def rule(id_: str, count: int, severity: str = "error") -> dict[str, Any]:
    return {"id": id_, "message": f"says {id_}", "count": count, "severity": severity}


def manifest(**more: Any) -> dict[str, Any]:
    return {
        "run": "r1", "verdict": "accepted_with_rejects", "reason": None, "file": {"name": "a.csv", "size": 12345},
        "counts": {"records": 1200, "accepted": 1100, "rejected": 100, "warned": 0},
        "rules": [rule("id.required", 70), rule("n.type", 30)], "malformed": {}, "checks": [], "outputs": {"rejected_csv": REJECTED},
        **more,
    }  # fmt: skip


def report(given: dict[str, Any], samples: Any = ()) -> str:
    return plain_report(given, {"top_reasons": top_reasons(given), "samples": list(samples)}, "Orders", "c1").text


def test_top_reasons_are_the_costliest_first_and_warnings_are_none():
    rules = [rule(f"r{count}", count) for count in (1, 9, 3, 0, 7, 5)] + [rule("soft", 99, "warning")]
    found = top_reasons(manifest(rules=rules, malformed={"too_few_fields": 8, "derive:total": 2}))
    assert [(one["reason"], one["count"]) for one in found] == [
        ("r9", 9),
        ("too_few_fields", 8),
        ("r7", 7),
        ("r5", 5),
        ("r3", 3),
    ]
    assert found[1]["message"] == "the record has too few fields"


def test_reasons_that_are_not_named_are_counted():
    seven = manifest(rules=[rule(f"r{count}", count) for count in range(1, 8)])
    assert "  3 × r3: says r3\n  and 2 more\n" in report(seven)
    assert "more" not in report(manifest())


def test_every_reason_that_no_rule_gives_is_explained_in_words():
    for code in (
        "undecodable",
        "open_quote",
        "text_after_quote",
        "not_json",
        "bad_unit",
        "duplicate_key",
        "not_an_object",
    ):
        assert top_reasons(manifest(rules=[], malformed={code: 1}))[0]["message"], code


def test_the_report_says_file_counts_reasons_outputs_and_ids():
    text = report(manifest())
    for line in ("Orders\n======\n", "File      a.csv (12,345 bytes)\n", "Records   1,200\n", "Accepted  1,100\n", "Rejected  100 (8.3%)\n",
                 "  70 × id.required: says id.required\n  30 × n.type: says n.type\n", "open rejected/o/r1/rejected.csv; its",
                 "run r1 · correlation id c1\n"):  # fmt: skip
        assert line in text
    assert "Warned" not in text


def test_a_clean_file_says_so_and_asks_for_nothing():
    counts = {"records": 3, "accepted": 3, "rejected": 0, "warned": 2}
    text = report(manifest(counts=counts, rules=[]))
    assert "Every row was accepted.\n" in text
    assert "Warned    2\n" in text
    assert "To see what to mend" not in text
    assert "%" not in text


def test_an_empty_file_divides_by_nothing():
    assert "Records   0\n" in report(
        manifest(counts={"records": 0, "accepted": 0, "rejected": 0, "warned": 0}, rules=[])
    )


@pytest.mark.parametrize(("value", "shown"), [(0.0, "0"), (12.5, "12.5"), (1234567.0, "1,234,567"), (-3.25, "-3.25")])
def test_a_file_check_that_failed_is_told_with_what_was_measured(value, shown):
    check = {"id": "rows", "status": "failed", "message": "there must be more", "value": value}
    passed = {"id": "fine", "status": "passed", "message": "never shown", "value": 1.0}
    text = report(manifest(checks=[passed, check]))
    assert f"  rows: there must be more (measured {shown})\n" in text
    assert "never shown" not in text


def test_nothing_from_a_file_can_break_a_line_of_the_report():
    evil = "a\x1b]0;x\x07\nBcc: me"
    samples = [{"record": 1, "line": None, "reasons": ["wrong"], "cells": {"id": evil}, "raw": None}]
    given = manifest(file={"name": evil, "size": 1}, rules=[], malformed={evil: 1})
    lines = report(given, samples).split("\n")
    assert all(line.isprintable() for line in lines)
    assert not any(line.startswith("Bcc") for line in lines)
    assert "  record 1: wrong" in lines
    subject = plain_report(given, {"top_reasons": [], "samples": []}, "Orders", "c1").subject
    assert subject.isprintable()


def test_a_described_file_is_reported_with_what_it_is():
    counts = {"records": None, "accepted": None, "rejected": 0, "warned": 0}
    metadata = {"media_type": "image/png", "encoding": None, "columns": ["a", "b"], "compression": None, "note": None}
    given = {**manifest(counts=counts, outputs={}), "metadata": metadata}
    made = plain_report(given, {"top_reasons": [], "samples": []}, "Files", "c1")
    assert made.subject == "Files: a.csv is in"
    assert "Media type  image/png\nColumns     a, b\n" in made.text
    assert "Records" not in made.text
    assert "Accepted" not in made.text


def test_check_says_where_everything_lies_also_in_an_odd_folder():
    text = check_summary(
        manifest(outputs={"rejected_csv": {"path": "rejected.csv"}}), [], "an\x1b]0;x\x07 odd/" + "x" * 400
    )
    last = text.rstrip().splitlines()[-2:]
    assert last[0] == "rejected csv    an\\x1b]0;x\\x07 odd/" + "x" * 400 + "/rejected.csv"
    assert last[1].startswith("manifest        ")
    assert last[1].endswith("/manifest.json")


def test_check_says_why_a_file_failed_who_acts_and_what_is_next():
    reason = {"code": "bad", "message": "is\nbad", "line": 7, "who": "the sender", "next": "send it again"}
    none = {"records": None, "accepted": 0, "rejected": None, "warned": None}
    text = check_summary(manifest(verdict="failed", reason=reason, counts=none, outputs={}), [], "out")
    assert text.splitlines()[:4] == [
        "a.csv: failed", "  line 7: is\\nbad [bad]", "  who acts: the sender", "  next: send it again",
    ]  # fmt: skip
    assert "Records" not in text


def test_a_check_that_could_not_be_measured_says_why_in_place_of_a_number():
    check = {"id": "x", "status": "failed", "message": "must be positive", "value": None, "why": "it can't be measured"}
    assert "x: must be positive (it can't be measured)" in check_summary(manifest(checks=[check]), [], "out")
