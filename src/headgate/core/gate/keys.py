"""Uniqueness over the whole file: of equal keys the first otherwise-valid row stays."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb

from headgate.core.contract.model import RowRule
from headgate.core.gate import sql
from headgate.core.gate.plan import Plan
from headgate.core.gate.session import number
from headgate.core.reading.locate import Locator

_BATCH = 10_000


class KeyJudge:
    """Finds the rows that repeat a key and puts them into the table `late` (rec, rule, detail).

    Rows that repeat a key of a rule that only warns go into the table `soft` (rec).

    Args:
        connection: holds the view `scratch` with record number, typed columns and the plan's masks, `late` and `soft`.
        plan: names the key rules.
        locator: gives lines for the reasons' texts; None for Parquet, which has no lines.
        work: folder for the rows found.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, plan: Plan, locator: Locator | None, work: Path) -> None:
        self._connection, self._plan, self._locator = connection, plan, locator
        self._file = work / "late.csv"
        self._rec = plan.cells.record
        # Only otherwise valid rows count; one whose derived column failed is late already.
        self._fine = (
            f"{plan.fine} AND {self._rec} NOT IN (SELECT rec FROM late)" if self._is_anything_late() else plan.fine
        )

    def judge(self) -> dict[str, int]:
        """Fills `late` and `soft`; returns rule id → rows for the rules that only warn."""
        soft = [rule for rule in self._plan.keys if rule.severity == "warning" and self._has_repeats(rule)]
        repeats = {rule.id: self._warn(at, rule) for at, rule in enumerate(soft)}
        strict = [rule for rule in self._plan.keys if rule.severity == "error" and self._has_repeats(rule)]
        for at, rule in enumerate(strict):
            self._candidates(f"candidates_{at}", rule)
        if len(strict) == 1:
            self._keep_first(strict[0])
        elif strict:
            self._keep_first_of_all(strict)
        return repeats

    def _is_anything_late(self) -> bool:
        return self._connection.execute("SELECT 1 FROM late LIMIT 1").fetchone() is not None

    def _key(self, rule: RowRule) -> str:
        return ", ".join(self._plan.cells.typed(name) for name in rule.columns)

    def _present(self, rule: RowRule) -> str:
        """A key with a missing part is no key."""
        return " AND ".join(f"{self._plan.cells.typed(name)} IS NOT NULL" for name in rule.columns)

    def _hashes(self, rule: RowRule) -> str:
        return f"SELECT hash({self._key(rule)}) AS h FROM scratch WHERE {self._fine} AND {self._present(rule)}"

    def _has_repeats(self, rule: RowRule) -> bool:
        query = f"SELECT 1 FROM ({self._hashes(rule)}) GROUP BY h HAVING count(*) > 1 LIMIT 1"
        return self._connection.execute(query).fetchone() is not None

    def _candidates(self, table: str, rule: RowRule) -> None:
        """The table: (rec, first, last) of every row whose key is there more than once."""
        hashes = f"SELECT h FROM ({self._hashes(rule)}) GROUP BY h HAVING count(*) > 1"
        self._connection.execute(
            f"CREATE TEMP TABLE {table} AS SELECT {self._rec} AS rec, min({self._rec}) OVER same AS first, "
            f"max({self._rec}) OVER same AS last FROM scratch "
            f"WHERE {self._fine} AND {self._present(rule)} AND hash({self._key(rule)}) IN ({hashes}) "
            f"WINDOW same AS (PARTITION BY {self._key(rule)}) QUALIFY count(*) OVER same > 1"
        )

    def _keep_first(self, rule: RowRule) -> None:
        rows = self._connection.execute("SELECT rec, first FROM candidates_0 WHERE rec <> first ORDER BY rec")
        self._put_late((rec, rule.id, self._detail(first)) for rec, first in _stream(rows))

    def _keep_first_of_all(self, rules: list[RowRule]) -> None:
        """Row by row, as several keys depend on each other: a row that goes for one key frees the others."""
        parts = (f"SELECT rec, {at} AS rule, first, last FROM candidates_{at}" for at in range(len(rules)))
        rows = self._connection.execute(f"{' UNION ALL '.join(parts)} ORDER BY rec, rule")
        self._put_late(self._greedy(rules, rows))

    def _greedy(self, rules: list[RowRule], rows: duckdb.DuckDBPyConnection) -> Iterator[tuple[int, str, str]]:
        """Holds only groups of equal keys that go on: one whose last record has passed is forgotten."""
        kept: dict[tuple[int, int], int] = {}
        for rec, found in groupby(_stream(rows), key=itemgetter(0)):
            groups = [(rule, first, last) for _, rule, first, last in found]
            taken = [(rule, kept[rule, first]) for rule, first, _ in groups if (rule, first) in kept]
            if not taken:
                kept.update({(rule, first): rec for rule, first, _ in groups})
            for rule, first, last in groups:
                if last == rec:
                    kept.pop((rule, first), None)
            for rule, earlier in taken:
                yield rec, rules[rule].id, self._detail(earlier)

    def _detail(self, record: int) -> str:
        return f"already at line {self._locator.line(record)}" if self._locator else f"already in record {record}"

    def _put_late(self, rows: Iterator[tuple[int, str, str]]) -> None:
        """By way of a file, since the rows come from a result that the connection is still reading."""
        with self._file.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
        source = sql.written_csv(self._file, {"rec": "BIGINT", "rule": "VARCHAR", "detail": "VARCHAR"})
        self._connection.execute(f"INSERT INTO late SELECT * FROM {source}")

    def _warn(self, at: int, rule: RowRule) -> int:
        """Puts the rows that repeat a key into `soft`; returns how many they are."""
        self._candidates(f"soft_{at}", rule)
        rows = f"SELECT rec FROM soft_{at} WHERE rec <> first"
        count = number(self._connection, f"INSERT INTO soft {rows}")
        self._connection.execute(f"DROP TABLE soft_{at}")
        return count


def _stream(rows: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while batch := rows.fetchmany(_BATCH):
        yield from batch
