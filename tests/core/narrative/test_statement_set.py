"""The labelled statements are many, varied, well formed, and the same as on the day they were written."""

from collections import Counter

import pytest

from tests.core.narrative.statement_set import PIPELINES, digest, facts_of, statements

WRITTEN = "ac8fe49f5a235f8b865e1ba68ca685533b1c5ecc21e45216270264a5e929e7e9"


def test_the_statements_are_those_written_before_the_checker() -> None:
    assert digest() == WRITTEN


@pytest.mark.parametrize("is_true", [True, False])
def test_each_label_has_many_statements_of_many_kinds_over_every_pipeline(is_true: bool) -> None:
    chosen = [one for one in statements() if one.is_true == is_true]
    assert len(chosen) >= 170
    assert len({one.kind for one in chosen}) >= 15
    assert min(Counter(one.pipeline for one in chosen).values()) >= 50
    assert {one.pipeline for one in chosen} == set(PIPELINES)


@pytest.mark.parametrize("is_true", [True, False])
def test_the_halves_are_about_equal(is_true: bool) -> None:
    counts = Counter(one.half for one in statements() if one.is_true == is_true)
    assert set(counts) == {"tune", "report"}
    assert min(counts.values()) > 0.4 * sum(counts.values())


def test_no_statement_stands_there_twice() -> None:
    assert len({one.id for one in statements()}) == len({one.text + str(one.cites) for one in statements()})
    assert len({one.id for one in statements()}) == len(statements())


def test_a_statement_cites_facts_that_exist_and_a_false_one_says_what_is_wrong() -> None:
    for one in statements():
        assert one.cites, one.id
        assert set(one.cites) <= set(facts_of(one.pipeline)), one.id
        assert (one.wrong is None) == one.is_true, one.id


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_facts_are_small_tables_of_scalars(pipeline: str) -> None:
    for rows in facts_of(pipeline).values():
        assert 0 < len(rows) <= 50
        assert {tuple(row) for row in rows} == {tuple(rows[0])}
        assert all(isinstance(value, str | int | float | None) for row in rows for value in row.values())
