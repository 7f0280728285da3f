"""Text from files made safe to print: no control characters, no line breaks, no terminal escapes."""

from __future__ import annotations

from collections.abc import Sequence


def printable(text: object, limit: int = 300) -> str:
    """The text on one line; what can't be printed is written as an escape; longer than `limit` is cut with `…`."""
    safe = "".join(
        character if character.isprintable() else repr(character)[1:-1] for character in str(text)[: limit + 1]
    )
    return safe if len(safe) <= limit else safe[:limit] + "…"


def first_of(names: Sequence[str], most: int) -> str:
    """The first of them, and how many more there are: `a, b and 3 more`."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")


def and_more(number: int, indent: str = "  ") -> list[str]:
    """A line for those of a list that are not shown, if any."""
    return [f"{indent}and {number:,} more"] if number > 0 else []
