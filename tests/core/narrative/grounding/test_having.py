"""Who is said to have something has some of it, and what is said of all readings is so of all of them."""

import pytest

from headgate.core.narrative.grounding import grounding_check

FACTS = {
    "types": [
        {"type": "text/csv", "files": 3, "records": 120},
        {"type": "image/png", "files": 2, "records": 0},
        {"type": "application/pdf", "files": 1, "records": None},
    ],
    "users": [
        {"user": "user_1", "readings": 12, "abnormal": 12},
        {"user": "user_2", "readings": 9, "abnormal": 4},
    ],
}


def objected(text: str) -> bool:
    return bool(grounding_check(FACTS)(text, list(FACTS), ""))


@pytest.mark.parametrize(
    "text",
    [
        "text/csv holds records.",
        "text/csv and image/png have files.",
        "image/png does not hold records.",
        "All readings of user_1 are abnormal.",
    ],
)
def test_a_true_one_stays(text: str) -> None:
    assert not objected(text)


@pytest.mark.parametrize(
    "text",
    [
        "image/png holds records.",
        "application/pdf contains records.",
        "text/csv and image/png hold records.",
        "All readings of user_2 are abnormal.",
        "Every reading of every listed user is abnormal.",
    ],
)
def test_a_false_one_goes(text: str) -> None:
    assert objected(text)
