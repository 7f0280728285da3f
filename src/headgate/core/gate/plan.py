"""The whole contract as one SELECT: typed columns and, as bits, every rule a row breaks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from headgate.core.contract.model import Column, Contract, FileCheck, RowRule
from headgate.core.gate.cells import Cells
from headgate.core.gate.tables import TextTable
from headgate.core.gate.typed import typed, value
from headgate.core.gate.violations import KEY_RULES, violation

BITS = 62
_TEXT = "must be text; an object, an array or a number with a fraction is not"
COUNTED_METRICS = {"nullValues": "required", "missingValues": "required", "invalidValues": "valid_values"}


@dataclass(frozen=True)
class Plan:
    """How one contract is held against one table of texts.

    Attributes:
        rules: all of them, in the contract's order; for JSON also that text columns hold text.
        errors: rules whose breaking rejects the row, in the order of reasons; position = bit.
        warnings: rules whose breaking is only counted; their bits come first among the warnings' words.
        counted: file checks that count rows; their bits follow those of `warnings`.
        keys: unique and primary_key rules, judged over the whole file.
        query: SELECT of typed columns under inner names, extras, fault, mask words and the marks of rows that are sent
            again, in file order.
        is_joined: rows that are sent again go by the numbers of their records in the root run.
    """

    contract: Contract
    cells: Cells
    table: TextTable
    rules: tuple[RowRule, ...]
    errors: tuple[RowRule, ...]
    warnings: tuple[RowRule, ...]
    counted: tuple[FileCheck, ...]
    keys: tuple[RowRule, ...]
    query: str
    is_joined: bool = False

    @property
    def number(self) -> str:
        """SQL over `scratch`: the number of a row's record as people know it."""
        return self.cells.root_record if self.is_joined else self.cells.record

    @property
    def error_words(self) -> int:
        return _words(len(self.errors))

    @property
    def warning_words(self) -> int:
        return _words(len(self.warnings) + len(self.counted))

    @property
    def fine(self) -> str:
        """SQL: neither malformed nor breaking an error rule."""
        words = [f"{self.cells.errors(word)} = 0" for word in range(self.error_words)]
        return " AND ".join([f"{self.cells.fault} = 0", *words])


def make_plan(
    contract: Contract, table: TextTable, cells: Cells, trim: Collection[str], is_joined: bool = False
) -> Plan:
    """Compiles a contract for one table."""
    rules = _with_json_types(contract) if table.is_json else contract.rules
    errors = tuple(rule for rule in rules if rule.severity == "error" and rule.code not in KEY_RULES)
    warnings = tuple(rule for rule in rules if rule.severity == "warning" and rule.code not in KEY_RULES)
    keys = tuple(rule for rule in rules if rule.code in KEY_RULES)
    counted = tuple(check for check in contract.checks if not check.skipped and check.metric in COUNTED_METRICS)
    plan = Plan(contract, cells, table, rules, errors, warnings, counted, keys, "", is_joined)
    return replace(plan, query=_query(plan, trim))


def _with_json_types(contract: Contract) -> tuple[RowRule, ...]:
    """JSON only: a text column must hold text."""
    texts = [
        RowRule(f"{column.name}.type", "type", (column.name,), "string", _TEXT)
        for column in contract.columns
        if column.type == "string"
    ]
    return (*contract.rules, *texts)


def _words(count: int) -> int:
    return max(1, -(-count // BITS))


def _query(plan: Plan, trim: Collection[str]) -> str:
    """Three layers: missing cells become NULL, values get types, rules look at both."""
    cells, columns = plan.cells, plan.contract.columns
    extras = [cells.extra(number) for number in range(len(plan.table.extras))]
    marks = [cells.root_run, cells.root_record] if plan.table.is_resent else []
    passed = [cells.fault, *extras, *marks, *([cells.kinds] if plan.table.is_json else [])]
    values = [
        f"{value(column, cells.raw(column.name), column.name in trim)} AS {cells.value(column.name)}"
        for column in columns
    ]
    types = [f"{_typed(column, plan)} AS {cells.typed(column.name)}" for column in columns]
    kept = [f"{cells.typed(column.name)} AS {cells.kept(column.name)}" for column in columns]
    return (
        f"SELECT {', '.join([*kept, *extras, *marks, cells.fault, *_masks(plan)])} FROM ("
        f"SELECT {', '.join([*types, *(cells.value(column.name) for column in columns), *passed])} FROM ("
        f"SELECT {', '.join([*values, *passed])} FROM ({plan.table.query})))"
    )


def _typed(column: Column, plan: Plan) -> str:
    value = plan.cells.value(column.name)
    if not plan.table.is_json:
        return typed(column, value)
    return f"CASE WHEN NOT {_inexact(column, plan.cells)} THEN {typed(column, value)} END"


def _inexact(column: Column, cells: Cells) -> str:
    """JSON: what the engine's text doesn't say as it was written.

    It keeps a fractional number as a double only: `1.10` comes back as `1.1`, and past 15 digits others than were sent.
    So such a number is no text, and no exact decimal; nor is an object or an array text.
    """
    kind, value = f"coalesce({cells.kind(column.name)}, '')", cells.value(column.name)
    fraction = f"({kind} = 'DOUBLE' AND regexp_matches({value}, '[.eE]'))"
    if column.type == "string":
        return f"({kind} IN ('OBJECT', 'ARRAY') OR {fraction})"
    if column.decimal:
        return f"({fraction} AND length(regexp_replace({value}, '[^0-9]', '', 'g')) > 15)"
    return "FALSE"


def _masks(plan: Plan) -> list[str]:
    errors = [violation(rule, plan.contract, plan.cells) for rule in plan.errors]
    softer = [violation(rule, plan.contract, plan.cells) for rule in plan.warnings]
    softer += [_counted_rows(check, plan) for check in plan.counted]
    return [
        *(f"{mask} AS {plan.cells.errors(word)}" for word, mask in enumerate(_mask_words(errors, plan.cells))),
        *(f"{mask} AS {plan.cells.warnings(word)}" for word, mask in enumerate(_mask_words(softer, plan.cells))),
    ]


def _mask_words(conditions: Sequence[str], cells: Cells) -> list[str]:
    words = []
    for start in range(0, max(1, len(conditions)), BITS):
        bits = [
            f"CASE WHEN {test} THEN {1 << at} ELSE 0 END" for at, test in enumerate(conditions[start : start + BITS])
        ]
        total = " + ".join(f"({bit})::BIGINT" for bit in bits) or "0::BIGINT"
        words.append(f"CASE WHEN {cells.fault} = 0 THEN {total} ELSE 0 END")
    return words


def _counted_rows(check: FileCheck, plan: Plan) -> str:
    """The rows a file check counts, as the violation of the rule it would be without its threshold."""
    code = "invalid_pattern" if "pattern" in check.arguments else COUNTED_METRICS[check.metric]
    argument = check.arguments.get("pattern") or tuple(check.arguments.get("validValues", ()))
    rule = RowRule(check.id, code, check.columns, argument)
    test = violation(rule, plan.contract, plan.cells)
    if check.metric == "invalidValues":
        column = plan.contract.column(check.columns[0])
        mistyped = f"{plan.cells.value(column.name)} IS NOT NULL AND {plan.cells.typed(column.name)} IS NULL"
        return f"({test}) OR ({mistyped})"
    return test
