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
from headgate.core.gate.accepted_before import AcceptedBefore
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
        locator: gives lines for the reasons' texts; None where they name records: Parquet has no lines, and the lines of
            rows that are sent again mean nothing to whoever looks at those of their run.
        work: folder for the rows found.
        before: rows that other runs accepted; their keys are taken.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        plan: Plan,
        locator: Locator | None,
        work: Path,
        before: AcceptedBefore | None = None,
    ) -> None:
        self._connection, self._plan, self._locator, self._before = connection, plan, locator, before
        self._file = work / "late.csv"
        self._rec = plan.cells.record
        self._fine = self._otherwise_valid()

    def judge(self) -> dict[str, int]:
        """Fills `late` and `soft`; returns rule id → rows for the rules that only warn."""
        soft = [rule for rule in self._plan.keys if rule.severity == "warning"]
        strict = [rule for rule in self._plan.keys if rule.severity == "error"]
        repeats = {rule.id: self._warn(at, rule) for at, rule in enumerate(soft)}
        if self._before:
            self._reject_taken(strict, self._before)
            self._fine = self._otherwise_valid()
        strict = [rule for rule in strict if self._has_repeats(rule)]
        for at, rule in enumerate(strict):
            self._candidates(f"candidates_{at}", rule)
        if len(strict) == 1:
            self._keep_first(strict[0])
        elif strict:
            self._keep_first_of_all(strict)
        return repeats

    def _otherwise_valid(self) -> str:
        """SQL: only such rows count; one whose derived column failed, or that can't be joined, is late already."""
        fine = self._plan.fine
        return f"{fine} AND {self._rec} NOT IN (SELECT rec FROM late)" if self._is_anything_late() else fine

    def _is_anything_late(self) -> bool:
        return self._connection.execute("SELECT 1 FROM late LIMIT 1").fetchone() is not None

    def _reject_taken(self, rules: list[RowRule], before: AcceptedBefore) -> None:
        """All rules at once, so that a row has each of them among its reasons."""
        parts = [
            f"SELECT rec, {sql.text(rule.id)} AS rule, 'already accepted by run ' || run AS detail FROM ({taken})"
            for rule in rules
            if (taken := self._taken(rule, before))
        ]
        if parts:
            self._connection.execute(f"CREATE TEMP TABLE taken AS {' UNION ALL '.join(parts)}")
            self._connection.execute("INSERT INTO late FROM taken")

    def _taken(self, rule: RowRule, before: AcceptedBefore) -> str | None:
        """SELECT of rec and run for the rows whose key another run has accepted; None when none has such a key."""
        keys = before.keys(rule.columns)
        if keys is None:
            return None
        mine = ", ".join(f"{self._plan.cells.typed(name)} AS k{at}" for at, name in enumerate(rule.columns))
        rows = f"SELECT {self._rec} AS rec, {mine} FROM scratch WHERE {self._fine} AND {self._present(rule)}"
        names = ", ".join(f"k{at}" for at in range(len(rule.columns)))
        return f"SELECT rec, min(run) AS run FROM ({rows}) JOIN ({keys}) USING ({names}) GROUP BY rec"

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
        """The table: every row whose key is there more than once, the first and last such row, and the row's own number."""
        hashes = f"SELECT h FROM ({self._hashes(rule)}) GROUP BY h HAVING count(*) > 1"
        self._connection.execute(
            f"CREATE TEMP TABLE {table} AS SELECT {self._rec} AS rec, min({self._rec}) OVER same AS first, "
            f"max({self._rec}) OVER same AS last, {self._plan.number} AS number FROM scratch "
            f"WHERE {self._fine} AND {self._present(rule)} AND hash({self._key(rule)}) IN ({hashes}) "
            f"WINDOW same AS (PARTITION BY {self._key(rule)}) QUALIFY count(*) OVER same > 1"
        )

    def _keep_first(self, rule: RowRule) -> None:
        rows = self._connection.execute(
            "SELECT c.rec, c.first, f.number FROM candidates_0 c JOIN candidates_0 f ON f.rec = c.first "
            "WHERE c.rec <> c.first ORDER BY c.rec"
        )
        self._put_late((rec, rule.id, self._detail(first, name)) for rec, first, name in _stream(rows))

    def _keep_first_of_all(self, rules: list[RowRule]) -> None:
        """Row by row, as several keys depend on each other: a row that goes for one key frees the others."""
        parts = (f"SELECT rec, {at} AS rule, first, last, number FROM candidates_{at}" for at in range(len(rules)))
        rows = self._connection.execute(f"{' UNION ALL '.join(parts)} ORDER BY rec, rule")
        self._put_late(self._greedy(rules, rows))

    def _greedy(self, rules: list[RowRule], rows: duckdb.DuckDBPyConnection) -> Iterator[tuple[int, str, str]]:
        """Holds only groups of equal keys that go on: one whose last record has passed is forgotten."""
        kept: dict[tuple[int, int], tuple[int, int]] = {}
        for (rec, name), found in groupby(_stream(rows), key=itemgetter(0, 4)):
            groups = [(rule, first, last) for _, rule, first, last, _ in found]
            taken = [(rule, kept[rule, first]) for rule, first, _ in groups if (rule, first) in kept]
            if not taken:
                kept.update({(rule, first): (rec, name) for rule, first, _ in groups})
            for rule, first, last in groups:
                if last == rec:
                    kept.pop((rule, first), None)
            for rule, earlier in taken:
                yield rec, rules[rule].id, self._detail(*earlier)

    def _detail(self, record: int, name: int) -> str:
        return f"already at line {self._locator.line(record)}" if self._locator else f"already in record {name}"

    def _put_late(self, rows: Iterator[tuple[int, str, str]]) -> None:
        """By way of a file, since the rows come from a result that the connection is still reading."""
        with self._file.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
        source = sql.written_csv(self._file, {"rec": "BIGINT", "rule": "VARCHAR", "detail": "VARCHAR"})
        self._connection.execute(f"INSERT INTO late SELECT * FROM {source}")

    def _warn(self, at: int, rule: RowRule) -> int:
        """Puts the rows that repeat a key into `soft`; returns how many they are."""
        parts = []
        if self._has_repeats(rule):
            self._candidates(f"soft_{at}", rule)
            parts.append(f"SELECT rec FROM soft_{at} WHERE rec <> first")
        if self._before and (taken := self._taken(rule, self._before)):
            parts.append(f"SELECT rec FROM ({taken})")
        count = number(self._connection, f"INSERT INTO soft {' UNION '.join(parts)}") if parts else 0
        self._connection.execute(f"DROP TABLE IF EXISTS soft_{at}")
        return count


def _stream(rows: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while batch := rows.fetchmany(_BATCH):
        yield from batch
