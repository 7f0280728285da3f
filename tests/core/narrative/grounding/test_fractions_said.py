"""What part of the things of one name is said to be so, in either order of the words, is held against its percentage."""

from typing import Any

import pytest

from headgate.core.narrative.grounding import grounding_check
from headgate.core.narrative.grounding.claims import fractions_said

FACTS: dict[str, list[dict[str, Any]]] = {
    "brands": [
        {"brand": "Nokia", "reviews": 10, "percent_happy": 40.0, "percent_unhappy": 60.0},
        {"brand": "Oppo", "reviews": 20, "percent_happy": 90.0, "percent_unhappy": 5.0},
        {"brand": "Sony", "reviews": 12, "percent_happy": 0.0, "percent_unhappy": 100.0},
    ]
}


def doubted(text: str) -> bool:
    return bool(grounding_check(FACTS)(text, ["brands"], ""))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("Nearly all of Oppo's reviews are happy.", "Nearly all of Nokia's reviews are happy."),
        ("Almost all of Sony's reviews are unhappy.", "Almost all of Nokia's reviews are unhappy."),
        ("Practically every review of Oppo is happy.", "Practically every review of Nokia is happy."),
        ("Few of Oppo's reviews are unhappy.", "Few of Nokia's reviews are unhappy."),
        ("Only a few of Oppo's reviews are unhappy.", "Only a few of Nokia's reviews are unhappy."),
        ("Hardly any of Oppo's reviews are unhappy.", "Hardly any of Nokia's reviews are unhappy."),
        ("Almost none of Oppo's reviews are unhappy.", "Almost none of Nokia's reviews are unhappy."),
        ("Sony's reviews are all unhappy.", "Nokia's reviews are all unhappy."),
        ("The reviews of Sony were all unhappy.", "The reviews of Nokia were all unhappy."),
        ("Oppo's reviews are nearly all happy.", "Nokia's reviews are nearly all happy."),
        ("Sony's reviews are without exception unhappy.", "Oppo's reviews are without exception happy."),
    ],
)
def test_a_part_is_as_large_as_is_said(right: str, wrong: str) -> None:
    assert not doubted(right)
    assert doubted(wrong)


@pytest.mark.parametrize(
    "text",
    [
        "A few of Nokia's reviews are unhappy.",
        "Not all of Nokia's reviews are unhappy.",
        "Not nearly all of Nokia's reviews are happy.",
        "Nokia's reviews are not all unhappy.",
        "1 of every 10 reviews of Oppo is unhappy, or fewer.",
    ],
)
def test_what_says_no_such_part_is_left_alone(text: str) -> None:
    found = grounding_check(FACTS)(text, ["brands"], "")
    assert not any("makes up" in one.reason for one in found)


@pytest.mark.parametrize(
    "words", ["all ", "no ", "few of the ", "most of all the ", "a majority the ", "nearly every of ", "are all "]
)
def test_the_patterns_end_on_texts_that_begin_a_thousand_times(words: str) -> None:
    text = 2500 * words + "x."
    for pattern in (fractions_said._SAID, fractions_said._ARE_ALL, fractions_said._ONLY):
        assert all(found.end() <= len(text) for found in pattern.finditer(text))
