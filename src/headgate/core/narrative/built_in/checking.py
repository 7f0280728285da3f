"""Whether a narrative.yaml can be told: every name in its templates is a fact, a finding or a column that there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from headgate.core.config.mistakes import unknown_name
from headgate.core.errors import Place, UserMistake
from headgate.core.narrative.built_in.form import LEVELS, Templates, sentences_of
from headgate.core.narrative.built_in.language import COLUMN_FILTERS, OF_A_LOOP, ROW_FILTERS, TABLE_FILTERS, parsed
from headgate.core.yaml_document import KeyPath

if TYPE_CHECKING:
    from jinja2 import nodes

FOUND, ROW, COUNTS = "found", "row", "counts"
SAID = ("severity", "message", "expected", "observed")
"""What every row of a finding has beside its own columns."""

COUNTED = ("records", "accepted", "rejected", "warned")
_ITEMS = ("insights", "anomalies", "recommendations")
_LEVELS = {"insights": "confidence", "anomalies": "severity", "recommendations": "priority"}


@dataclass(frozen=True)
class _Type:
    """What an expression is: a table, a row, a loop, or a value."""

    kind: str
    name: str = ""
    columns: tuple[str, ...] = ()

    def row(self) -> _Type:
        return _Type("row", self.name, self.columns) if self.kind == "table" else _VALUE


_VALUE, _LOOP = _Type("value"), _Type("loop", "loop", OF_A_LOOP)
_Scope = dict[str, _Type]


@dataclass(frozen=True)
class _Wrong:
    place: Place
    message: str


def check_templates(
    templates: Templates, facts: Mapping[str, Sequence[str]], findings: Mapping[str, Sequence[str]]
) -> None:
    """Holds templates against what there will be to tell of.

    Args:
        facts: name → columns.
        findings: name → columns, without severity, message, expected and observed.

    Raises:
        UserMistake: a template can't be read, or names what is not there (`bad_narrative`, with file and line; further
            mistakes are listed below the first).
    """
    scope: _Scope = {name: _Type("table", name, (*columns, *SAID)) for name, columns in findings.items()}
    scope |= {name: _Type("table", name, tuple(columns)) for name, columns in facts.items()}
    scope |= {COUNTS: _Type("table", COUNTS, COUNTED), FOUND: _Type("row", FOUND, tuple(findings))}
    if wrong := list(_mistakes(templates, scope)):
        raise _mistake(wrong)


def names_read(template: str) -> tuple[str, ...]:
    """The facts and findings that a sentence reads, in its order; `row` for the row it is about."""
    from jinja2 import meta, nodes

    tree = parsed(template)
    found = [
        node.attr
        for node in tree.find_all(nodes.Getattr)
        if isinstance(node.node, nodes.Name) and node.node.name == FOUND
    ]
    undeclared = meta.find_undeclared_variables(tree)
    named = (node.name for node in tree.find_all(nodes.Name) if node.name in undeclared)
    return tuple(dict.fromkeys(name for name in (*named, *found) if name != FOUND))


def _mistakes(templates: Templates, scope: _Scope) -> Iterator[_Wrong]:
    for number, paragraph in enumerate(templates.summary):
        for at, text in enumerate(paragraph):
            yield from _of_text(templates, ("summary", number, at), text, scope)
    for number, text in enumerate(templates.further):
        yield from _of_text(templates, ("further", number), text, scope)
    for part in _ITEMS:
        for number, item in enumerate(getattr(templates, part)):
            yield from _of_item(templates, (part, number), item, scope)
            yield from _of_level(templates, (part, number, _LEVELS[part]), getattr(item, _LEVELS[part]), item, scope)
    if (entities := templates.entities) is not None:
        yield from _of_item(templates, ("entities",), entities, scope)
        if (of := scope.get(entities.each)) and entities.entity not in of.columns:
            message = f"`{of.name}` has no column `{entities.entity}`; {unknown_name(entities.entity, of.columns)}"
            yield _Wrong(templates.place(("entities", "entity")), message)


def _of_item(templates: Templates, path: KeyPath, item: Any, scope: _Scope) -> Iterator[_Wrong]:
    if item.each is not None and item.each not in scope:
        yield _Wrong(templates.place((*path, "each")), _no_table(item.each, scope))
        return
    inner = _with_row(item, scope)
    for key, number, text in sentences_of(item):
        yield from _of_text(templates, (*path, key, number), text, inner)


def _of_level(templates: Templates, path: KeyPath, level: str, item: Any, scope: _Scope) -> Iterator[_Wrong]:
    if "{" in level:
        yield from _of_text(templates, path, level, _with_row(item, scope))
    elif level not in LEVELS:
        yield _Wrong(templates.place(path), f"it must be {', '.join(LEVELS[:-1])} or {LEVELS[-1]}")


def _with_row(item: Any, scope: _Scope) -> _Scope:
    return {**scope, ROW: scope[item.each].row()} if item.each in scope else scope


def _of_text(templates: Templates, path: KeyPath, text: str, scope: _Scope) -> Iterator[_Wrong]:
    try:
        _Checked(scope).whole(parsed(text))
    except ValueError as error:
        yield _Wrong(templates.place(path), str(error))


def _mistake(wrong: Sequence[_Wrong]) -> UserMistake:
    first, *others = sorted(wrong, key=lambda one: (one.place.line or 0, one.place.column or 0))
    message = "\n".join([first.message, *(f"  also {one.place}: {one.message}" for one in others)])
    return UserMistake(
        message,
        where=first.place,
        who="pipeline owner",
        next="docs/narrative.md says what a narrative.yaml may hold",
        code="bad_narrative",
    )


def _no_table(name: str, scope: _Scope) -> str:
    return f"there is no fact or finding `{name[:60]}`; {unknown_name(name[:60], scope)}"


class _Checked:
    """One sentence, walked through; raises ValueError at the first name that is not there."""

    def __init__(self, scope: _Scope) -> None:
        self._scope = dict(scope)

    def whole(self, node: nodes.Node) -> _Type:
        """What a node is, after everything in it was looked at."""
        kind = type(node).__name__.lower()
        if method := getattr(self, f"_{kind}", None):
            return method(node)  # type: ignore[no-any-return]
        for child in node.iter_child_nodes():
            self.whole(child)
        return _VALUE

    def _name(self, node: nodes.Name) -> _Type:
        if node.ctx == "load" and node.name not in self._scope:
            raise ValueError(_no_table(node.name, self._scope))
        return self._scope.get(node.name, _VALUE)

    def _getattr(self, node: nodes.Getattr) -> _Type:
        return self._column(self.whole(node.node), node.attr)

    def _getitem(self, node: nodes.Getitem) -> _Type:
        of, kind = self.whole(node.node), type(node.arg).__name__
        if kind == "Slice":
            return of
        value = getattr(node.arg, "value", None)
        return self._column(of, value) if isinstance(value, str) else of.row()

    def _filter(self, node: nodes.Filter) -> _Type:
        of = self.whole(node.node) if node.node is not None else _VALUE
        for child in node.args:
            self.whole(child)
        if node.name in COLUMN_FILTERS:
            some = node.args if node.name == "column" else node.args[:1]
            for one in some:
                self._column(of.row(), getattr(one, "value", None))
        if node.name in ROW_FILTERS:
            return of.row()
        return of if node.name in TABLE_FILTERS else _VALUE

    def _for(self, node: nodes.For) -> _Type:
        of, before = self.whole(node.iter), dict(self._scope)
        self._scope |= {"loop": _LOOP, getattr(node.target, "name", ""): of.row()}
        for child in [*([node.test] if node.test else []), *node.body, *node.else_]:
            self.whole(child)
        self._scope = before
        return _VALUE

    def _assign(self, node: nodes.Assign) -> _Type:
        self._scope[getattr(node.target, "name", "")] = self.whole(node.node)
        return _VALUE

    def _condexpr(self, node: nodes.CondExpr) -> _Type:
        self.whole(node.test)
        if node.expr2 is not None:
            self.whole(node.expr2)
        return self.whole(node.expr1)

    def _column(self, of: _Type, column: Any) -> _Type:
        if of.kind == "value" or not isinstance(column, str):
            raise ValueError(
                f"`{str(column)[:60]}` is asked of something that is no fact, no finding and no row of one"
            )
        if column not in of.columns:
            raise ValueError(f"`{of.name}` has no `{column[:60]}`; {unknown_name(column[:60], of.columns)}")
        return _VALUE
