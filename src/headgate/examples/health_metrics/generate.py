"""Makes sample files of vital signs: python generate.py --rows 300 --seed 22 --dirty --out health_metrics.csv"""

import argparse
import datetime as dt
import itertools
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

SAMPLES: dict[str, dict[str, Any]] = {
    "health_metrics_clean.csv": {"rows": 200, "seed": 21, "dirty": False},
    "health_metrics_dirty.csv": {"rows": 300, "seed": 22, "dirty": True},
}
COLUMNS = ["event_time", "user_id", "heart_rate", "spo2", "steps", "temp_c", "systolic_bp", "diastolic_bp"]
START = dt.datetime(2025, 9, 17, 6, 0, 0, 1681)
# One row in EVERY of a dirty file is in trouble.
EVERY = 5

Row = dict[str, str]


class Person(NamedTuple):
    """What is usual for one user; `decimals`: the device writes integers as 98.0."""

    user_id: str
    heart_rate: int
    spo2: int
    temp_c: float
    systolic: int
    diastolic: int
    decimals: bool


# Bodies that stand out in a report: (how many in twenty users, then the usual values)
UNUSUAL = {
    3: (74, 97, 36.6, 154, 96),  # high blood pressure
    7: (92, 95, 38.5, 122, 78),  # fever
    12: (70, 91, 36.8, 126, 80),  # low oxygen
    16: (54, 98, 36.4, 112, 70),  # an athlete's slow heart
}


def bell(rng: random.Random) -> float:
    """About normal, mean 0, deviation 1; only sums, so every platform gives the same bits."""
    return sum(rng.random() for _ in range(12)) - 6.0


