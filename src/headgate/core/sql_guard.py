"""Two locks for SQL written by people: what its tree may hold, and which words its text may hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from headgate.core.errors import Place, UserMistake
from headgate.core.nearest import nearest
from headgate.core.sql_functions import AGGREGATE, KEYWORDS, OPERATORS, WHY_NOT, WINDOW, WORDS_BEFORE_BRACKETS


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MAX_LENGTH = 20_000
MAX_NODES = 2_000

PLAIN = _words(
    "Column Identifier Literal Boolean Null Paren And Or Not EQ NEQ GT GTE LT LTE NullSafeEQ NullSafeNEQ "
    "Is In Between Like ILike Escape Add Sub Mul Div IntDiv Mod Neg DPipe Case If Cast TryCast DataType "
    "DataTypeParam Interval Var"
)
SELECT = _words(
    "Select From Table TableAlias Alias Where Group Having Order Ordered Limit Offset Join With CTE "
    "Subquery Star Distinct Window WindowSpec Filter Qualify Union Except Intersect Exists ScalarSubquery "
    "Tuple"
)
_TYPES = _words(
    "BOOLEAN TINYINT SMALLINT INT BIGINT INT128 UTINYINT USMALLINT UINT UBIGINT FLOAT DOUBLE DECIMAL "
    "VARCHAR TEXT DATE TIME TIMESTAMP TIMESTAMPNTZ TIMESTAMP_S TIMESTAMP_MS TIMESTAMP_NS INTERVAL"
)
_REFUSED = {
    "Subquery": "a subquery", "Select": "a subquery", "Exists": "a subquery", "Union": "a subquery",
    "Star": "`*`", "Columns": "`COLUMNS(…)`", "Window": "a window function", "WithinGroup": "an aggregate",
    "Alias": "two expressions side by side, or a name given with AS", "Aliases": "a name given with AS",
    "Tuple": "several values in brackets", "Lambda": "a lambda", "Kwarg": "a named argument",
    "Placeholder": "a parameter", "Parameter": "a parameter", "SessionParameter": "a parameter",
    "PositionalColumn": "a column by number", "Dot": "a part of a value, or a method",
    "Bracket": "a part of a value", "Array": "a list", "Struct": "a struct", "ToMap": "a map",
    "Collate": "COLLATE", "AtTimeZone": "AT TIME ZONE", "RawString": "a string between `$$`",
    "ByteString": "an escaped string", "JSONExtract": "`->`", "JSONExtractScalar": "`->>`",
    "SimilarTo": "SIMILAR TO", "Lateral": "LATERAL", "Into": "INTO", "Values": "VALUES",
    "Explode": "UNNEST", "Unnest": "UNNEST",
}  # fmt: skip
_VALUES = ("STRING", "IDENTIFIER", "NUMBER")
_WORD = re.compile(r"[^\W\d]")
_OPERATOR_HELP = "= <> < <= > >= + - * / // % ||"
_LONG_PAD = 10_000


class Guard:
    """What is being checked, and how its mistakes are told."""

    def __init__(self, what: str, place: Place) -> None:
        self.what = what
        self.place = place

    def refuse(self, problem: str, next: str) -> UserMistake:
        """The error to raise."""
        message = f"{self.what} can't be used: {problem}"
        return UserMistake(message, where=self.place, who="pipeline owner", next=next, code="bad_sql")

    def words(self, sql: str) -> Sequence[Any]:
        """The tokens of a text.

        Raises:
            UserMistake: it is too long, or a text in it is not closed.
        """
        import sqlglot
        from sqlglot.errors import SqlglotError

        if len(sql) > MAX_LENGTH:
            raise self.refuse(f"it is longer than {MAX_LENGTH:,} characters", "write a shorter one")
        try:
            return sqlglot.tokenize(sql, read="duckdb")
        except SqlglotError as error:
            raise self.refuse(f"it is not valid SQL: {_reason(error)}", "mend the SQL there") from None

    def check_words(self, tokens: Sequence[Any], functions: frozenset[str]) -> None:
        """Refuse by name what the parser would rename: functions not listed, `;`, unusual operators."""
        for token, before_bracket in _followed(tokens):
            kind, text = token.token_type.name, token.text
            if kind == "SEMICOLON":
                raise self.refuse("it holds a `;`", "write one expression without `;`")
            if kind not in _VALUES and not _WORD.match(text) and text not in OPERATORS and text != ".":
                raise self.refuse(f"`{text}` is not allowed", f"the operators are {_OPERATOR_HELP}")
            if before_bracket and kind != "STRING":
                self._check_function(text, functions)

    def _check_function(self, text: str, functions: frozenset[str]) -> None:
        name = text.casefold()
        if not re.fullmatch(r"[^\W\d]\w*", name) or name in WORDS_BEFORE_BRACKETS or name in functions:
            return
        if name in ("all", "any", "columns", "exists", "some"):
            raise self.refuse(f"`{name}(…)` is not allowed", "compare with a list: x IN (1, 2)")
        why = WHY_NOT.get(name, "it is not one of the listed functions")
        if name in AGGREGATE or name in WINDOW:
            why = "it looks at more than one row; write a `sql` check instead"
        meant = nearest(name, functions)
        hint = f"did you mean `{meant}`?" if meant else "docs/contract.md lists the functions"
        raise self.refuse(f"the function `{name}` is not allowed: {why}", hint)

    def parse(self, sql: str) -> Any:
        """The one tree of a text; refused when it is not SQL, or holds more or less than one."""
        import sqlglot
        from sqlglot.errors import SqlglotError

        try:
            found = [tree for tree in sqlglot.parse(sql, read="duckdb") if tree is not None]
        except SqlglotError as error:
            raise self.refuse(f"it is not valid SQL: {_reason(error)}", "mend the SQL there") from None
        except RecursionError:
            raise self.refuse("it is nested too deeply", "write a shorter one") from None
        if len(found) != 1:
            raise self.refuse(f"it holds {len(found) or 'no'} expressions", "write exactly one")
        return found[0]

    def check_tree(self, tree: Any, allowed: frozenset[str], *, aggregates: bool = False) -> None:
        """The first lock: every part of the tree is of an allowed kind."""
        from sqlglot import exp

        for count, node in enumerate(tree.walk()):
            if count > MAX_NODES:
                raise self.refuse(f"it has more than {MAX_NODES} parts", "write a shorter one")
            name = type(node).__name__
            if isinstance(node, exp.AggFunc) and not aggregates:
                raise self.refuse("it holds an aggregate", "write a `sql` check for what is about all rows")
            if name not in allowed and not isinstance(node, exp.Func):
                raise self.refuse(
                    f"it holds {_REFUSED.get(name, f'`{name.upper()}`')}", "docs/contract.md says what is allowed"
                )
            self._check_node(node)

    def _check_node(self, node: Any) -> None:
        from sqlglot import exp

        if isinstance(node, exp.DataType) and (
            getattr(node.this, "name", node.this) not in _TYPES or node.args.get("nested")
        ):
            raise self.refuse(f"the type {node.sql('duckdb')} is not allowed", "cast to a plain type")
        if isinstance(node, exp.Var) and node.name.casefold() not in KEYWORDS:
            raise self.refuse(f"`{node.name}` is no part of a date", "write one, such as 'day'")
        if isinstance(node, exp.With) and node.args.get("recursive"):
            raise self.refuse("it is recursive", "write it without RECURSIVE")
        if isinstance(node, exp.In) and not (node.expressions or node.args.get("query")):
            raise self.refuse("`IN` needs a list", "write the values: x IN (1, 2)")
        if isinstance(node, exp.Pad):
            length = node.expression
            if not (isinstance(length, exp.Literal) and length.is_int and int(length.this) <= _LONG_PAD):
                raise self.refuse(f"a padding needs a plain length up to {_LONG_PAD:,}", "write a number")

    def check_result(self, tokens: Sequence[Any], functions: frozenset[str], keywords: frozenset[str]) -> None:
        """The second lock: every word of the result is known."""
        for token, before_bracket in _followed(tokens):
            word = token.text.casefold()
            if word in OPERATORS or (token.token_type.name in _VALUES and not before_bracket):
                continue
            known = all(part in keywords for part in word.split())
            if not known and not (before_bracket and word in functions):
                why = f": {WHY_NOT[word]}" if word in WHY_NOT else ""
                raise self.refuse(f"`{token.text}` is not allowed{why}", "docs/contract.md says what is allowed")


def _followed(tokens: Sequence[Any]) -> Iterator[tuple[Any, bool]]:
    """Each token, and whether an opening bracket follows it."""
    for at, token in enumerate(tokens):
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        yield token, after is not None and after.token_type.name == "L_PAREN"


def _reason(error: Exception) -> str:
    details = getattr(error, "errors", None)
    if details and details[0].get("description"):
        found = details[0]
        description = found["description"].rstrip(".").replace("Invalid expression / ", "")
        if description.startswith("Required keyword"):
            description = "something is missing"
        return f"{description[:1].lower()}{description[1:]} at `{found.get('highlight', '')}`"
    return str(error).splitlines()[0]
