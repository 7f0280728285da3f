"""The `narrator` sections: what can't go together is a mistake when it is read, not silence when a model is asked."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from headgate.core.config.narrator_settings import PipelineNarrator
from headgate.core.errors import UserMistake
from headgate.core.project import Project, load_project
from tests.projects import make_project

OWN = "model: openai:llama3.2, base_url: 'http://127.0.0.1:11434/v1'"
PRICE = "price: {input: 0.1, output: 0.4}"


def loaded(folder: Path, narrator: str, **more: str) -> Project:
    return load_project(make_project(folder, settings=f"narrator: {{{narrator}}}\n", **more))


def test_a_budget_for_an_own_server_without_a_price_is_a_mistake_that_names_both_keys(tmp_path: Path):
    with pytest.raises(UserMistake) as caught:
        loaded(tmp_path, f"{OWN}, budget_per_day: 1")
    assert caught.value.where
    assert (caught.value.where.key, caught.value.where.line) == ("narrator.budget_per_day", 1)
    assert "price: {input: …, output: …}" in caught.value.message
    assert "take `budget_per_day` out" in caught.value.message


@pytest.mark.parametrize(
    ("project", "pipeline"),
    [("budget_per_day: 1", f"narrator: {{{OWN}}}\n"), (OWN, "narrator: {budget_per_day: 1}\n"),
     (f"{OWN}, {PRICE}, budget_per_day: 1", f"narrator: {{{OWN}}}\n")],
)  # fmt: skip
def test_so_is_one_that_comes_of_both_files_together(tmp_path: Path, project: str, pipeline: str):
    with pytest.raises(UserMistake, match="is not known, so it would never be asked") as caught:
        loaded(tmp_path, project, people=pipeline)
    assert caught.value.where
    assert caught.value.where.file.endswith("people/pipeline.yaml")
    assert caught.value.where.key == "narrator"


@pytest.mark.parametrize(
    "narrator",
    [OWN, f"{OWN}, budget_per_day: 1, {PRICE}", f"{OWN}, budget_per_day: 1, price: {{input: 0, output: 0}}",
     "model: 'bedrock:amazon.nova-lite-v1:0', base_url: 'http://127.0.0.1:1', budget_per_day: 1"],
)  # fmt: skip
def test_without_a_budget_with_a_price_or_at_a_provider_there_is_nothing_wrong(tmp_path: Path, narrator: str):
    assert loaded(tmp_path, narrator).settings.narrator.unpriced == ""


def test_a_price_is_of_a_million_tokens(tmp_path: Path):
    price = loaded(tmp_path, f"{OWN}, {PRICE}").settings.narrator.price
    assert price
    assert price.of(2_000_000, 1_000_000) == Decimal("0.6")
    assert price.of(1, 0) == Decimal("0.0000001")


def test_a_price_goes_with_the_model_it_is_of(tmp_path: Path):
    with pytest.raises(UserMistake, match="it goes with a model") as caught:
        loaded(tmp_path, PRICE)
    assert caught.value.where
    assert caught.value.where.key == "narrator.price"
    settings = loaded(tmp_path / "other", f"{OWN}, {PRICE}").settings.narrator
    assert settings.for_pipeline(PipelineNarrator(model="openai:gpt-5-mini")).price is None
    assert settings.for_pipeline(PipelineNarrator(timeout=5)).price == settings.price


@pytest.mark.parametrize(
    ("words", "said"),
    [("{least: 9, most: 8}", "at least `least`"), ("{least: 9}", "most"), ("{least: 0, most: 8}", "1")],
)
def test_how_many_words_is_a_range(tmp_path: Path, words: str, said: str):
    with pytest.raises(UserMistake, match=said) as caught:
        loaded(tmp_path, "model: built-in", people=f"narrator: {{summary_words: {words}}}\n")
    assert caught.value.where
    assert str(caught.value.where.key).startswith("narrator.summary_words")


def test_a_pipeline_says_how_many_words_its_summary_has_whoever_writes(tmp_path: Path):
    project = loaded(tmp_path, OWN, people="narrator: {summary_words: {least: 150, most: 250}}\n")
    words = project.settings.narrator.for_pipeline(project.pipelines["people"].narrator).summary_words
    assert words
    assert (words.least, words.most) == (150, 250)
    assert project.settings.narrator.for_pipeline(project.pipelines["guests"].narrator).summary_words is None