def within(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


def person(rng: random.Random, number: int) -> Person:
    usual = (int(72 + 5 * bell(rng)), 97, 36.6, int(116 + 6 * bell(rng)), int(75 + 4 * bell(rng)))
    heart_rate, spo2, temp_c, systolic, diastolic = UNUSUAL.get(number % 20, usual)
    decimals = number % 4 == 0
    return Person(f"user_{number}", heart_rate, spo2, temp_c, systolic, diastolic, decimals)


def measure(rng: random.Random, who: Person, moment: dt.datetime) -> Row:
    """One reading: a body that moves has a faster heart and a higher pressure."""
    effort = rng.random() if rng.random() < 0.25 else 0.0
    heart_rate = round(within(who.heart_rate + 75 * effort + 3 * bell(rng), 50, 180))
    spo2 = round(within(who.spo2 + 0.8 * bell(rng), 90, 100))
    steps = round(within(40 * rng.random() + 2200 * effort, 0, 50000))
    temp_c = within(who.temp_c + 0.3 * effort + 0.15 * bell(rng), 35.0, 40.0)
    systolic = round(within(who.systolic + 18 * effort + 4 * bell(rng), 90, 180))
    diastolic = round(within(who.diastolic + 4 * effort + 3 * bell(rng), 60, min(120, systolic)))
    tail = ".0" if who.decimals else ""
    counts = [f"{number}{tail}" for number in (heart_rate, spo2, steps)]
    pressures = [f"{number}{tail}" for number in (systolic, diastolic)]
    cells = (moment.isoformat() + "Z", who.user_id, *counts, f"{temp_c:.1f}", *pressures)
    return dict(zip(COLUMNS, cells, strict=True))


def readings(rows: int, seed: int) -> Iterator[Row]:
    """Users in turn, one reading about every seventeen seconds."""
    rng = random.Random(seed)
    people = [person(rng, number) for number in range(1, max(8, min(rows // 12, 5000)) + 1)]
    moment = START
    for n in range(rows):
        moment += dt.timedelta(seconds=9, microseconds=int(rng.random() * 16_000_000) + 1)
        yield measure(rng, people[n % len(people)], moment)


def line(row: Row) -> bytes:
    return (",".join(row.values()) + "\n").encode("utf-8", "surrogateescape")


# What can be wrong with a row: other cells, or another way to write it.
TROUBLES: tuple[Row | Callable[[Row], bytes], ...] = (
    # Missing: every column is required.
    {"event_time": ""},
    {"user_id": "  "},
    {"heart_rate": ""},
    {"spo2": " "},
    {"steps": ""},
    {"temp_c": "\t"},
    {"systolic_bp": ""},
    {"diastolic_bp": '""'},
    lambda row: b",,,,,,,\n",
    # Not of the type.
    {"event_time": "17/09/2025 11:59"},
    {"event_time": "2025-09-31T11:59:16Z"},
    {"event_time": "2025-09-17T25:00:00Z"},
    {"event_time": "1758110356"},
    {"heart_rate": "98.5"},
    {"heart_rate": "fast"},
    {"heart_rate": " 80"},
    {"spo2": "97%"},
    {"spo2": "N/A"},
    {"steps": "1e2"},
    {"steps": "1_200"},
    {"temp_c": '"36,6"'},
    {"temp_c": "inf"},
    {"temp_c": "nan"},
    {"systolic_bp": "120/80"},
    {"diastolic_bp": "eighty"},
    # At the bounds and past them.
    {"heart_rate": "50", "spo2": "90", "steps": "0", "temp_c": "35.0"},
    {"heart_rate": "180.0", "spo2": "+100", "steps": "50000", "temp_c": "4.0e1"},
    {"systolic_bp": "90", "diastolic_bp": "90"},
    {"heart_rate": "49"},
    {"heart_rate": "181"},
    {"spo2": "89"},
    {"spo2": "101"},
    {"steps": "-1"},
    {"steps": "50001"},
    {"temp_c": "34.9"},
    {"temp_c": "40.01"},
    {"systolic_bp": "89", "diastolic_bp": "60"},
    {"systolic_bp": "181"},
    {"diastolic_bp": "59"},
    # Diastolic above systolic; alone, with a bound, and not judged where one of the two is missing or mistyped.
    {"systolic_bp": "100", "diastolic_bp": "110"},
    {"systolic_bp": "115", "diastolic_bp": "121"},
    {"systolic_bp": "", "diastolic_bp": "119"},
    {"systolic_bp": "low", "diastolic_bp": "119"},
    # Several reasons in one row.
    {"heart_rate": "300", "spo2": "12", "temp_c": "hot", "user_id": ""},
    {"event_time": "now", "steps": "-40", "systolic_bp": "80", "diastolic_bp": "85"},
    # Not a record of nine fields.
    lambda row: line(row).rsplit(b",", 1)[0] + b"\n",
    lambda row: line(row)[:-1] + b",1,2\n",
    {"user_id": '"user_1"x'},
    # A byte that is not UTF-8.
    {"user_id": "user_\udcfe"},
    # Odd, and fine.
    {"event_time": "2025-09-17T13:59:16+02:00"},
    {"event_time": "2025-09-17T11:59:16"},
    {"heart_rate": '"98.0"', "spo2": "98.0", "steps": "0120"},
    {"user_id": '"user_1\n(spare watch)"'},
    {"user_id": "user_2 "},
    lambda row: b"\n" + line(row),
    lambda row: line(row)[:-1] + b"\r\n",
)


def dirty_lines(rows: Iterator[Row]) -> Iterator[bytes]:
    """The rows, one in EVERY of them in the next trouble of the list; also a column nobody asked for."""
    for n, row in enumerate(rows):
        row["firmware"] = "2.4.1"
        trouble: Row | Callable[[Row], bytes] = {}
        if n % EVERY == EVERY - 1:
            trouble = TROUBLES[n // EVERY % len(TROUBLES)]
        yield line(row | trouble) if isinstance(trouble, dict) else trouble(row)


def open_quote(row: Row) -> bytes:
    """A quote opens here and nothing closes it: the good rows behind it must not be lost."""
    return line(row | {"user_id": f'"{row["user_id"]}', "firmware": "2.4.1"})


def make(rows: int, seed: int, dirty: bool) -> Iterator[bytes]:
    """The file, piece by piece: the same arguments give the same bytes."""
    made = readings(rows, seed)
    if dirty:
        yield (",".join([*COLUMNS, "firmware"]) + "\n").encode()
        yield from dirty_lines(itertools.islice(made, max(rows - 3, 0)))
        yield from map(open_quote, itertools.islice(made, 1))
        yield from (line(row | {"firmware": "2.4.1"}) for row in made)
    else:
        yield (",".join(COLUMNS) + "\n").encode()
        yield from map(line, made)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200)
    parser.add_argument("--seed", type=int, default=21)
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--dirty", action="store_true", help="with every kind of trouble")
    kind.add_argument("--clean", dest="dirty", action="store_false", help="good rows only")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    given = parser.parse_args()
    with given.out.open("wb") as out:
        out.writelines(make(given.rows, given.seed, given.dirty))


if __name__ == "__main__":
    main()
