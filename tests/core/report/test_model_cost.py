"""What a report says of a narrative's cost: no more than is known, and what would ask the model again."""

from __future__ import annotations

from typing import Any

from headgate.core.report.blocks import Pairs
from headgate.core.report.details import model_cost


def cost_of(**model: Any) -> dict[str, str]:
    told = {"name": "m", "tokens_in": 0, "tokens_out": 0, "cost_usd": 0.00135, "attempts": 2, **model}
    (pairs,) = model_cost(told).blocks
    assert isinstance(pairs, Pairs)
    return {pair.label: pair.text for pair in pairs.items}


def test_of_requests_that_nobody_counted_it_is_said_that_they_count_at_their_most():
    assert cost_of(uncounted=1)["Cost"] == "at most 0.0014 USD: what 1 of 2 requests took is not known"
    assert cost_of(uncounted=1, attempts=1)["Cost"].endswith("what 1 of 1 request took is not known")
    assert cost_of(uncounted=0)["Cost"] == "0.0014 USD"
    assert cost_of(uncounted=1, cost_usd=None)["Cost"].startswith("not known")


def test_without_a_model_there_is_nothing_to_pay_and_that_is_said():
    (pairs,) = model_cost(None).blocks
    assert isinstance(pairs, Pairs)
    assert [pair.text for pair in pairs.items] == ["nothing: no model was asked"]


def test_of_an_answer_of_no_use_it_is_said_what_would_ask_again_and_of_no_answer_it_is_not():
    fallback = {"code": "narrator_answer", "message": "no form", "next": "name another model"}
    said = cost_of(fallback={**fallback, "asks_again": False})
    assert said["Why not"] == "no form; next: name another model"
    assert "prompt.md or narrator.model" in said["Asked again"]
    assert all("Asked again" not in cost_of(fallback=one) for one in ({**fallback, "asks_again": True}, fallback, None))
