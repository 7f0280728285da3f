"""Holding: what strangers wrote into the data becomes no heading."""

from __future__ import annotations

from typing import Any

import pytest

from headgate.core.narrative.grounding import grounding_check
from headgate.core.narrative.holding import Held
from headgate.core.narrative.model import Draft, EntitySection, Insight, Recommendation, Summary
from headgate.core.narrative.request import Matter, Mended, Objection

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


BRANDS: dict[str, list[dict[str, Any]]] = {"brands": [{"brand": "Nokia", "orders": 12}, {"brand": "Sony", "orders": 7}]}


def held_over_brands(text: str) -> Held:
    draft = Draft(summary=Summary(text=text, facts=("brands",)))
    return Held(draft, Matter("Shop", BRANDS), grounding_check(BRANDS))


def test_a_sentence_that_goes_takes_no_part_of_another_with_it():
    held = held_over_brands("Check whether Nokia is fine. Nokia has 12 orders. Nokia is fine.")
    assert held.settle() == 1
    assert held.draft().summary.text == "Check whether Nokia is fine. Nokia has 12 orders."


def test_a_new_wording_stands_in_the_place_of_its_own_sentence():
    held = held_over_brands(
        "Of all brands Sony has 8 orders. Sony has 8 orders.\nNokia has 12 orders. Sony has 8 orders."
    )
    doubts = held.doubts()
    assert [one.at for one in doubts] == [0, 1, 3]
    held.mend(doubts, [Mended(number=2, text="Sony has 7."), Mended(number=3, text="Sony has fewer. It has 7.")])
    said = "Of all brands Sony has 8 orders. Sony has 7.\nNokia has 12 orders. Sony has fewer. It has 7."
    assert held.draft().summary.text == said


def test_of_two_wordings_of_one_sentence_the_first_stands_and_the_next_sentence_is_left_alone():
    held = held_over_brands("Sony has 8 orders. Nokia has 12 orders.")
    held.mend(held.doubts(), [Mended(number=1, text=""), Mended(number=1, text="Sony has 7 orders.")])
    assert held.draft().summary.text == "Nokia has 12 orders."


def test_sentences_that_are_alike_go_each():
    held = held_over_brands("Sony has 8 orders. Nokia has 12 orders. Sony has 8 orders.")
    assert len(held.doubts()) == 2
    assert (held.settle(), held.draft().summary.text) == (2, "Nokia has 12 orders.")


def test_a_check_that_speaks_of_a_part_of_a_sentence_costs_the_text():
    draft = Draft(
        summary=Summary(text="Few wrote.", facts=("recent",)),
        recommendations=(
            Recommendation(category="a", action="Wait. Do not hurry.", priority="low", facts=("recent",)),
        ),
    )
    held = Held(draft, Matter("Shop", FACTS), lambda text, *_: [Objection("hurry", "odd")] if "hurry" in text else [])
    assert [(one.at, one.objection.sentence) for one in held.doubts()] == [(None, "Wait. Do not hurry.")]
    held.settle()
    assert (held.draft().recommendations, held.lost_its_advice) == ((), True)
