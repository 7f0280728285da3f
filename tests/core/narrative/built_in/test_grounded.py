"""The check that holds a model's sentences against the facts has nothing against those of the built-in narrator."""

from __future__ import annotations

import pytest

from tests.core.narrative.built_in.stories import SAMPLES, Story, sample_story


def doubts(story: Story) -> list[str]:
    from headgate.core.narrative.grounding import grounding_check

    check = grounding_check(story.matter.facts, story.matter.findings)
    sections = [
        (text, one.facts, one.entity)
        for one in story.draft.entities
        for text in (one.summary, one.opportunities, one.risks, one.key_anomaly)
        if text
    ]
    told = [(text, cited, "") for text, cited in story.texts()][: len(story.texts()) - len(sections)]
    return [
        f"{one.sentence} ({one.reason})"
        for text, cited, about in (*told, *sections)
        for one in check(text, cited, about)
    ]


@pytest.mark.parametrize(("pipeline", "name"), SAMPLES)
def test_no_sentence_is_doubted(pipeline: str, name: str):
    assert not doubts(sample_story(pipeline, name))
