"""The check that holds a model's sentences against the facts has nothing against those of the built-in narrator."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from headgate.core.narrative.grounding import grounding_check
from headgate.core.narrative.guards import sentences
from tests.core.narrative.built_in.stories import SAMPLES, Story, sample_story

DOCS = Path(__file__).parents[4] / "docs" / "grounding.md"


def texts(story: Story) -> list[tuple[str, tuple[str, ...], str]]:
    """Every text, with what it cites and the entity it is about."""
    sections = [
        (text, one.facts, one.entity)
        for one in story.draft.entities
        for text in (one.summary, one.opportunities, one.risks, one.key_anomaly)
        if text
    ]
    told = [(text, cited, "") for text, cited in story.texts()]
    return [*told[: len(told) - len(sections)], *sections]


def doubts(story: Story) -> list[str]:
    check = grounding_check(story.matter.facts, story.matter.findings)
    found = [one for text, cited, about in texts(story) for one in check(text, cited, about)]
    return [f"{one.sentence} ({one.reason})" for one in found if not is_quoted(one.sentence, story)]


def is_quoted(sentence: str, story: Story) -> bool:
    """Whether it quotes what Headgate itself notes about a file; what a cell says is no support for a model."""
    notes = [cell for row in story.matter.facts.get("file", ()) for cell in row.values() if isinstance(cell, str)]
    return any(note.casefold() in sentence.casefold() for note in notes if " " in note)


@pytest.mark.parametrize(("pipeline", "name"), SAMPLES)
def test_no_sentence_is_doubted(pipeline: str, name: str):
    assert not doubts(sample_story(pipeline, name))


def test_the_docs_say_how_many_sentences_they_are():
    stories = [sample_story(pipeline, name) for pipeline, name in SAMPLES]
    count = sum(len(sentences(text)) for story in stories for text, _, _ in texts(story))
    row = re.search(r"^\| of the built-in narrator \| (\d+) \| (\d+) \|", DOCS.read_text(encoding="utf-8"), re.M)
    assert row
    assert (int(row[1]), int(row[2])) == (count, sum(len(doubts(story)) for story in stories))
