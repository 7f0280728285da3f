"""analyze: what a manifest says, kept as an analysis."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from headgate.stages.analyze import analyze
from headgate.stages.ingest import ingest
from tests.projects import GOOD, MIXED
from tests.stages.stage import Isolated


def test_an_analysis_holds_counts_top_reasons_and_masked_samples(tmp_path: Path):
    stage = Isolated(tmp_path)
    (done,) = ingest(stage.arrival("people/a.csv", MIXED), stage.context)
    (analysed,) = analyze(done, stage.context)
    assert (analysed.type, analysed.subject) == ("analysis.completed", done.subject)
    assert analysed.data == {**done.data, "analysis": f"analysis/people/{done.subject}.json"}
    found = stage.json(analysed.data["analysis"])
    assert found["counts"] == done.data["counts"]
    assert {one["reason"]: one["count"] for one in found["top_reasons"]} == {
        "name.required": 1, "email.format": 1, "age.minimum": 1, "age.type": 1,
    }  # fmt: skip
    assert [(one["record"], one["line"]) for one in found["samples"]] == [(2, 3), (3, 4), (4, 5)]
    assert found["samples"][0]["cells"]["email"] == "***"
    assert "secret" not in json.dumps(found)


def test_a_file_without_rejects_or_without_a_contract_has_no_samples(tmp_path: Path):
    stage = Isolated(tmp_path)
    for key in ("people/a.csv", "anything/a.csv"):
        (done,) = ingest(stage.arrival(key, GOOD), stage.context)
        found = stage.json(analyze(done, stage.context)[0].data["analysis"])
        assert found["top_reasons"] == found["samples"] == []


def test_the_same_event_again_writes_the_same_analysis(tmp_path: Path):
    stage = Isolated(tmp_path)
    (done,) = ingest(stage.arrival("people/a.csv", MIXED), stage.context)
    first = analyze(done, stage.context)
    text = stage.files.read(first[0].data["analysis"])
    assert analyze(done, stage.context) == first
    assert stage.files.read(first[0].data["analysis"]) == text


@pytest.mark.parametrize(
    "damaged",
    [b'{"profile": {', b"[]", b"{}", b'{"profile": 3}', b"\xff", pytest.param(b"[" * 100_000, id="nested")],
)
def test_a_damaged_analysis_of_an_earlier_file_costs_only_its_own_part(tmp_path: Path, damaged: bytes):
    stage = Isolated(tmp_path)
    done = [
        analyze(ingest(stage.arrival(f"people/{n}.csv", GOOD + b"Cy,,%d\n" % n), stage.context)[0], stage.context)[0]
        for n in range(6)
    ]
    stage.files.write(done[0].data["analysis"], damaged)
    (event,) = ingest(stage.arrival("people/last.csv", MIXED), stage.context)
    found = stage.json(analyze(event, stage.context)[0].data["analysis"])
    # Its counts are in the ledger, and still compared.
    assert found["notes"]["drift"] == {"found": 6, "needed": 5}
    assert found["facts"] is not None


def test_temporary_files_lie_where_the_project_says_and_are_gone_afterwards(tmp_path: Path):
    stage = Isolated(tmp_path, settings="gate: {temp_directory: work}\n")
    (done,) = ingest(stage.arrival("people/a.csv", MIXED), stage.context)
    work = tmp_path / "project" / "work"
    work.rmdir()
    analyze(done, stage.context)
    assert list(work.iterdir()) == []
