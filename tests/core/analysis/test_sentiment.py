"""sentiment() gives VADER's compound score, wherever it is called."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import pytest
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer  # type: ignore[import-untyped]

from headgate.core.analysis.sentiment import LONGEST, MOST_READ, sentiment_scorer
from headgate.core.errors import UserMistake
from tests.core.analysis.asking import SALES, Asking

VADER = SentimentIntensityAnalyzer()
ODD = [
    "I ❤ it 😀",
    "",
    " ",
    "it's «gut»",
    "a\nb\r\nc",
    "x\x00y good",
    '"quoted", great',
    "NOT good!!!",
    "ÄÖÜ",
    "\\N",
    "1",
    "NULL",
]


def compound(text: str) -> float:
    return float(VADER.polarity_scores(text)["compound"])


@pytest.fixture
def asking(tmp_path: Path) -> Asking:
    return Asking(tmp_path)


@pytest.mark.parametrize("ending", ["parquet", "jsonl"])
def test_each_text_has_the_score_that_vader_gives_it(asking: Asking, ending: str):
    texts = [*ODD, *(row["review"] for row in SALES), *ODD]
    asking.sales([{"pieces": at, "review": text} for at, text in enumerate(texts)], ending=ending)
    found = asking.answer("SELECT pieces, sentiment(review) AS score FROM accepted ORDER BY pieces")
    assert [row["score"] for row in found] == [None if text is None else compound(text) for text in texts]
    assert any(row["score"] for row in found)
    assert asking.analyze().notes["sentiment"] == {"columns": ["review"], "texts": len(ODD) + 2, "scored": len(ODD) + 2}


@pytest.mark.parametrize(
    "text",
    [
        "SELECT avg(sentiment(review)) AS s FROM accepted",
        "SELECT avg(Sentiment(a.Review)) AS s FROM accepted a",
        "WITH x AS (SELECT sentiment(review) AS one FROM accepted) SELECT avg(one) AS s FROM x",
        "WITH x AS (SELECT brand, review FROM accepted) SELECT avg(sentiment(review)) AS s FROM x",
        "SELECT avg(sentiment(review)) FILTER (WHERE sentiment(review) BETWEEN -1 AND 1) AS s FROM accepted WHERE sentiment(review) <> 0",
        "SELECT s FROM (SELECT avg(sentiment(review)) OVER () AS s FROM accepted) LIMIT 1",
        "-- history: 1\nSELECT avg(sentiment(h.review)) AS s FROM history h, accepted a WHERE a.brand = 'Apple'",
    ],
)
def test_it_can_be_called_wherever_a_value_can_stand(asking: Asking, text: str):
    asking.sales(history=asking.earlier(SALES))
    scores = [compound(row["review"]) for row in SALES if row["review"]]
    (row,) = asking.answer(text)
    assert row["s"] == pytest.approx(sum(scores) / len(scores))


def test_texts_of_earlier_runs_are_scored_too(asking: Asking):
    asking.sales(history=asking.earlier([{"review": "A horrible, useless thing"}]))
    (row,) = asking.answer("-- history: 1\nSELECT sentiment(review) AS s FROM history")
    assert row["s"] == compound("A horrible, useless thing") < 0


@pytest.mark.parametrize(
    "call",
    [
        "sentiment(price)",
        "sentiment(lower(review))",
        "sentiment('good')",
        "sentiment()",
        "sentiment(review, brand)",
        "review.sentiment()",
    ],
)
def test_it_takes_a_text_column_and_nothing_else(asking: Asking, call: str):
    with pytest.raises(UserMistake, match=r"sentiment\(\) takes one text column of the accepted rows: brand, review"):
        asking.answer(f"SELECT {call} AS s FROM accepted")


def test_of_very_many_texts_a_sample_is_scored_and_said(asking: Asking):
    texts = [f"Good phone number {at}" if at % 4 else f"Bad phone number {at}" for at in range(4_000)]
    asking.limits = dataclasses.replace(asking.limits, texts=1_000)
    asking.sales([{"review": text} for text in texts])
    asking.fact(
        "SELECT avg(sentiment(review)) AS mean, count(sentiment(review)) AS scored, count(*) AS n FROM accepted"
    )
    first, second = asking.analyze(), asking.analyze()
    row = first.facts[0].rows[0]
    assert row["n"] == 4_000
    assert 700 < row["scored"] <= 1_300
    assert row["mean"] == pytest.approx((3 * compound("Good phone") + compound("Bad phone")) / 4, abs=0.06)
    note = first.notes["sentiment"]
    assert (note["scored"], note["texts"]) == (row["scored"], pytest.approx(4_000, rel=0.1))
    assert first.facts == second.facts


def test_of_a_long_text_the_beginning_decides_and_what_is_no_remark_has_no_score(asking: Asking):
    long, longer = "x " * (MOST_READ // 2) + "good " * 99, "good " * (LONGEST // 5 + 1)
    asking.sales([{"pieces": at, "review": text} for at, text in enumerate(["good " * 5, long, longer])])
    scores = [row["s"] for row in asking.answer("SELECT sentiment(review) AS s FROM accepted ORDER BY pieces")]
    assert scores == [compound("good " * 5), 0.0, None]


def test_scoring_that_takes_too_long_is_stopped(asking: Asking):
    asking.sales([{"review": f"good bad but {at} " * 50} for at in range(2_000)])
    asking.limits = dataclasses.replace(asking.limits, seconds=0.05)
    with pytest.raises(UserMistake) as raised:
        asking.answer("SELECT avg(sentiment(review)) AS s FROM accepted")
    assert raised.value.code == "analysis_too_slow"


def test_the_lexicon_is_loaded_only_when_it_is_needed(asking: Asking, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "vaderSentiment.vaderSentiment", None)
    assert asking.answer("SELECT count(review) AS n FROM accepted") == [{"n": 2}]
    with pytest.raises(ImportError):
        sentiment_scorer()
