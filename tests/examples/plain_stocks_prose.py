"""What the report on a file of stock prices must say in its sentences, reckoned in plain Python. No name is masked."""

from __future__ import annotations

from tests.examples.plain_facts import Row, Rows
from tests.examples.plain_prose import Prose, alone, in_order
from tests.examples.plain_stock_facts import (
    close_above_band,
    close_apart,
    days,
    large_change,
    market,
    symbols,
    unusual_volume,
)

CALLED = {"bullish": ("rising", "rose", "falling", "fell"), "bearish": ("falling", "fell", "rising", "rose")}


def prose(rows: Rows) -> Prose:
    return {
        "IN SHORT": of_market(rows) | of_ends(rows) | of_days(rows) | of_findings(rows),
        "WHAT TO DO": what_to_do(rows),
        "INSIGHTS": insights(rows),
        "ANOMALIES": anomalies(rows),
        "ONE BY ONE": one_by_one(rows) | one_by_one_signs(rows) | one_by_one_findings(rows),
    }


def whole(rows: Rows) -> Row:
    (found,) = market(rows)
    return found


def closes(rows: Rows) -> dict[str, float]:
    return {row["symbol"]: row["latest_close"] for row in symbols(rows)}


def moved(rows: Rows) -> Rows:
    """Large changes in words: which way, and by how much."""
    return [
        {**row, "way": "rose" if row["percent_change"] > 0 else "fell", "size": abs(row["percent_change"])}
        for row in large_change(rows)
    ]


# --- in short -------------------------------------------------------------------------------------------------


def of_market(rows: Rows) -> dict[str, Rows]:
    found = whole(rows)
    most, way, fewest, other_way = CALLED[found["majority_trend"]]
    trend = {"most": found[most], "way": way, "fewest": found[fewest], "other_way": other_way}
    return {
        "This file holds #symbols stocks, with @latest_day as the latest day.": [found],
        "The majority trend is $majority_trend: #most $way and #fewest $other_way against the close before.": [
            {**found, **trend}
        ],
        "Turbulence is $turbulence: #symbols_with_findings stock<s|>, #percent_with_findings% of all, stand<s|> out "
        "by volume, by a large change or by an unusually high close.": [found],
    }


def of_ends(rows: Rows) -> dict[str, Rows]:
    found = whole(rows)
    gainer, loser = found["top_gainer"], found["top_loser"]
    # Said once of a stock that has both the largest momentum and the highest volatility.
    doubted, doubt = {row["symbol"] for row in close_apart(rows)}, ", but a close of it is to be checked"
    strongest = doubt if found["largest_momentum"] in doubted else ""
    widest = doubt if found["highest_volatility"] in doubted - {found["largest_momentum"]} else ""
    return {
        "$symbol gained most, #change%, and closed at #close.": [
            {"symbol": gainer, "change": found["top_gainer_change"], "close": closes(rows)[gainer]}
        ],
        "$symbol lost most, #change%, and closed at #close.": [
            {"symbol": loser, "change": -found["top_loser_change"], "close": closes(rows)[loser]}
        ],
        f"$largest_momentum has the largest momentum, #largest_momentum_value{strongest}.": [found],
        "$highest_volatility has the highest volatility, a standard deviation of #highest_volatility_value "
        f"in its latest closes{widest}.": [found],
        "On average #mean_volume shares of a stock change hands in a day, from #low_mean_volume for $low_symbol "
        "to #high_mean_volume for $high_symbol.": [
            {
                **found,
                **in_order(alone(symbols(rows), "mean_volume", min), "low"),
                **in_order(alone(symbols(rows), "mean_volume"), "high"),
            }
        ],
    }


def of_days(rows: Rows) -> dict[str, Rows]:
    best, worst = alone(days(rows), "median_change"), alone(days(rows), "median_change", min)
    return {
        "Of the #days days listed, @best_datetime was the best, with a median change of #best_median_change%, "
        "and @worst_datetime the worst, with #worst_median_change%.": [
            {"days": len(days(rows)), **in_order([*best, *worst], "best", "worst")}
        ],
        "On the latest day the median change was #median_change%, while #volume shares were traded.": days(rows)[-1:],
    }


def of_findings(rows: Rows) -> dict[str, Rows]:
    found, nothing = moved(rows)[:3], {"second_symbol": None, "second_way": None, "second_size": None}
    assert len(found) in (1, 2), "what is said of three large changes is not written here"
    return {
        "$first_symbol $first_way by #first_size%[ and $second_symbol $second_way by #second_size%] in a day: "
        "look at <it|these> first.": [nothing | in_order(found, "first", "second")],
        "$symbol traded #times_usual times its mean volume, #volume shares.": unusual_volume(rows)[:2],
        "$symbol closed at #close, far above the mean of the closes before, #mean_before.": close_above_band(rows)[:2],
    }


# --- insights, anomalies, what to do ----------------------------------------------------------------------------


