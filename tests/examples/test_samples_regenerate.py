"""The committed samples are what the generators make, and show what they are there to show."""

import re

import pytest

from tests.examples.plain_reading import read
from tests.examples.samples import EXAMPLES, ROW_PIPELINES, committed_samples, generator, made_samples

MALFORMED = {"too_few_fields", "too_many_fields", "text_after_quote", "undecodable"}
COMMON = {"required", "type"}
CODES = {
    "smartphone_sales": COMMON | MALFORMED | {"minimum", "maximum", "exclusive_minimum", "valid_values", "primary_key"},
    "health_metrics": COMMON | MALFORMED | {"minimum", "maximum", "row_rule", "open_quote"},
    "orders": COMMON | MALFORMED | {"exclusive_minimum", "primary_key", "open_quote"},
    "stocks": COMMON | {"minimum", "row_rule", "primary_key", "bad_unit"},
}


@pytest.mark.parametrize("pipeline", [*ROW_PIPELINES, "file_intake"])
def test_the_committed_samples_are_what_the_generator_makes(pipeline):
    assert committed_samples(pipeline) == made_samples(pipeline)


@pytest.mark.parametrize("pipeline", ROW_PIPELINES)
def test_another_seed_makes_another_file(pipeline):
    make = generator(pipeline).make
    assert list(make(50, 1, True)) == list(make(50, 1, True)) != list(make(50, 2, True))


@pytest.mark.parametrize("pipeline", ROW_PIPELINES)
@pytest.mark.parametrize("rows", [0, 1, 6, 1000])
def test_a_clean_file_of_any_size_has_that_many_rows_and_all_are_good(pipeline, rows):
    judged = read(pipeline, b"".join(generator(pipeline).make(rows, 3, False)))
    assert len(judged) == rows
    assert [one for one in judged if one.reasons] == []


@pytest.mark.parametrize("pipeline", ROW_PIPELINES)
def test_the_dirty_sample_breaks_every_rule_of_its_pipeline(pipeline):
    judged = read(pipeline, dirty_sample(pipeline))
    assert {code for one in judged for _, code in one.reasons} == CODES[pipeline]
    assert any(len(one.reasons) > 2 for one in judged)


@pytest.mark.parametrize("pipeline", ROW_PIPELINES)
def test_the_readme_counts_as_the_plain_reading_does(pipeline):
    text = (EXAMPLES / pipeline / "README.md").read_text("utf-8")
    found = re.search(r"(\d+) records: (\d+) accepted, (\d+) rejected", text)
    assert found
    judged = read(pipeline, dirty_sample(pipeline))
    rejected = sum(bool(one.reasons) for one in judged)
    assert [int(number) for number in found.groups()] == [len(judged), len(judged) - rejected, rejected]


def dirty_sample(pipeline: str) -> bytes:
    return next(body for name, body in committed_samples(pipeline).items() if "dirty" in name)
