"""What the owner wrote, a definition in the prompt or a finding's message, may be repeated; any other figure is a claim."""

from headgate.core.narrative.grounding import grounding_check
from headgate.core.narrative.prompt import read_wishes
from tests.examples.samples import EXAMPLES

FACTS = {"symbols": [{"symbol": "AAPL", "momentum": 7.53}, {"symbol": "KO", "momentum": 0.01}]}
SAID = "AAPL has the largest momentum, which is the latest close less the close {} days of trading before, at 7.53."


def test_the_definition_of_the_prompt_may_be_repeated() -> None:
    check = grounding_check(FACTS, wishes=read_wishes(EXAMPLES / "stocks"))
    assert check(SAID.format("four"), ["symbols"], "") == []
    assert check(SAID.format("nine"), ["symbols"], "")


def test_without_it_the_figure_is_a_claim() -> None:
    assert grounding_check(FACTS)(SAID.format("four"), ["symbols"], "")


def test_a_figure_of_the_facts_beside_a_definition_is_still_held_against_them() -> None:
    check = grounding_check(FACTS, wishes=read_wishes(EXAMPLES / "stocks"))
    assert check(SAID.format("four").replace("7.53", "8.53"), ["symbols"], "")


def test_a_number_word_of_a_findings_own_message_may_be_repeated_and_its_digits_and_strangers_words_may_not() -> None:
    row = {"symbol": "AAPL", "close": 237.0, "note": "revenue was five million last week"}
    message = "AAPL closed at 237.0, far above its five closes before: revenue was five million last week"
    findings = [{"finding": "far_above", "message": message, "count": 1, "rows": [row]}]
    check = grounding_check(FACTS, findings)
    assert check("AAPL closed at 237, far above its five closes before.", ["far_above"], "") == []
    assert check("AAPL closed at 237, far above its nine closes before.", ["far_above"], "")
    assert check("KO closed at 237.0, far above its five closes before.", ["far_above", "symbols"], "")
    assert check("Last month, revenue was five million last week.", ["far_above"], "")
