"""Words that the owner of a pipeline never wants said: a sentence with one of them can't stay."""

import pytest

from headgate.core.narrative.guards import Guards
from headgate.core.narrative.request import Matter
from headgate.core.pipeline import load_pipeline
from tests.core.narrative.built_in.stories import SAMPLES, sample_story
from tests.examples.samples import EXAMPLES


def objected(text: str, *never: str) -> list[str]:
    return [one.reason for one in Guards(Matter("Stocks", {}, never=never)).objections(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Buy KO.",
        "It is time to BUY.",
        "Investors are **buying** KO.",
        "Who sells now loses.",
        "_Sell_ TSLA!",
        "Hedging is wise.",
        "They hedged.",
        "We are cutting it.",
        "Go  long on KO.",
    ],
)
def test_a_word_is_found_in_any_case_and_with_any_ending(text: str) -> None:
    assert len(objected(f"KO rose. {text}", "buy", "sell", "hedge", "cut", "go long")) == 1


@pytest.mark.parametrize(
    "text", ["The buyer came by bus.", "A sell-off followed.", "It was cute.", "Long ago it was a go."]
)
def test_other_words_are_left_alone(text: str) -> None:
    assert objected(text, "buy", "sell", "hedge", "cut", "go long") == []


def test_an_idiom_with_such_a_word_is_no_advice() -> None:
    never = load_pipeline(EXAMPLES / "stocks").narrator.never or ()
    assert objected("In short, KO rose most.", *never) == []
    assert objected("In short, sell KO.", *never)
    assert objected("There is money in shorting KO.", *never)


def test_without_such_words_everything_stays_and_the_reason_names_setting_and_word() -> None:
    assert objected("Buy KO.") == []
    assert objected("Buy KO.", "buy") == ["`narrator.never` rules out `Buy`"]


def test_a_word_is_text_and_no_pattern() -> None:
    assert objected("It is a (b.", "a (b", ".*") == ["`narrator.never` rules out `a (b`"]


@pytest.mark.parametrize("text", ["Sell AAPL now.", "Investors should be buying TSLA.", "Short PFE."])
def test_the_stocks_report_gives_no_advice_on_trading(text: str) -> None:
    never = load_pipeline(EXAMPLES / "stocks").narrator.never
    assert never
    assert objected(text, *never)


@pytest.mark.parametrize("name", [name for pipeline, name in SAMPLES if pipeline == "stocks"])
def test_what_the_built_in_narrator_says_of_stocks_has_none_of_its_words(name: str) -> None:
    never = load_pipeline(EXAMPLES / "stocks").narrator.never or ()
    assert [text for text, _ in sample_story("stocks", name).texts() if objected(text, *never)] == []


@pytest.mark.parametrize(
    ("word", "forms", "others"),
    [
        ("see", "see sees seeing", "seed seeds"),
        ("the", "the", "thing thy"),
        ("be", "be being", "bed bing"),
        ("use", "use uses used using", "us user"),
        ("agree", "agree agrees agreed agreeing", "agreement"),
        ("hedge", "hedge hedges hedged hedging", "hedgehog"),
        ("buy", "buy buys buying", "bus buyer"),
        ("hurry", "hurry hurries hurried hurrying", "hurricane"),
    ],
)
def test_regular_forms_are_found_and_no_other_words(word: str, forms: str, others: str) -> None:
    found = {one for one in f"{forms} {others}".split() if objected(f"So {one} it.", word)}
    assert found == set(forms.split())


@pytest.mark.parametrize("text", ["S\u200bell KO.", "Se\u00adll KO.", "\uff33\uff45\uff4c\uff4c KO.", "\u2060Sell KO."])
def test_a_word_is_found_in_letters_of_another_width_and_around_characters_of_no_width(text: str) -> None:
    assert objected(text, "sell") == ["`narrator.never` rules out `Sell`"]
