"""Measure: a model that says next to nothing, or not as much as was asked for, does not stand in the built-in narrator's place."""

from __future__ import annotations

from typing import Any

import pytest

from headgate.adapters.memory.narrator import ScriptedNarrator
from headgate.core.config.narrator_settings import SummaryWords
from headgate.core.errors import Permanent
from headgate.core.narrative.measure import Measure
from headgate.core.narrative.model import BUILT_IN, Draft
from headgate.core.narrative.request import Matter
from headgate.core.narrative.telling import Telling, tell
from tests.core.narrative.matters import FACTS, advice, anomaly, draft, insight, section
from tests.core.narrative.number_check import number_check
from tests.core.narrative.purse import Purse
from tests.core.narrative.test_telling import NOW, SETTINGS, mending

TRUE = "TSLA closed at 379.30 and KO closed at 67.09. "
RICH = draft(TRUE * 10, insights=(insight(TRUE * 10),))
WORDS = SummaryWords(least=18, most=36)


def told(*answers: Any, words: SummaryWords | None = None, own: Draft = RICH) -> tuple[Telling, ScriptedNarrator]:
    narrator = ScriptedNarrator(answers)
    matter = Matter("Stocks", FACTS, words=words)
    return tell(matter, narrator.tell, number_check(FACTS), own, SETTINGS, Purse(), NOW), narrator


def code(telling: Telling) -> str | None:
    assert telling.model
    return telling.model.trouble.code if telling.model.trouble else None


def test_an_answer_that_says_next_to_nothing_goes_back_once_with_the_reason_and_then_the_built_in_narrator_writes():
    telling, narrator = told(draft("Ok."), draft("Fine."))
    assert (telling.narrative.by, telling.narrative.summary) == (BUILT_IN, RICH.summary)
    assert code(telling) == "narrator_length"
    assert len(narrator.asked) == 2
    assert 'what was wrong: "its summary has 1 word, and at least 12 are asked for"' in narrator.asked[1].material


def test_what_it_writes_instead_stands():
    telling, _ = told(draft("Ok."), draft(TRUE * 5))
    assert (telling.narrative.by == BUILT_IN, telling.narrative.summary.text) == (False, (TRUE * 5).strip())


def test_one_who_gives_no_answer_the_second_time_is_done_without():
    telling, _ = told(draft("Ok."), Permanent("gone", next="wait", code="narrator_no_access"))
    assert code(telling) == "narrator_no_access"


def test_a_summary_without_anything_else_may_be_all_there_is_when_it_says_something():
    assert told(draft(TRUE * 4))[0].narrative.by != BUILT_IN
    telling, narrator = told(draft(TRUE * 2), draft(TRUE * 2))
    assert code(telling) == "narrator_length"
    assert "it has 18 words in all, and at least 30 are asked for" in narrator.asked[1].material


def test_every_text_counts():
    parts: dict[str, Any] = {
        "insights": (insight(TRUE),), "anomalies": (anomaly(TRUE),), "recommendations": (advice(TRUE),),
        "entities": (section("KO", TRUE, opportunities=TRUE, risks=TRUE, key_anomaly=TRUE),),
    }  # fmt: skip
    measure = Measure(9, None, 9 * 8)
    assert measure.fault(draft(TRUE, **parts)) == ""
    for name in parts:
        assert measure.fault(draft(TRUE, **{**parts, name: ()}))


def test_where_there_is_little_to_say_little_is_enough():
    telling, _ = told(draft("KO closed at 67.09."), own=draft("All 2 rows were accepted."))
    assert telling.narrative.by != BUILT_IN


def test_when_too_little_is_left_of_it_the_built_in_narrator_writes():
    telling, narrator = told(draft("KO closed at 67.09. " + "TSLA closed at 11. " * 20), mending())
    assert telling.narrative.by == BUILT_IN
    assert code(telling) == "narrator_unsupported"
    assert telling.model
    assert telling.model.trouble
    assert "20 sentences" in telling.model.trouble.message
    assert "its summary has 4 words" in telling.model.trouble.message
    assert len(narrator.asked) == 2


@pytest.mark.parametrize("times", [1, 5])
def test_a_summary_of_another_length_than_its_owner_says_goes_back_and_is_replaced(times: int):
    telling, narrator = told(draft(TRUE * times), draft(TRUE * times), words=WORDS)
    assert code(telling) == "narrator_length"
    assert f"its summary has {9 * times} words, and 18 to 36 are asked for" in narrator.asked[1].material
    assert "The summary has 18 to 36 words." in narrator.asked[0].instructions


@pytest.mark.parametrize("times", [2, 4])
def test_a_summary_of_the_length_that_its_owner_says_stands(times: int):
    assert told(draft(TRUE * times), words=WORDS)[0].narrative.by != BUILT_IN


def test_what_was_left_out_of_it_counts_no_more_among_its_words():
    telling, _ = told(draft(f"{TRUE}KO closed at 99 on a day like any other in this year."), mending(), words=WORDS)
    assert code(telling) == "narrator_unsupported"


def test_of_a_summary_that_was_long_enough_two_thirds_are_enough_when_sentences_had_to_go():
    left = f"{TRUE}KO closed at 67.09."
    telling, narrator = told(draft(f"{left} KO closed at 99 on the day."), mending(), words=WORDS)
    assert (telling.narrative.by == BUILT_IN, telling.narrative.summary.text) == (False, left)
    assert len(narrator.asked) == 2
    assert code(told(draft(left), draft(left), words=WORDS)[0]) == "narrator_length"
