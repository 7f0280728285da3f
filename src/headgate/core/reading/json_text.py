"""A JSON text read through a growing window, value by value, so that a document need not fit in memory."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

from headgate.core.errors import FileFailed, Place

_SPACE = re.compile(r"[ \t\n\r]*")


class JsonText:
    """A growing window on a JSON text. Positions are relative to the window; `drop` moves it on."""

    def __init__(self, pieces: Iterator[str], limit: int, name: str) -> None:
        self._pieces, self._limit, self._name = pieces, limit, name
        self.text, self.at_end = "", False
        self.line = 1
        self.constants = 0
        decoder = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=self._constant)
        self._scan: Callable[[str, int], tuple[Any, int]] = decoder.scan_once

    def _constant(self, name: str) -> str:
        self.constants += 1
        return name

    def grow(self, from_position: int) -> bool:
        """Reads as much again as is waiting; False when there is no more."""
        wanted = max(1, len(self.text) - from_position)
        if wanted > self._limit:
            raise self.failed("record_too_large", f"one value is longer than {self._limit:,} characters")
        pieces = [self.text]
        while wanted > 0 and not self.at_end:
            piece = next(self._pieces, None)
            self.at_end = piece is None
            pieces.append(piece or "")
            wanted -= len(piece or "")
        grown = any(pieces[1:])
        self.text = "".join(pieces)
        return grown

    def drop(self, until: int) -> str:
        """Moves the window on; returns what leaves it."""
        gone, self.text = self.text[:until], self.text[until:]
        self.line += gone.count("\n")
        return gone

    def space(self, position: int) -> int:
        """The next position that is not white space, text read as needed."""
        while True:
            match = _SPACE.match(self.text, position)
            assert match
            if match.end() < len(self.text) or not self.grow(position):
                return match.end()

    def at(self, position: int) -> str:
        return self.text[position : position + 1]

    def expect(self, position: int, character: str) -> int:
        position = self.space(position)
        if self.at(position) != character:
            raise self.broken(position, f"expected {character!r}, found {self.at(position)[:1] or 'the end'!r}")
        return position + 1

    def value(self, position: int) -> tuple[Any, int]:
        """The value that starts here (numbers as their text) and where it ends."""
        while True:
            try:
                value, end = self._scan(self.text, position)
            except (StopIteration, ValueError) as error:
                if self.grow(position):
                    continue
                raise self.broken(getattr(error, "pos", position), "the text is no JSON value") from error
            except RecursionError as error:
                raise self.broken(position, "the value is nested too deeply") from error
            if end < len(self.text) or not self.grow(position):
                return value, end

    def key(self, position: int) -> tuple[str, int]:
        """The key of an object's member and where its value starts."""
        position = self.expect(position, '"')
        while True:
            try:
                name, end = scanstring(self.text, position)
                break
            except ValueError as error:
                if not self.grow(position):
                    raise self.broken(position, "the key is no JSON string") from error
        return name, self.space(self.expect(end, ":"))

    def broken(self, position: int, what: str) -> FileFailed:
        line = self.line + self.text.count("\n", 0, position)
        column = position - self.text.rfind("\n", 0, position)
        return self.failed("not_of_its_format", f"not a JSON document: {what}", line, column)

    def failed(self, code: str, message: str, line: int | None = None, column: int | None = None) -> FileFailed:
        place = Place(self._name, line or self.line, column)
        step = "raise limits.record in headgate.yaml" if code == "record_too_large" else "ask for the file again"
        return FileFailed(message, code=code, where=place, who="the sender", next=step)

    def each(self, position: int, visit: Callable[[str | None, int], int]) -> int:
        """Visits each member of the object or array at `position` with its key (None in an array) and value start.

        `visit` returns where the value ends. Returns where the object or array ends.
        """
        closing = {"{": "}", "[": "]"}[self.at(position)]
        position = self.space(position + 1)
        if self.at(position) == closing:
            return position + 1
        while True:
            key = None
            if closing == "}":
                key, position = self.key(position)
            position = self.space(visit(key, position))
            if self.at(position) == closing:
                return position + 1
            position = self.space(self.expect(position, ","))
