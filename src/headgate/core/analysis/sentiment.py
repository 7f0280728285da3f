"""How positive texts are: VADER, once for each different text, laid into a table that queries look it up in.

Hutto, C. J. and Gilbert, E. E. (2014): VADER, a parsimonious rule-based model for sentiment analysis of social media text.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from headgate.core.analysis.limits import Limits
from headgate.core.analysis.views import SCHEMA
from headgate.core.errors import UserMistake
from headgate.core.gate import sql
from headgate.core.gate.session import number

TABLE = f"{SCHEMA}.sentiments"
MOST_READ = 1_000
"""Characters of a text that decide; VADER's time grows with the square of a text's length."""

LONGEST = 10_000
"""Characters of a text beyond which it has no sentiment: it is no remark of a person."""

_BATCH = 500


@dataclass(frozen=True)
class Scored:
    """How many texts were scored.

    Attributes:
        texts: how many different ones there are; about, when not all were scored.
        scored: how many have a sentiment.
    """

    columns: tuple[str, ...]
    texts: int
    scored: int

    def as_json(self) -> dict[str, Any]:
        return {"columns": list(self.columns), "texts": self.texts, "scored": self.scored}


def sentiment_scorer() -> Callable[[str], float]:
    """A function that gives a text's sentiment, from -1 (negative) to 1 (positive): VADER's compound score."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer  # type: ignore[import-untyped]

    analyzer = SentimentIntensityAnalyzer()

    def score(text: str) -> float:
        return float(analyzer.polarity_scores(text[:MOST_READ])["compound"])

    return score


def no_sentiments(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes sentiment() known: NULL for every text that was not scored."""
    connection.execute(f"CREATE TABLE {TABLE} (text VARCHAR, score DOUBLE)")
    # The optimizer makes one hash join of it; a function written in Python would be called row by row, and needs numpy.
    connection.execute(f"CREATE MACRO sentiment(given) AS (SELECT s.score FROM {TABLE} s WHERE s.text = given)")


def score_texts(
    connection: duckdb.DuckDBPyConnection, columns: Sequence[str], views: Sequence[str], work: Path, limits: Limits
) -> Scored:
    """Fills the table that sentiment() looks a text up in.

    Args:
        columns: text columns of the views.
        work: a folder of its own.

    Raises:
        UserMistake: it takes too long (`analysis_too_slow`).
    """
    every = " UNION ALL ".join(f"SELECT {sql.name(column)} AS text FROM {view}" for view in views for column in columns)
    every = f"SELECT text FROM ({every}) WHERE length(text) <= {LONGEST}"
    about = number(connection, f"SELECT approx_count_distinct(text) FROM ({every})")
    # Which texts are in the sample is decided by the texts alone: the same ones each time.
    share = -(-about // limits.texts)
    wanted = f"{every} AND hash(text) % {share} = 0" if share > 1 else every
    connection.execute(
        f"CREATE TABLE {SCHEMA}.texts AS SELECT row_number() OVER () AS id, text FROM (SELECT DISTINCT text FROM ({wanted}))"
    )
    scores = work / "sentiments.csv"
    count = _write_scores(connection, scores, limits.seconds)
    read = sql.written_csv(scores, {"id": "BIGINT", "score": "DOUBLE"})
    connection.execute(f"INSERT INTO {TABLE} SELECT t.text, s.score FROM {SCHEMA}.texts t JOIN {read} s USING (id)")
    connection.execute(f"DROP TABLE {SCHEMA}.texts")
    return Scored(tuple(columns), about if share > 1 else count, count)


def _write_scores(connection: duckdb.DuckDBPyConnection, path: Path, seconds: float) -> int:
    score, until, count = sentiment_scorer(), time.monotonic() + seconds, 0
    texts = connection.execute(f"SELECT id, text FROM {SCHEMA}.texts")
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        while batch := texts.fetchmany(_BATCH):
            writer.writerows((id_, score(text)) for id_, text in batch)
            count += len(batch)
            if time.monotonic() > until:
                raise _too_slow(seconds)
    return count


def _too_slow(seconds: float) -> UserMistake:
    return UserMistake(
        f"scoring the texts for sentiment() takes more than {seconds:g} seconds",
        who="pipeline owner",
        next="ask for the sentiment of fewer or shorter texts; docs/analysis.md says what it costs",
        code="analysis_too_slow",
    )
