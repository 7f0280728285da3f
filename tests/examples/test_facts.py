"""The facts and findings of the bundled pipelines are what plain Python reckons from the same files."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from tests.examples import (
    plain_health_facts,
    plain_order_facts,
    plain_sales_facts,
    plain_sales_findings,
    plain_stock_facts,
)
from tests.examples.plain_facts import Fact, Rows, accepted_rows
from tests.examples.samples import EXAMPLES, ROW_PIPELINES, generator
from tests.examples.sql_facts import (
    Question,
    accepted_file,
    accepted_values,
    as_told,
    ask,
    differences,
    gated,
    questions,
    without_words,
)

PLAIN: dict[str, dict[str, Fact]] = {
    "smartphone_sales": plain_sales_facts.FACTS | plain_sales_findings.FINDINGS,
    "health_metrics": plain_health_facts.FACTS | plain_health_facts.FINDINGS,
    "orders": plain_order_facts.FACTS | plain_order_facts.FINDINGS,
    "stocks": plain_stock_facts.FACTS | plain_stock_facts.FINDINGS,
}
QUESTIONS = [question for pipeline in ROW_PIPELINES for question in questions(pipeline)]
FILES = ("clean", "dirty", "many")
MOST_ROWS = 50
SEVERITIES = ("info", "warning", "critical")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], tuple[Path, Rows]]:
    """Of each file its accepted output, and the same rows read in plain Python."""
    home = tmp_path_factory.mktemp("runs")
    made = {}
    for pipeline in ROW_PIPELINES:
        for kind in FILES:
            file = home / f"{pipeline}_{kind}{'.json' if pipeline == 'stocks' else '.csv'}"
            file.write_bytes(content(pipeline, kind))
            output = gated(pipeline, file, home / f"{pipeline}_{kind}").accepted
            assert output
            made[pipeline, kind] = output.path, accepted_rows(pipeline, file.read_bytes())
    return made


def content(pipeline: str, kind: str) -> bytes:
    if kind == "many":
        return b"".join(generator(pipeline).make(4000, 77, True))
    return next((EXAMPLES / pipeline / "samples").glob(f"*_{kind}.*")).read_bytes()


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_each_answer_is_what_plain_python_reckons(runs, question: Question, kind):
    path, rows = runs[question.pipeline, kind]
    with accepted_file(path) as connection:
        found = without_words(ask(connection, question))
    assert differences(found, PLAIN[question.pipeline][question.name](rows)) == []


def test_every_fact_and_finding_is_reckoned_twice():
    for pipeline in ROW_PIPELINES:
        assert sorted(PLAIN[pipeline]) == sorted(question.name for question in questions(pipeline))


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_the_order_of_the_rows_changes_nothing(runs, question):
    path, _ = runs[question.pipeline, "many"]
    answers = []
    for order in ("", "ORDER BY 1 DESC, 2 DESC", "ORDER BY 3, 2, 1"):
        with accepted_file(path, order) as connection:
            answers.append(ask(connection, question))
    assert differences(answers[1], answers[0]) == []
    assert differences(answers[2], answers[0]) == []


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_no_rows_are_a_small_answer_and_no_error(question):
    with accepted_values(question.pipeline, []) as connection:
        found = ask(connection, question)
    assert differences(found, PLAIN[question.pipeline][question.name]([])) == []
    assert len(found) <= 1


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_a_single_row_is_enough(runs, question):
    _, rows = runs[question.pipeline, "dirty"]
    for row in rows[:8]:
        with accepted_values(question.pipeline, [row]) as connection:
            found = without_words(ask(connection, question))
        assert differences(found, PLAIN[question.pipeline][question.name]([row])) == []


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_an_answer_is_plain_numbers_and_text(runs, question):
    path, _ = runs[question.pipeline, "many"]
    with accepted_file(path) as connection:
        found = ask(connection, question)
    cells = [as_told(value) for row in found for value in row.values()]
    assert all(cell is None or isinstance(cell, str | int | float) for cell in cells)
    assert all(math.isfinite(cell) for cell in cells if isinstance(cell, float))
    json.dumps(cells, allow_nan=False)


@pytest.mark.parametrize("question", [one for one in QUESTIONS if not one.is_finding], ids=str)
def test_a_fact_stays_small_whatever_the_file_holds(runs, question):
    """Every row a model, brand, user, customer, product or symbol of its own."""
    _, rows = runs[question.pipeline, "many"]
    own = ("model", "brand", "user_id", "customer_name", "product_name", "symbol")
    each = [row | {name: f"{row[name]} {at}" for name in own if name in row} for at, row in enumerate(rows[:600])]
    with accepted_values(question.pipeline, each) as connection:
        found = ask(connection, question)
    assert len(found) <= MOST_ROWS
    assert differences(found, PLAIN[question.pipeline][question.name](each)) == []


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_the_header_says_what_sql_cannot(runs, question):
    path, _ = runs[question.pipeline, "many"]
    with accepted_file(path) as connection:
        found = ask(connection, question)
    named = set(found[0]) if found else set()
    assert question.header["title"]
    drawn = dict(pair.split("=") for pair in question.header.get("chart", "").split()[1:])
    units = dict(pair.split("=") for pair in question.header.get("unit", "").split())
    assert set(drawn.values()) | set(units) <= named or not found
    if question.is_finding:
        assert {row["severity"] for row in found} <= set(SEVERITIES)
        assert all(row["message"] and row["expected"] and row["observed"] for row in found)


@pytest.mark.parametrize("pipeline", ROW_PIPELINES)
def test_two_or_three_facts_of_a_pipeline_are_worth_a_picture(pipeline):
    drawn = [question for question in questions(pipeline) if "chart" in question.header]
    assert 2 <= len(drawn) <= 3


@pytest.mark.parametrize("question", [one for one in QUESTIONS if one.is_finding], ids=str)
def test_sentences_keep_people_and_their_words_out(runs, question):
    path, rows = runs[question.pipeline, "many"]
    with accepted_file(path) as connection:
        found = ask(connection, question)
    told = [str(row[name]) for row in found for name in ("message", "expected", "observed")]
    hidden = {row[name] for row in rows for name in ("customer_name", "customer_review", "user_id") if row.get(name)}
    assert [word for word in hidden if any(word in text for text in told)] == []


def test_no_fact_repeats_a_review(runs):
    path, rows = runs["smartphone_sales", "many"]
    reviews = {row["customer_review"] for row in rows if row["customer_review"]}
    with accepted_file(path) as connection:
        answers = [row for question in questions("smartphone_sales") for row in ask(connection, question)]
    assert reviews & {value for row in answers for value in row.values() if isinstance(value, str)} == set()


def test_a_pipeline_without_rows_has_nothing_to_ask():
    assert list(questions("file_intake")) == []
