"""The `sinks` section of `pipeline.yaml`: tables that accepted rows are loaded into."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from headgate.core.config.mistakes import shown
from headgate.core.config.model import Section
from headgate.core.config.values import Line, refuse

_NAME = "[a-z][a-z0-9_]*"
# What `headgate query` calls its own tables, and SQLite its own.
_TAKEN = ("runs", "accepted_", "rejected_", "sqlite_")


def _name(text: str) -> str:
    if not re.fullmatch(_NAME, text):
        refuse(f"a name is lower-case letters, digits and _, and starts with a letter, unlike {shown(text)}", "[key]")
    return text


def _table_name(text: str) -> str:
    for taken in _TAKEN:
        if text == taken or (taken.endswith("_") and text.startswith(taken)):
            refuse(
                f"{shown(text)} is taken: no table may be called {shown(taken + '…' * taken.endswith('_'))}", "[key]"
            )
    return _name(text)


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _some(columns: tuple[str, ...]) -> tuple[str, ...]:
    if not columns or len({column.casefold() for column in columns}) < len(columns):
        refuse("an index needs one column or more, each once")
    return columns


TableName = Annotated[str, AfterValidator(_table_name)]
IndexName = Annotated[str, AfterValidator(_name)]
IndexColumns = Annotated[
    tuple[Line, ...],
    BeforeValidator(_listed),
    AfterValidator(_some),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}),
]


class Sink(Section):
    """A table that accepted rows are loaded into, under their keys."""

    partition_key: Line = Field(description="Column that identifies a row, alone or with the sort key.")
    sort_key: Line | None = Field(None, description="Column that, with the partition key, identifies a row.")
    indexes: dict[IndexName, IndexColumns] = Field(
        {}, description="Names of further indexes, each with the column, or the list of columns, to find rows by."
    )

    @model_validator(mode="after")
    def _keys_differ(self) -> Sink:
        if self.sort_key == self.partition_key:
            refuse("it is the partition key already; leave it out, or name another column", "sort_key")
        return self


Sinks = dict[TableName, Sink]
