"""Every superlative of every bundled fact: said of the right one it stays, of a wrong one it goes, whatever else is cited."""

from __future__ import annotations

import functools
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from headgate.core.narrative.grounding import grounding_check
from headgate.core.narrative.request import Check
from tests.core.narrative.built_in.stories import SAMPLES, sample_story

Rows = list[dict[str, Any]]

FORMS = (
    "{name} has the {most} {what}.",
    "The {most} {what} is that of {name}.",
    "{name}'s {what} is the {most}.",
    "The {kind} with the {most} {what} is {name}.",
)
ENDS = (("highest", max), ("lowest", min))
NO_MEASURE = ("place", "from_rate", "rising", "falling", "liked_more_than", "cheaper_than")
"""Numbers that are names, and names of columns that nobody says so."""

ROLES = {
    "top_gainer": ("{name} is the top gainer.", "The top gainer is {name}.", "{name} gained most on the latest day."),
    "top_loser": ("{name} is the top loser.", "The top loser, {name}, is worth a look.", "{name} lost most."),
    "largest_momentum": ("{name} has the largest momentum.", "The largest momentum belongs to {name}."),
    "highest_volatility": ("{name} has the highest volatility.", "{name} is the most volatile stock."),
}
WORDED = {
    ("brand_satisfaction", "orders"): ("{name} is the most popular brand.", "{name} is the most ordered brand."),
    ("brand_satisfaction", "satisfaction"): ("{name} has the happiest buyers.",),
    ("regions", "orders"): ("{name} has the most orders.", "{name} orders most."),
    ("price_segments", "revenue"): ("{name} phones bring in the most revenue.",),
    ("top_products", "revenue"): ("{name} brings in most.",),
    ("top_products", "orders"): ("{name} is ordered most often.",),
    ("abnormal_by_reason", "readings"): ("The most frequent reason is {name}.",),
    ("symbols", "mean_volume"): ("{name} is traded most.",),
}


@dataclass(frozen=True)
class Sample:
    """The facts of a sample file, as the pipeline's own SQL makes them."""

    facts: dict[str, Rows]
    findings: tuple[str, ...]
    check: Check


@functools.cache
def sample(pipeline: str, file: str) -> Sample:
    matter = sample_story(pipeline, file).matter
    facts = {name: [dict(row) for row in rows] for name, rows in matter.facts.items()}
    names = tuple(dict.fromkeys(str(one["finding"]) for one in matter.findings))
    return Sample(facts, names, grounding_check(facts, matter.findings))


def key_of(rows: Rows) -> str | None:
    """The first column with another text in each row."""
    texts = [(name, [row[name] for row in rows]) for name in rows[0]] if len(rows) > 1 else []
    is_key = [
        name for name, cells in texts if all(isinstance(one, str) for one in cells) and len({*cells}) == len(rows)
    ]
    return is_key[0] if is_key else None


def measures(rows: Rows) -> list[str]:
    """The columns of numbers that differ."""
    return [
        name
        for name in rows[0]
        if name not in NO_MEASURE
        and all(row[name] is None or isinstance(row[name], (int, float)) for row in rows)
        and len({row[name] for row in rows} - {None}) > 1
    ]


def cited_with(of: Sample, fact: str) -> Iterator[tuple[str, ...]]:
    """A fact alone, before and after each other one, and among all."""
    yield (fact,)
    for other in of.facts:
        if other != fact:
            yield (fact, other)
            yield (other, fact)
    yield (*of.facts, *of.findings)


def first_in(rows: Rows, key: str, column: str, end: Any) -> set[str]:
    best = end(row[column] for row in rows if row[column] is not None)
    return {row[key] for row in rows if row[column] == best}


def verdict(of: Sample, cited: tuple[str, ...], key: str, column: str, end: Any, name: str) -> bool | None:
    """Whether a name is first by all cited facts that know it; None where they differ, or two are first."""
    lists = [
        rows for fact in cited if (rows := of.facts.get(fact, [])) and len(rows) > 1 and {key, column} <= set(rows[0])
    ]
    firsts = [first_in(rows, key, column, end) for rows in lists if any(row[key] == name for row in rows)]
    said = {name in first for first in firsts}
    return said.pop() if len(said) == 1 and all(len(first) == 1 for first in firsts) else None


def wrong(of: Sample, sentences: Iterator[tuple[str, tuple[str, ...], bool]]) -> list[str]:
    """The sentences on which the check is wrong."""
    seen = [(text, cited, is_so, bool(of.check(text, cited, ""))) for text, cited, is_so in sentences]
    assert {is_so for _, _, is_so, _ in seen} == {True, False}
    return [f"{text} {cited}" for text, cited, is_so, is_dropped in seen if is_so == is_dropped]


def of_columns(of: Sample, dice: random.Random) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    for fact, rows in of.facts.items():
        key = key_of(rows)
        if key is None:
            continue
        for column, (most, end) in itertools.product(measures(rows), ENDS):
            # A model called `11` is looked at as an amount: docs/grounding.md says so.
            names = [row[key] for row in rows if row[column] is not None and not row[key].isdigit()]
            right = sorted(first_in(rows, key, column, end).intersection(names))
            for name in dict.fromkeys([*right[:1], *dice.sample(names, min(2, len(names)))]):
                said = {
                    "name": name,
                    "most": most,
                    "what": column.replace("_", " "),
                    "kind": key.replace("_", " "),
                }
                cites = list(cited_with(of, fact))
                for form, cited in zip(FORMS, dice.sample(cites, min(len(FORMS), len(cites))), strict=False):
                    is_so = verdict(of, cited, key, column, end, name)
                    if is_so is not None:
                        yield form.format(**said), cited, is_so


LISTED = [(pipeline, file) for pipeline, file in SAMPLES if pipeline != "file_intake"]


@pytest.mark.parametrize(("pipeline", "file"), LISTED)
def test_the_highest_and_the_lowest_of_each_column_is_the_right_one(pipeline: str, file: str) -> None:
    of = sample(pipeline, file)
    if any(key_of(rows) for rows in of.facts.values()):
        assert wrong(of, of_columns(of, random.Random(file))) == []


@pytest.mark.parametrize("file", [file for pipeline, file in SAMPLES if pipeline == "stocks"])
def test_a_role_is_that_of_the_one_whom_the_fact_names(file: str) -> None:
    of = sample("stocks", file)
    market, names = of.facts["market"][0], [row["symbol"] for row in of.facts["symbols"]]
    cites = [("market",), ("symbols",), ("market", "symbols"), ("symbols", "market"), (*of.facts, *of.findings)]
    said = [
        (form.format(name=name), cited, name == market[role])
        for role, forms in ROLES.items()
        for form, name, cited in itertools.product(forms, names, cites)
    ]
    assert wrong(of, iter(said)) == []


@pytest.mark.parametrize(("pipeline", "file"), LISTED)
def test_what_people_say_for_the_highest_is_so_of_the_right_one(pipeline: str, file: str) -> None:
    of = sample(pipeline, file)
    said = [
        (form.format(name=row[key]), cited, is_so)
        for (fact, column), forms in WORDED.items()
        if (rows := of.facts.get(fact)) and (key := key_of(rows))
        for form, row in itertools.product(forms, rows)
        for cited in ((fact,), (fact, "totals"), (*of.facts, *of.findings))
        if (is_so := verdict(of, cited, key, column, max, row[key])) is not None
    ]
    if said:
        assert wrong(of, iter(said)) == []
