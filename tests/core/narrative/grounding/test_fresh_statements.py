"""Plain sentences that aim at the holes of the check: how many false ones are dropped, and how many true ones stay."""

import functools
import re
from collections import Counter
from pathlib import Path

import pytest

from headgate.core.narrative.grounding import grounding_check
from headgate.core.narrative.guards import Guards
from headgate.core.narrative.request import Check, Matter
from headgate.core.pipeline import load_pipeline
from tests.core.narrative.grounding.fresh_set import Fresh, fresh_statements
from tests.core.narrative.statement_set import PIPELINES, facts_of
from tests.examples.samples import EXAMPLES

DOCS = Path(__file__).parents[4] / "docs" / "grounding.md"
CASES = [(half, cited) for half in ("tune", "hold out") for cited in ("its facts", "all facts")]


@functools.cache
def checks(pipeline: str) -> tuple[Check, Guards]:
    never = load_pipeline(EXAMPLES / pipeline).narrator.never or ()
    return grounding_check(facts_of(pipeline)), Guards(Matter(pipeline, {}, never=never))


def is_dropped(one: Fresh, cited: str) -> bool:
    check, guards = checks(one.pipeline)
    cites = one.cites if cited == "its facts" else tuple(facts_of(one.pipeline))
    return bool(check(one.text, cites, "") or guards.objections(one.text))


@functools.cache
def counted(half: str, cited: str) -> tuple[int, int, int, int]:
    """Of a half: true ones, those of them dropped, false ones, those of them kept."""
    found = Counter((one.is_true, is_dropped(one, cited)) for one in fresh_statements(half))
    true, false = (found[label, True] + found[label, False] for label in (True, False))
    return true, found[True, True], false, found[False, False]


@pytest.mark.parametrize(("half", "cited"), CASES)
def test_of_ten_true_sentences_nine_stay_and_of_ten_false_ones_eight_go(half: str, cited: str) -> None:
    true, dropped, false, kept = counted(half, cited)
    assert dropped <= 0.1 * true
    assert kept <= (0.15 if cited == "its facts" else 0.18) * false


@pytest.mark.parametrize(("half", "cited"), CASES)
def test_the_docs_give_the_figures_as_they_are(half: str, cited: str) -> None:
    row = re.search(rf"^\| fresh, `{half}`, {cited} cited \|(.*)\|$", DOCS.read_text(encoding="utf-8"), re.M)
    assert row, f"docs/grounding.md has no line for {half}, {cited}"
    true, dropped, false, kept = counted(half, cited)
    gone = false - kept
    told = [true, dropped, false, kept, f"{gone / (gone + dropped):.3f}", f"{gone / false:.3f}"]
    assert [cell.strip() for cell in row[1].split("|")] == [str(one) for one in told]


def test_there_are_many_of_each_label_in_every_pipeline_and_none_twice() -> None:
    labels = Counter((one.pipeline, one.is_true) for one in fresh_statements())
    assert {pipeline for pipeline, _ in labels} == set(PIPELINES)
    assert min(labels.values()) > 25
    assert len({(one.pipeline, one.text) for one in fresh_statements()}) == len(fresh_statements())
    assert all(set(one.cites) <= set(facts_of(one.pipeline)) for one in fresh_statements())
