"""Makes sample files of stock prices: python generate.py --rows 180 --seed 40 --clean --out stocks.json

A row is a bar: one trading day of one symbol. The document has the form of an API's answer for several symbols.
"""

import argparse
import datetime as dt
import itertools
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SAMPLES: dict[str, dict[str, Any]] = {
    "stocks_clean.json": {"rows": 180, "seed": 40, "dirty": False},
    "stocks_dirty.json": {"rows": 240, "seed": 42, "dirty": True},
}
# A symbol never has more bars than this; more rows make more symbols.
MOST_BARS = 2500
LAST_DAY = dt.date(2025, 9, 15)
# One bar in EVERY of a dirty file is in trouble.
EVERY = 5

# symbol, last price but for the walk, mean change a day, size of the changes, mean volume, exchange, mic code
SYMBOLS = (
    ("AAPL", 237.0, 0.0020, 0.012, 54_000_000, "NASDAQ", "XNGS"),
    ("GOOG", 241.0, 0.0035, 0.014, 23_000_000, "NASDAQ", "XNGS"),
    ("MSFT", 502.0, -0.0005, 0.009, 19_000_000, "NASDAQ", "XNGS"),
    ("TSLA", 396.0, 0.0045, 0.034, 92_000_000, "NASDAQ", "XNGS"),
    ("KO", 67.0, 0.0001, 0.006, 15_000_000, "NYSE", "XNYS"),
    ("PFE", 24.0, -0.0030, 0.011, 41_000_000, "NYSE", "XNYS"),
)

Bar = dict[str, Any]
Unit = dict[str, Any]


def bell(rng: random.Random) -> float:
    """About normal, mean 0, deviation 1; only sums, so every platform gives the same bits."""
    return sum(rng.random() for _ in range(12)) - 6.0


def trading_days(count: int) -> Iterator[dt.date]:
    """Weekdays, newest first, as the API answers."""
    day = LAST_DAY
    for _ in range(count):
        yield day
        day -= dt.timedelta(days=3 if day.weekday() == 0 else 1)


def bar(rng: random.Random, day: dt.date, opened: float, close: float, usual_volume: int) -> Bar:
    """One day; a day of large change has a large volume."""
    high = max(opened, close) * (1 + 0.006 * rng.random())
    low = min(opened, close) * (1 - 0.006 * rng.random())
    volume = int(usual_volume * (0.7 + 0.5 * rng.random() + 14 * abs(close / opened - 1)))
    prices = {"open": opened, "high": high, "low": low, "close": close}
    return {
        "datetime": day.isoformat(),
        **{name: f"{value:.5f}" for name, value in prices.items()},
        "volume": str(volume),
    }


def bars(rng: random.Random, price: float, drift: float, size: float, volume: int, count: int) -> Iterator[Bar]:
    """A random walk backwards from the last price; one day in forty jumps."""
    close = price * (1 + size * bell(rng))
    for day in trading_days(count):
        jump = 0.06 * (1 if rng.random() < 0.5 else -1) if rng.random() < 0.025 else 0.0
        opened = close / (1 + max(drift + size * bell(rng) + jump, -0.2))
        yield bar(rng, day, opened, close, volume)
        close = opened * (1 + 0.1 * size * bell(rng))


def unit(rng: random.Random, number: int, count: int) -> Unit:
    """One symbol with its bars; past the known six, invented ones."""
    symbol, price, drift, size, volume, exchange, mic = SYMBOLS[number % len(SYMBOLS)]
    if number >= len(SYMBOLS):
        symbol = f"{symbol}{number}"
    meta = {"symbol": symbol, "interval": "1day", "currency": "USD"}
    meta |= {"exchange_timezone": "America/New_York", "exchange": exchange, "mic_code": mic}
    meta["type"] = "Common Stock"
    values = list(bars(rng, price, drift, size, volume, count))
    return {"meta": meta, "values": values, "status": "ok"}


