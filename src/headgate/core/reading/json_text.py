"""A JSON text read through a growing window, value by value, so that a document need not fit in memory."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

from headgate.core.errors import FileFailed, Place

_SPACE = re.compile(r"[ \t\n\r]*")


# An error this near the end of the window may be a token that is not whole yet; the longest is `-Infinity`.
_UNSURE = 16
# A number may go on behind what looks like its end: `1e+` is `1` and two characters until a digit follows.
_NUMBER_GOES_ON = 2


def line_breaks(text: str) -> int:
    """Physical line breaks: `\\n`, `\\r\\n` and a bare `\\r` count as one each."""
    returns = text.count("\r")
    return text.count("\n") + (returns - text.count("\r\n") if returns else 0)


def _line_start(text: str) -> int:
    return max(text.rfind("\n"), text.rfind("\r")) + 1


class JsonText:
    """A growing window on a JSON text. Positions are relative to the window; `take` moves it on.

    Attributes:
        text: the window.
        line: the physical line of the first character not yet taken.
        constants: how many NaN and Infinity the values so far had.
    """

    def __init__(self, pieces: Iterator[str], limit: int, name: str) -> None:
        self._pieces, self._limit, self._name = pieces, limit, name
        self.text, self._at_end, self._taken = "", False, 0
        self.line, self._column = 1, 0
        self.constants = 0
        decoder = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=self._constant)
        self._scan: Callable[[str, int], tuple[Any, int]] = decoder.scan_once  # type: ignore[attr-defined]

    def _constant(self, name: str) -> str:
        self.constants += 1
        return name

    def grow(self, from_position: int) -> bool:
        """Reads as much again as is waiting; False when there is no more."""
        self.refuse_too_large(self._taken, len(self.text))
        wanted = max(1, len(self.text) - from_position, (len(self.text) - self._taken) // 4)
        pieces = [self.text]
        while wanted > 0 and not self._at_end:
            piece = next(self._pieces, None)
            self._at_end = piece is None
            pieces.append(piece or "")
            wanted -= len(piece or "")
        self.text = "".join(pieces)
        return any(pieces[1:])

    def take(self, until: int) -> tuple[str, int]:
        """Moves the window on; returns what leaves it and the new position of `until`."""
        gone = self.text[self._taken : until]
        breaks = line_breaks(gone)
        self.line += breaks
        self._column = len(gone) - _line_start(gone) if breaks else self._column + len(gone)
        if until > len(self.text) // 2:
            self.text, until = self.text[until:], 0
        self._taken = until
        return gone, until

    def refuse_too_large(self, start: int, end: int) -> None:
        """Holds what stands between two positions against the record limit."""
        if end - start > self._limit:
            raise self.failed("record_too_large", f"one value is longer than {self._limit:,} characters")

    def space(self, position: int) -> int:
        """The next position that is not white space, text read as needed."""
        while True:
            match = _SPACE.match(self.text, position)
            assert match
            if match.end() < len(self.text) or not self.grow(position):
                return match.end()

    def at(self, position: int) -> str:
        """The character at a position; empty at the end."""
        return self.text[position : position + 1]

    def expect(self, position: int, character: str) -> int:
        """The position behind this character, white space before it skipped."""
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
                at, what = _fault(error, position)
                if (what.startswith("Unterminated") or at > len(self.text) - _UNSURE) and self.grow(position):
                    continue
                raise self.broken(at, what) from error
            except RecursionError as error:
                raise self.broken(position, "the value is nested too deeply") from error
            if end < len(self.text) - _NUMBER_GOES_ON or not self.grow(position):
                return value, end

    def key(self, position: int) -> tuple[str, int]:
        """The key of an object's member and where its value starts."""
        position = self.expect(position, '"')
        while True:
            try:
                name, end = scanstring(self.text, position)
                break
            except ValueError as error:
                at, what = _fault(error, position)
                if not self.grow(position):
                    raise self.broken(at, what) from error
        return name, self.space(self.expect(end, ":"))

    def place(self, position: int) -> Place:
        """Line and column of a position."""
        before = self.text[self._taken : position]
        breaks = line_breaks(before)
        column = len(before) - _line_start(before) if breaks else self._column + len(before)
        return Place(self._name, self.line + breaks, column + 1)

    def broken(self, position: int, what: str) -> FileFailed:
        """The error to raise when the text is no JSON at a position."""
        return self.failed("not_of_its_format", f"not a JSON document: {what}", self.place(position))

    def failed(self, code: str, message: str, place: Place | None = None) -> FileFailed:
        """The error to raise."""
        step = "raise limits.record in headgate.yaml" if code == "record_too_large" else "ask for the file again"
        where = place or Place(self._name, self.line)
        return FileFailed(message, code=code, where=where, who="the sender", next=step)

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


def _fault(error: Exception, position: int) -> tuple[int, str]:
    if isinstance(error, StopIteration):
        return error.value, "Expecting value"
    return getattr(error, "pos", position), getattr(error, "msg", str(error))
