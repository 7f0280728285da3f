"""What stands in for a model in a rehearsal says enough of every bundled pipeline that its narrative stays."""

from __future__ import annotations

import pytest

from headgate.core.config.narrator_settings import DOCUMENTED, NarratorSettings
from headgate.core.narrative.grounding import grounding_check
from headgate.core.narrative.telling import tell
from headgate.hosts.rehearsal import bedrock as stand_in
from tests.adapters.model.conftest import Make
from tests.adapters.model.model_server import Asked, Bedrock, Reply
from tests.core.narrative.built_in.stories import SAMPLES, sample_story
from tests.core.narrative.purse import Purse
from tests.core.narrative.test_telling import NOW


@pytest.mark.parametrize(("pipeline", "name"), SAMPLES)
def test_its_narrative_of_a_bundled_pipeline_is_told(pipeline: str, name: str, bedrock: Bedrock, by_bedrock: Make):
    story = sample_story(pipeline, name)

    def answered(asked: Asked) -> Reply:
        return Reply(200, stand_in.answer(asked.document))

    bedrock.answers.append(answered)
    matter, settings = story.matter, NarratorSettings(model=DOCUMENTED)
    check = grounding_check(matter.facts, matter.findings)
    telling = tell(matter, by_bedrock().tell, check, story.draft, settings, Purse(), NOW)
    assert telling.model
    assert telling.model.trouble is None
    assert telling.narrative.by == DOCUMENTED
    assert (len(telling.narrative.insights), len(telling.narrative.recommendations)) == (1, 1)
    assert telling.narrative.advised_by == ""
