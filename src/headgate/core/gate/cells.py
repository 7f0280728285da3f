"""The gate's inner column names: what stands in the file, its value, its type, beside names that belong to the user."""

from __future__ import annotations

from collections.abc import Iterable

from headgate.core.contract.model import Contract
from headgate.core.gate import sql


class Cells:
    """Names of inner columns; their prefix is one that no column of the contract or the file has."""

    def __init__(self, contract: Contract, others: Iterable[str] = ()) -> None:
        names = [column.name for column in contract.columns]
        self._position = {name: at for at, name in enumerate(names)}
        self.prefix = "_"
        while any(name.lower().startswith(self.prefix) for name in [*names, *others]):
            self.prefix += "_"

    def raw(self, name: str) -> str:
        """The text as it stands in the file."""
        return f"{self.prefix}r{self._position[name]}"

    @property
    def record(self) -> str:
        """The record number, in the view `scratch`."""
        return f"{self.prefix}rec"

    @property
    def root_run(self) -> str:
        """Rows sent again only: the run whose rejected row it was."""
        return f"{self.prefix}root_run"

    @property
    def root_record(self) -> str:
        """Rows sent again only: the number of its record there; NULL where the row has none."""
        return f"{self.prefix}root_record"

    def kept(self, name: str) -> str:
        """The typed value in the scratch file, where a user's name might be one of the reader's own."""
        return f"{self.prefix}t{self._position[name]}"

    def value(self, name: str) -> str:
        """The text, NULL where missing, trimmed where asked."""
        return f"{self.prefix}v{self._position[name]}"

    def typed(self, name: str) -> str:
        """The typed value, NULL where missing or mistyped; it has the user's name, so that expressions find it."""
        return sql.name(name)

    def kind(self, name: str) -> str:
        """JSON only: the JSON type of the field."""
        return f"{self.prefix}k[{self._position[name] + 1}]"

    @property
    def kinds(self) -> str:
        """JSON only: the JSON types of the columns' fields, a list in contract order."""
        return f"{self.prefix}k"

    @property
    def fault(self) -> str:
        """Why the record is malformed: 0 when it is not, else the position in `MALFORMED`, from 1."""
        return f"{self.prefix}bad"

    def extra(self, position: int) -> str:
        """An extra column's text."""
        return f"{self.prefix}x{position}"

    def errors(self, word: int) -> str:
        """Bits of the broken error rules, 62 to a word."""
        return f"{self.prefix}e{word}"

    def warnings(self, word: int) -> str:
        """Bits of the broken warning rules and of what file checks count, 62 to a word."""
        return f"{self.prefix}w{word}"
