"""What the bundled narratives tell of a file of one day, and of a market in which some stocks have no price of the last day."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.core.narrative.built_in.stories import Story, story_of
from tests.examples.samples import EXAMPLES


def told(story: Story) -> str:
    return " ".join(text for text, _ in story.texts())


def lines(pipeline: str) -> list[bytes]:
    (sample,) = (EXAMPLES / pipeline / "samples").glob("*_clean.csv")
    return sample.read_bytes().splitlines(keepends=True)


def test_a_single_day_of_sales_is_no_span_of_time():
    header, *rows = lines("smartphone_sales")
    day = header.decode().strip().split(",").index("date")
    cells = rows[0].decode().split(",")
    same = b"".join(row.replace(row.split(b",")[day], cells[day].encode()) for row in rows[:9])
    text = told(story_of("smartphone_sales", "one_day.csv", header + same))
    assert "orders on " in text
    assert "between" not in text.split(".")[0]


@pytest.fixture
def market(tmp_path: Path) -> Story:
    """The sample, in which the stock that rose most ends a day before the others."""
    (sample,) = (EXAMPLES / "stocks" / "samples").glob("*_clean.json")
    document = json.loads(sample.read_bytes())
    document["PFE"]["values"] = document["PFE"]["values"][1:]
    return story_of("stocks", "stale.json", json.dumps(document).encode())


def test_a_stock_without_a_price_of_the_latest_day_is_said_to_be_left_out(market: Story):
    text = told(market)
    assert "Only 5 stocks have a price of that day; the others are left out of what is said of the market." in text
    assert "of 5 stocks rose on" in text
    assert "PFE gained most" not in text
    assert "PFE closed at" in text
