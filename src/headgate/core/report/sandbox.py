"""Where a pipeline's own template runs: it reads no file, changes nothing, and comes to an end."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sized
from contextlib import contextmanager
from typing import Any

from jinja2 import nodes
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from headgate.core.report.input import OWN

SECONDS: float = 10
"""That a pipeline's own template may take."""
IS_OVER = "is over"
"""Under which name a rendering finds the end of its time: none that a template could write."""

# Everything that a template can do again and again. Between two of them it does no more than one expression.
_AGAIN = (nodes.For, nodes.Macro, nodes.CallBlock, nodes.Block)
_LONGEST, _MOST_BITS, _LARGEST_POWER = 1_000_000, 10_000, 64


class Sandbox(ImmutableSandboxedEnvironment):
    """Headgate's templates as they are; one that is called `OWN` looks at its time before everything it does again."""

    intercepted_binops = frozenset({"*", "**"})

    def go_on(self, context: Context) -> None:
        """What a template of a pipeline calls, again and again.

        Raises:
            TimeoutError: its time is over.
        """
        if context[IS_OVER].is_set():
            raise TimeoutError(f"it takes longer than the {SECONDS:g} seconds it may")

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Of these two a small formula makes numbers and texts that fill the memory, in one step that nothing ends."""
        if operator == "**" and not _is_small_power(left, right):
            raise ValueError(f"a power may have exponents up to {_LARGEST_POWER}")
        if operator == "*" and not _is_small_product(left, right):
            raise ValueError("a product may not be as large as that")
        return super().call_binop(context, operator, left, right)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if name == OWN:
            for node in tree.find_all(_AGAIN):
                node.body.insert(0, _look_at_time(node.lineno))  # type: ignore[attr-defined]  # all of them have a body
        return tree


@contextmanager
def limited() -> Iterator[dict[str, Any]]:
    """What a template must be handed, among its values, so that it ends in time."""
    over = threading.Event()
    timer = threading.Timer(SECONDS, over.set)
    timer.daemon = True
    timer.start()
    try:
        yield {IS_OVER: over}
    finally:
        timer.cancel()


def _look_at_time(line: int) -> nodes.Node:
    call = nodes.Call(nodes.EnvironmentAttribute("go_on"), [nodes.ContextReference()], [], None, None)
    return nodes.ExprStmt(call).set_lineno(line, override=True)


def _is_small_power(left: Any, right: Any) -> bool:
    return isinstance(left, int | float) and isinstance(right, int | float) and abs(right) <= _LARGEST_POWER


def _is_small_product(left: Any, right: Any) -> bool:
    if isinstance(left, int) and isinstance(right, int):
        return left.bit_length() + right.bit_length() <= _MOST_BITS
    text, times = (left, right) if isinstance(left, Sized) else (right, left)
    return not isinstance(text, Sized) or not isinstance(times, int) or len(text) * times <= _LONGEST
