"""Do the contract's rules fit the types of its columns? Asked of the engine before a row is read."""

from __future__ import annotations

from dataclasses import replace

import duckdb

from headgate.core.contract.model import Contract, RowRule
from headgate.core.errors import Place, UserMistake
from headgate.core.expression import check_expression
from headgate.core.gate import sql
from headgate.core.gate.cells import Cells
from headgate.core.gate.plan import make_plan
from headgate.core.gate.tables import TextTable
from headgate.core.gate.typed import typed

# Fingerprints of contracts that were bound in this process: for a small file it takes longer than anything else.
_usable: set[str] = set()


def bind_rules(connection: duckdb.DuckDBPyConnection, contract: Contract, fingerprint: str) -> None:
    """Does nothing when the engine can judge every rule, and every row rule is a boolean over the typed columns.

    Args:
        fingerprint: of the contract; what was found usable once is not looked at again.

    Raises:
        UserMistake: it can't, or one is not, with its place in the contract.
    """
    if fingerprint in _usable:
        return
    for rule in contract.rules:
        if rule.code == "row_rule" and _type_of(connection, contract, rule) != "BOOLEAN":
            raise _mistake(f"row rule {rule.id}", rule.where, contract, "it gives no true or false; write a comparison")
    why = _refusal(connection, contract)
    if why:
        raise _culprit(connection, contract) or _mistake("contract", None, contract, why)
    _usable.add(fingerprint)


def _type_of(connection: duckdb.DuckDBPyConnection, contract: Contract, rule: RowRule) -> str:
    names = [column.name for column in contract.columns]
    expression = check_expression(rule.argument, names, kind="rule", place=rule.where or Place(contract.file))
    columns = ", ".join(f"{typed(column, 'NULL::VARCHAR')} AS {sql.name(column.name)}" for column in contract.columns)
    try:
        described = connection.execute(f"DESCRIBE SELECT ({expression}) AS v FROM (SELECT {columns})").fetchall()
    except duckdb.Error as error:
        raise _mistake(f"row rule {rule.id}", rule.where, contract, _said(error)) from error
    return str(described[0][1])


def _refusal(connection: duckdb.DuckDBPyConnection, contract: Contract) -> str | None:
    """Why the engine can't judge one made-up row by the contract: some constants are converted only when it runs.

    The row comes from `range`, so that the optimizer, not knowing its values, leaves no comparison out.
    """
    cells = Cells(contract)
    made_up = ", ".join(f"x::VARCHAR AS {cells.raw(column.name)}" for column in contract.columns)
    names = tuple(column.name for column in contract.columns)
    table = TextTable(f"SELECT {made_up}, 0::TINYINT AS {cells.fault} FROM range(1) r(x)", (), names, False, "")
    try:
        connection.execute(make_plan(contract, table, cells, ()).query).fetchall()
    except (duckdb.OutOfMemoryException, duckdb.IOException):
        raise
    except duckdb.Error as error:
        return _said(error)
    return None


def _culprit(connection: duckdb.DuckDBPyConnection, contract: Contract) -> UserMistake | None:
    """The first rule or file check that alone can't be judged."""
    for rule in contract.rules:
        why = _refusal(connection, replace(contract, rules=(rule,), checks=()))
        if why:
            return _mistake(f"rule {rule.id}", rule.where, contract, why)
    return _culprit_check(connection, contract)


def _culprit_check(connection: duckdb.DuckDBPyConnection, contract: Contract) -> UserMistake | None:
    for check in contract.checks:
        why = _refusal(connection, replace(contract, rules=(), checks=(check,)))
        if why:
            return _mistake(f"file check {check.id}", check.where, contract, why)
    return None


def _said(error: duckdb.Error) -> str:
    return str(error).splitlines()[0].partition(": ")[2]


def _mistake(what: str, where: Place | None, contract: Contract, why: str) -> UserMistake:
    return UserMistake(
        f"the {what} can't be used: {why}",
        where=where or Place(contract.file),
        who="the owner of the contract",
        next=f"headgate contract lint {contract.file}",
    )
