"""A few rejected rows to show people: line, reasons, cells; sensitive values masked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headgate.core.contract.model import Contract
from headgate.core.gate.reasons import MASK, RECORD_MESSAGES
from headgate.core.printable import printable

_CELL = 40


@dataclass(frozen=True)
class RejectSample:
    """One rejected row, safe to print.

    Attributes:
        record: None where a row that was sent again names none.
        line: physical line where the record starts; None for Parquet.
        reasons: one text per reason.
        cells: column → clipped text; empty for a malformed record.
        raw: clipped text of a malformed record, or None.
    """

    record: int | None
    line: int | None
    reasons: tuple[str, ...]
    cells: Mapping[str, str]
    raw: str | None

    def as_json(self) -> dict[str, Any]:
        return {
            "record": self.record,
            "line": self.line,
            "reasons": list(self.reasons),
            "cells": dict(self.cells),
            "raw": self.raw,
        }


def sample_rejects(rejected_jsonl: Path, contract: Contract, count: int = 3) -> list[RejectSample]:
    """The first rejected rows, each with another first reason as long as there are such among the first 1,000."""
    chosen: dict[str, dict[str, Any]] = {}
    spare: list[dict[str, Any]] = []
    with rejected_jsonl.open(encoding="utf-8") as file:
        for _, line in zip(range(1000), file, strict=False):
            row = _parsed(line)
            if row is None:
                continue
            rule = row["_reasons"][0]["rule"]
            if rule not in chosen:
                chosen[rule] = row
            elif len(spare) < count:
                spare.append(row)
            if len(chosen) == count:
                break
    rows = [*chosen.values(), *spare][:count]
    return [_sample(row, contract) for row in sorted(rows, key=lambda row: int(row["_record"] or 0))]


def _parsed(line: str) -> dict[str, Any] | None:
    """The row; None where a sender nested it deeper than can be read."""
    try:
        row: dict[str, Any] = json.loads(line)
    except RecursionError:
        return None
    return row


def _sample(row: Mapping[str, Any], contract: Contract) -> RejectSample:
    sensitive = [column for column in contract.columns if column.sensitive]
    hidden = {name.casefold() for column in sensitive for name in (column.name, column.source)}
    cells = {
        printable(name, _CELL): MASK if name.casefold() in hidden else printable(value, _CELL)
        for name, value in (row["_row"] or {}).items()
        if value is not None
    }
    raw = row["_raw"]
    shown = None if raw is None else MASK if hidden else printable(raw, 2 * _CELL)
    reasons = tuple(_reason(reason, bool(hidden)) for reason in row["_reasons"])
    return RejectSample(row["_record"], row["_line"], reasons, cells, shown)


def _reason(reason: Mapping[str, Any], masked: bool) -> str:
    if masked and reason["rule"] == "bad_unit":
        return f"{RECORD_MESSAGES['bad_unit']}: {MASK}"
    where = f"{reason['column']}: " if reason["column"] else ""
    shows = reason["value"] not in (None, "") and reason["rule"] != "required"
    value = f", got {printable(json.dumps(reason['value'], ensure_ascii=False), _CELL)}" if shows else ""
    return printable(f"{where}{reason['message']}{value}")
