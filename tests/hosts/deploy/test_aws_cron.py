"""A schedule of five fields means the same on AWS, or is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headgate.core.errors import Place, UserMistake
from headgate.hosts.deploy.aws_cron import aws_cron


@pytest.mark.parametrize(
    ("cron", "expected"),
    [
        ("0 0 * * *", "0 0 * * ? *"),
        ("*/15 * * * *", "0,15,30,45 * * * ? *"),
        ("0 6 * * MON-FRI", "0 6 ? * 2-6 *"),
        ("30 9-17/4 1,15 * *", "30 9,13,17 1,15 * ? *"),
        ("5,6 0 * * *", "5,6 0 * * ? *"),
        ("0 0 * JAN-MAR,12 *", "0 0 * 1-3,12 ? *"),
        ("0 0 * * 0", "0 0 ? * 1 *"),
        ("0 0 * * 7", "0 0 ? * 1 *"),
        ("0 0 * * 0-7", "0 0 * * ? *"),
        ("0 0 L * *", "0 0 L * ? *"),
        ("0 0 LW * *", "0 0 LW * ? *"),
        ("0 0 * * 5L", "0 0 ? * 6L *"),
        ("0 0 * * 1#2", "0 0 ? * 2#2 *"),
        # Either of two kinds of day, one of which is every day.
        ("0 0 1-31 * 1", "0 0 * * ? *"),
        # Both of two kinds of day, one of which is every day.
        ("0 0 */1 * 1", "0 0 ? * 2 *"),
    ],
)
def test_a_schedule_is_written_as_aws_has_it(cron: str, expected: str):
    assert aws_cron(cron) == f"cron({expected})"


@pytest.mark.parametrize(
    ("cron", "reason"),
    [
        ("5 4 1 * 1", "days of the month or days of the week, not both"),
        ("0 0 */2 * 1", "days of the month or days of the week, not both"),
        ("0 0 1,L * *", "the last day of a month alone"),
        ("0 0 * * 1,2#1", "one numbered day of the week alone"),
        ("0 0 * * 1#1,1#3", "one numbered day of the week alone"),
    ],
)
def test_what_aws_has_no_words_for_is_refused_with_its_place(cron: str, reason: str):
    with pytest.raises(UserMistake, match=reason) as caught:
        aws_cron(cron, Place("headgate.yaml", key="daily_report.cron"))
    assert caught.value.code == "cron_not_on_aws"
    assert str(caught.value).startswith("headgate.yaml (daily_report.cron): the schedule '")


def pairs(low: int, high: int) -> str:
    """Two of every three values: the most characters that a field can take."""
    return ",".join(str(value) for value in range(low, high + 1) if (value - low) % 3 < 2)


def test_the_longest_schedule_is_one_that_aws_takes():
    longest = aws_cron(f"{pairs(0, 59)} {pairs(0, 23)} {pairs(1, 31)} {pairs(1, 12)} *")
    assert 230 < len(longest) <= 256


FIELD = {0: (0, 59), 1: (0, 23), 2: (1, 31), 3: (1, 12)}


def values(field: str, low: int, high: int) -> set[int]:
    """What a field of AWS's means, read by its documented rules."""
    found: set[int] = set()
    for part in field.split(","):
        first, _, last = part.partition("-")
        found |= set(range(low, high + 1)) if part == "*" else set(range(int(first), int(last or first) + 1))
    return found


@given(
    st.lists(
        st.one_of(st.just("*"), st.integers(2, 20).map("*/{}".format), st.sets(st.integers(1, 12), min_size=1).map(
            lambda some: ",".join(map(str, sorted(some))))),
        min_size=4, max_size=4,
    )
)  # fmt: skip
def test_every_field_names_the_same_values_in_both(fields: list[str]):
    written = aws_cron(" ".join([*fields, "*"]))
    parts = written.removeprefix("cron(").removesuffix(")").split()
    for place, (low, high) in FIELD.items():
        step = int(fields[place][2:]) if fields[place].startswith("*/") else 1
        wanted = values("*" if "*" in fields[place] else fields[place], low, high)
        assert values(parts[place], low, high) == set(sorted(wanted)[::step])
