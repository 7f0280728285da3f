"""Whether the names in a pipeline's own template are those of something, as far as that can be seen without a report."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from jinja2 import Environment, meta, nodes

from headgate.core.printable import printable
from headgate.core.report.blocks import Report, Section

NAMES = ("report", "show", "analysis", "manifest", "layout", "page", "medium", "light", "dark")
"""What a pipeline's own template has."""

_LONGEST = 60


def unknown_names(tree: nodes.Template, environment: Environment) -> Iterator[tuple[int, str]]:
    """The line of each name that is wrong, and what is wrong with it.

    Args:
        tree: the template as it is written.
    """
    yield from _variables(tree, environment)
    yield from _tools(tree, environment)
    yield from _other_templates(tree, environment)
    yield from _attributes(tree)


def _variables(tree: nodes.Template, environment: Environment) -> Iterator[tuple[int, str]]:
    for name in sorted(meta.find_undeclared_variables(tree) - {*NAMES, *environment.globals}):
        line = min(node.lineno for node in tree.find_all(nodes.Name) if node.name == name)
        yield line, f"there is no {_quoted(name)}, only {', '.join(NAMES)}"


def _tools(tree: nodes.Template, environment: Environment) -> Iterator[tuple[int, str]]:
    """Jinja itself says nothing of those that stand in an `if`, before it comes there."""
    for node in tree.find_all((nodes.Filter, nodes.Test)):
        kind, there = ("filter", environment.filters) if isinstance(node, nodes.Filter) else ("test", environment.tests)
        if node.name not in there:
            yield node.lineno, f"there is no {kind} {_quoted(node.name)}"


def _other_templates(tree: nodes.Template, environment: Environment) -> Iterator[tuple[int, str]]:
    there = environment.list_templates()
    for node in tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
        named = node.template  # type: ignore[attr-defined]  # all of them have one
        if isinstance(named, nodes.Const) and isinstance(named.value, str) and named.value not in there:
            yield node.lineno, f"there is no template {_quoted(named.value)}; extend `layout`, without quotation marks"


def _attributes(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """Those of the report, and of its sections where a loop goes over them."""
    sections: dict[str, type] = {name: Section for loop in tree.find_all(nodes.For) if (name := _section_of(loop))}
    given = [node.name for node in tree.find_all(nodes.Name) if node.ctx in ("store", "param")]
    # A name that stands for two things in one template could be either.
    kinds = {name: kind for name, kind in sections.items() if given.count(name) == 1}
    if "report" not in given:
        kinds["report"] = Report
    for node in tree.find_all(nodes.Getattr):
        of = node.node.name if isinstance(node.node, nodes.Name) else ""
        if of in kinds and node.attr not in (there := _public(kinds[of])):
            yield node.lineno, f"{of} has no {_quoted(node.attr)}, only {', '.join(there)}"


def _section_of(loop: nodes.For) -> str | None:
    """How a loop over the report's sections calls each of them."""
    over, target = loop.iter, loop.target
    if not isinstance(over, nodes.Getattr) or over.attr != "sections" or not isinstance(target, nodes.Name):
        return None
    return target.name if isinstance(over.node, nodes.Name) and over.node.name == "report" else None


def _public(kind: type) -> Collection[str]:
    fields = getattr(kind, "__dataclass_fields__", {})
    return [*fields, *(name for name in vars(kind) if not name.startswith("_") and name not in fields)]


def _quoted(name: object) -> str:
    return f"`{printable(name, _LONGEST)}`"
