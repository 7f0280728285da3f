"""The analysis of what the gate accepted, from the file to the document."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from headgate.core.accepted_rows import accepted_types
from headgate.core.analysis.analysis import Analysis, analyze_rows
from headgate.core.analysis.limits import Limits
from headgate.core.analysis.queries import read_queries
from headgate.core.analysis.views import Rows
from headgate.core.contract import load_contract
from headgate.core.pipeline import load_pipeline
from tests.core.analysis.asking import BUDGET, Asking
from tests.gating import EXAMPLES, gate_example


def analyzed(folder: Path, name: str, sample: Path) -> Analysis:
    """A sample through the real gate, then analyzed with its pipeline's own SQL."""
    pipeline = load_pipeline(EXAMPLES / name)
    assert pipeline.contract_path
    contract = load_contract(pipeline.contract_path)
    (folder / "gate").mkdir()
    verdict = gate_example(folder / "gate", name, sample.read_bytes(), sample.name).verdict
    assert verdict.accepted is not None
    types = accepted_types(contract, pipeline.derive, pipeline.place("derive"))
    sensitive = frozenset(column.name for column in contract.columns if column.sensitive)
    (folder / "work").mkdir()
    rows = Rows(verdict.accepted.path, types, sensitive)
    return analyze_rows(rows, read_queries(pipeline.folder), folder / "work", Limits(BUDGET))


SAMPLES = sorted(
    path
    for name in ("smartphone_sales", "health_metrics", "orders", "stocks")
    for path in (EXAMPLES / name / "samples").iterdir()
    if path.suffix in (".csv", ".json")
)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_every_sample_of_the_bundled_pipelines_is_analyzed(tmp_path: Path, sample: Path):
    found = analyzed(tmp_path, sample.parent.parent.name, sample)
    assert found.profile["rows"] > 0
    assert all(fact.rows for fact in found.facts)
    document = {
        "facts": {fact.name: fact.rows for fact in found.facts},
        "findings": [one.as_json() for one in found.findings],
    }
    json.dumps({**document, "profile": found.profile, "notes": found.notes}, allow_nan=False)


def test_the_same_rows_give_the_same_analysis(tmp_path: Path):
    sample = next(path for path in SAMPLES if path.parent.parent.name == "smartphone_sales")
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    assert analyzed(tmp_path / "a", "smartphone_sales", sample) == analyzed(tmp_path / "b", "smartphone_sales", sample)


def test_users_of_the_health_metrics_are_told_apart_and_not_named(tmp_path: Path):
    sample = next(path for path in SAMPLES if path.parent.parent.name == "health_metrics")
    found = analyzed(tmp_path, "health_metrics", sample)
    assert "user_" in sample.read_text()
    assert "user_1" not in str(found)
    users = next(fact for fact in found.facts if fact.name == "users")
    assert len({row["user_id"] for row in users.rows}) == len(users.rows) > 1


def test_without_sql_there_is_still_a_profile(tmp_path: Path):
    found = Asking(tmp_path).analyze()
    assert (found.profile["rows"], found.facts, found.findings) == (3, (), ())
    assert found.notes == {"cut": [], "history": None, "sentiment": None}
