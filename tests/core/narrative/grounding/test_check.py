"""The check reads a text sentence by sentence, knows who it is about, and says what is wrong."""

from headgate.core.narrative.grounding import grounding_check
from headgate.core.narrative.grounding.check import LONGEST, MOST_PARTS
from tests.core.narrative.grounding.small_facts import FACTS, FINDINGS, doubt


def test_an_objection_gives_the_sentence_to_the_letter_and_the_nearest_cell() -> None:
    (found,) = grounding_check(FACTS)("Nokia has 50 orders.  Sony  has 31 orders!", ["brands"], "")
    assert found.sentence == "Sony  has 31 orders!"
    assert found.reason == "`31` doesn't come from `brands`; `orders` is 30"


def test_only_cited_facts_support_a_sentence() -> None:
    assert doubt("Revenue is 8,000.", "totals") == ""
    assert "`8,000`" in doubt("Revenue is 8,000.", "stocks")
    assert "no fact is cited" in doubt("Revenue is 8,000.")
    assert "no fact is cited" in doubt("Revenue is 8,000.", "no_such_fact")


def test_advice_without_figures_and_names_needs_no_fact() -> None:
    assert doubt("Look at the prices again before the next order.") == ""


def test_an_entity_is_what_its_texts_are_about() -> None:
    assert doubt("It has 30 orders.", "brands", entity="Sony") == ""
    assert doubt("30 orders came in.", "brands", entity="Sony") == ""
    assert doubt("It has 50 orders.", "brands", entity="Sony")


def test_a_pronoun_means_who_was_named_in_the_sentence_before() -> None:
    assert doubt("Sony sells well. It has 30 orders.", "brands") == ""
    assert doubt("Sony sells well. It has 50 orders.", "brands")
    assert doubt("Nokia leads. Sony follows. It has 50 orders.", "brands")


def test_a_finding_is_a_fact_like_any_other() -> None:
    for text in ("Two prices are odd: 999 instead of at most 200.", "Order A-17 costs 999.", "2 orders stand out."):
        assert doubt(text, "odd_price") == ""
    assert doubt("Order A-17 costs 888.", "odd_price")
    assert doubt("17 orders stand out.", "odd_price")


def test_findings_and_facts_of_one_name_both_support_it() -> None:
    check = grounding_check({"odd_price": [{"shop": "Delft", "orders": 41}]}, FINDINGS)
    assert not check("Delft has 41 orders. Order A-17 costs 999.", ["odd_price"], "")


def test_texts_within_long_cells_support_nothing() -> None:
    review = "I bought 17 of them in Utrecht and every one of them broke within a week, never again."
    check = grounding_check({"reviews": [{"stars": 1, "review": review}]})
    assert check("Someone bought 17 of them.", ["reviews"], "")
    assert check("The buyer lives in Utrecht.", ["reviews"], "")


def test_a_sentence_that_nobody_could_check_is_doubted() -> None:
    fits = "Nokia has 50 orders" + " and Nokia has 50 orders" * (MOST_PARTS // 2 - 1) + "."
    for text in ("Prices are fine" + " indeed" * LONGEST + ".", fits.replace(".", " and 50.")):
        assert doubt(text, "brands") == "it is too long to be checked"
    assert doubt(fits, "brands") == ""
