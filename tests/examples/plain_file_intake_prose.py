"""What the report on any file must say in its sentences, reckoned in plain Python from the bytes of the file."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.examples.plain_facts import Row
from tests.examples.plain_prose import ONCE, Prose
from tests.examples.plain_reading import csv_records, framed, physical_lines

STARTS = {b"\x89PNG": "PNG picture", b"PK\x03\x04": "ZIP archive"}


def prose(name: str, data: bytes) -> Prose:
    file = described(name, data)
    odd = [] if file["note"] is None else [file]
    return {
        "IN SHORT": {
            "The file is a $kind of #size $unit[, with #records <record|line>[s]][ and #columns columns].": [file],
            "Its text is encoded as $encoding.": [] if file["encoding"] is None else [file],
            "Something about it is odd: $note.": odd,
        },
        "WHAT TO DO": {"Ask whoever sent it for a sound copy before it is used.": ONCE * len(odd)},
        "ANOMALIES": {"What is odd about this file: $note.": odd},
    }


def described(name: str, data: bytes) -> Row:
    kind = next((kind for start, kind in STARTS.items() if data.startswith(start)), None)
    of_text = TEXTS.get("" if kind else name.rpartition(".")[2], lambda _: {})
    small = len(data) < 1000
    size = {"size": len(data) if small else len(data) / 1000, "unit": "bytes" if small else "KB"}
    nothing = dict.fromkeys(("encoding", "records", "columns", "note"))
    return {"kind": kind, **size, **nothing, **of_text(data)}


def encoding(data: bytes) -> str:
    return "ascii" if data.isascii() else "utf-8"


def of_csv(data: bytes) -> Row:
    lines = physical_lines(data)
    header, height = framed(lines, 0)
    records = [record for _, record in csv_records(lines, height)]
    bad = sum(isinstance(record, str) or len(record) != len(header) for record in records)
    note = f"{bad} of {len(records)} records are malformed" if bad else None
    known = {"encoding": encoding(data), "records": len(records), "columns": len(header), "note": note}
    return {"kind": "CSV file", **known}


def of_json(data: bytes) -> Row:
    known = {"kind": "JSON file", "encoding": "utf-8"}
    try:
        return {**known, "records": len(json.loads(data))}
    except json.JSONDecodeError as error:
        return {**known, "note": f"“line {error.lineno}: not a JSON document: {error.msg}”"}


def of_json_lines(data: bytes) -> Row:
    return {
        "kind": "JSON Lines file",
        "encoding": "utf-8",
        "records": len([json.loads(line) for line in data.splitlines()]),
    }


def of_lines(data: bytes) -> Row:
    lines = data.splitlines()
    known = {"kind": "text file", "records": len(lines)}
    for number, line in enumerate(lines, 1):
        try:
            line.decode()
        except UnicodeDecodeError:
            return {**known, "note": f"line {number} is not UTF-8"}
    return {**known, "encoding": encoding(data)}


TEXTS: dict[str, Callable[[bytes], Row]] = {
    "csv": of_csv, "json": of_json, "jsonl": of_json_lines, "txt": of_lines,
}  # fmt: skip