def insights(rows: Rows) -> dict[str, Rows]:
    risen = [row["symbol"] for row in symbols(rows) if (row["momentum"] or 0) > 0]
    sunk = [row["symbol"] for row in symbols(rows) if (row["momentum"] or 0) < 0]
    return {
        "#rising of #symbols_on_latest_day stocks rose on @latest_day and #falling fell, "
        "which makes the market $majority_trend.": market(rows),
        "The momentum of #stocks stocks is positive: $names.": [{"stocks": len(risen), "names": risen}],
        "The momentum of #stocks stocks is negative: $names.": [{"stocks": len(sunk), "names": sunk}],
        "The closes of $highest_volatility vary most, with a standard deviation of #highest_volatility_value.": market(
            rows
        ),
    }


def anomalies(rows: Rows) -> dict[str, Rows]:
    return {
        "$symbol $way by #size% on @datetime, from #previous_close to #close.": moved(rows)[:5],
        "$symbol traded #volume shares on @datetime, #times_usual times its mean volume.": unusual_volume(rows)[:4],
        "$symbol closed at #close on @datetime, far above the mean of the closes before, #mean_before.": (
            close_above_band(rows)[:3]
        ),
        "$symbol closed at #close on @datetime, far from the closes before and after, "
        "#close_before and #close_after.": close_apart(rows)[:3],
    }


def what_to_do(rows: Rows) -> dict[str, Rows]:
    large = moved(rows)[:3]
    names = {row["symbol"] for row in large}
    traded = [row for row in unusual_volume(rows) if row["symbol"] in names]
    changes = {row["symbol"]: row["percent_change"] for row in symbols(rows)}
    others = [row | {"change": changes[row["symbol"]]} for row in unusual_volume(rows) if row not in traded]
    return {
        "Check the price of $symbol on @datetime at its source: a close of #close lies far from those of the days "
        "beside it.": close_apart(rows)[:3],
        "Find out what moved $symbol before acting on it: it $way by #size% on @datetime.": large,
        "That day #times_usual times its mean volume was traded.": traded,
        "Watch $symbol on the next day: #volume shares changed hands, #times_usual times its mean, "
        "while its price changed by #change%.": others[:2],
        "Look at $highest_volatility first when risk is reviewed: its closes vary most, "
        "with a volatility of #highest_volatility_value.": market(rows),
    }


# --- one by one ---------------------------------------------------------------------------------------------------


def one_by_one(rows: Rows) -> dict[str, Rows]:
    found = [
        {**row, "change": abs(row["percent_change"]), "way": row["trend"]} for row in symbols(rows) if row["trend"]
    ]
    assert len(found) == len(symbols(rows)), "what is said of stocks with a single day is not written here"
    return {
        "$symbol: $symbol closed at #latest_close, $way #change% on the day.": found,
        "$symbol: On average #mean_volume shares change hands in a day.": found,
        "$symbol: Its volatility is #volatility.": [row for row in found if row["volatility"] is not None],
        "$symbol: There are too few days for its momentum and volatility.": [
            row for row in found if row["momentum"] is None
        ],
    }


def one_by_one_signs(rows: Rows) -> dict[str, Rows]:
    found, known = whole(rows), [row for row in symbols(rows) if row["momentum"] is not None]
    risen = [row for row in known if row["momentum"] > 0]
    apart = {row["symbol"] for row in close_apart(rows)}
    return {
        "$symbol, Opportunities: It rises on the day, and its momentum is positive, #momentum.": [
            row for row in risen if row["trend"] == "up"
        ],
        "$symbol, Opportunities: In spite of the fall on the day its momentum is positive, #momentum.": [
            row for row in risen if row["trend"] == "down"
        ],
        "$symbol, Opportunities: No other stock gained as much on the day.": [{"symbol": found["top_gainer"]}],
        "$symbol, Opportunities: No other stock has as much momentum.": [
            row for row in alone(symbols(rows), "momentum") if row["symbol"] not in apart
        ],
        "$symbol, Risks: Its momentum is negative, #momentum.": [row for row in known if row["momentum"] < 0],
        "$symbol, Risks: No other stock lost as much on the day.": [{"symbol": found["top_loser"]}],
        "$symbol, Risks: Its closes vary most of all.": alone(symbols(rows), "volatility"),
    }


def one_by_one_findings(rows: Rows) -> dict[str, Rows]:
    order = list(closes(rows))
    apart: dict[str, Row] = {}
    for row in close_apart(rows):
        apart.setdefault(row["symbol"], row)
    return {
        "$symbol, Risks: Its close of #close on @datetime lies far from those of the days beside it, "
        "and its momentum and volatility may rest on it.": by_name(list(apart.values()), order),
        "$symbol, Risks: Its close lies far above those before it.": by_name(close_above_band(rows), order),
        "$symbol, Key anomaly: It $way by #size% in a day.": by_name(moved(rows), order),
        "$symbol, Key anomaly: It traded #times_usual times its mean volume.": by_name(unusual_volume(rows), order),
        "$symbol, Key anomaly: It closed at #close; the mean of the closes before is #mean_before.": by_name(
            close_above_band(rows), order
        ),
    }


def by_name(found: Rows, order: list[str]) -> Rows:
    return sorted(found, key=lambda row: order.index(row["symbol"]))
