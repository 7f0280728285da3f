"""analyze of sensitive columns: no value of theirs is named, whatever a derived column makes of it, and from when on it is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from headgate.core.contract.model import Contract
from headgate.core.narrative.model import BUILT_IN
from headgate.hosts.contracts import load_queries
from headgate.stages.analyze import analyze
from headgate.stages.ingest import ingest
from tests.projects import GOOD
from tests.stages.stage import Isolated
from tests.stages.test_narrating import Told, said

DERIVE = """\
derive:
  key: lower(email)
  site: right("EMAIL", 11)
  has_mail: email IS NOT NULL
  older: age + 1
"""


@pytest.mark.parametrize("accepted", ["parquet", "csv"])
def test_what_is_derived_of_a_sensitive_column_is_as_sensitive(tmp_path: Path, accepted: str):
    stage = Isolated(tmp_path, people=f"{DERIVE}accepted: {accepted}\n")
    home = stage.context.project.pipelines["people"].folder / "analysis"
    home.mkdir()
    (home / "who.sql").write_text("SELECT key, site, older FROM accepted WHERE age > 0\n")
    stage.context = replace(stage.context, queries=load_queries(stage.context.project, stage.context.contracts))
    (processed,) = ingest(stage.arrival("people/a.csv", GOOD), stage.context)
    (done,) = analyze(processed, stage.context)
    document = stage.json(done.data["analysis"])
    assert "example.org" not in str(document)
    assert document["facts"]["who"] == [{"key": "***1", "site": "***2", "older": 32}]
    top = {column["name"]: column.get("top") for column in document["profile"]["columns"]}
    assert not top["key"]
    assert not top["has_mail"]
    assert top["older"]


def with_sensitive_names(contract: Contract) -> Contract:
    columns = tuple(replace(one, sensitive=True) if one.name == "name" else one for one in contract.columns)
    return replace(contract, columns=columns)


def test_a_column_that_is_called_sensitive_afterwards_is_masked_by_a_replay(tmp_path: Path):
    stage = Told(tmp_path, said(), said("Ann is 31."))
    event = stage.processed()
    assert "Ann" in str(stage.analyzed(event))
    contracts = {**stage.context.contracts, "people": with_sensitive_names(stage.context.contracts["people"])}
    stage.context = replace(stage.context, contracts=contracts)
    document = stage.analyzed(replace(event, id="replayed"))
    assert "Ann" not in str(document)
    assert document["narrative"]["by"] == BUILT_IN


def test_other_expressions_of_derived_columns_are_another_analysis(tmp_path: Path):
    stage = Told(tmp_path, said(), said("Ann stands out."))
    event = stage.processed()
    first = stage.analyzed(event)
    people = stage.context.project.pipelines["people"]
    pipelines = {**stage.context.project.pipelines, "people": people.model_copy(update={"derive": {"older": "age"}})}
    project = stage.context.project
    stage.context = replace(stage.context, project=replace(project, pipelines=pipelines))
    assert stage.analyzed(replace(event, id="replayed"))["fingerprint"] != first["fingerprint"]


def test_an_analysis_of_other_earlier_runs_is_another_one(tmp_path: Path):
    sql = "-- history: 2\nSELECT name, age FROM accepted WHERE age > 0\n"
    stage = Told(tmp_path, said(), said(), sql=sql)
    event = stage.processed()
    before = stage.analyzed(event)
    assert stage.analyzed(replace(event, id="replayed")) == before
    # It came at the same time, and was committed after the first was analyzed.
    stage.processed(GOOD.replace(b"31", b"41"))
    assert stage.analyzed(replace(event, id="again"))["fingerprint"] != before["fingerprint"]
