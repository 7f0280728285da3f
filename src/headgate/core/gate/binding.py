"""Do the contract's SQL expressions fit the types of its columns? Asked of the engine before a row is read."""

from __future__ import annotations

import duckdb

from headgate.core.contract.model import Contract, RowRule
from headgate.core.errors import Place, UserMistake
from headgate.core.expression import check_expression
from headgate.core.gate import sql
from headgate.core.gate.typed import typed


def bind_row_rules(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Does nothing when every row rule is a boolean over the contract's typed columns.

    Raises:
        UserMistake: one is not, with its place in the contract.
    """
    for rule in contract.rules:
        if rule.code == "row_rule" and _type_of(connection, contract, rule) != "BOOLEAN":
            raise _mistake(rule, contract, "it gives no true or false; write a comparison")


def _type_of(connection: duckdb.DuckDBPyConnection, contract: Contract, rule: RowRule) -> str:
    names = [column.name for column in contract.columns]
    expression = check_expression(rule.argument, names, kind="rule", place=rule.where or Place(contract.file))
    columns = ", ".join(f"{typed(column, 'NULL::VARCHAR')} AS {sql.name(column.name)}" for column in contract.columns)
    try:
        described = connection.execute(f"DESCRIBE SELECT ({expression}) AS v FROM (SELECT {columns})").fetchall()
    except duckdb.Error as error:
        raise _mistake(rule, contract, str(error).splitlines()[0].partition(": ")[2]) from error
    return str(described[0][1])


def _mistake(rule: RowRule, contract: Contract, why: str) -> UserMistake:
    return UserMistake(
        f"the row rule {rule.id} can't be used: {why}",
        where=rule.where or Place(contract.file),
        who="the owner of the contract",
        next=f"headgate contract lint {contract.file}",
    )
