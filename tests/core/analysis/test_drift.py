"""What is not as in earlier runs is told with the range that was expected; what is, is not."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headgate.core.analysis.drift import Past, drift_findings, drift_note
from headgate.core.analysis.drift_numbers import alike
from headgate.core.analysis.findings import Finding


def column(name: str = "price", kind: str = "number", **changes: Any) -> dict[str, Any]:
    """The profile of a column of numbers around 800, nine tenths of them within 300 of it."""
    quantiles = {"p05": 500.0, "p25": 700.0, "p50": 800.0, "p75": 900.0, "p95": 1100.0}
    usual = {
        "nulls": 0,
        "distinct": 900,
        "min": 1,
        "max": 2000,
        "mean": 800.0,
        "quantiles": quantiles,
        "top": [],
        "approximate": [],
    }
    return {"name": name, "type": kind, **usual, **changes}


def words(counts: Mapping[str, int], name: str = "region", approximate: Sequence[str] = ()) -> dict[str, Any]:
    """The profile of a column with few values."""
    top = [{"value": value, "count": count} for value, count in counts.items()]
    return column(name, "string", mean=None, quantiles=None, distinct=len(top), top=top, approximate=list(approximate))


def run(records: int = 1000, rejected: int = 20, *columns: dict[str, Any]) -> Past:
    accepted = records - rejected
    return Past(
        {"records": records, "accepted": accepted, "rejected": rejected}, {"rows": accepted, "columns": list(columns)}
    )


def told(now: Past, earlier: list[Past]) -> dict[str, Finding]:
    return {finding.finding: finding for finding in drift_findings(now, earlier)}


NOISE = [980, 1010, 1000, 995, 1020, 1005, 990, 1000, 1015, 985]
STEADY = [run(records, 20 + records % 7, column(mean=800 + records % 11)) for records in NOISE]


def test_nothing_is_told_of_what_is_as_ever():
    assert drift_findings(run(1003, 22, column(mean=803.0)), STEADY) == ()


def test_a_file_half_as_long_is_told_with_what_was_expected():
    (finding,) = drift_findings(run(500, 10, column()), STEADY)
    assert (finding.finding, finding.severity, finding.observed) == ("drift_row_count", "warning", "500")
    assert finding.message == "The file has fewer records than usual"
    assert finding.expected is not None
    low, high = [int(number.replace(",", "")) for number in finding.expected.split(" to ")]
    assert 500 < low < 980 < 1020 < high < 2000


def test_a_file_twice_as_long_is_told():
    assert told(run(2000, 40, column()), STEADY)["drift_row_count"].message == "The file has more records than usual"


def test_an_empty_file_after_full_ones_is_told():
    assert list(told(run(0, 0), STEADY)) == ["drift_row_count"]


def test_more_rejected_rows_than_ever_are_told():
    finding = told(run(1000, 200, column()), STEADY)["drift_reject_rate"]
    assert (finding.message, finding.observed) == ("More rows are rejected than usual", "20.0%")
    assert finding.expected is not None
    assert finding.expected.startswith("0.")


@pytest.mark.parametrize(
    ("rejected", "severity"), [(60, "warning"), (200, "warning"), (300, "critical"), (990, "critical")]
)
def test_from_a_fifth_of_the_rows_beyond_what_is_usual_rejects_are_critical(rejected: int, severity: str):
    assert told(run(1000, rejected, column()), STEADY)["drift_reject_rate"].severity == severity


def test_fewer_rejects_than_usual_are_never_critical():
    earlier = [run(1000, 400 + at % 5, column()) for at in range(10)]
    assert told(run(1000, 0, column()), earlier)["drift_reject_rate"].severity == "warning"


@pytest.mark.parametrize(
    ("records", "severity"), [(0, "critical"), (100, "critical"), (600, "warning"), (5000, "warning")]
)
def test_a_file_of_less_than_half_of_the_fewest_records_is_critical(records: int, severity: str):
    assert told(run(records, 0), STEADY)["drift_row_count"].severity == severity


def test_what_is_worst_and_farthest_outside_comes_first():
    earlier = [run(1000 + at, 10, column(mean=800.0 + at), words({"Asia": 500, "Europe": 480})) for at in range(8)]
    now = run(2000, 1000, column(mean=2000.0), words({"Asia": 1000}))
    found = drift_findings(now, earlier)
    assert [one.finding for one in found] == [
        "drift_reject_rate",
        "drift_mean",
        "drift_missing_values",
        "drift_row_count",
    ]
    assert [one.weight for one in found[1:]] == sorted((one.weight for one in found[1:]), reverse=True)


def test_a_number_that_was_always_the_same_weighs_most_when_it_is_another():
    same = dict.fromkeys(("p05", "p25", "p50", "p75", "p95"), 0.0)
    earlier = [run(1000, 20, column(mean=0.0, quantiles=same))] * 8
    assert told(run(1000, 20, column(mean=9.0, quantiles=same)), earlier)["drift_mean"].weight == float("inf")


def test_cells_that_are_suddenly_missing_are_told():
    finding = told(run(1000, 20, column(nulls=300)), STEADY)["drift_null_rate"]
    assert (finding.message, finding.observed) == ("More rows have no value in price than usual", "30.6%")
    assert finding.expected is not None
    assert finding.expected.startswith("0.0% to ")


def test_cells_that_are_suddenly_there_are_told():
    earlier = [run(1000, 20, column(nulls=500 + at % 5)) for at in range(10)]
    assert told(run(1000, 20, column(nulls=0)), earlier)["drift_null_rate"].message.startswith(
        "Fewer rows have no value"
    )


@pytest.mark.parametrize(("mean", "way"), [(1600.0, "higher"), (8.0, "lower")])
def test_a_mean_that_moved_is_told(mean: float, way: str):
    finding = told(run(1000, 20, column(mean=mean)), STEADY)["drift_mean"]
    assert (finding.message, finding.observed) == (f"The mean of price is {way} than usual", f"{mean:,.6g}")


def test_equal_runs_make_a_small_change_no_alarm_and_a_real_one_is_told():
    """The deviation of equal values is 0: their spread within a file says what is small."""
    earlier = [run(1000, 20, column())] * 20
    assert drift_findings(run(1050, 22, column(mean=805.0, nulls=3)), earlier) == ()
    assert set(told(run(1600, 160, column(mean=1000.0, nulls=60)), earlier)) == {
        "drift_row_count", "drift_reject_rate", "drift_mean", "drift_null_rate",
    }  # fmt: skip


def test_a_column_that_was_always_the_same_number_is_told_when_it_changes():
    same = dict.fromkeys(("p05", "p25", "p50", "p75", "p95"), 7.0)
    earlier = [run(1000, 20, column(mean=7.0, quantiles=same))] * 8
    assert drift_findings(run(1000, 20, column(mean=7.01, quantiles=same)), earlier) == ()
    assert "drift_mean" in told(run(1000, 20, column(mean=9.0, quantiles=same)), earlier)


def test_of_few_rows_one_more_is_no_alarm():
    earlier = [run(10, 0, column())] * 20
    assert drift_findings(run(11, 1, column(nulls=1)), earlier) == ()
    assert set(told(run(10, 9, column()), earlier)) == {"drift_reject_rate"}


@pytest.mark.parametrize("count", range(5))
def test_with_fewer_than_five_earlier_runs_nothing_is_told(count: int):
    now = run(5, 5, column(mean=0.0))
    assert drift_findings(now, STEADY[:count]) == ()
    assert drift_findings(now, STEADY[:5]) != ()


def test_only_the_last_twenty_runs_count():
    old, new = [run(10, 0)] * 30, [run(1000, 20)] * 20
    assert drift_findings(run(1000, 20), [*old, *new]) == ()


def test_a_new_value_is_told_and_how_many_rows_have_it():
    earlier = [run(1000, 20, words({"Asia": 500, "Europe": 480}))] * 8
    finding = told(run(1000, 20, words({"Asia": 500, "Europe": 470, "Mars": 10})), earlier)["drift_new_values"]
    assert (finding.severity, finding.message) == ("info", "region has values that were never there before")
    assert (finding.expected, finding.observed, finding.count) == ("one of the 2 values seen so far", "Mars", 10)
    assert finding.rows == ({"value": "Mars", "rows": 10},)


def test_a_value_that_was_always_there_and_is_missing_is_told():
    earlier = [run(1000, 20, words({"Asia": 500, "Europe": 475, "Rare": 5}))] * 8
    finding = told(run(1000, 20, words({"Asia": 980})), earlier)["drift_missing_values"]
    assert (finding.severity, finding.expected, finding.observed) == ("warning", "Europe in about 475 rows", "none")
    assert finding.rows == ({"value": "Europe", "rows_expected": 475},)


def test_values_that_are_new_each_time_are_no_news():
    earlier = [run(1000, 20, words({f"day {at}": 980})) for at in range(12)]
    assert drift_findings(run(1000, 20, words({"day 13": 980})), earlier) == ()


def test_a_value_that_comes_and_goes_is_no_news():
    earlier = [run(1000, 20, words({"Asia": 900, **({"Oceania": 80} if at % 2 else {})})) for at in range(12)]
    assert drift_findings(run(1000, 20, words({"Asia": 980})), earlier) == ()


def test_values_are_compared_only_when_all_of_them_are_known():
    many = {f"v{at}": 40 for at in range(20)}
    partly = {**words(many), "distinct": 500}
    assert drift_findings(run(1000, 20, words({"Mars": 980})), [run(1000, 20, partly)] * 8) == ()
    assert (
        drift_findings(
            run(1000, 20, words({"Mars": 980}, approximate=["distinct"])), [run(1000, 20, words({"Asia": 980}))] * 8
        )
        != ()
    )


def test_a_column_of_another_type_is_another_column():
    earlier = [run(1000, 20, column(kind="string", mean=None, quantiles=None, nulls=0))] * 8
    assert drift_findings(run(1000, 20, column(mean=5.0, nulls=500)), earlier) == ()


def test_a_file_that_is_only_described_is_judged_by_its_records():
    earlier = [Past({"records": records, "accepted": records, "rejected": 0}) for records in NOISE]
    assert list(told(Past({"records": 10, "accepted": 10, "rejected": 0}), earlier)) == ["drift_row_count"]
    assert drift_findings(Past({"records": None}), earlier) == ()
    assert drift_findings(Past({"records": 10}), [Past({"records": None})] * 9) == ()


def test_names_and_values_are_safe_to_print():
    evil = "x\x1b[31m\r\nBcc: me"
    earlier = [run(1000, 20, words({"Asia": 980}, evil))] * 8
    for finding in drift_findings(run(1000, 20, words({evil: 980}, evil)), earlier):
        assert all(text.isprintable() for text in (finding.message, finding.expected or "", finding.observed or ""))


def test_stationary_runs_raise_few_alarms_and_a_planted_shift_is_told():
    """Each run: 2,000 rows, 3 % rejected and 5 % nulls by chance, a mean of 1,900 values, six regions."""
    dice = random.Random(11)
    quiet = [_by_chance(dice) for _ in range(400)]
    found = [drift_findings(quiet[at], quiet[at - 20 : at]) for at in range(20, 400)]
    assert sum(map(len, found)) <= 4
    planted: list[dict[str, Any]] = [{"nulls": 0.2}, {"rejects": 0.15}, {"mean": 900.0}, {"regions": 5}]
    names = ["drift_null_rate", "drift_reject_rate", "drift_mean", "drift_missing_values"]
    for shift, name in zip(planted, names, strict=True):
        for at in range(20, 60):
            assert name in told(_by_chance(dice, **shift), quiet[at - 20 : at])


def _by_chance(
    dice: random.Random, nulls: float = 0.05, rejects: float = 0.03, mean: float = 800.0, regions: int = 6
) -> Past:
    records = round(dice.gauss(2000, 60))
    rejected = round(dice.gauss(records * rejects, (records * rejects) ** 0.5))
    rows = records - rejected
    missing = round(dice.gauss(rows * nulls, (rows * nulls) ** 0.5))
    counts = {f"region {at}": rows // 6 + dice.randint(-40, 40) for at in range(regions)}
    price = column(mean=dice.gauss(mean, 182 / (rows - missing) ** 0.5), nulls=missing)
    return run(records, rejected, price, words(counts))


@given(st.lists(st.integers(0, 10**9), min_size=5, max_size=20), st.integers(0, 10**9))
def test_whatever_the_counts_are_it_answers(records: list[int], now: int):
    for finding in drift_findings(run(now, now // 2), [run(count, count // 3) for count in records]):
        assert finding.expected
        assert finding.observed


@pytest.mark.parametrize(
    ("numbers", "places", "said"),
    [
        ([0.31, 0.3512345, 0.4], None, ["0.3100", "0.3512", "0.4000"]),
        ([1_204_000.0, 1_310_500.5, 900.25], None, ["1,204,000", "1,310,500", "900"]),
        ([799.0, 801.0, 801.004], None, ["799.000", "801.000", "801.004"]),
        ([-2.0, 3.0, 3.0], None, ["-2.00", "3.00", "3.00"]),
        ([0.0, 3.04, 3.02], 1, ["0.00", "3.04", "3.02"]),
        ([0.0, 3.0, 16.5], 1, ["0.0", "3.0", "16.5"]),
        ([1e20, 2e20, 5.0], None, ["1e+20", "2e+20", "5"]),
        ([2.5, 2.5], None, ["2.5", "2.5"]),
    ],
)
def test_what_was_expected_and_what_was_observed_have_the_same_decimals_and_are_told_apart(numbers, places, said):
    assert alike(numbers, places) == said


def test_how_many_runs_there_are_to_compare_with_is_known():
    assert drift_note([]) == {"found": 0, "needed": 5}
    assert drift_note([*STEADY[:3], Past({"records": None})]) == {"found": 3, "needed": 5}
