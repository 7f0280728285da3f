"""Facts and findings of stocks over a few bars made for them, with the numbers worked out by hand."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.examples.plain_facts import Row, Rows, accepted_rows
from tests.examples.plain_stock_facts import FACTS, FINDINGS
from tests.examples.samples import EXAMPLES
from tests.examples.sql_facts import accepted_file, ask, asked, differences, gated, questions, sample_findings

FIRST = dt.date(2025, 9, 1)


def bars(symbol: str, *closes: float, volumes: tuple[int, ...] = ()) -> Rows:
    """Closes and volumes from the oldest to the newest."""
    days = range(len(closes))
    return [
        {
            "symbol": symbol,
            "datetime": FIRST + dt.timedelta(at),
            "close": closes[at],
            "volume": (volumes or (1,) * 99)[at],
        }
        for at in days
    ]


def together(*stocks: Rows) -> Rows:
    """Bars that end on the same day."""
    last = max(bars[-1]["datetime"] for bars in stocks)
    return [bar | {"datetime": bar["datetime"] + (last - bars[-1]["datetime"])} for bars in stocks for bar in bars]


def stock(*closes: float) -> Row:
    return asked("stocks", "symbols", bars("S", *closes))[0]


def flagged(finding: str, rows: Rows) -> list[str]:
    return [row["symbol"] for row in asked("stocks", finding, rows)]


def test_a_symbol_is_measured_over_its_last_five_closes():
    row = stock(900, 10, 12, 14, 16, 18)
    assert row["latest_close"] == 18
    assert row["momentum"] == 8
    assert row["volatility"] == pytest.approx(10**0.5, rel=1e-12)
    assert row["percent_change"] == 12.5
    assert (row["trend"], row["mean_volume"]) == ("up", 1)


@pytest.mark.parametrize(("closes", "trend"), [((3, 2), "down"), ((2, 3), "up"), ((2, 2), "flat"), ((2,), None)])
def test_a_trend_needs_a_day_before(closes, trend):
    assert stock(*closes)["trend"] == trend
    assert (stock(*closes)["percent_change"] is None) == (trend is None)


def test_too_few_bars_have_no_momentum_and_no_volatility():
    four, five = stock(1, 2, 3, 4), stock(1, 1, 1, 1, 1)
    assert (four["momentum"], four["volatility"]) == (None, None)
    assert (five["momentum"], five["volatility"]) == (0, 0)


def test_a_rise_from_nothing_is_no_percent():
    assert stock(0, 5)["percent_change"] is None
    assert stock(0, 5)["trend"] == "up"
    assert flagged("large_change", bars("S", 0, 5)) == []


@pytest.mark.parametrize(
    ("closes", "severity"),
    [
        ((2.0, 2.1), None),
        ((2.0, 2.11), "warning"),
        ((40, 38), None),
        ((40, 37.9), "warning"),
        ((10, 11), "warning"),
        ((10, 11.01), "critical"),
    ],
)
def test_a_change_of_more_than_five_percent_is_a_finding(closes, severity):
    found = asked("stocks", "large_change", bars("S", *closes))
    assert [row["severity"] for row in found] == ([severity] if severity else [])


def test_a_change_of_an_earlier_day_is_no_news():
    assert flagged("large_change", bars("S", 10, 20, 20)) == []


@pytest.mark.parametrize(
    ("volumes", "is_found"), [((1, 3), False), ((1000, 3001), True), ((3001, 1000), False), ((0, 0), False)]
)
def test_one_and_a_half_times_the_mean_volume_is_not_yet_a_finding(volumes, is_found):
    assert flagged("unusual_volume", bars("S", 1, 1, volumes=volumes)) == ["S"] * is_found


@pytest.mark.parametrize(("latest", "is_found"), [(11.41, False), (11.42, True)])
def test_a_close_two_deviations_above_the_five_before_it_is_a_finding(latest, is_found):
    """Their mean is 10 and their sample deviation the root of a half."""
    assert flagged("close_above_band", bars("S", 50, 10, 11, 9, 10, 10, latest)) == ["S"] * is_found


@pytest.mark.parametrize(("latest", "is_found"), [(67.3, False), (67.31, True)])
def test_after_five_equal_closes_any_rise_is_a_finding(latest, is_found):
    assert flagged("close_above_band", bars("S", *[67.3] * 5, latest)) == ["S"] * is_found


@pytest.mark.parametrize(
    ("closes", "is_found"),
    [
        ((100, 89.9, 100), True), ((100, 90, 100), False), ((100, 110.1, 100), True), ((100, 110, 100), False),
        ((100, 0, 100), True), ((100, 89, 99), True), ((100, 89, 98), False), ((98, 89, 100), False),
        # A price that stays where it went is no mistake, nor one that is the last so far.
        ((100, 50, 50), False), ((100, 50), False), ((50, 100), False),
    ],
)  # fmt: skip
def test_a_close_more_than_a_tenth_away_from_both_beside_it_is_a_finding(closes, is_found):
    assert flagged("close_apart", bars("S", *closes)) == ["S"] * is_found


@pytest.mark.parametrize(("days_since", "is_found"), [(29, True), (30, False)])
def test_a_close_apart_is_news_for_thirty_days_of_trading(days_since, is_found):
    assert flagged("close_apart", bars("S", 100, 10, *[100] * days_since)) == ["S"] * is_found


def test_one_wrong_price_does_not_make_a_day_the_best():
    rows = together(bars("A", 100, 10, 100), bars("B", 50, 50, 50.5), bars("C", 20, 20, 20))
    last = asked("stocks", "days", rows)[-1]
    assert last["median_change"] == pytest.approx(1.0)


def test_five_bars_have_no_five_closes_before_the_latest():
    assert flagged("close_above_band", bars("S", 1, 1, 1, 1, 9)) == []


@pytest.mark.parametrize(
    ("moves", "turbulence"), [((9, 9, 1, 1), "moderate"), ((9, 9, 9, 1), "high"), ((1,), "moderate")]
)
def test_turbulence_is_high_when_more_than_half_of_the_symbols_have_findings(moves, turbulence):
    rows = [bar for at, move in enumerate(moves) for bar in bars(f"S{at}", 100, 100 + move)]
    assert asked("stocks", "market", rows)[0]["turbulence"] == turbulence


@pytest.mark.parametrize(
    ("moves", "trend"),
    [((1, 1, -1, -1), "stable"), ((1, 1, 0, 0), "stable"), ((1, 1, -1), "bullish"), ((-1, -1, 1), "bearish")],
)
def test_the_market_goes_where_more_than_half_of_the_symbols_go(moves, trend):
    rows = [bar for at, move in enumerate(moves) for bar in bars(f"S{at}", 100, 100 + move)]
    assert asked("stocks", "market", rows)[0]["majority_trend"] == trend


def test_where_all_fall_none_is_a_gainer():
    market = asked("stocks", "market", bars("A", 10, 9) + bars("B", 10, 8))[0]
    assert (market["top_gainer"], market["top_gainer_change"]) == (None, None)
    assert (market["top_loser"], market["top_loser_change"]) == ("B", -20)


def test_the_market_counts_the_symbols_that_the_findings_name():
    found = [bars("A", 10, 10, volumes=(1, 9)), bars("B", 10, 20), bars("C", 9, 9, 9, 9, 9, 9.1), bars("D", 5, 5)]
    at_the_limits = [bars("E", 40, 38), bars("F", 1, 1, volumes=(1, 3)), bars("G", *[67.3] * 6)]
    rows = together(*found, *at_the_limits, bars("H", 10, 11, 9, 10, 10, 10.4))
    named = {symbol for finding in FINDINGS for symbol in flagged(finding, rows)}
    assert named == {"A", "B", "C"}
    assert asked("stocks", "market", rows)[0]["symbols_with_findings"] == 3


def test_a_stock_whose_bars_end_earlier_says_nothing_of_the_markets_latest_day():
    stale = bars("OLD", 1, 1, 1, 1, 1, 100, volumes=(1, 1, 1, 1, 1, 99))
    fallen = bars("GONE", 100, 1)
    today = bars("NEW", *[10.0] * 7, 10.1)
    rows = stale + fallen + today
    assert {name: flagged(name, rows) for name in FINDINGS} == {
        "unusual_volume": [], "large_change": [], "close_above_band": ["NEW"],
        "close_apart": [],
    }  # fmt: skip
    (market,) = asked("stocks", "market", rows)
    assert (market["symbols"], market["symbols_on_latest_day"], market["latest_day"]) == (3, 1, dt.date(2025, 9, 8))
    assert (market["top_gainer"], market["top_loser"], market["rising"], market["falling"]) == ("NEW", None, 1, 0)
    assert (market["largest_momentum"], market["highest_volatility"], market["majority_trend"]) == (
        "NEW",
        "NEW",
        "bullish",
    )
    assert (market["symbols_with_findings"], market["percent_with_findings"], market["turbulence"]) == (1, 100, "high")
    assert differences([market], FACTS["market"](rows)) == []


def test_each_stock_says_which_day_is_its_latest():
    rows = bars("NEW", 1, 2, 3) + bars("OLD", 5, 4)
    found = {row["symbol"]: row["latest_day"] for row in asked("stocks", "symbols", rows)}
    assert found == {"NEW": dt.date(2025, 9, 3), "OLD": dt.date(2025, 9, 2)}


@pytest.mark.parametrize("kind", ["clean", "dirty"])
def test_the_report_rounds_to_the_same_figures(kind, tmp_path):
    file = next((EXAMPLES / "stocks" / "samples").glob(f"*_{kind}.json"))
    output = gated("stocks", file, tmp_path / "out").accepted
    assert output
    rows = accepted_rows("stocks", file.read_bytes())
    for question in questions("stocks"):
        if not question.is_finding:
            with accepted_file(output.path) as connection:
                found = ask(connection, question)
            assert [in_report(row) for row in found] == [in_report(row) for row in FACTS[question.name](rows)]


def in_report(row: Row) -> Row:
    return {name: round(value, 2) if isinstance(value, float) else value for name, value in sorted(row.items())}


def test_the_sample_says(tmp_path):
    found = {row["message"]: (row["expected"], row["observed"]) for row in sample_findings("stocks", "clean", tmp_path)}
    assert found == {
        "AAPL closed at 237.00, far above its five closes before": ("up to 234.93", "237.00"),
        "PFE rose by 6.47 %": ("within 5 % of the close before", "6.47 %"),
        "TSLA fell by 5.89 %": ("within 5 % of the close before", "-5.89 %"),
        "PFE traded 1.70 times its mean volume": ("up to 70,942,904 shares", "80,574,547 shares"),
    }
