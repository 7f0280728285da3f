"""File checks: statements about the whole file, each passed, failed, or skipped with the reason why."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import duckdb

from headgate.core.contract.model import Contract, FileCheck
from headgate.core.errors import Place
from headgate.core.expression import check_select
from headgate.core.gate.plan import Plan
from headgate.core.gate.split import Splitter

_HOLDS: dict[str, Callable[[float, Any], bool]] = {
    "mustBe": operator.eq,
    "mustNotBe": operator.ne,
    "mustBeGreaterThan": operator.gt,
    "mustBeGreaterOrEqualTo": operator.ge,
    "mustBeLessThan": operator.lt,
    "mustBeLessOrEqualTo": operator.le,
    "mustBeBetween": lambda value, bounds: bounds[0] <= value <= bounds[1],
    "mustNotBeBetween": lambda value, bounds: not bounds[0] <= value <= bounds[1],
}


@dataclass(frozen=True)
class CheckResult:
    """One judged file check.

    Attributes:
        status: `passed`, `failed` or `skipped`.
        value: what was measured, in the check's unit; None when skipped, or when measuring failed.
        why: it was skipped, or could not be measured; never with a cell's value.
    """

    check: FileCheck
    status: str
    value: float | None = None
    why: str | None = None

    @property
    def fails_the_file(self) -> bool:
        """A failed check of severity error: nothing accepted may be published."""
        return self.status == "failed" and self.check.severity == "error"

    def as_json(self) -> dict[str, Any]:
        check = self.check
        threshold = list(check.threshold) if isinstance(check.threshold, tuple) else check.threshold
        return {
            "id": check.id, "metric": check.metric, "columns": list(check.columns), "severity": check.severity,
            "status": self.status, "value": self.value, "unit": check.unit, "operator": check.operator,
            "threshold": threshold, "message": check.message, "why": self.why,
        }  # fmt: skip


class CheckJudge:
    """Judges the file checks of one contract over the rows of one file."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, plan: Plan, splitter: Splitter) -> None:
        self._connection, self._plan, self._splitter = connection, plan, splitter

    def judge(self, skipped: str | None = None) -> list[CheckResult]:
        """Every check's result; `skipped` says why none is judged."""
        if skipped:
            return [CheckResult(check, "skipped", why=skipped) for check in self._plan.contract.checks]
        return [self._judge(check) for check in self._plan.contract.checks]

    def _judge(self, check: FileCheck) -> CheckResult:
        if check.skipped:
            return CheckResult(check, "skipped", why=check.skipped)
        try:
            measured = self._measure(check)
        except (duckdb.OutOfMemoryException, duckdb.IOException):
            raise
        except (duckdb.Error, ValueError, TypeError, OverflowError) as error:
            return _unmeasured(check, error)
        if measured is None:
            return CheckResult(check, "skipped", why="there is nothing to measure")
        value = self._in_unit(measured, check)
        if check.operator is None:
            return CheckResult(check, "skipped", value, why="the contract gives no threshold")
        return CheckResult(check, "passed" if _HOLDS[check.operator](value, check.threshold) else "failed", value)

    def _measure(self, check: FileCheck) -> float | None:
        records = self._splitter.result.records
        if check.metric == "rowCount":
            return float(records)
        if check.metric == "sql":
            return self._sql(check, self._plan.contract)
        if check.metric == "duplicateValues":
            return self._duplicates(check)
        position = len(self._plan.warnings) + self._plan.counted.index(check)
        return float(self._splitter.count_of("warnings", position))

    def _in_unit(self, value: float, check: FileCheck) -> float:
        records = self._splitter.result.records
        if check.unit != "percent" or check.metric == "sql":
            return value
        return 100.0 * value / records if records else 0.0

    def _duplicates(self, check: FileCheck) -> float | None:
        key = ", ".join(self._plan.cells.typed(name) for name in check.columns)
        present = " AND ".join(f"{self._plan.cells.typed(name)} IS NOT NULL" for name in check.columns)
        return self._number(
            f"SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM scratch "
            f"WHERE {self._plan.cells.fault} = 0 AND {present} GROUP BY {key})"
        )

    def _sql(self, check: FileCheck, contract: Contract) -> float | None:
        return self._number(check_select(check.query or "", check.where or Place(contract.file)))

    def _number(self, query: str) -> float | None:
        row = self._connection.execute(query).fetchone()
        if row is None or row[0] is None:
            return None
        number = float(row[0])
        if not math.isfinite(number):
            raise ValueError
        return number


def _unmeasured(check: FileCheck, error: Exception) -> CheckResult:
    """Failed, so that no cell can switch a check off. The engine's own words show cells, so they are not passed on."""
    why = f"it can't be measured in this file: the engine gave a {type(error).__name__}"
    return CheckResult(check, "failed" if check.severity == "error" else "skipped", why=why)
