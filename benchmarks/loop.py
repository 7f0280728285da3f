"""The contender people write by hand: a csv-module loop with the same rules, both halves written, record numbers kept."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_INTEGER = re.compile(r"[+-]?\d+")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_REGIONS = {"Africa", "Asia", "Europe", "North America", "Oceania", "South America"}


def records(path: Path, width: int) -> Iterator[tuple[int, list[str] | None, str]]:
    """(record, cells or None, code): a broken quote costs its first line only, so lines are handed back."""
    number = 0
    with path.open(encoding="utf-8", newline="") as file:
        source = _Lines(file)
        next(csv.reader(source, strict=True))
        while True:
            source.taken.clear()
            try:
                cells = next(csv.reader(source, strict=True))
            except StopIteration:
                return
            except csv.Error:
                source.give_back()
                number += 1
                yield number, None, "broken_quote"
                continue
            if cells:
                number += 1
                wrong = "too_few_fields" if len(cells) < width else "too_many_fields"
                yield number, *((cells, "") if len(cells) == width else (None, wrong))


class _Lines:
    """Lines of a file, of which all but the first since the last `clear` can be given back."""

    def __init__(self, file: Iterator[str]) -> None:
        self._file, self._again, self.taken = file, list[str](), list[str]()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else next(self._file)
        self.taken.append(line)
        return line

    def give_back(self) -> None:
        self._again.extend(reversed(self.taken[1:]))


def reasons(cells: list[str]) -> list[str]:
    """The rules a row breaks, but for uniqueness."""
    found = []
    values = dict(zip(("order_id", "date", "model", "brand", "year", "price", "region"), cells, strict=False))
    found += [
        f"{name}.required" for name in ("order_id", "date", "brand", "price", "region") if not values[name].strip()
    ]
    if values["date"].strip() and not _is_date(values["date"]):
        found.append("date.type")
    if values["price"].strip():
        found += _price(values["price"])
    if values["region"].strip() and values["region"] not in _REGIONS:
        found.append("region.valid_values")
    return found + _whole("ram", cells[8], 1, 32) + _whole("storage", cells[9], 1, None)


def _is_date(text: str) -> bool:
    try:
        return bool(_DATE.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


def _price(text: str) -> list[str]:
    if not _NUMBER.fullmatch(text):
        return ["price.type"]
    value = float(text)
    return ["price.exclusive_minimum"] if value <= 0 else ["price.maximum"] if value > 10000 else []


def _whole(name: str, text: str, low: int, high: int | None) -> list[str]:
    if not text.strip() or text.strip() == "N/A":
        return []
    if not _INTEGER.fullmatch(text):
        return [f"{name}.type"]
    value = int(text)
    return [f"{name}.minimum"] if value < low else [f"{name}.maximum"] if high and value > high else []


def main(source: str, out: str) -> None:
    """Splits `source` into accepted.csv and rejected.jsonl in `out`."""
    folder, seen = Path(out), set[str]()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "accepted.csv").open("w", newline="") as good, (folder / "rejected.jsonl").open("w") as bad:
        writer = csv.writer(good)
        for number, cells, code in records(Path(source), 11):
            found = [code] if cells is None else reasons(cells)
            if cells is not None and not found and cells[0] in seen:
                found = ["order_id.primary_key"]
            if found:
                bad.write(json.dumps({"_record": number, "rules": found, "row": cells}) + "\n")
            elif cells is not None:
                seen.add(cells[0])
                writer.writerow(cells)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
