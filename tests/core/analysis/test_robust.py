"""What is usual is told from few values: quiet on noise, loud on a shift, whatever one earlier value was."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headgate.core.analysis.robust import usual

TRIALS = 20_000
VALUES = st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=5, max_size=20)


def alarms(count: int, now: Callable[[random.Random], float], wild: float = 0.0) -> float:
    """The share of trials with an alarm: `count` normal values, the first off by `wild`, and the one that is judged."""
    dice, found = random.Random(count), 0
    for _ in range(TRIALS):
        earlier = [dice.gauss(0, 1) for _ in range(count)]
        earlier[0] += wild
        found += not usual(earlier, 0.0).holds(now(dice))
    return found / TRIALS


@pytest.mark.parametrize(("count", "one_in"), [(5, 90), (8, 400), (20, 3_000)])
def test_normal_noise_raises_no_more_alarms_than_is_said(count: int, one_in: int):
    """Three standard errors of the measured share on top."""
    expected = 1 / one_in
    assert alarms(count, lambda dice: dice.gauss(0, 1)) <= expected + 3 * (expected / TRIALS) ** 0.5


@pytest.mark.parametrize(("count", "found"), [(5, 0.7), (8, 0.9), (20, 0.99)])
def test_a_shift_of_ten_deviations_is_told(count: int, found: float):
    assert alarms(count, lambda dice: dice.gauss(10, 1)) >= found


def test_one_wild_value_among_the_earlier_ones_hides_no_shift():
    assert alarms(12, lambda dice: dice.gauss(15, 1), wild=1_000) >= 0.95


@given(values=VALUES, shift=st.floats(-1e3, 1e3), floor=st.floats(0.01, 10))
def test_the_range_moves_with_the_values_and_is_never_narrower_than_the_floor(
    values: list[float], shift: float, floor: float
):
    here, there = usual(values, floor), usual([value + shift for value in values], floor)
    assert here.low == pytest.approx(there.low - shift, abs=1e-3)
    assert here.high - here.low >= 2 * 3.5 * floor
    assert here.holds(here.middle)


def test_equal_values_expect_the_same_again():
    assert usual([7.0] * 9, 0.0).holds(7.0)
    assert not usual([7.0] * 9, 0.0).holds(7.0001)
    assert usual([7.0] * 9, 0.001).holds(7.0001)
