"""What a model answered to no use is paid for, and not asked for again; what it did not answer is."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from headgate.adapters.memory.narrator import ScriptedNarrator
from headgate.core.config.narrator_settings import SummaryWords
from headgate.core.errors import Transient
from headgate.core.narrative.model import BUILT_IN
from headgate.core.narrative.request import ANSWERS, Spent
from headgate.core.narrative.telling import Telling, tell
from tests.core.narrative.matters import MATTER, draft
from tests.core.narrative.purse import Purse
from tests.core.narrative.test_telling import NOW, OWN, SETTINGS, breaking, mending, told


def asks_again(telling: Telling) -> bool:
    assert telling.model
    return bool(telling.model.as_json()["fallback"]["asks_again"])


UNSUPPORTED, TOO_LITTLE = draft("KO closed at 99."), draft("TSLA rose.")
WORDS = {"summary_words": SummaryWords(least=5, most=9)}


@pytest.mark.parametrize(
    ("answers", "words", "code"),
    [
        ([mending()] * ANSWERS, {}, "narrator_answer"),
        ([UNSUPPORTED, mending()], {}, "narrator_unsupported"),
        ([UNSUPPORTED, *[draft()] * ANSWERS], {}, "narrator_unsupported"),
        ([TOO_LITTLE, TOO_LITTLE], WORDS, "narrator_length"),
        ([TOO_LITTLE, *[mending()] * ANSWERS], WORDS, "narrator_answer"),
    ],
)
def test_an_answer_of_no_use_is_paid_for_and_is_not_asked_for_again(answers, words, code):
    matter = replace(MATTER, words=words.get("summary_words"))
    telling = told(*answers, matter=matter, **words)
    assert telling.model
    assert telling.model.as_json()["fallback"]["code"] == code
    assert not asks_again(telling)


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ([mending(), Transient("slow", code="narrator_throttled")], {}),
        ([UNSUPPORTED, Transient("slow", code="narrator_throttled")], {}),
        ([TOO_LITTLE, Transient("slow", code="narrator_timeout")], WORDS),
    ],
)
def test_where_the_last_question_had_no_answer_a_replay_asks_again(answers, words):
    assert asks_again(told(*answers, matter=replace(MATTER, words=words.get("summary_words")), **words))


def test_where_the_budget_lets_nothing_be_sent_back_a_replay_asks_again():
    narrator = ScriptedNarrator([UNSUPPORTED], Spent(1000, 200, 1, Decimal("0.9999")))
    telling = told(narrator, budget_per_day=1)
    assert telling.narrative.by == BUILT_IN
    assert asks_again(telling)


def test_a_bug_over_what_a_model_wrote_pays_it_once_and_a_bug_before_it_asks_again():
    for narrate, again in ((ScriptedNarrator([draft()]).tell, False), (breaking, True)):
        assert asks_again(tell(MATTER, narrate, breaking, OWN, SETTINGS, Purse(), NOW)) == again
