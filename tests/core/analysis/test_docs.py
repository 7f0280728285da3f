"""docs/analysis.md says what is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from headgate.core.analysis import drift, profile, sentiment
from headgate.core.analysis.engine import MOST_COLUMNS
from headgate.core.analysis.header import _KEYS, MOST_HISTORY
from headgate.core.analysis.limits import Limits
from headgate.core.analysis.views import Rows
from tests.core.analysis.asking import Asking, write_rows

TEXT = (Path(__file__).resolve().parents[3] / "docs" / "analysis.md").read_text(encoding="utf-8")
FLAT = re.sub(r"\s+", " ", TEXT)
TYPES = {
    "brand": "VARCHAR", "price": "DECIMAL(10,2)", "review": "VARCHAR", "order_id": "VARCHAR", "product_name": "VARCHAR",
    "total_amount": "DECIMAL(10,2)",
}  # fmt: skip


def test_the_examples_are_answered(tmp_path: Path):
    fact, finding = re.findall(r"```sql\n(.*?)```", TEXT, re.DOTALL)
    asking = Asking(tmp_path)
    rows = [
        {
            "brand": "A",
            "price": 10,
            "review": "good",
            "order_id": f"o{at}",
            "product_name": "p",
            "total_amount": 1000 if at == 9 else 10,
        }
        for at in range(10)
    ]
    asking.rows = Rows(write_rows(tmp_path / "accepted.parquet", rows, TYPES), TYPES)
    asking.fact(fact)
    asking.finding(finding)
    found = asking.analyze()
    assert found.facts[0].rows == ({"brand": "A", "orders": 10, "revenue": 100.0, "satisfaction": 0.4404},)
    assert [(one.message, one.expected, one.observed) for one in found.findings] == [
        ("Order o9 of p is far larger than usual", "up to 545", "1,000")
    ]


@pytest.mark.parametrize(
    "said",
    [
        f"{Limits().rows} rows are kept of each, {Limits().text} characters of each text, and {MOST_COLUMNS} columns at most",
        f"{Limits().flagged} of them are kept",
        f"{Limits().findings} findings of each severity are kept of one file",
        f"A query may take {Limits().seconds} seconds",
        f"from 1 to {MOST_HISTORY}",
        f"Of more than about {Limits().texts:,} different texts a sample is scored",
        f"The first {sentiment.MOST_READ:,} characters decide. A text of more than {sentiment.LONGEST:,} characters",
        f"counted up to about {profile.MOST_DISTINCT:,}, estimated beyond",
        f"exact up to {profile.MOST_SORTED:,} rows",
        f"the {profile.TOP} most frequent values",
        f"compared with the last {drift.MOST}:",
    ],
)
def test_the_limits_are_those_of_the_code(said: str):
    assert said in FLAT


def test_every_key_of_a_header_is_explained():
    assert set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", TEXT, re.MULTILINE)))) >= set(
        _KEYS["finding"]
    )
    assert set(re.findall(r"`(drift_\w+)` \|", TEXT)) == {
        "drift_row_count", "drift_reject_rate", "drift_null_rate", "drift_mean", "drift_missing_values", "drift_new_values",
    }  # fmt: skip
