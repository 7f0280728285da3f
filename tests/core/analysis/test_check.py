"""Mistakes in the SQL of a pipeline are found before the first file is in."""

from __future__ import annotations

from pathlib import Path

import pytest

from headgate.core.analysis.check import check_analysis
from headgate.core.contract import load_contract
from headgate.core.contract.model import Contract
from headgate.core.errors import Place, UserMistake
from headgate.core.pipeline import load_pipeline
from tests.core.analysis.asking import Asking
from tests.gating import EXAMPLES
from tests.projects import CONTRACT

PLACE = Place("pipeline.yaml")


@pytest.fixture
def contract(tmp_path: Path) -> Contract:
    path = tmp_path / "contract.odcs.yaml"
    path.write_text(CONTRACT)
    return load_contract(path)


@pytest.mark.parametrize("name", ["smartphone_sales", "health_metrics", "orders", "stocks"])
def test_the_bundled_pipelines_can_be_asked(name: str):
    pipeline = load_pipeline(EXAMPLES / name)
    assert pipeline.contract_path
    found = check_analysis(
        pipeline.folder, load_contract(pipeline.contract_path), pipeline.derive, pipeline.place("derive")
    )
    assert found.facts
    assert found.findings


def test_queries_see_the_columns_of_the_contract_and_the_derived_ones(tmp_path: Path, contract: Contract):
    asking = Asking(tmp_path)
    asking.fact(
        "-- history: 2\nSELECT sum(twice) AS n, min(_run) AS run FROM history JOIN accepted USING (name, twice)"
    )
    asking.fact("SELECT max(sentiment(name)) AS s, sum(age) AS years FROM accepted", "b")
    found = check_analysis(tmp_path, contract, {"twice": "age * 2"}, PLACE)
    assert [query.name for query in found.facts] == ["b", "fact"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("-- title: A\n\nSELECT agee FROM accepted", '"agee" not found'),
        ("-- title: A\n\nSELECT 'x'::INTEGER AS a FROM range(1)", "can't be converted"),
        ("-- title: A\n\nSELECT nme(1) AS a FROM accepted", "nme"),
        ("-- title: A\n\nSELECT sentiment(age) AS a FROM accepted", "sentiment() takes one text column"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(tmp_path: Path, contract: Contract, text: str, said: str):
    path = Asking(tmp_path).fact(text, "ages")
    with pytest.raises(UserMistake) as raised:
        check_analysis(tmp_path, contract, {}, PLACE)
    assert said in raised.value.message
    assert raised.value.where is not None
    assert (raised.value.where.file, raised.value.where.line) == (str(path), 3)


def test_findings_and_headers_are_checked_too(tmp_path: Path, contract: Contract):
    asking = Asking(tmp_path)
    asking.finding("-- severity: info\n-- message: {nme} is odd\nSELECT name FROM accepted")
    with pytest.raises(UserMistake, match="names 'nme'"):
        check_analysis(tmp_path, contract, {}, PLACE)
    asking.finding("-- severity: info\n-- message: {name} is odd\nSELECT name FROM accepted")
    asking.fact("-- chart: bar x=name y=ages\nSELECT name, age FROM accepted")
    with pytest.raises(UserMistake, match="column 'ages'"):
        check_analysis(tmp_path, contract, {}, PLACE)


def test_a_pipeline_without_a_contract_has_no_rows_to_ask_for(tmp_path: Path):
    assert not check_analysis(tmp_path / "none", None, {}, PLACE)
    Asking(tmp_path).fact("SELECT 1 AS a")
    with pytest.raises(UserMistake, match="a pipeline without a contract has none"):
        check_analysis(tmp_path, None, {}, PLACE)


def test_nothing_is_left_behind(tmp_path: Path, contract: Contract):
    Asking(tmp_path).fact("SELECT count(*) AS n FROM accepted")
    check_analysis(tmp_path, contract, {}, PLACE, temp=tmp_path / "temp")
    assert list((tmp_path / "temp").iterdir()) == []
