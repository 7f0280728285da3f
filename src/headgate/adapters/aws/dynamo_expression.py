"""Expressions of DynamoDB: conditions on an item, and which items a query is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headgate.adapters.aws.dynamo_values import encoded


class Expression:
    """Names and values of an expression, under names that can't be words of DynamoDB's language."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._values: dict[str, Any] = {}

    @property
    def parts(self) -> dict[str, Any]:
        """The names and values, as a request says them."""
        names = {"ExpressionAttributeNames": self._names} if self._names else {}
        return names | ({"ExpressionAttributeValues": self._values} if self._values else {})

    def name(self, name: str) -> str:
        short = f"#n{len(self._names)}"
        self._names[short] = name
        return short

    def value(self, value: Any) -> str:
        short = f":v{len(self._values)}"
        self._values[short] = encoded(value)
        return short

    def conditions(self, when: Mapping[str, Any]) -> list[str]:
        """That attributes have these values; None stands for one that is not there."""
        return [self._condition(name, value) for name, value in when.items()]

    def _condition(self, name: str, value: Any) -> str:
        short = self.name(name)
        if value is None:
            return f"(attribute_not_exists({short}) OR attribute_type({short}, {self.value('NULL')}))"
        return f"{short} = {self.value(value)}"

    def keys(self, first: tuple[str, str], second: tuple[str, str | tuple[str | None, str | None]]) -> str:
        """That the first key has a value, and the second one begins with a text, or lies in a span, both ends included."""
        (name, value), (by, wanted) = first, second
        is_first = f"{name} = {self.value(value)}"
        if isinstance(wanted, str):
            return f"{is_first} AND begins_with({by}, {self.value(wanted)})" if wanted else is_first
        since, until = wanted
        if since and until is not None:
            return f"{is_first} AND {by} BETWEEN {self.value(since)} AND {self.value(until)}"
        if since:
            return f"{is_first} AND {by} >= {self.value(since)}"
        return is_first if until is None else f"{is_first} AND {by} <= {self.value(until)}"
