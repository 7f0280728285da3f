"""One JSON document: rows found by a record path, parent fields carried down, units judged, raw text kept to the byte."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from headgate.core.contract.model import Layout, UnitCheck
from headgate.core.errors import FileFailed, Place
from headgate.core.reading.encoding import encoding_named
from headgate.core.reading.framing import Framing
from headgate.core.reading.json_text import JsonText
from headgate.core.reading.record_log import RecordLog
from headgate.core.reading.source import Source

DEFAULT_RECORD_PATH = "$[*]"
MAP, ITEMS = object(), object()
_STEP = re.compile(r"(?P<map>\.\*)|(?P<items>\[\*\])|\.(?P<name>[^.\[\]*]+)")
_OPENING = {MAP: "{", ITEMS: "["}
_PRESENT = "present"
_NAME = 100
PARENTS_END = b"\x01"
"""Parts the parent fields of a row (a JSON object) from the row in the engine's line; no JSON text can hold it."""


def parse_record_path(path: str) -> list[Any]:
    """`$.*.values[*]` as steps: a name, `MAP` (each value of an object) or `ITEMS` (each element of an array).

    Raises:
        ValueError: the path does not start with `$`, has an unknown step, or ends in a name.
    """
    steps: list[Any] = []
    position = 1
    while path.startswith("$") and position < len(path):
        match = _STEP.match(path, position)
        if match is None:
            break
        steps.append(match["name"] or (MAP if match["map"] else ITEMS))
        position = match.end()
    if position != len(path) or not steps or isinstance(steps[-1], str):
        raise ValueError(f"{path!r} is no record path: use $[*], $.rows[*] or $.*.values[*]")
    return steps


@dataclass
class Unit:
    """One value under the first wildcard: where its rows stand (start, end, is it strict JSON) and its other fields."""

    rows: list[tuple[int, int, bool]] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)

    def value(self, path: str) -> Any:
        """The field at a dotted path; None where there is none."""
        value: Any = self.fields
        for name in path.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        return value

    def fault(self, check: UnitCheck) -> str | None:
        """Why the unit can't be used; None when it can."""
        for path, wanted in check.absent_or_equal:
            found = self.value(path)
            if found is not None and found != wanted:
                return f"{path} is {found!r}, not {wanted!r}" + self._message()
        missing = [path for path in check.required if self.value(path) is None]
        return f"it has no {' and no '.join(missing)}" if missing else None

    def _message(self) -> str:
        message = self.fields.get("message")
        return f": {_writable(message[:200])}" if isinstance(message, str) else ""


