"""Where a pipeline's own template runs: it reads no file, changes nothing, and comes to an end."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import update_wrapper
from typing import Any

from jinja2 import nodes, pass_context
from jinja2.runtime import Context, markup_join, str_join
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from headgate.core.report.bounds import (
    check_braces,
    check_filter,
    check_formula,
    check_method,
    check_size,
    text_size,
)
from headgate.core.report.input import OWN

SECONDS: float = 10
"""That a pipeline's own template may take."""
IS_OVER = "is over"
"""Under which name a rendering finds what is left to it: none that a template could write."""

# Everything that a template can do again and again. Between two of them it does no more than one expression.
_AGAIN = (nodes.For, nodes.Macro, nodes.CallBlock, nodes.Block)
_MOST_MADE = 100_000_000


class _Left:
    """What is left to a rendering, of its time and of the bytes that it may make on the way."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self._made = 0

    def take(self, size: int) -> None:
        if self.over.is_set():
            raise TimeoutError(f"it takes longer than the {SECONDS:g} seconds it may")
        self._made += size
        if self._made > _MOST_MADE:
            raise ValueError(f"it makes more than {_MOST_MADE:,} bytes of texts and lists on the way")


class Sandbox(ImmutableSandboxedEnvironment):
    """Headgate's templates as they are; one that is called `OWN` is watched in everything it does again, and in what it makes."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def watch_filters(self) -> None:
        """To be called when all filters are there."""
        self.filters = {name: self._watched(name, one) for name, one in self.filters.items()}

    def go_on(self, context: Context, size: int = 0) -> None:
        """What a template of a pipeline calls, again and again.

        Args:
            size: of the text that it is about to write.

        Raises:
            TimeoutError: its time is over.
            ValueError: it makes too much.
        """
        if left := context.get(IS_OVER):
            left.take(size)

    def joined(self, context: Context, *values: Any) -> Any:
        """What `~` makes."""
        check_size(text_size(values))
        return self._made(context, (markup_join if context.eval_ctx.autoescape else str_join)(values))

    def printed(self, context: Context, value: Any) -> Any:
        """What is written; a block may keep it."""
        if isinstance(value, list | tuple | dict):
            check_size(text_size(value))
        return self._made(context, value)

    def call(self, context: Context, called: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Whatever a template calls."""
        if not context.get(IS_OVER):
            return super().call(context, called, *args, **kwargs)
        given = check_method(called, args, kwargs)
        return self._made(context, super().call(context, called, *given, **kwargs))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Of these a small formula makes numbers and texts that fill the memory, in one step that nothing ends."""
        check_formula(operator, left, right)
        return self._made(context, super().call_binop(context, operator, left, right))

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """As Jinja's, with widths of a usual size."""
        wrapped = super().wrap_str_format(value)
        if wrapped is None:
            return None

        def watched(*args: Any, **kwargs: Any) -> str:
            check_braces(value.__self__, (args, kwargs))
            return wrapped(*args, **kwargs)

        return update_wrapper(watched, value)

    def _watched(self, name: str, filter_: Callable[..., Any]) -> Callable[..., Any]:
        takes = getattr(getattr(filter_, "jinja_pass_arg", None), "name", "")

        # It takes the context, so that Jinja does not work it out beforehand, when a template is only looked at.
        @pass_context
        def watched(context: Context, value: Any, /, *args: Any, **kwargs: Any) -> Any:
            first = {"context": context, "eval_context": context.eval_ctx, "environment": context.environment}
            given = (first[takes],) if takes else ()
            if not context.get(IS_OVER):
                return filter_(*given, value, *args, **kwargs)
            self.go_on(context)
            value = check_filter(name, value, args, kwargs)
            return self._made(context, filter_(*given, value, *args, **kwargs))

        return watched

    def _made(self, context: Context, made: Any) -> Any:
        if isinstance(made, str | list | tuple):
            self.go_on(context, sys.getsizeof(made))
        return made

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if name == OWN:
            for node in tree.find_all(_AGAIN):
                node.body.insert(0, _look(node))  # type: ignore[attr-defined]  # all of them have a body
            _Watching().visit(tree)
        return tree


class _Watching(NodeTransformer):
    """Has the environment do what Jinja would do without it."""

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _call("joined", node.nodes).set_lineno(node.lineno)

    def visit_Output(self, node: nodes.Output) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.nodes = [one if isinstance(one, nodes.TemplateData) else _printed(one) for one in node.nodes]
        return node


@contextmanager
def limited() -> Iterator[dict[str, Any]]:
    """What a template must be handed, among its values, so that it ends in time."""
    left = _Left()
    timer = threading.Timer(SECONDS, left.over.set)
    timer.daemon = True
    timer.start()
    try:
        yield {IS_OVER: left}
    finally:
        timer.cancel()


def _call(name: str, args: list[nodes.Expr]) -> nodes.Call:
    return nodes.Call(nodes.EnvironmentAttribute(name), [nodes.ContextReference(), *args], [], None, None)


def _printed(one: nodes.Expr) -> nodes.Expr:
    call = _call("printed", [one])
    call.set_lineno(one.lineno)
    return call


def _look(node: nodes.Node) -> nodes.Node:
    written = sum(len(text.data) for text in node.find_all(nodes.TemplateData))
    return nodes.ExprStmt(_call("go_on", [nodes.Const(written)])).set_lineno(node.lineno, override=True)
