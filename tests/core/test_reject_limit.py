"""How many rejected rows are too many."""

from decimal import Decimal

import pytest

from headgate.core.reject_limit import RejectLimit


@pytest.mark.parametrize(
    ("written", "limit"),
    [
        ("10", RejectLimit(count=10)),
        (10, RejectLimit(count=10)),
        ("0", RejectLimit(count=0)),
        ("10%", RejectLimit(percent=Decimal(10))),
        (" 2.50 % ", RejectLimit(percent=Decimal("2.5"))),
        ("100%", RejectLimit(percent=Decimal(100))),
    ],
)
def test_a_limit_is_a_count_or_a_share(written, limit):
    assert RejectLimit.parse(written) == limit


@pytest.mark.parametrize("written", ["", "%", "-1", "1.5", "0.5", "101%", "ten", "10 rows", "1e3", "nan", True, "٣"])
def test_anything_else_is_refused_with_what_to_write(written):
    with pytest.raises(ValueError, match=r"write a whole number|0% to 100%"):
        RejectLimit.parse(written)


@pytest.mark.parametrize(
    ("limit", "rejected", "records", "exceeded"),
    [
        ("10", 10, 1000, False),
        ("10", 11, 1000, True),
        ("0", 0, 1000, False),
        ("0", 1, 1000, True),
        ("10%", 100, 1000, False),
        ("10%", 101, 1000, True),
        ("0%", 1, 10**9, True),
        ("100%", 7, 7, False),
        ("5%", 0, 0, False),
        # Exact where binary fractions are not: 0.1 * 3 > 0.3 in floating point.
        ("0.1%", 3, 3000, False),
        ("33.3%", 333, 1000, False),
    ],
)
def test_reaching_a_limit_is_allowed_and_passing_it_is_not(limit, rejected, records, exceeded):
    assert RejectLimit.parse(limit).exceeded(rejected, records) is exceeded


@pytest.mark.parametrize(("written", "text"), [("010", "10"), ("10.0%", "10%"), ("2.50%", "2.5%"), ("100%", "100%")])
def test_equal_limits_have_one_text_that_reads_back(written, text):
    limit = RejectLimit.parse(written)
    assert (str(limit), RejectLimit.parse(text)) == (text, limit)


def test_a_limit_of_both_kinds_or_of_none_does_not_exist():
    with pytest.raises(ValueError, match="a count or a percentage"):
        RejectLimit()
    with pytest.raises(ValueError, match="a count or a percentage"):
        RejectLimit(1, Decimal(1))
