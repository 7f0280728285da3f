"""One value of a contract document, read with its type checked and its place at hand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from headgate.core.errors import Place, UserMistake
from headgate.core.yaml_document import Key, KeyPath, YamlDocument

# ODCS v3.2 variables: ${NAME} or ${NAME:-default}.
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")


@dataclass(frozen=True)
class Node:
    """A value and where it stands.

    Attributes:
        document: the file it comes from.
        path: keys and list positions from the root to it.
        value: plain Python.
        variables: what `${NAME}` in a text stands for.
    """

    document: YamlDocument
    path: KeyPath
    value: Any
    variables: Mapping[str, str]

    def get(self, key: Key) -> Node | None:
        """The value behind a key; None when it is absent or null."""
        found = self.value.get(key) if isinstance(self.value, dict) else self.value[int(key)]
        return None if found is None else Node(self.document, (*self.path, key), found, self.variables)

    def need(self, key: str, why: str) -> Node:
        """The value behind a key that must be there."""
        found = self.get(key)
        if found is None or found.value in ("", [], {}):
            raise self.refuse(f"`{key}` is missing: {why}", key)
        return found

    def names(self) -> list[str]:
        """The keys of a mapping, in order."""
        return list(self.mapping().value)

    def mapping(self) -> Node:
        """Itself, refused when it is not a mapping."""
        if not isinstance(self.value, dict):
            raise self.refuse(f"it must be a mapping of keys, not {_kind(self.value)}")
        return self

    def items(self, key: str) -> Iterator[Node]:
        """The entries of the list behind a key; none when it is absent."""
        found = self.get(key)
        if found is None:
            return
        if not isinstance(found.value, list):
            raise self.refuse(f"`{key}` must be a list, not {_kind(found.value)}", key)
        for number, entry in enumerate(found.value):
            yield Node(self.document, (*found.path, number), entry, self.variables)

    def flag(self, key: str) -> bool:
        """A true or false; false when absent."""
        found = self.get(key)
        if found is None:
            return False
        if not isinstance(found.value, bool):
            raise self.refuse(f"`{key}` must be true or false, not {found.shown()}", key)
        return found.value

    def number(self, key: str) -> int | float | None:
        """A number; None when absent."""
        found = self.get(key)
        if found is None:
            return None
        if isinstance(found.value, bool) or not isinstance(found.value, int | float):
            hint = "; take the quotes off" if _looks_numeric(found.value) else ""
            raise self.refuse(f"`{key}` must be a number, not {found.shown()}{hint}", key)
        return found.value

    def whole(self, key: str, at_least: int = 0) -> int | None:
        """A whole number of at least `at_least`; None when absent."""
        found = self.number(key)
        if found is not None and (found != int(found) or found < at_least):
            raise self.refuse(f"`{key}` must be a whole number of at least {at_least}", key)
        return None if found is None else int(found)

    def text(self, key: str) -> str | None:
        """A scalar as written in the file, with variables put in; None when absent."""
        found = self.get(key)
        return None if found is None else found.scalar()

    def scalar(self) -> str:
        """This value as written in the file, with variables put in."""
        if isinstance(self.value, dict | list):
            raise self.refuse(f"it must be a single text, not {_kind(self.value)}")
        return self.resolve(self.raw())

    def raw(self) -> str:
        """This scalar as written in the file."""
        written = self.document.text(self.path)
        return str(self.value) if written is None else written

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of scalars as written; nulls left out."""
        return tuple(entry.scalar() for entry in self.items(key) if entry.value is not None)

    def resolve(self, text: str) -> str:
        """Put variables in; one that is neither given nor has a default is refused."""
        return _VARIABLE.sub(self._variable, text)

    def _variable(self, found: re.Match[str]) -> str:
        name, default = found.groups()
        value = self.variables.get(name) or default
        if value is None:
            raise self.refuse(
                f"the variable ${{{name}}} has no value and no default",
                next=(f"write the value itself, or a default: ${{{name}:-value}}"),
            )
        return value

    def shown(self) -> str:
        """The value as an error message quotes it."""
        if isinstance(self.value, dict | list):
            return _kind(self.value)
        text = self.raw()
        return f"'{text[:60]}…'" if len(text) > 60 else f"'{text}'"

    def place(self, key: str | None = None) -> Place:
        """Where this value, or a key in it, stands."""
        return self.document.place(self.path if key is None else (*self.path, key))

    def refuse(self, message: str, key: str | None = None, *, next: str | None = None) -> UserMistake:
        """The error that names this place; to be raised."""
        command = next or f"mend it, then `headgate contract lint {self.document.file}`"
        return UserMistake(message, where=self.place(key), who="pipeline owner", next=command, code="bad_contract")


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return "nothing" if value is None else f"'{value}'"


def _looks_numeric(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[-+]?[0-9]+(\.[0-9]+)?", value) is not None
