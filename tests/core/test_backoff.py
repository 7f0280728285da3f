"""The wait before another attempt: longer from one to the next, with chance in it, never beyond the longest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headgate.core.backoff import backoff


@pytest.mark.parametrize(("attempt", "whole"), [(1, 2), (2, 4), (3, 8), (7, 128), (8, 256), (9, 300), (5000, 300)])
def test_it_doubles_up_to_the_longest_and_half_of_it_is_chance(attempt: int, whole: float):
    assert backoff(attempt, 2, 300, 1.0) == whole
    assert backoff(attempt, 2, 300, 0.0) == whole / 2
    assert backoff(attempt, 2, 300, 0.5) == whole * 0.75


@given(st.integers(1, 10_000), st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1))
def test_it_is_never_negative_never_too_long_and_never_shorter_for_a_later_attempt(
    attempt: int, first: float, longest: float, chance: float
):
    wait = backoff(attempt, first, longest, chance)
    assert 0 <= wait <= longest
    assert wait <= backoff(attempt + 1, first, longest, chance)


def test_nothing_to_wait_is_nothing_to_wait():
    assert backoff(3, 0, 300, 1.0) == 0
