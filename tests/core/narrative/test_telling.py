"""Telling: what the facts don't support never stays, and whatever a model does, there is a narrative."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from headgate.adapters.memory.narrator import ScriptedNarrator
from headgate.core.config.narrator_settings import DOCUMENTED, NarratorSettings
from headgate.core.errors import Permanent, Transient
from headgate.core.narrative.model import BUILT_IN, Draft, Narrative
from headgate.core.narrative.prompt import MOST
from headgate.core.narrative.request import Matter, Mended, Mending, Spent
from headgate.core.narrative.telling import Telling, held_again, tell
from tests.core.narrative.matters import FACTS, MATTER, advice, anomaly, draft, insight, section
from tests.core.narrative.number_check import number_check
from tests.core.narrative.purse import Purse

NOW = datetime(2026, 11, 20, 12)
OWN = draft("The built-in narrator says that TSLA gained 8.4%.")
SETTINGS = NarratorSettings(model=DOCUMENTED)


def told(*answers: Any, matter: Matter = MATTER, spent: Decimal = Decimal(0), **settings: Any) -> Telling:
    narrator = answers[0] if isinstance(answers[0], ScriptedNarrator) else ScriptedNarrator(answers)
    chosen = SETTINGS.model_copy(update=settings)
    return tell(matter, narrator.tell, number_check(matter.facts), OWN, chosen, Purse(spent), NOW)


def mending(*texts: str, **more: Any) -> Mending:
    return Mending(sentences=tuple(Mended(number=n, text=text, **more) for n, text in enumerate(texts, 1)))


def test_what_the_facts_support_stays_as_the_model_wrote_it():
    written = draft(insights=(insight("TSLA gained 8.4%."),), recommendations=(advice("Watch TSLA."),))
    narrative = told(written).narrative
    assert Draft.model_validate(narrative.model_dump(include=set(Draft.model_fields))) == written
    assert (narrative.by, narrative.dropped) == (DOCUMENTED, 0)


def test_where_no_advice_of_the_models_stays_the_built_in_narrators_stands():
    own = draft("TSLA gained 8.4%.", recommendations=(advice("Look at TSLA."),))

    def recommended(*texts: str) -> list[str]:
        written = draft(insights=(insight("TSLA gained 8.4%."),), recommendations=tuple(map(advice, texts)))
        narrator = ScriptedNarrator([written, mending()])
        telling = tell(MATTER, narrator.tell, number_check(MATTER.facts), own, SETTINGS, Purse(), NOW)
        found = [one.action for one in telling.narrative.recommendations]
        assert telling.narrative.by == DOCUMENTED
        assert telling.narrative.advised_by == (BUILT_IN if found == ["Look at TSLA."] else "")
        return found

    assert recommended("Pay 99 to the sender.") == ["Look at TSLA."]
    assert recommended("Pay 99 to the sender.", "Watch KO.") == ["Watch KO."]
    assert recommended() == []


def test_a_model_that_recommends_nothing_has_its_way_even_where_another_sentence_goes():
    own = draft("TSLA gained 8.4%.", recommendations=(advice("Look at TSLA."),))
    narrator = ScriptedNarrator([draft("TSLA closed at 379.30. KO closed at 99."), mending()])
    narrative = tell(MATTER, narrator.tell, number_check(FACTS), own, SETTINGS, Purse(), NOW).narrative
    assert (narrative.dropped, narrative.recommendations, narrative.advised_by) == (1, (), "")


def test_of_an_earlier_narrative_too_the_built_in_narrator_advises_where_nothing_of_its_advice_stays():
    own = draft("TSLA gained 8.4%.", recommendations=(advice("Look at TSLA."),))

    def again(*texts: str, **more: Any) -> Narrative:
        earlier = draft("TSLA closed at 379.30.", recommendations=tuple(map(advice, texts)))
        kept = Narrative(by=DOCUMENTED, **{**earlier.model_dump(), **more})
        found = held_again(kept, MATTER, number_check(FACTS), own)
        assert found
        return found

    for narrative in (again("Pay 99 to the sender."), again("Look at KO, at 99.", advised_by=BUILT_IN)):
        assert [one.action for one in narrative.recommendations] == ["Look at TSLA."]
        assert (narrative.by, narrative.advised_by) == (DOCUMENTED, BUILT_IN)
    assert (again().recommendations, again().advised_by) == ((), "")
    assert [one.action for one in again("Watch KO.", "Pay 99 to the sender.").recommendations] == ["Watch KO."]


def test_nothing_is_sent_back_when_nothing_is_wrong():
    narrator = ScriptedNarrator([draft()])
    telling = told(narrator)
    assert len(narrator.asked) == 1
    assert telling.model
    assert (telling.model.sent_back, telling.model.spent) == (0, Spent(1000, 200, 1))


def test_an_unsupported_sentence_goes_back_once_with_the_reason():
    narrator = ScriptedNarrator([draft("TSLA closed at 379.30. KO closed at 99."), mending("KO closed at 67.09.")])
    telling = told(narrator)
    assert telling.narrative.summary.text == "TSLA closed at 379.30. KO closed at 67.09."
    assert telling.narrative.dropped == 0
    assert len(narrator.asked) == 2
    assert '1: ["KO closed at 99.","no cited fact holds 99"]' in narrator.asked[1].material
    assert telling.model
    assert (telling.model.sent_back, telling.model.spent.tokens_in) == (1, 2000)


def test_a_sentence_that_is_wrong_again_is_dropped_and_counted():
    narrator = ScriptedNarrator([draft("TSLA closed at 379.30. KO closed at 99."), mending("KO closed at 98.")])
    narrative = told(narrator).narrative
    assert (narrative.summary.text, narrative.dropped) == ("TSLA closed at 379.30.", 1)
    assert len(narrator.asked) == 2


@pytest.mark.parametrize("second", [mending(), mending(""), Mending(sentences=(Mended(number=7, text="KO."),))])
def test_a_sentence_that_nobody_mends_is_dropped(second: Mending):
    narrative = told(draft("TSLA closed at 379.30. KO closed at 99."), second).narrative
    assert narrative.summary.text == "TSLA closed at 379.30."


@pytest.mark.parametrize("trouble", [Transient("slow"), Permanent("gone")])
def test_when_nobody_answers_the_second_time_the_sentence_is_dropped_and_the_rest_stays(trouble):
    telling = told(draft("TSLA closed at 379.30. KO closed at 99."), trouble)
    assert (telling.narrative.by, telling.narrative.dropped) == (DOCUMENTED, 1)
    assert telling.narrative.by != BUILT_IN


def test_a_mended_sentence_may_rest_on_another_fact():
    written = draft(insights=(insight("There are 2 symbols."),))
    narrative = told(written, mending("There are 2 symbols.", facts=("market", "invented"))).narrative
    assert narrative.insights[0].facts == ("symbols", "market")


def test_a_mended_sentence_that_would_not_fit_is_not_put_in():
    long = "TSLA closed at 379.30. " * 29
    narrative = told(draft(insights=(insight(f"{long}KO closed at 99."),)), mending("KO rose. " * 70)).narrative
    assert narrative.insights[0].description == long.strip()
    assert narrative.dropped == 1


def test_every_text_of_every_part_is_held_against_the_facts():
    wrong = "KO closed at 99."
    written = draft(
        f"TSLA closed at 379.30. {wrong}",
        insights=(insight(wrong), insight(f"{wrong} TSLA gained 8.4%.")),
        anomalies=(anomaly(wrong),),
        recommendations=(advice(wrong),),
        entities=(section("TSLA", "It gained 8.4%.", opportunities=wrong, risks=wrong, key_anomaly=wrong), section("KO", wrong)),
    )  # fmt: skip
    narrative = told(written, Permanent("gone")).narrative
    assert "99" not in narrative.model_dump_json()
    assert [one.description for one in narrative.insights] == ["TSLA gained 8.4%."]
    assert (narrative.anomalies, narrative.recommendations) == ((), ())
    (left,) = narrative.entities
    assert (left.entity, left.opportunities, left.risks, left.key_anomaly) == ("TSLA", "", "", "")
    assert narrative.dropped == 9


def test_a_section_about_an_entity_that_the_facts_do_not_know_goes():
    narrative = told(
        draft(entities=(section("ACME", "It did well."), section("tsla", "It did well."))), mending()
    ).narrative
    assert [one.entity for one in narrative.entities] == ["tsla"]


def test_what_cites_no_fact_that_there_is_goes():
    written = draft(insights=(insight("All is well.", "invented"), insight("All is very well.", "symbols", "invented")))
    narrative = told(written, mending()).narrative
    assert [(one.description, one.facts) for one in narrative.insights] == [("All is very well.", ("symbols",))]


def test_a_name_that_no_fact_has_goes_back_once_with_the_names_that_there_are():
    written = draft(insights=(insight("TSLA gained 8.4%. KO fell by 0.11%.", "symbols", "prices"),))
    narrator = ScriptedNarrator([written, mending("TSLA gained 8.36%.", facts=("market",))])
    telling = told(narrator)
    assert '1: ["TSLA gained 8.4%.","there are no facts with these names: prices"]' in narrator.asked[1].material
    assert 'names of facts and findings: "large_change, market, symbols"' in narrator.asked[1].material
    assert telling.model
    assert telling.model.sent_back == 1
    (left,) = telling.narrative.insights
    assert (left.description, left.facts) == ("TSLA gained 8.36%. KO fell by 0.11%.", ("symbols", "market"))


@pytest.mark.parametrize("second", [mending(), mending(""), Permanent("gone")])
def test_a_sentence_that_a_fact_supports_stays_when_nobody_mends_a_wrong_name_beside_it(second):
    telling = told(draft("TSLA gained 8.4%.", ("symbols", "prices")), second)
    assert (telling.narrative.summary.text, telling.narrative.summary.facts) == ("TSLA gained 8.4%.", ("symbols",))
    assert (telling.narrative.dropped, telling.narrative.by == BUILT_IN) == (0, False)


def test_findings_can_be_cited():
    assert told(draft("TSLA stands out.", ("large_change",))).narrative.summary.facts == ("large_change",)


def test_a_label_that_claims_something_becomes_a_plain_one():
    written = draft(
        insights=(insight("TSLA rose.", type_="TSLA at 9,999 USD"), insight("KO fell.", type_="see evil.com"))
    )
    assert [one.type for one in told(written).narrative.insights] == ["insight", "insight"]


def test_a_check_that_speaks_of_what_is_not_there_costs_the_whole_text():
    from headgate.core.narrative.request import Objection

    def check(text, cited, about):
        return [Objection("Not in it.", "strange")] if "rose" in text else []

    narrator = ScriptedNarrator([draft(insights=(insight("TSLA rose. KO fell."),)), mending()])
    telling = tell(MATTER, narrator.tell, check, OWN, SETTINGS, Purse(), NOW)
    assert telling.narrative.insights == ()


def breaking(*given: Any) -> Any:
    raise ZeroDivisionError("nobody thought of it")


def test_a_check_that_breaks_over_what_a_model_wrote_fails_nothing():
    narrator = ScriptedNarrator([draft()])
    telling = tell(MATTER, narrator.tell, breaking, OWN, SETTINGS, Purse(), NOW)
    assert telling.narrative.by == BUILT_IN
    assert telling.model
    assert telling.model.as_json()["fallback"]["code"] == "narrator_failed"
    assert telling.model.spent.tokens_in == 1000


def test_without_a_summary_left_the_built_in_narrator_writes_and_says_why():
    telling = told(draft("KO closed at 99.", insights=(insight("TSLA gained 8.4%."),)), mending())
    assert (telling.narrative.by, telling.narrative.summary, telling.narrative.insights) == (BUILT_IN, OWN.summary, ())
    assert telling.narrative.by == BUILT_IN
    assert telling.model
    assert telling.model.as_json()["fallback"]["code"] == "narrator_unsupported"
    assert telling.model.spent.tokens_in == 2000


@pytest.mark.parametrize(
    "trouble",
    [
        Transient("throttled", next="wait", code="narrator_throttled"),
        Permanent("no key", next="set it", code="narrator_key"),
    ],
)
def test_without_an_answer_the_built_in_narrator_writes_and_the_note_says_what_to_do(trouble):
    telling = told(trouble)
    assert telling.narrative.by == BUILT_IN
    assert telling.narrative.by == BUILT_IN
    assert telling.model
    assert telling.model.as_json()["fallback"] == {
        "code": trouble.code,
        "message": trouble.message,
        "next": trouble.next,
        "asks_again": True,
    }


def test_an_answer_of_another_form_is_no_answer():
    telling = told(mending("TSLA."))
    assert telling.narrative.by == BUILT_IN
    assert telling.narrative.by == BUILT_IN


def test_without_a_model_nobody_is_asked():
    narrator = ScriptedNarrator([draft()])
    built_in = NarratorSettings()
    for narrate, settings in ((None, SETTINGS), (narrator.tell, built_in)):
        telling = tell(MATTER, narrate, number_check(FACTS), OWN, settings, Purse(), NOW)
        assert (telling.narrative.by, telling.model) == (BUILT_IN, None)
    assert not narrator.asked


@pytest.mark.parametrize("facts", [{}, {"symbols": []}])
def test_where_there_is_nothing_to_tell_of_nobody_is_asked(facts):
    narrator = ScriptedNarrator([draft()])
    telling = told(narrator, matter=Matter("Stocks", facts))
    assert (telling.narrative.by, telling.model, narrator.asked) == (BUILT_IN, None, [])


def test_what_the_model_took_is_told_for_the_document():
    document = told(ScriptedNarrator([draft()], Spent(4000, 1200, 2, Decimal("0.000528")))).model
    assert document
    found = document.as_json()
    assert 0 < found.pop("prompt_characters") <= MOST
    assert found == {
        "name": DOCUMENTED, "at": "2026-11-20T12:00:00Z", "tokens_in": 4000, "tokens_out": 1200, "cost_usd": 0.000528,
        "attempts": 2, "uncounted": 0, "left_out": {}, "withheld": 0, "sent_back": 0, "fallback": None,
    }  # fmt: skip


def test_an_unknown_price_stays_unknown():
    unheard_of = "bedrock:acme.unheard-of-v1:0"
    telling = told(ScriptedNarrator([draft()], Spent(4000, 1200, 1, None)), model=unheard_of)
    assert telling.model
    assert telling.model.as_json()["cost_usd"] is None


def test_a_long_name_of_a_model_fits_the_narrative():
    name = "bedrock:arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/" + "a" * 40
    assert told(draft(), model=name).narrative.by.startswith("bedrock:arn:aws:bedrock")
