"""A replay goes on with the mail of a report that says the same, and with no other."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from headgate.core.events import Event
from headgate.stages.analyze import analyze
from headgate.stages.ingest import ingest
from headgate.stages.reported import going_on, last_mail, mail_of, with_mailed
from tests.projects import MIXED
from tests.stages.stage import Isolated, event


def completed(id_: str, **data: object) -> Event:
    return event("analysis.completed", "run", data, id_)


@pytest.fixture
def stage(tmp_path: Path) -> Isolated:
    return Isolated(tmp_path)


def test_the_last_mail_is_that_of_the_last_analysis_that_was_not_only_written_down():
    assert last_mail([]) is None
    assert last_mail([completed("a", mail=False)]) is None
    assert last_mail([completed("a"), completed("b", mail=False)]) == "a"
    assert last_mail([completed("a"), completed("b", mail=True, mail_id="a")]) == "a"
    assert last_mail([completed("a"), completed("b", mail=True)]) == "b"
    assert [mail_of(one) for one in (completed("a"), completed("b", mail_id="a"))] == ["a", "a"]


def test_an_analysis_that_says_the_same_goes_on_with_its_mail_and_another_does_not(stage: Isolated):
    (done,) = ingest(stage.arrival("people/a.csv", MIXED), stage.context)
    (first,) = analyze(done, stage.context)
    said = stage.files.read(first.data["analysis"])
    again = replace(done, id="again", data=with_mailed(done, first.id, said))
    for _ in range(2):
        (same,) = analyze(again, stage.context)
        assert same.data == {**first.data, "mail_id": first.id}, "also when it is delivered twice"
    other = replace(done, id="other", data=with_mailed(done, first.id, said.replace(b"a.csv", b"b.csv")))
    assert analyze(other, stage.context)[0].data == first.data


@pytest.mark.parametrize("damaged", [b"", b"[]", b"{", b"\xff"])
def test_a_damaged_analysis_says_nothing_that_another_says(damaged: bytes):
    data = with_mailed(completed("again"), "mail", damaged)
    assert going_on(data, b'{"narrative": 1}') == {}


def test_what_no_report_shows_makes_no_other_mail():
    first, second = (json.dumps({"facts": {}, "fingerprint": one}).encode() for one in ("a", "b"))
    assert going_on(with_mailed(completed("again"), "mail", first), second) == {"mail_id": "mail"}
