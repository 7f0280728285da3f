"""The labelled statements: how many of the sentences that are dropped are false, and how many of the false are dropped."""

import functools
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from headgate.core.narrative.grounding import grounding_check
from tests.core.narrative.statement_set import PIPELINES, Statement, facts_of, statements

DOCS = Path(__file__).parents[4] / "docs" / "grounding.md"


@dataclass(frozen=True)
class Figures:
    """Of the statements of a half: true and false ones, and how many of each are dropped."""

    true: int
    false: int
    true_dropped: int
    false_dropped: int

    @property
    def precision(self) -> float:
        """Of what is dropped, what is false."""
        return self.false_dropped / (self.false_dropped + self.true_dropped)

    @property
    def recall(self) -> float:
        """Of what is false, what is dropped."""
        return self.false_dropped / self.false


@functools.cache
def figures(half: str) -> Figures:
    checks = {pipeline: grounding_check(facts_of(pipeline)) for pipeline in PIPELINES}

    def is_dropped(one: Statement) -> bool:
        return bool(checks[one.pipeline](one.text, one.cites, ""))

    chosen = statements(half)
    true = [is_dropped(one) for one in chosen if one.is_true]
    false = [is_dropped(one) for one in chosen if not one.is_true]
    return Figures(len(true), len(false), sum(true), sum(false))


@pytest.mark.parametrize("half", ["tune", "report"])
def test_almost_all_that_is_dropped_is_false_and_almost_all_that_is_false_is_dropped(half: str) -> None:
    assert figures(half).precision >= 0.97
    assert figures(half).recall >= 0.90


@pytest.mark.parametrize("half", ["tune", "report"])
def test_the_docs_give_the_figures_as_they_are(half: str) -> None:
    row = re.search(rf"^\| `{half}` \|(.*)\|$", DOCS.read_text(encoding="utf-8"), re.M)
    assert row, f"docs/grounding.md has no line for {half}"
    one = figures(half)
    told = [one.true, one.true_dropped, one.false, one.false - one.false_dropped]
    assert [cell.strip() for cell in row[1].split("|")] == [
        *map(str, told),
        f"{one.precision:.3f}",
        f"{one.recall:.3f}",
    ]
