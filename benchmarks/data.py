"""Benchmark files: smartphone sales at any size, structurally clean or dirty; the same seed gives the same bytes."""

from __future__ import annotations

import random
from pathlib import Path

HEADER = "order_id,date,model,brand,release_year,price,region,customer_review,ram,storage,color\n"
_BRANDS = ("Apple", "Google", "Oppo", "Samsung", "Xiaomi")
_REGIONS = ("Africa", "Asia", "Europe", "North America", "Oceania", "South America")
_REVIEWS = (
    "Great phone, though the battery could last longer",
    "Camera is fine but the screen scratches easily",
    "My best purchase this year and it charges fast",
    "Slow after two months of use and the support did not answer",
)


def write_sales(path: Path, rows: int, *, dirty: bool, seed: int = 7) -> None:
    """Writes a file with 3.5 % bad cells; `dirty` adds 15 % multi-line cells and 2 % malformed records, spread evenly."""
    dice = random.Random(seed)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(HEADER)
        file.writelines(_line(number, dice, dirty) for number in range(rows))


def _line(number: int, dice: random.Random, dirty: bool) -> str:
    review = f"{dice.choice(_REVIEWS)} ({number})"
    if dirty and dice.random() < 0.15:
        review = f'First line, "quoted"\nand a second one ({number})'
    price = dice.choice(("", "abc", "-5", "20000")) if dice.random() < 0.035 else str(dice.randint(100, 1500))
    cells = (
        f"ORD{number}", f"2024-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}", f"Model {number % 37}",
        dice.choice(_BRANDS), str(dice.randint(2018, 2024)), price, dice.choice(_REGIONS), review,
        dice.choice(("4", "8", "12", "N/A")), dice.choice(("64", "128", "256")), "Silver",
    )  # fmt: skip
    line = ",".join(_quoted(cell) for cell in cells)
    return (_broken(line, dice) if dirty and dice.random() < 0.02 else line) + "\n"


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(c in cell for c in ',"\n') else cell


def _broken(line: str, dice: random.Random) -> str:
    """Too many fields, too few, or text after a closing quote."""
    kind = dice.randrange(3)
    if kind == 0:
        return line + ",extra"
    return line.replace(",2024-", ";2024-", 1) if kind == 1 else line.replace("ORD", '"ORD"', 1)
