"""What a source is asked, at what pace, at what cost."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headgate.core.config.source_settings import TwelveData
from headgate.core.errors import UserMistake
from headgate.core.project import load_project
from headgate.core.source.plan import plan_of, source_of
from tests.projects import make_project


def source(count: int, credits_per_minute: int = 8, outputsize: int = 30) -> TwelveData:
    symbols = tuple(f"S{number}" for number in range(count))
    return TwelveData(kind="twelve_data", symbols=symbols, credits_per_minute=credits_per_minute, outputsize=outputsize)


@pytest.mark.parametrize(
    ("count", "credits_per_minute", "outputsize", "sizes", "seconds"),
    [
        (1, 8, 30, [1], 0), (8, 8, 30, [8], 0), (9, 8, 30, [8, 1], 65), (20, 8, 30, [8, 8, 4], 130),
        (3, 1, 30, [1, 1, 1], 130), (121, 1000, 30, [120, 1], 8), (12, 610, 5000, [10, 2], 1), (12, 15, 5000, [10, 2], 65),
    ],
)  # fmt: skip
def test_a_plan_has_as_many_symbols_in_a_request_as_the_quota_and_the_api_allow(
    count, credits_per_minute, outputsize, sizes, seconds
):
    plan = plan_of(source(count, credits_per_minute, outputsize))
    assert [len(request.symbols) for request in plan.requests] == sizes
    assert (int(plan.duration.total_seconds()), plan.credits) == (seconds, count)


@given(st.integers(1, 400), st.integers(1, 1000), st.integers(1, 5000))
def test_no_minute_costs_more_than_the_quota_and_every_symbol_is_asked_for_once(count, quota, outputsize):
    settings = source(count, quota, outputsize)
    plan = plan_of(settings)
    assert plan.symbols == settings.symbols
    starts = [plan.pause * number for number in range(len(plan.requests))]
    for start in starts:
        within = [number for number, at in enumerate(starts) if start <= at <= start + timedelta(seconds=60)]
        assert sum(len(plan.requests[number].symbols) for number in within) <= quota


def test_plans_that_ask_the_same_have_one_identity_and_others_another():
    same = [plan_of(source(9)).identity for _ in range(2)]
    others = [plan_of(source(10)), plan_of(source(9, 7)), plan_of(source(9, outputsize=31))]
    assert len({*same, *(plan.identity for plan in others)}) == 4


def test_a_plan_is_shown_with_its_key_masked():
    assert plan_of(source(9)).as_json() == {
        "requests": [
            {
                "url": "https://api.twelvedata.com/time_series"
                "?symbol=S0,S1,S2,S3,S4,S5,S6,S7&interval=1day&outputsize=30&apikey=***",
                "symbols": [f"S{number}" for number in range(8)],
            },
            {
                "url": "https://api.twelvedata.com/time_series?symbol=S8&interval=1day&outputsize=30&apikey=***",
                "symbols": ["S8"],
            },
        ],
        "symbols": 9,
        "credits": 9,
        "seconds": 65,
    }


@pytest.mark.parametrize(
    ("pipeline", "code", "words"),
    [("people", "no_source", "has no `source`"), ("peeple", "no_pipeline", "did you mean `people`?")],
)
def test_a_pipeline_without_a_source_is_a_mistake_with_a_next_step(tmp_path, pipeline, code, words):
    with pytest.raises(UserMistake, match=words) as caught:
        source_of(load_project(make_project(tmp_path / "p")), pipeline)
    assert caught.value.code == code
    assert caught.value.next
