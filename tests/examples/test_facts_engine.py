"""The analysis gives the facts and findings of the bundled pipelines as plain Python reckons them."""

from __future__ import annotations

from pathlib import Path

import pytest

from headgate.core.accepted_rows import accepted_types
from headgate.core.analysis.analysis import Analysis, analyze_rows
from headgate.core.analysis.check import check_analysis
from headgate.core.analysis.limits import Limits
from headgate.core.analysis.views import Rows as Given
from headgate.core.contract.load import load_contract
from headgate.core.errors import Place
from headgate.core.pipeline import load_pipeline
from tests.examples.plain_facts import Rows, accepted_rows
from tests.examples.samples import EXAMPLES, ROW_PIPELINES
from tests.examples.sql_facts import differences, gated
from tests.examples.test_facts import PLAIN

MASKED = ("user_id", "customer_name")


def analyzed(pipeline: str, kind: str, folder: Path) -> tuple[Analysis, Rows]:
    """The analysis of a sample, in the format that its pipeline writes; and the same rows read in plain Python."""
    home = EXAMPLES / pipeline
    file = next((home / "samples").glob(f"*_{kind}.*"))
    settings, contract, place = load_pipeline(home), load_contract(home / "contract.odcs.yaml"), Place(pipeline)
    output = gated(pipeline, file, folder / "out", settings.accepted).accepted
    assert output
    queries = check_analysis(home, contract, settings.derive, place, folder)
    sensitive = frozenset(column.name for column in contract.columns if column.sensitive)
    given = Given(output.path, accepted_types(contract, settings.derive, place), sensitive)
    (folder / "work").mkdir()
    return analyze_rows(given, queries, folder / "work", Limits()), accepted_rows(pipeline, file.read_bytes())


def unmasked(rows: Rows) -> Rows:
    """Without the columns that nobody is shown."""
    return [{name: value for name, value in row.items() if name not in MASKED} for row in rows]


@pytest.mark.parametrize("kind", ["clean", "dirty"])
@pytest.mark.parametrize("pipeline", ROW_PIPELINES)
def test_the_analysis_of_a_sample_is_what_plain_python_reckons(pipeline, kind, tmp_path):
    found, rows = analyzed(pipeline, kind, tmp_path)
    assert found.notes["cut"] == []
    for fact in found.facts:
        expected = unmasked(PLAIN[pipeline][fact.name](rows))
        assert differences(unmasked([dict(row) for row in fact.rows]), expected) == [], fact.name
    flagged = {(row.finding, row.severity): 0 for row in found.findings}
    for finding in found.findings:
        flagged[finding.finding, finding.severity] += finding.count
    names = {name for name in PLAIN[pipeline] if name not in {fact.name for fact in found.facts}}
    reckoned = [(name, row["severity"]) for name in names for row in PLAIN[pipeline][name](rows)]
    assert flagged == {key: reckoned.count(key) for key in reckoned}


@pytest.mark.parametrize("pipeline", ["health_metrics", "orders"])
def test_the_analysis_names_no_person(pipeline, tmp_path):
    found, rows = analyzed(pipeline, "dirty", tmp_path)
    people = {row[name] for row in rows for name in MASKED if name in row}
    told = repr((found.facts, found.findings, found.profile))
    assert people
    assert [person for person in people if f"'{person}'" in told] == []


def test_abnormal_readings_of_one_kind_are_one_finding(tmp_path):
    found, _ = analyzed("health_metrics", "clean", tmp_path)
    assert {(row.message, row.count) for row in found.findings} == {
        ("Abnormal reading: heart rate below 60", 11),
        ("Abnormal reading: SpO2 below 92", 9),
        ("Abnormal reading: temperature above 38.0", 13),
        ("Abnormal reading: systolic pressure above 140; diastolic pressure above 90", 13),
    }
