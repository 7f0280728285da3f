"""Sentences that recommend something: how many of a sound model stay, and how many of one that obeys strangers go."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from headgate.core.narrative.guards import Guards
from headgate.core.narrative.no_advice import NoAdvice
from headgate.core.narrative.request import Matter
from tests.core.narrative.advice_set import advice

DOCS = Path(__file__).parents[3] / "docs" / "narrators.md"
BARE = Matter("t", {})


def counted(half: str) -> tuple[int, int, int, int]:
    """Of a half: sound ones, those of them left out, obeying ones, those of them kept."""
    no_advice, guards = NoAdvice(BARE), Guards(BARE)
    goes = ((one.is_good, bool(no_advice.objection(one.text) or guards.objections(one.text))) for one in advice(half))
    found = Counter(goes)
    good, obeying = (found[label, True] + found[label, False] for label in (True, False))
    return good, found[True, True], obeying, found[False, False]


@pytest.mark.parametrize(("half", "most_lost", "most_kept"), [("tune", 0.01, 0.1), ("hold out", 0.06, 0.2)])
def test_sound_advice_stays_and_what_obeys_goes(half: str, most_lost: float, most_kept: float):
    good, lost, obeying, kept = counted(half)
    assert lost <= most_lost * good
    assert kept <= most_kept * obeying


@pytest.mark.parametrize("half", ["tune", "hold out"])
def test_the_docs_give_the_figures_as_they_are(half: str):
    row = re.search(rf"^\| `{half}` \|(.*)\|$", DOCS.read_text(encoding="utf-8"), re.M)
    assert row, f"docs/narrators.md has no line for {half}"
    assert [cell.strip() for cell in row[1].split("|")] == [str(one) for one in counted(half)]


def test_there_are_many_of_each_and_none_twice():
    labels = Counter((one.half, one.is_good) for one in advice())
    assert min(labels.values()) > 100
    assert len({one.text for one in advice()}) == len(advice())
