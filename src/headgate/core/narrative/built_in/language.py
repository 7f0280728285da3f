"""The language of the sentences in a narrative.yaml: Jinja with tables, rows and cells, and nothing that acts or calculates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from headgate.core.narrative.built_in.values import Figure, NothingToSay, Row, Table, number, shown
from headgate.core.report.numbers import size_text

if TYPE_CHECKING:
    from jinja2 import Template, nodes
    from jinja2.sandbox import ImmutableSandboxedEnvironment

_MOST = 5_000
_CALCULATES = ("Add", "Sub", "Mul", "Div", "FloorDiv", "Mod", "Pow", "Neg", "Pos")
_ALLOWED = (
    "Template", "Output", "TemplateData", "Name", "Const", "Getattr", "Getitem", "Slice", "Filter", "Test", "Compare",
    "Operand", "And", "Or", "Not", "If", "For", "CondExpr", "Assign", "List", "Tuple",
)  # fmt: skip
OF_A_LOOP = ("first", "index", "last", "length", "revindex")
TESTS = ("defined", "none", "in", "equalto", "eq", "even", "odd", "divisibleby", "ge", "gt", "le", "lt", "ne")


def rendered(template: str, names: Mapping[str, Any]) -> str:
    """A sentence with its values; empty when there is nothing to say, such as when a value is not there.

    A value is never read as a template.
    """
    try:
        parts, size = [], 0
        for part in _compiled(template).generate(names):
            size += len(part)
            parts.append(part)
            if size > _MOST:
                return ""
    except Exception:
        # What the types of cells don't allow, and what a template can raise besides, says nothing: see docs/narrative.md.
        return ""
    return _tidy("".join(parts))


@cache
def parsed(template: str) -> nodes.Template:
    """The tree of a sentence; not compiled, which is dear.

    Raises:
        ValueError: it is not of this language; the message says why.
    """
    from jinja2 import TemplateSyntaxError, nodes

    try:
        tree = _environment().parse(template)
    except TemplateSyntaxError as error:
        raise ValueError(error.message or "it can't be read") from error
    for node in tree.find_all(nodes.Node):
        _check(node)
    return tree


def _check(node: nodes.Node) -> None:
    from jinja2 import nodes

    kind = type(node).__name__
    if kind in _CALCULATES:
        raise ValueError("a sentence says numbers and calculates none: have the SQL of a fact calculate it")
    if kind not in _ALLOWED and not isinstance(node, nodes.Helper | nodes.EvalContextModifier):
        raise ValueError(f"`{kind.lower()}` is no part of the language of a narrative")
    if isinstance(node, nodes.Filter | nodes.Test):
        known: Sequence[str] = tuple(FILTERS) if kind == "Filter" else TESTS
        if node.name not in known:
            raise ValueError(f"there is no {kind.lower()} `{node.name}`; there are {', '.join(known)}")
    if isinstance(node, nodes.For) and any(node.find_all(nodes.For)):
        raise ValueError("a loop within a loop is no part of the language of a narrative")


def _tidy(text: str) -> str:
    """One line, with single spaces and none before a comma."""
    return re.sub(r" +([,.;:!?])(?=\s|$)", r"\1", " ".join(text.split()))


@cache
def _compiled(template: str) -> Template:
    return _environment().from_string(template)


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    from jinja2 import Undefined
    from jinja2.runtime import LoopContext
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Environment(ImmutableSandboxedEnvironment):
        """One in which a name behind a dot is a column, and nothing of Python."""

        def getattr(self, obj: Any, attribute: str) -> Any:
            return self.getitem(obj, attribute)

        def getitem(self, obj: Any, argument: Any) -> Any:
            if isinstance(obj, Table) and isinstance(argument, str):
                obj = obj[0] if obj else Row({}, {})
            if isinstance(obj, LoopContext) and argument in OF_A_LOOP:
                return getattr(obj, argument)
            try:
                return obj[argument] if isinstance(obj, Row | Table | list | tuple) else self.undefined()
            except (LookupError, TypeError):
                return self.undefined(name=str(argument))

    # A sentence is plain text: what shows it escapes it.
    environment = Environment(autoescape=False, undefined=Undefined, finalize=_finalized)
    environment.globals.clear()
    environment.filters = {name: FILTERS[name] for name in FILTERS}
    environment.tests = {name: environment.tests[name] for name in TESTS}
    return environment


def _finalized(value: Any) -> str:
    return value if isinstance(value, _Said) else shown(value)


class _Said(str):
    """What a filter has written already."""


def _counted(value: Any, noun: str, nouns: str = "") -> str:
    """`1 order`, `1,200 orders`."""
    return _Said(f"{shown(value)} {_noun(value, noun, nouns)}")


def _noun(value: Any, one: str, many: str = "") -> str:
    if not isinstance(value, int | float):
        raise NothingToSay
    return _Said(one if value == 1 else many or one + "s")


def _digits(value: Any, places: int) -> str:
    return _Said(shown(value, int(places)))


def _bytes(value: Any) -> str:
    """`12.3 MB`."""
    if not isinstance(value, int | float):
        raise NothingToSay
    return _Said(size_text(value))


def _unsigned(value: Any) -> Any:
    """Without its sign, where a word says the direction."""
    if not isinstance(value, int | float):
        raise NothingToSay
    return Figure(abs(value), getattr(value, "column", ""), getattr(value, "unit", ""))


def _bare(value: Any, places: int | None = None) -> str:
    """Without its unit, where a word says that."""
    if not isinstance(value, int | float):
        raise NothingToSay
    return _Said(number(Figure(value, getattr(value, "column", "")), places))


def _listed(values: Iterable[Any], last: str = "and") -> str:
    """`A`, `A and B`, `A, B and C`."""
    texts = list(dict.fromkeys(_finalized(value) for value in values))
    if not texts:
        raise NothingToSay
    return _Said(texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} {last} {texts[-1]}")


def _where(rows: Iterable[Row], column: str, value: Any, *more: Any) -> Table:
    """The rows in which a column holds one of some values."""
    return Table(row for row in rows if row.get(column) is not None and row.get(column) in (value, *more))


def _with(rows: Iterable[Row], column: str) -> Table:
    """The rows in which a column holds something."""
    return Table(row for row in rows if row.get(column) is not None)


def _above(rows: Iterable[Row], column: str, value: float) -> Table:
    return Table(row for row in _with(rows, column) if row[column] > value)


def _below(rows: Iterable[Row], column: str, value: float) -> Table:
    return Table(row for row in _with(rows, column) if row[column] < value)


def _highest(rows: Iterable[Row], column: str) -> Row:
    return _picked(rows, column, max)


def _lowest(rows: Iterable[Row], column: str) -> Row:
    return _picked(rows, column, min)


def _picked(rows: Iterable[Row], column: str, pick: Callable[..., Row]) -> Row:
    """The only row of its kind: where two share the place, none has it."""
    there = _with(rows, column)
    if not there:
        raise NothingToSay
    found = pick(there, key=lambda row: row[column])
    if sum(row[column] == found[column] for row in there) > 1:
        raise NothingToSay
    return found


def _column(rows: Iterable[Row], *columns: str) -> list[Any]:
    """The cells of a column, or of several that make one name."""
    whole = (row for row in rows if all(row.get(column) is not None for column in columns))
    return [
        row[columns[0]] if len(columns) == 1 else _Said(" ".join(shown(row[column]) for column in columns))
        for row in whole
    ]


def _first(rows: Sequence[Any]) -> Any:
    if not rows:
        raise NothingToSay
    return rows[0]


def _last(rows: Sequence[Any]) -> Any:
    if not rows:
        raise NothingToSay
    return rows[-1]


def _capital(value: Any) -> str:
    """At the beginning of a sentence."""
    text = _finalized(value)
    return _Said(text[:1].upper() + text[1:])


def _lower(value: Any) -> str:
    return _Said(_finalized(value).lower())


FILTERS: Mapping[str, Callable[..., Any]] = {
    "above": _above,
    "bare": _bare,
    "below": _below,
    "bytes": _bytes,
    "capital": _capital,
    "column": _column,
    "counted": _counted,
    "digits": _digits,
    "first": _first,
    "highest": _highest,
    "last": _last,
    "length": len,
    "listed": _listed,
    "lower": _lower,
    "lowest": _lowest,
    "noun": _noun,
    "unsigned": _unsigned,
    "where": _where,
    "with": _with,
}
"""What can stand behind `|`, by name."""

TABLE_FILTERS = ("above", "below", "where", "with")
ROW_FILTERS = ("first", "highest", "last", "lowest")
COLUMN_FILTERS = ("above", "below", "column", "highest", "lowest", "where", "with")
