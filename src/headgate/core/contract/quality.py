"""ODCS quality entries as row rules and file checks."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from headgate.core.contract.columns import valid_values_rule
from headgate.core.contract.keys import OPERATORS, check_keys
from headgate.core.contract.model import Column, FileCheck, RowRule, Severity
from headgate.core.contract.node import Node
from headgate.core.contract.patterns import pattern_mistake
from headgate.core.expression import mentioned_columns
from headgate.core.nearest import nearest

METRICS = ("nullValues", "missingValues", "invalidValues", "duplicateValues", "rowCount")
# Names of ODCS v3.0 drafts and releases, under `rule`.
_OLDER_METRICS = {
    "nullCheck": "nullValues",
    "notNull": "nullValues",
    "duplicateCount": "duplicateValues",
    "uniqueCheck": "duplicateValues",
    "validValues": "invalidValues",
}
TYPES = ("library", "text", "sql", "custom")
WARNING_WORDS = ("warning", "warn", "info", "information", "notice", "low", "minor")
_UNITS = ("rows", "percent")
_PLACEHOLDER = re.compile(r"\$?\{\s*(object|table|schema|model|property|column|field)\s*\}")

Found = RowRule | FileCheck


@dataclass(frozen=True)
class Scope:
    """Where a quality entry stands: on the schema object, or on a column."""

    columns: Mapping[str, Column]
    column: Column | None = None

    @property
    def prefix(self) -> str:
        """What ids of this scope start with."""
        return f"{self.column.name}." if self.column else ""

    @property
    def names(self) -> tuple[str, ...]:
        """The column, when there is one."""
        return (self.column.name,) if self.column else ()


def read_quality(holder: Node, scope: Scope) -> Iterator[Found]:
    """The rules and checks of the `quality` list of a schema object or property."""
    for entry in holder.items("quality"):
        check_keys(entry.mapping(), "quality")
        kind = _type(entry)
        if kind == "custom":
            yield _custom(entry, scope)
        elif kind == "sql":
            yield _sql(entry, scope)
        elif kind == "text":
            yield _skipped(entry, scope, "text", "text is for people to read")
        else:
            yield _library(entry, scope)


def severity(entry: Node) -> Severity:
    """`warning` for warning, info and their like; `error` for everything else, also for none."""
    word = (entry.text("severity") or "").strip().casefold()
    return "warning" if word in WARNING_WORDS else "error"


def _type(entry: Node) -> str:
    text = entry.text("type")
    if text is None:
        for key, kind in (("query", "sql"), ("engine", "custom"), ("implementation", "custom")):
            if entry.get(key):
                raise entry.refuse(f"`{key}` needs `type: {kind}` beside it", key)
        return "library"
    if text not in TYPES:
        meant = nearest(text, TYPES)
        hint = f"did you mean `{meant}`?" if meant else f"there are {', '.join(TYPES)}"
        raise entry.refuse(f"the quality type `{text}` is unknown; {hint}", "type")
    return text


def _label(entry: Node, fallback: str) -> str:
    return entry.text("name") or entry.text("id") or fallback


def _skipped(entry: Node, scope: Scope, metric: str, why: str) -> FileCheck:
    message = entry.text("description") or _label(entry, metric)
    return FileCheck(
        f"{scope.prefix}{_label(entry, metric)}", metric, scope.names, message=message,
        severity=severity(entry), skipped=why, where=entry.place(),
    )  # fmt: skip


def _custom(entry: Node, scope: Scope) -> Found:
    engine = entry.need("engine", "a custom check names its engine").scalar()
    if engine.casefold() != "headgate":
        if nearest(engine, ["headgate"]):
            raise entry.refuse(f"the engine `{engine}` is unknown; did you mean `headgate`?", "engine")
        return _skipped(entry, scope, f"custom:{engine}", f"the engine {engine} is not Headgate's")
    node = entry.need("implementation", "a row rule is a SQL expression that is true for good rows")
    sql = node.resolve(_PLACEHOLDER.sub(lambda found: _placeholder(found, scope), node.scalar())).strip()
    _refuse_operators(entry, "a row rule")
    columns = mentioned_columns(sql, scope.columns) or scope.names
    known_as = _label(entry, hashlib.sha256(sql.encode()).hexdigest()[:6])
    message = entry.text("description") or f"must satisfy {' '.join(sql.split())}"
    return RowRule(
        f"{scope.prefix or 'row.'}{known_as}", "row_rule", columns, sql, message, severity(entry), node.place()
    )


def _placeholder(found: re.Match[str], scope: Scope) -> str:
    if found[1] in ("object", "table", "schema", "model"):
        return "{table}"
    if scope.column is None:
        return found[0]
    return '"' + scope.column.name.replace('"', '""') + '"'


def _sql(entry: Node, scope: Scope) -> FileCheck:
    node = entry.need("query", "a sql check is a query that gives one number")
    written = _PLACEHOLDER.sub(lambda found: _placeholder(found, scope), node.raw())
    operator, threshold = _threshold(entry)
    if operator is None:
        raise entry.refuse(f"a sql check needs one of {', '.join(OPERATORS)}")
    short = hashlib.sha256(written.encode()).hexdigest()[:6]
    known_as = _label(entry, f"sql_{short}")
    return FileCheck(
        f"{scope.prefix}{known_as}", "sql", scope.names, query=node.resolve(written).strip(),
        operator=operator, threshold=threshold, severity=severity(entry), where=node.place(),
        message=entry.text("description") or f"the query gives a number that {_said(operator, threshold)}",
    )  # fmt: skip


def _library(entry: Node, scope: Scope) -> Found:
    key = "metric" if entry.get("metric") else "rule"
    written = entry.text(key)
    if written is None:
        raise entry.refuse(f"`metric` is missing: there are {', '.join(METRICS)}")
    metric = _OLDER_METRICS.get(written, written)
    if metric not in METRICS:
        meant = nearest(written, METRICS)
        if meant:
            raise entry.refuse(f"the metric `{written}` is unknown; did you mean `{meant}`?", key)
        return _skipped(entry, scope, written, f"the metric {written} is not one of the standard's")
    _check_level(entry, key, metric, scope)
    operator, threshold = _threshold(entry)
    unit = _unit(entry, threshold)
    if metric != "rowCount" and operator in (None, "mustBe") and not threshold:
        return _row_rule(entry, metric, scope)
    if operator is None:
        raise entry.refuse(f"`{metric}` needs one of {', '.join(OPERATORS)}", key)
    return FileCheck(
        f"{scope.prefix}{_label(entry, metric)}", metric, _columns(entry, metric, scope),
        arguments=_arguments(entry, metric, scope), unit=unit, operator=operator, threshold=threshold,
        message=entry.text("description") or f"{metric} {_said(operator, threshold)} {unit}",
        severity=severity(entry), where=entry.place(),
    )  # fmt: skip


def _check_level(entry: Node, key: str, metric: str, scope: Scope) -> None:
    if metric == "rowCount" and scope.column:
        raise entry.refuse("`rowCount` is about all rows: put it on the schema object", key)
    if metric != "rowCount" and metric != "duplicateValues" and not scope.column:
        raise entry.refuse(f"`{metric}` is about one column: put it on a property", key)


def _columns(entry: Node, metric: str, scope: Scope) -> tuple[str, ...]:
    if scope.column or metric == "rowCount":
        return scope.names
    arguments = entry.need("arguments", "duplicateValues on a schema object names its `properties`")
    names = arguments.mapping().texts("properties")
    if not names:
        raise arguments.refuse("`properties` must name the columns that together are unique", "properties")
    for at, name in enumerate(names):
        if name not in scope.columns:
            meant = nearest(name, scope.columns)
            hint = f"did you mean `{meant}`?" if meant else f"there are {', '.join(scope.columns)}"
            raise arguments.need("properties", "").refuse(f"there is no property `{name}`; {hint}", str(at))
    return tuple(dict.fromkeys(names))


def _row_rule(entry: Node, metric: str, scope: Scope) -> Found:
    columns = _columns(entry, metric, scope)
    if metric == "duplicateValues":
        together = " together" if len(columns) > 1 else ""
        return _made(entry, scope, "unique", columns, None, f"must be unique{together}")
    if metric in ("nullValues", "missingValues"):
        return _made(entry, scope, "required", columns, None, "is required")
    arguments = _arguments(entry, metric, scope)
    if "pattern" in arguments:
        pattern = arguments["pattern"]
        return _made(entry, scope, "invalid_pattern", columns, pattern, f"must match {pattern}")
    holder, key = _value_list(entry)
    rule = valid_values_rule(holder, key, list(holder.items(key)), scope.columns[columns[0]])
    return _made(entry, scope, "valid_values", columns, rule.argument, rule.message)


def _made(entry: Node, scope: Scope, code: str, columns: tuple[str, ...], argument: Any, message: str) -> RowRule:
    prefix = scope.prefix or "row."
    return RowRule(f"{prefix}{code}", code, columns, argument, message, severity(entry), entry.place())


def _value_list(entry: Node) -> tuple[Node, str]:
    """v3.1 writes `arguments.validValues`, v3.0 `validValues` beside the rule."""
    arguments = entry.get("arguments")
    holder = entry if entry.get("validValues") else arguments
    if holder is None or not holder.mapping().get("validValues"):
        raise entry.refuse("`invalidValues` needs `arguments` with `validValues` or `pattern`")
    return holder, "validValues"


def _arguments(entry: Node, metric: str, scope: Scope) -> dict[str, Any]:
    arguments = entry.get("arguments")
    if metric == "missingValues" and arguments:
        return {"missingValues": list(arguments.mapping().texts("missingValues"))}
    if metric != "invalidValues" or scope.column is None:
        return {}
    pattern = arguments.mapping().text("pattern") if arguments else None
    if pattern is None:
        holder, key = _value_list(entry)
        return {"validValues": list(valid_values_rule(holder, key, list(holder.items(key)), scope.column).argument)}
    mistake = pattern_mistake(pattern)
    if mistake and arguments:
        raise arguments.refuse(f"the pattern can't be used: {mistake}", "pattern")
    return {"pattern": pattern}


def _threshold(entry: Node) -> tuple[str | None, Any]:
    given = [name for name in OPERATORS if entry.get(name) is not None]
    if not given:
        return None, None
    if len(given) > 1:
        raise entry.refuse(f"a check has one operator, here are {' and '.join(given)}", given[1])
    operator = given[0]
    if operator.endswith("Between"):
        return operator, _range(entry, operator)
    value = entry.get(operator)
    if value is not None and isinstance(value.value, bool) and entry.text("type") == "sql":
        return operator, value.value
    return operator, entry.number(operator)


def _range(entry: Node, operator: str) -> tuple[float, float]:
    ends = list(entry.items(operator))
    numbers = [end.value for end in ends if isinstance(end.value, int | float) and not isinstance(end.value, bool)]
    if len(ends) != 2 or len(numbers) != 2 or numbers[0] > numbers[1]:
        raise entry.refuse(f"`{operator}` takes two numbers, the lower first", operator)
    return numbers[0], numbers[1]


def _unit(entry: Node, threshold: Any) -> Any:
    unit = (entry.text("unit") or "rows").casefold()
    unit = {"%": "percent", "row": "rows"}.get(unit, unit)
    if unit not in _UNITS:
        raise entry.refuse(f"`unit` must be rows or percent, not `{unit}`", "unit")
    ends = threshold if isinstance(threshold, tuple) else (threshold,)
    if unit == "percent" and any(end is not None and not 0 <= end <= 100 for end in ends):
        raise entry.refuse("a percentage lies between 0 and 100", "unit")
    return unit


def _refuse_operators(entry: Node, what: str) -> None:
    for name in OPERATORS:
        if entry.get(name) is not None:
            raise entry.refuse(f"{what} has no threshold: each row passes or fails", name)


def _said(operator: str, threshold: Any) -> str:
    words = {
        "mustBe": "must be", "mustNotBe": "must not be", "mustBeGreaterThan": "must be greater than",
        "mustBeGreaterOrEqualTo": "must be at least", "mustBeLessThan": "must be less than",
        "mustBeLessOrEqualTo": "must be at most", "mustBeBetween": "must be between",
        "mustNotBeBetween": "must not be between",
    }[operator]  # fmt: skip
    shown = " and ".join(map(str, threshold)) if isinstance(threshold, tuple) else str(threshold)
    return f"{words} {shown}"
