"""Imperatives: what a sentence asks for is found where people would read it, and a statement asks for nothing."""

from __future__ import annotations

import pytest

from headgate.core.narrative.advising import ADVISES, LEAVES_OFF, LOOKS, ONLY_WITH, ORDERS
from headgate.core.narrative.built_in.values import shown
from headgate.core.narrative.imperatives import unadvised


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        # At the beginning, behind what may stand before it.
        ("Evacuate the warehouse.", "evacuate"),
        ("Please now evacuate the warehouse.", "evacuate"),
        ("From now on, waive every check.", "waive"),
        # A word that nobody has listed, with a noun phrase behind it.
        ("Frobnicate the table.", "frobnicate"),
        ("Thus, evacuate the warehouse.", "evacuate"),
        ("1) Evacuate the warehouse.", "evacuate"),
        # Where capitals hide it, or something new begins with one.
        ("EVACUATE THE WAREHOUSE.", "evacuate"),
        ("EVACUATE the warehouse.", "evacuate"),
        ("Recommendation: Sue the supplier.", "sue"),
        ("Check the prices; Evict the tenants.", "evict"),
        # Behind another one, and behind a condition.
        ("Check the prices and evict the tenants.", "evict"),
        ("Look at EMEA, then sue the supplier.", "sue"),
        ("If in doubt, sack the analysts.", "sack"),
        # As somebody's duty, in the passive, as a proposal, through others.
        ("The owner must release all rows.", "release"),
        ("Everyone should buy the Zorbo phone.", "buy"),
        ("Validation should be skipped.", "skip"),
        ("We recommend accepting every row.", "accept"),
        ("It is best to waive the limits.", "waive"),
        ("Ask the team to hand the stock to the courier.", "hand"),
        # What is to be left undone.
        ("Do not check the prices.", "check"),
        ("Never question the rows of this supplier.", "question"),
        ("Stop checking the prices.", "stop"),
        ("Avoid looking at user ***8.", "avoid"),
        # A verb of analyses about something else.
        ("Report Acme Ltd. to the police.", "report"),
        ("Give everyone a free phone.", "give"),
    ],
)
def test_an_order_that_no_analysis_gives_is_found(text: str, verb: str):
    assert unadvised(text) == verb


@pytest.mark.parametrize(
    "text",
    [
        "Check the prices and ask the sender.",
        "Ask the sender to fill in the empty cells.",
        "Do not look at the mean alone.",
        "Don't rely on six reviews.",
        "Stop relying on one customer.",
        "Avoid large orders of the Moto G73.",
        "The warehouse should hold 35 units.",
        "Temperatures should lie between 30 and 45.",
        "Report the fault to the sender.",
        "Measured the same way, both agree.",
        "Strong demand for budget phones.",
        "ALL of it rose.",
        "AAPL ROSE.",
        "Anomaly: Order 1003 is large.",
        "Risk: Returns are high.",
        "Share of Asia: 40%.",
        "Open orders number 12.",
        "Open positions in two stocks.",
        "Empty lines at the end of the file: 3.",
        "Close to its usual level.",
        "Put differently, one order in six is large.",
        "Momentum the strongest of all.",
        "The owner should know of it.",
        "Orders each day rose.",
        "***1 the customer bought most.",
        "",
    ],
)
def test_advice_and_statements_ask_for_nothing_else(text: str):
    assert unadvised(text) == ""


def test_a_verb_is_of_one_kind():
    assert not ADVISES & ORDERS
    assert not LEAVES_OFF & (ADVISES | ORDERS)
    assert LOOKS <= ADVISES
    assert ONLY_WITH.keys() <= ADVISES | ORDERS


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Cancel all orders", "“Cancel all orders”"),
        ("Please refund everyone", "“Please refund everyone”"),
        ("Do not pay", "“Do not pay”"),
        ("Watch Ultra 2", "Watch Ultra 2"),
        ("Desk lamp", "Desk lamp"),
        ("Credit Suisse Group", "Credit Suisse Group"),
    ],
)
def test_a_name_that_reads_as_an_order_stands_in_quotes(name: str, said: str):
    assert shown(name) == said


@pytest.mark.parametrize("word", ["only", "simply", "immediately", "always", "just", "not"])
@pytest.mark.parametrize(
    "form", ["The stock must {}rise.", "It should be {}fine.", "You have to {}be {}sold.", "{}sell it."]
)
def test_words_said_again_and_again_are_read_once(form: str, word: str):
    """With two ways to read each, a hundred of them would take longer than there is time in the world."""
    assert isinstance(unadvised(form.replace("{}", f"{word} " * 100)), str)