def units(rows: int, seed: int) -> Iterator[Unit]:
    """The rows spread evenly over the symbols; all of the document but its writing."""
    rng = random.Random(seed)
    symbols = max(len(SYMBOLS), -(-rows // MOST_BARS))
    for number in range(symbols):
        yield unit(rng, number, (rows + symbols - 1 - number) // symbols)


# What can be wrong with a bar; ABSENT takes the field away.
ABSENT = object()
TROUBLES: tuple[Bar, ...] = (
    {"close": ABSENT},
    {"open": None},
    {"volume": ""},
    {"datetime": "  "},
    {"datetime": "2025-02-30"},
    {"datetime": "15/09/2025"},
    {"datetime": "2025-09-15 09:30:00"},
    {"volume": "a lot"},
    {"volume": "1067.5"},
    {"volume": 98.0},
    {"volume": True},
    {"close": "239.48 USD"},
    {"close": " 239.48"},
    {"high": "NaN"},
    {"low": [1.5, 2]},
    {"low": "-0.01"},
    {"volume": "-1"},
    # Low and high do not hold open and close between them: one side, the other, both.
    {"low": "900000"},
    {"high": "0"},
    {"open": "900000"},
    {"close": "0.5"},
    {"open": "900000", "close": "900001", "volume": "-5"},
    {"open": "", "close": "900000"},
    # Several reasons in one bar.
    {"datetime": None, "open": "up", "high": "-2", "volume": "none"},
    # The same day again: after a rejected bar it is the first good one, after a good bar it is one too many.
    {"volume": "x"},
    {"datetime": "same as the last trouble"},
    {"datetime": "same as the last trouble"},
    {"datetime": "same as the bar before"},
    # Odd, and fine: bare numbers, bounds, exponents.
    {"open": 150, "high": 1.6e2, "low": 149.50, "close": 150.25, "volume": 106792214},
    {"open": "0", "high": "0.0", "low": "0", "close": "0e0", "volume": "0"},
    {"open": "15e1", "high": "151", "low": "+149.5", "close": "150", "volume": "+12"},
)


def spoiled(made: Iterator[Unit]) -> Iterator[Unit]:
    """The units, one bar in EVERY of them in the next trouble of the list."""
    count = 0
    last = before = ""
    for whole in made:
        for position, good in enumerate(whole["values"]):
            count += 1
            if count % EVERY:
                before = good["datetime"]
                continue
            changed = good | TROUBLES[(count // EVERY - 1) % len(TROUBLES)]
            again = {"same as the last trouble": last, "same as the bar before": before}
            changed["datetime"] = again.get(changed["datetime"], changed["datetime"])
            last = changed["datetime"]
            whole["values"][position] = {k: v for k, v in changed.items() if v is not ABSENT}
        yield whole


def bad_units(rng: random.Random) -> Iterator[tuple[str, Unit]]:
    """Symbols that are rejected as a whole, or nearly are."""
    missing = "**symbol** or **figi** parameter is missing or invalid."
    yield "NOPE", {"code": 404, "message": missing, "status": "error", "meta": {"symbol": "NOPE"}}
    yield "HALT", unit(rng, 6, 2) | {"status": "error"}
    yield "BARE", {"meta": {"symbol": "BARE", "interval": "1day"}, "status": "ok"}
    yield "LOST", {"values": unit(rng, 7, 2)["values"], "status": "ok"}
    yield "VOID", {"meta": {"symbol": "VOID", "interval": "1day"}, "values": None}
    quiet = unit(rng, 8, 3)
    yield quiet["meta"]["symbol"], {"meta": quiet["meta"], "values": quiet["values"]}
    yield "ANON", {"meta": {"interval": "1day"}, "values": unit(rng, 9, 2)["values"]}


def named_units(rows: int, seed: int, dirty: bool) -> Iterator[tuple[str, Unit]]:
    if not dirty:
        yield from ((made["meta"]["symbol"], made) for made in units(rows, seed))
        return
    bad = bad_units(random.Random(seed + 1))
    for made in spoiled(units(rows, seed)):
        yield made["meta"]["symbol"], made
        yield from itertools.islice(bad, 1)
    yield from bad


def text(name: str, whole: Unit) -> str:
    """One unit, each bar on a line of its own."""
    parts = []
    for key, value in whole.items():
        if key == "values" and value is not None:
            lines = ",\n".join("      " + json.dumps(one) for one in value)
            parts.append(f'    "values": [\n{lines}\n    ]')
        else:
            parts.append(f"    {json.dumps(key)}: {json.dumps(value)}")
    return f"  {json.dumps(name)}: {{\n" + ",\n".join(parts) + "\n  }"


def make(rows: int, seed: int, dirty: bool) -> Iterator[bytes]:
    """The file, piece by piece: the same arguments give the same bytes."""
    opening = "{\n"
    for name, whole in named_units(rows, seed, dirty):
        yield (opening + text(name, whole)).encode()
        opening = ",\n"
    yield b"\n}\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=180, help="bars, over all symbols")
    parser.add_argument("--seed", type=int, default=40)
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--dirty", action="store_true", help="with every kind of trouble")
    kind.add_argument("--clean", dest="dirty", action="store_false", help="good bars only")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    given = parser.parse_args()
    with given.out.open("wb") as out:
        out.writelines(make(given.rows, given.seed, given.dirty))


if __name__ == "__main__":
    main()
