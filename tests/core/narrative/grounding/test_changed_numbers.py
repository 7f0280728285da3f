"""A number of a supported sentence that is changed beyond rounding is objected to."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from headgate.core.narrative.grounding import grounding_check

AMOUNTS = st.integers(min_value=10, max_value=900_000)


def facts(nokia: int, sony: int) -> dict[str, list[dict[str, object]]]:
    return {"brands": [{"brand": "Nokia", "orders": nokia}, {"brand": "Sony", "orders": sony}]}


@given(nokia=AMOUNTS, sony=AMOUNTS, other=AMOUNTS)
@pytest.mark.parametrize("form", ["Nokia has {} orders.", "{} orders went to Nokia.", "Orders of Nokia: {}."])
def test_an_exact_number_stays_and_any_other_goes(form: str, nokia: int, sony: int, other: int) -> None:
    check = grounding_check(facts(nokia, sony))
    assert not check(form.format(f"{nokia:,}"), ["brands"], "")
    # What the other cell and one step from both give may be said, though not always rightly.
    assume(other not in (nokia, sony, nokia + sony, abs(nokia - sony)))
    assert check(form.format(f"{other:,}"), ["brands"], "")


@given(thousands=st.integers(min_value=10, max_value=900), rest=st.integers(min_value=-499, max_value=499),
       off=st.integers(min_value=-5, max_value=5))  # fmt: skip
def test_a_rounded_number_is_the_nearest_of_its_digits(thousands: int, rest: int, off: int) -> None:
    check = grounding_check(facts(1000 * thousands + rest, 1))
    assert bool(check(f"Nokia has {thousands + off}k orders.", ["brands"], "")) == bool(off)
