"""Sentences of our own, written to be hard; those that the check gets wrong are known, and stay where they are."""

import functools
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from headgate.core.narrative.grounding import grounding_check
from headgate.core.narrative.request import Check
from tests.core.narrative.statement_set import PIPELINES, facts_of

FILE = Path(__file__).with_name("own_statements.txt")
DOCS = Path(__file__).parents[4] / "docs" / "grounding.md"
DROPPED = {"true": False, "false": True, "true but doubted": True, "false but kept": False}


@dataclass(frozen=True)
class Own:
    line: int
    pipeline: str
    cites: tuple[str, ...]
    label: str
    text: str


def own_statements() -> list[Own]:
    found, pipeline = [], ""
    for number, line in enumerate(FILE.read_text(encoding="utf-8").splitlines(), start=1):
        if section := re.fullmatch(r"\[(\w+)\]", line):
            pipeline = section[1]
        elif line and not line.startswith("#"):
            cites, label, text = line.split(" | ", maxsplit=2)
            found.append(Own(number, pipeline, tuple(cites.split(",")), label, text))
    return found


@functools.cache
def check_of(pipeline: str) -> Check:
    return grounding_check(facts_of(pipeline))


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_a_sentence_is_on_the_side_that_is_written_down(pipeline: str) -> None:
    mine = [one for one in own_statements() if one.pipeline == pipeline]
    dropped = {one: bool(check_of(pipeline)(one.text, one.cites, "")) for one in mine}
    assert len(mine) > 100
    assert [f"{FILE.name}:{one.line}: {one.text}" for one in mine if dropped[one] != DROPPED[one.label]] == []


def test_a_sentence_stands_there_once_and_cites_facts_that_exist() -> None:
    counted = Counter((one.pipeline, one.cites, one.text) for one in own_statements())
    assert [text for text, times in counted.items() if times > 1] == []
    assert [one.line for one in own_statements() if not set(one.cites) <= set(facts_of(one.pipeline))] == []


def test_the_docs_give_how_many_are_known_to_be_wrong() -> None:
    counted = Counter(one.label for one in own_statements())
    wrong_true, wrong_false = counted["true but doubted"], counted["false but kept"]
    told = [counted["true"] + wrong_true, wrong_true, counted["false"] + wrong_false, wrong_false]
    row = re.search(r"^\| our own, after widening \|(.*)\|$", DOCS.read_text(encoding="utf-8"), re.M)
    assert row
    assert [cell.strip() for cell in row[1].split("|")][:4] == [str(one) for one in told]
