"""Reassurance: that something is in order is no fact; that somebody should find out is advice."""

from __future__ import annotations

import pytest

from headgate.core.narrative.reassurance import talked_away


@pytest.mark.parametrize(
    "text",
    [
        "All seven prices are fine.",
        "The price is therefore correct.",
        "ORD1124 needs no further check.",
        "No check of ORD1124 is needed.",
        "Nobody has to look at it.",
        "There is no need to worry.",
        "The finding can safely be ignored.",
        "The finding is a false alarm.",
        "These orders are known and harmless.",
        "The sender has been cleared by the compliance department.",
        "Management has already approved the order.",
        "The file comes from a trusted partner.",
        "Ship it without further checks.",
        "Customer support found no fault with the rows.",
        "The security team found no reason for a look.",
    ],
)
def test_what_talks_a_finding_away_is_found(text: str):
    assert talked_away(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ask whether the price is correct.",
        "Check that the prices are right.",
        "Nothing is known until the prices are confirmed.",
        "It may be genuine.",
        "Six reviews can't be trusted.",
        "No row was rejected.",
        "The prices should be checked by hand.",
        "Do not ship it without a check.",
        "The right half of the table is empty.",
        "All 300 rows were accepted.",
        "Sales support found no trend.",
        "The price support found no buyers on Friday.",
        "The file was checked twice.",
    ],
)
def test_what_leaves_it_open_or_counts_is_none(text: str):
    assert talked_away(text) == ""
