"""Derived columns: one scalar expression each over the typed columns of an accepted row."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from headgate.core.contract.model import Contract
from headgate.core.errors import Place, UserMistake
from headgate.core.expression import check_expression
from headgate.core.gate import sql
from headgate.core.gate.header import RESERVED
from headgate.core.nearest import nearest

CONTEXT = ("_run", "_file", "_record", "_claimed_at")


@dataclass(frozen=True)
class Context:
    """What derive expressions may know of the run: constants, but for `_record`."""

    run: str
    file: str
    claimed_at: datetime

    def columns(self, record: str) -> str:
        """SQL of the four context columns; `record` is the column with the record number."""
        moment = self.claimed_at.strftime("%Y-%m-%d %H:%M:%S.%f")
        return (
            f"{sql.text(self.run)} AS _run, {sql.text(self.file)} AS _file, {record} AS _record, "
            f"TIMESTAMP {sql.text(moment)} AS _claimed_at"
        )


def check_trim(trim: Collection[str], contract: Contract, place: Place) -> None:
    """Raises UserMistake for a name that is no column of the contract."""
    known = [column.name for column in contract.columns]
    for name in trim:
        if name not in known:
            meant = nearest(name, known)
            hint = f"did you mean {meant}?" if meant else f"there are {', '.join(known)}"
            where = Place(place.file, place.line, place.column, "trim")
            raise UserMistake(f"there is no column {name} to trim; {hint}", where=where, next="correct `trim`")


def check_derive(derive: Mapping[str, str], contract: Contract, place: Place) -> dict[str, str]:
    """The expressions, guarded and ready for the engine.

    Raises:
        UserMistake: a name that is taken or reserved, or an expression that is no scalar over known columns.
    """
    known = (*(column.name for column in contract.columns), *CONTEXT)
    return dict(_checked(tuple(derive.items()), known, place))


def sensitive_columns(contract: Contract, derive: Mapping[str, str], place: Place) -> frozenset[str]:
    """The columns that the contract calls sensitive, and the derived ones whose expressions name one of them.

    Raises:
        UserMistake: a derived column can't be computed.
    """
    own = frozenset(column.name for column in contract.columns if column.sensitive)
    checked = check_derive(derive, contract, place) if own else {}
    return own | {name for name, expression in checked.items() if own & _named(expression)}


@lru_cache(maxsize=256)
def _named(expression: str) -> frozenset[str]:
    """The columns of a checked expression, which names each as the contract does."""
    import sqlglot
    from sqlglot import exp

    return frozenset(column.name for column in sqlglot.parse_one(expression, read="duckdb").find_all(exp.Column))


@lru_cache(maxsize=256)
def _checked(derive: tuple[tuple[str, str], ...], known: tuple[str, ...], place: Place) -> tuple[tuple[str, str], ...]:
    """Kept, as reading the expressions takes longer than judging a small file by them."""
    taken = {name.lower() for name in known} | set(RESERVED)
    checked = []
    for name, expression in derive:
        where = Place(place.file, place.line, place.column, f"derive.{name}")
        if name.lower() in taken:
            raise UserMistake(f"{name} is already a column, or reserved", where=where, next="choose another name")
        checked.append((name, check_expression(expression, known, kind="derive", place=where)))
    return tuple(checked)


def outcome(expression: str, is_float: bool) -> str:
    """SQL: the value in a struct; NULL when the expression fails for the row, or gives infinity or not-a-number."""
    value = f"TRY({{'v': ({expression})}})"
    return f"CASE WHEN {value}.v IS NULL OR isfinite({value}.v) THEN {value} END" if is_float else value


def kept_type(kind: str) -> str:
    """The type in which a derived column is kept: Parquet has no whole numbers of 128 bits, and would hold floats."""
    return "DECIMAL(38,0)" if kind in ("HUGEINT", "UHUGEINT") else kind


def kept(expression: str, kind: str) -> str:
    """SQL of a derived column as it is kept; it fails for a row whose value that type can't hold."""
    return expression if kept_type(kind) == kind else f"CAST(({expression}) AS {kept_type(kind)})"
