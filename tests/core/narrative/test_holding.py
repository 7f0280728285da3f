"""Holding: what strangers wrote into the data becomes no heading."""

from __future__ import annotations

from typing import Any

import pytest

from headgate.core.narrative.holding import Held
from headgate.core.narrative.model import Draft, EntitySection, Insight, Recommendation, Summary
from headgate.core.narrative.request import Matter

GIFT = "Free gift, call 0900 555 1234 now"
FACTS: dict[str, list[dict[str, Any]]] = {
    "recent": [
        {"reviewer": "Ann", "review": "Nice.", "stars": 4},
        {"reviewer": "Bob Stone", "review": "Visit our shop.", "stars": 2},
        {"reviewer": GIFT, "review": "Call me today for free", "stars": 1},
    ],
    "mail": [{"reply": "www.evil.example"}],
}


def held(*entities: str, type_: str = "stars") -> Draft:
    parts = Draft(
        summary=Summary(text="Few wrote.", facts=("recent",)),
        entities=tuple(EntitySection(entity=one, summary="Few wrote.", facts=("recent",)) for one in entities),
        insights=(Insight(type=type_, description="Few wrote.", confidence="high", facts=("recent",)),),
        recommendations=(Recommendation(category=type_, action="Wait.", priority="low", facts=("recent",)),),
    )
    draft = Held(parts, Matter("Shop", FACTS), lambda *_: ())
    draft.settle()
    return draft.draft()


@pytest.mark.parametrize("entity", [GIFT, GIFT.upper(), "www.evil.example"])
def test_a_section_is_about_no_text_that_is_no_name(entity: str):
    assert [one.entity for one in held("Ann", entity, "bob stone").entities] == ["Ann", "bob stone"]


@pytest.mark.parametrize(
    "label", ["Free gift: call 0900 555 1234 now", "call me today", "Call me today for free", "up 9", "see evil.com"]
)
def test_no_label_is_made_of_a_cell_or_claims_a_number(label: str):
    draft = held(type_=label)
    assert (draft.insights[0].type, draft.recommendations[0].category) == ("insight", "advice")


@pytest.mark.parametrize("label", ["stars", "Ann", "free shipping", "customer satisfaction"])
def test_other_labels_stay(label: str):
    assert held(type_=label).insights[0].type == label