class DocumentFramer:
    """Frames one JSON document; use `frame_document`."""

    def __init__(self, source: Source, chunks: Iterator[bytes], layout: Layout, work: Path) -> None:
        self._encoding = encoding_named(layout.encoding)
        self._layout = layout
        self._steps = parse_record_path(layout.record_path or DEFAULT_RECORD_PATH)
        self._text = JsonText(self._pieces(chunks), source.limits.record, source.path.name)
        before = PARENTS_END if layout.parent_fields else b""
        self._log = RecordLog(source, work, self._encoding, lambda token: before + token.encode() + b"\n", copying=True)

    def _pieces(self, chunks: Iterator[bytes]) -> Iterator[str]:
        decoder = self._encoding.decoder()
        for chunk in self._encoding.framed(chunks):
            yield decoder.decode(chunk)
        yield decoder.decode(b"", final=True)

    def frame(self) -> Framing:
        with self._log:
            self._document()
            return self._log.finish()

    def _document(self) -> None:
        text = self._text
        position = text.space(0)
        if text.at(position) == "\ufeff":
            position = text.space(position + 1)
        if not text.at(position):
            raise text.failed("empty_file", "the file is empty")
        one_unit = sum(not isinstance(step, str) for step in self._steps) == 1 and (
            self._layout.parent_fields or self._layout.unit_check != UnitCheck()
        )
        end = self._unit(position, self._steps) if one_unit else self._descend(position, self._steps)
        end = text.space(end)
        if text.at(end):
            raise text.broken(end, "there is text after the document")
        self._structure_until(end)

    def _descend(self, position: int, steps: list[Any]) -> int:
        """Follows the path down to its first wildcard, whose values are the units."""
        step, text, place = steps[0], self._text, self._text.place(position)
        if text.at(position) != _OPENING.get(step, "{"):
            raise self._not_found(place, step)
        if not isinstance(step, str):
            return text.each(position, lambda key, start: self._unit(start, steps[1:], key))
        found = False

        def visit(key: str | None, start: int) -> int:
            nonlocal found
            if key != step:
                return self._structure_until(text.value(start)[1])
            found = True
            return self._descend(start, steps[1:])

        end = text.each(position, visit)
        if not found:
            raise self._not_found(place, step)
        return end

    def _not_found(self, place: Place, step: Any) -> FileFailed:
        wanted = step if isinstance(step, str) else "an object" if step is MAP else "an array"
        path = self._layout.record_path or DEFAULT_RECORD_PATH
        return self._text.failed("record_path_not_found", f"the record path {path} finds no {wanted} here", place)

    def _structure_until(self, position: int) -> int:
        gone, position = self._text.take(position)
        self._log.structure(self._bytes(gone))
        return position

    def _unit(self, position: int, steps: list[Any], name: str | None = None) -> int:
        """Frames one unit and moves the window past it; returns the position where it ends.

        Args:
            name: the key that the unit stands under; nothing else may say which one it is.
        """
        start = self._structure_until(position)
        unit = Unit()
        end = self._collect(unit, start, steps)
        self._text.refuse_too_large(start, end)
        parents = {column: unit.value(path) for column, path in self._layout.parent_fields}
        fault = unit.fault(self._layout.unit_check) or _undecodable(parents)
        if fault:
            which = f"{_writable(name[:_NAME])}: " if name else ""
            self._log.malformed(self._bytes(self._text.text[start:end]), "bad_unit", which + fault)
        else:
            self._emit(unit, parents, start, end)
        return self._text.take(end)[1]

    def _collect(self, unit: Unit, position: int, steps: list[Any]) -> int:
        """Notes the rows below `position` and the fields beside the path; returns where the value ends."""
        text = self._text
        if not steps or text.at(position) != _OPENING.get(steps[0], "{"):
            before = text.constants
            _, end = text.value(position)
            if not steps:
                unit.rows.append((position, end, text.constants == before))
            return end
        if not isinstance(steps[0], str):
            return text.each(position, lambda _, start: self._collect(unit, start, steps[1:]))
        return text.each(position, lambda key, start: self._member(unit, key or "", start, steps))

    def _member(self, unit: Unit, key: str, start: int, steps: list[Any]) -> int:
        if key == steps[0] and self._text.at(start) in ("{", "["):
            unit.fields[key] = _PRESENT
            return self._collect(unit, start, steps[1:])
        value, end = self._text.value(start)
        unit.fields[key] = value
        return end

    def _emit(self, unit: Unit, parents: dict[str, Any], start: int, end: int) -> None:
        text, done = self._text.text, start
        for row_start, row_end, strict in unit.rows:
            self._log.structure(self._bytes(text[done:row_start]))
            self._row(text[row_start:row_end], parents, strict)
            done = row_end
        self._log.structure(self._bytes(text[done:end]))

    def _row(self, raw: str, parents: dict[str, Any], strict: bool) -> None:
        framed = self._bytes(raw)
        if not self._encoding.decodable(framed):
            self._log.malformed(framed, "undecodable")
            return
        if not strict:
            self._log.malformed(framed, "not_json")
            return
        line = raw.replace("\n", " ").replace("\r", " ").encode() + b"\n"
        if parents:
            line = json.dumps(parents).encode() + PARENTS_END + line
        self._log.odd(framed, line)

    def _bytes(self, text: str) -> bytes:
        return self._encoding.encode(text)


def _undecodable(parents: dict[str, Any]) -> str | None:
    """Which parent field is no text: bytes that can't be decoded, and escapes of half a character, are lone surrogates."""
    for column, value in parents.items():
        text = json.dumps(value, ensure_ascii=False)
        if text != _writable(text):
            return f"its {column} can't be decoded"
    return None


def _writable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def frame_document(source: Source, layout: Layout, work: Path) -> Framing:
    """Finds, counts and places every row of a JSON document in one pass, one unit in memory at a time.

    Raises:
        FileFailed: `empty_file`, `not_of_its_format`, `record_path_not_found`, `record_too_large`.
    """
    with closing(source.chunks()) as chunks:
        return DocumentFramer(source, chunks, layout, work).frame()
