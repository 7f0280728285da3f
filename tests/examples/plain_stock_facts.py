"""The facts and findings of stocks, reckoned in plain Python."""

from __future__ import annotations

from itertools import pairwise

from tests.examples.plain_facts import Fact, Row, Rows, column, deviation, groups, mean, most, ordered, picked, there

COLUMNS = ("symbol", "latest_close", "trend", "momentum", "volatility", "percent_change", "mean_volume", "latest_day")


def change(close: float, before: float | None) -> float | None:
    """In percent; of nothing there is no percent."""
    return 100 * (close - before) / before if before else None


def trend(close: float, before: float | None) -> str | None:
    if before is None:
        return None
    return "up" if close > before else "down" if close < before else "flat"


def symbol(name: str, bars: Rows) -> Row:
    """What is known of one symbol; `bars` from the newest to the oldest."""
    closes = column(bars, "close")
    before = closes[1] if len(closes) > 1 else None
    return {
        "symbol": name,
        "datetime": bars[0]["datetime"],
        "latest_day": bars[0]["datetime"],
        "latest_close": closes[0],
        "previous_close": before,
        "trend": trend(closes[0], before),
        "momentum": closes[0] - closes[4] if len(closes) > 4 else None,
        "volatility": deviation(closes[:5]) if len(closes) > 4 else None,
        "percent_change": change(closes[0], before),
        "volume": bars[0]["volume"],
        "mean_volume": mean(column(bars, "volume")),
        "mean_before": mean(closes[1:6]) if len(closes) > 5 else None,
        "deviation_before": deviation(closes[1:6]) if len(closes) > 5 else None,
    }


def measured(rows: Rows) -> Rows:
    return [symbol(name, ordered(bars, "-datetime")) for (name,), bars in groups(rows, "symbol").items()]


def current(rows: Rows) -> Rows:
    """Of those symbols only that have a bar on the latest day of all."""
    latest = most(column(rows, "datetime"))
    return [row for row in measured(rows) if row["latest_day"] == latest]


def symbols(rows: Rows) -> Rows:
    kept = ordered(measured(rows), "-mean_volume", "symbol")[:50]
    return picked(ordered(kept, "symbol"), COLUMNS)


def named(rows: Rows, name: str, column: str) -> Row:
    """The first of some rows: its symbol, and its value of a column."""
    first = rows[0] if rows and rows[0][column] is not None else {"symbol": None, column: None}
    value = f"{name}_change" if column == "percent_change" else f"{name}_value"
    return {name: first["symbol"], value: first[column]}


def market(rows: Rows) -> Rows:
    everyone, found = measured(rows), current(rows)
    trends = there(column(found, "trend"))
    flagged = {row["symbol"] for finding in OF_THE_LATEST_DAY for row in finding(rows)}
    gainers = [row for row in found if (row["percent_change"] or 0) > 0]
    losers = [row for row in found if (row["percent_change"] or 0) < 0]
    return [
        {
            "symbols": len(everyone),
            "symbols_on_latest_day": len(found),
            "latest_day": most(column(rows, "datetime")),
            "mean_volume": mean(column(everyone, "mean_volume")),
            **named(ordered(found, "-momentum", "symbol"), "largest_momentum", "momentum"),
            **named(ordered(gainers, "-percent_change", "symbol"), "top_gainer", "percent_change"),
            **named(ordered(losers, "percent_change", "symbol"), "top_loser", "percent_change"),
            **named(ordered(rounded(found), "-rounded", "symbol"), "highest_volatility", "volatility"),
            "rising": trends.count("up"),
            "falling": trends.count("down"),
            "symbols_with_findings": len(flagged),
            "percent_with_findings": 100 * len(flagged) / len(found) if found else None,
            "turbulence": turbulence(len(flagged), len(found)),
            "majority_trend": majority(trends),
        }
    ]


def rounded(found: Rows) -> Rows:
    """Equal volatilities are equal, in whatever order their closes were added."""
    return [row | {"rounded": None if row["volatility"] is None else round(row["volatility"], 9)} for row in found]


def turbulence(flagged: int, symbols: int) -> str | None:
    if not symbols:
        return None
    return "high" if flagged / symbols > 0.5 else "moderate"


