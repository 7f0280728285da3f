"""Quoting for SQL: names and texts from contracts and files never reach a statement any other way."""

from __future__ import annotations

from collections.abc import Iterable


def name(text: str) -> str:
    """An identifier."""
    return '"' + text.replace('"', '""') + '"'


def text(value: object) -> str:
    """A string literal."""
    return "'" + str(value).replace("'", "''") + "'"


def texts(values: Iterable[object]) -> str:
    """A comma-separated list of string literals."""
    return ", ".join(text(value) for value in values)
