"""Contracts for tests: small documents put together from parts."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest

from headgate.core.contract import Contract, read_contract
from headgate.core.errors import UserMistake
from headgate.core.yaml_document import parse_yaml

HEAD = """\
apiVersion: v3.1.0
kind: DataContract
id: orders-contract
version: 1.0.0
status: active
"""
FILE = "orders.odcs.yaml"


def contract_text(properties: str, schema: str = "", head: str = HEAD) -> str:
    """A document with one schema object `orders`; `schema` holds more of its keys."""
    body = f"schema:\n  - name: orders\n    properties:\n{textwrap.indent(textwrap.dedent(properties), ' ' * 6)}"
    return head + body + "\n" + textwrap.indent(textwrap.dedent(schema), " " * 4)


def prop(rest: str, name: str = "amount") -> str:
    """One property in flow style."""
    return f"- {{name: {name}, {rest}}}"


def load(text: str, schema: str | None = None, **options: object) -> Contract:
    """Read a document held in a test."""
    return read_contract(parse_yaml(text, file=FILE), schema, **options)  # type: ignore[arg-type]


def mistake(text: str, schema: str | None = None) -> Any:
    """The error a document is refused with; it names file, line, column and what to do."""
    with pytest.raises(UserMistake) as caught:
        load(text, schema)
    where = caught.value.where
    assert where
    assert (where.file, where.line is None, where.column is None) == (FILE, False, False)
    assert caught.value.next
    return caught.value