def majority(trends: list[str]) -> str | None:
    if not trends:
        return None
    if trends.count("up") > len(trends) / 2:
        return "bullish"
    return "bearish" if trends.count("down") > len(trends) / 2 else "stable"


def days(rows: Rows) -> Rows:
    known = sorted({row["datetime"] for row in rows})
    day_before = {later: earlier for earlier, later in pairwise(known)}
    before = {
        (older["symbol"], newer["datetime"]): older["close"]
        for bars in groups(rows, "symbol").values()
        for older, newer in pairwise(ordered(bars, "datetime"))
        if older["datetime"] == day_before[newer["datetime"]]
    }
    found, symbols = [], len(groups(rows, "symbol"))
    for (day,), bars in groups(rows, "datetime").items():
        if 2 * len(bars) < symbols:
            continue
        moves = [(bar["close"], before.get((bar["symbol"], day))) for bar in bars]
        row = {"datetime": day, "symbols": len(bars), "volume": sum(column(bars, "volume"))}
        row["rising"] = sum(trend(*move) == "up" for move in moves)
        row["falling"] = sum(trend(*move) == "down" for move in moves)
        compared = sum(earlier is not None for _, earlier in moves)
        row["median_change"] = middle([change(*move) for move in moves]) if 2 * compared >= len(moves) else None
        found.append(row)
    return ordered(found, "datetime")[-20:]


def middle(values: list[float | None]) -> float | None:
    """The median of what is known."""
    known = sorted(value for value in values if value is not None)
    half = len(known) // 2
    return None if not known else known[half] if len(known) % 2 else (known[half - 1] + known[half]) / 2


# --- findings -----------------------------------------------------------------------------------------------


def unusual_volume(rows: Rows) -> Rows:
    found = []
    for row in current(rows):
        times = row["volume"] / row["mean_volume"] if row["mean_volume"] else 0
        if round(times, 9) > 1.5:
            found.append({"severity": "warning", "times_usual": times, **row})
    names = ("severity", "symbol", "datetime", "volume", "mean_volume", "times_usual")
    return picked(ordered(found, "-times_usual", "symbol"), names)


def large_change(rows: Rows) -> Rows:
    found = []
    for row in current(rows):
        size = abs(row["percent_change"] or 0)
        if round(size, 9) > 5:
            severity = "critical" if size > 10 else "warning"
            found.append({"severity": severity, "size": size, "close": row["latest_close"], **row})
    names = ("severity", "symbol", "datetime", "close", "previous_close", "percent_change")
    return picked(ordered(found, "-size", "symbol"), names)


def close_above_band(rows: Rows) -> Rows:
    found = []
    for row in current(rows):
        middle, spread, close = row["mean_before"], row["deviation_before"], row["latest_close"]
        # As good as equal is not above.
        if middle is not None and close > middle + 2 * spread + 1e-9 * middle:
            above = (close - middle) / middle if middle else None
            found.append({"severity": "info", "close": close, "above": above, **row})
    names = ("severity", "symbol", "datetime", "close", "mean_before", "deviation_before")
    return picked(ordered(found, "-above", "symbol"), names)


def close_apart(rows: Rows) -> Rows:
    latest, found = sorted({row["datetime"] for row in rows})[-30:], []
    for bars in groups(rows, "symbol").values():
        line = ordered(bars, "datetime")
        for before, row, after in zip(line, line[1:], line[2:], strict=False):
            closes = before["close"], after["close"]
            is_apart = row["close"] < 0.9 * min(closes) or row["close"] > 1.1 * max(closes)
            if is_apart and row["datetime"] in latest:
                sides = {"close_before": closes[0], "close_after": closes[1]}
                found.append({"severity": "warning", "back": -latest.index(row["datetime"]), **row, **sides})
    names = ("severity", "symbol", "datetime", "close", "close_before", "close_after")
    return picked(ordered(found, "back", "symbol"), names)


FACTS: dict[str, Fact] = {one.__name__: one for one in (symbols, market, days)}
OF_THE_LATEST_DAY: tuple[Fact, ...] = (unusual_volume, large_change, close_above_band)
FINDINGS: dict[str, Fact] = {one.__name__: one for one in (*OF_THE_LATEST_DAY, close_apart)}
