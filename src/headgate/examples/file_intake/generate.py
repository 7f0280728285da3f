"""Makes small files of many kinds in a folder: python generate.py --rows 20 --dirty --out inbox/file_intake"""

import argparse
import io
import json
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

# The committed samples are one folder, made with these arguments.
SAMPLE = {"rows": 20, "seed": 51, "dirty": True}

SITES = ("Lisbon", "Nairobi", "Osaka", "Quito", "Tromsø", "Zürich")
NOTES = (
    "all quiet",
    "door left open, closed at 22:10",
    "smell of smoke, false alarm",
    "new lamp in hall B",
    "water on the floor\nplumber called",
)

Visit = dict[str, str | int]


def visits(rng: random.Random, rows: int) -> list[Visit]:
    """Rows for the files that have rows."""
    return [
        {
            "visit": number + 1,
            "site": SITES[int(rng.random() * len(SITES))],
            "minutes": 5 + int(rng.random() * 90),
            "note": NOTES[int(rng.random() * len(NOTES))],
        }
        for number in range(rows)
    ]


def as_csv(made: list[Visit]) -> bytes:
    lines = [",".join(made[0])]
    lines += [f'{v["visit"]},{v["site"]},{v["minutes"]},"{v["note"]}"' for v in made]
    return ("\n".join(lines) + "\n").encode()


def as_jsonl(made: list[Visit]) -> bytes:
    return "".join(json.dumps(visit, ensure_ascii=False) + "\n" for visit in made).encode()


def as_json(made: list[Visit]) -> bytes:
    return json.dumps(made, indent=1, ensure_ascii=False).encode()


def as_text(made: list[Visit], encoding: str) -> bytes:
    lines = [f"{visit['site']}: {visit['minutes']} minutes" for visit in made]
    return ("\n".join(lines) + "\n").encode(encoding)


def png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def as_png(rng: random.Random, side: int = 4) -> bytes:
    """A small grey picture; its data is stored, as compressors differ from build to build."""
    rows = b"".join(b"\0" + bytes(int(rng.random() * 256) for _ in range(side)) for _ in range(side))
    stored = b"\x78\x01\x01" + struct.pack("<HH", len(rows), len(rows) ^ 0xFFFF) + rows
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    data = stored + struct.pack(">I", zlib.adler32(rows))
    chunks = (b"IHDR", header), (b"IDAT", data), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(name, body) for name, body in chunks)


def as_zip(files: dict[str, bytes]) -> bytes:
    """An archive without times, host or compression, so that every machine makes the same."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, body in files.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            archive.writestr(entry, body)
    return made.getvalue()


def good_files(rng: random.Random, rows: int) -> Iterator[tuple[str, bytes]]:
    made = visits(rng, rows)
    yield "visits.csv", as_csv(made)
    yield "visits.jsonl", as_jsonl(made)
    yield "visits.json", as_json(made)
    yield "summary.txt", as_text(made[:5], "utf-8")
    yield "summary_latin1.txt", as_text(made[:5], "latin-1")
    yield "floor_plan.png", as_png(rng)
    yield "visits.zip", as_zip({"visits.csv": as_csv(made), "summary.txt": as_text(made, "utf-8")})


def odd_files(rng: random.Random, rows: int) -> Iterator[tuple[str, bytes]]:
    """Names that lie and content that breaks off: still files, still described."""
    made = visits(rng, rows)
    yield "picture_named.csv", as_png(rng)
    yield "broken_off.json", as_json(made)[:-40]
    yield "ragged.csv", as_csv(made[:4]) + b'5,Quito\n6,Osaka,12,"open'
    yield "=1+1 & someone's copy.txt", b"The name of this file is the interesting part.\n"


def make(rows: int, seed: int, dirty: bool) -> Iterator[tuple[str, bytes]]:
    """Names and contents: the same arguments give the same bytes."""
    rng = random.Random(seed)
    yield from good_files(rng, rows)
    if dirty:
        yield from odd_files(rng, rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20, help="rows in each file that has rows")
    parser.add_argument("--seed", type=int, default=51)
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--dirty", action="store_true", help="odd files too")
    kind.add_argument("--clean", dest="dirty", action="store_false", help="plain files only")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    for name, body in make(given.rows, given.seed, given.dirty):
        (given.out / name).write_bytes(body)


if __name__ == "__main__":
    main()
