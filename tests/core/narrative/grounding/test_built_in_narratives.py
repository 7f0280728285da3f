"""What the built-in narrator says is true by construction: the check drops none of it, of whatever data it was made."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

import pytest

from headgate.core.narrative.grounding import grounding_check
from tests.core.narrative.built_in.bars import MOODS, unit
from tests.core.narrative.built_in.stories import Story, made_story, story_of
from tests.core.narrative.built_in.test_grounded import is_quoted, texts
from tests.examples.samples import ROW_PIPELINES, generator

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ENDINGS = ("", "", ".A", ".B", ".L", ".DE", "-B", "-USD")
WORDS = ("A", "IT", "ON", "ALL", "IS", "SO", "KEY", "KEYS", "LOW", "NOW", "UP")
"""Symbols that are also words."""

# symbols, days: each with every mood
FILES = [(1, 1), (1, 8), (2, 2), (2, 30), (3, 14), (5, 3), (8, 8), (20, 6), (60, 2)]


def doubts(story: Story) -> list[str]:
    """The sentences that the facts they cite don't support; what was counted at ingest is a fact, too."""
    check = grounding_check({**story.matter.facts, "counts": [story.counts]}, story.matter.findings)
    found = [one for text, cited, about in texts(story) for one in check(text, cited, about)]
    return [f"{one.sentence} ({one.reason})" for one in found if not is_quoted(one.sentence, story)]


@pytest.mark.parametrize("dirty", [False, True])
@pytest.mark.parametrize("rows", [1, 3, 8, 40, 150])
@pytest.mark.parametrize("pipeline", ROW_PIPELINES)
def test_nothing_said_of_a_generated_file_is_doubted(pipeline: str, rows: int, dirty: bool) -> None:
    assert doubts(made_story(pipeline, rows, seed=rows, dirty=dirty)) == []


@pytest.mark.parametrize("mood", MOODS)
@pytest.mark.parametrize(("symbols", "days"), FILES)
def test_nothing_said_of_stocks_is_doubted_whatever_they_are_called(symbols: int, days: int, mood: str) -> None:
    dice = random.Random(f"{symbols} {days} {mood}")
    names = dict.fromkeys(names_of_stocks(dice, symbols))
    units = {name: unit(name, days, MOODS[mood], dice) for name in names}
    assert doubts(story_of("stocks", "made.json", json.dumps(units).encode())) == []


@pytest.mark.parametrize("seed", range(3))
def test_nothing_said_of_any_file_is_doubted(seed: int) -> None:
    for name, data in generator("file_intake").make(rows=5 * seed + 1, seed=seed, dirty=True):
        assert doubts(story_of("file_intake", name, data)) == [], name


def names_of_stocks(dice: random.Random, count: int) -> Iterator[str]:
    """Symbols of letters, of digits, with dots and hyphens, and some that are words."""
    for number in range(count):
        letters = "".join(dice.choices(LETTERS, k=dice.randint(1, 5)))
        yield dice.choice(
            (
                f"SY{number}",
                letters + dice.choice(ENDINGS),
                f"{dice.randint(1, 9999):04}.HK",
                str(dice.randint(600_000, 609_999)),
                dice.choice(WORDS),
            )
        )
