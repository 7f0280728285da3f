"""What the comments at the head of an SQL file say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from headgate.core.config.mistakes import shown
from headgate.core.errors import Place, UserMistake
from headgate.core.nearest import nearest

Kind = Literal["fact", "finding"]

SEVERITIES = ("critical", "warning", "info")
"""The worst first."""

MOST_HISTORY = 100
_BOTH = ("title", "history", "chart", "unit")
_KEYS = {"fact": _BOTH, "finding": (*_BOTH, "severity", "message", "expected", "observed")}
_REPEATED = ("chart", "unit")
_ENTRY = re.compile(r"--\s*([A-Za-z_]+)\s*:\s*(.*?)\s*")


@dataclass(frozen=True)
class Header:
    """What the comments at the head of an SQL file say.

    Attributes:
        title: for people; empty when there is none.
        history: how many earlier runs the view `history` holds.
        charts, units: the texts behind `chart` and `unit`, as `headgate.core.report.header` reads them.
        severity, message, expected, observed: of a finding; the last three are templates.
        lines: key → line where it stands first.
    """

    title: str = ""
    history: int = 0
    charts: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    severity: str | None = None
    message: str | None = None
    expected: str | None = None
    observed: str | None = None
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)


def read_header(sql: str, kind: Kind, file: str) -> Header:
    """The header of a query: comments such as `-- title: Sales by brand` before its first word.

    A comment whose word before the colon is no key, and near none, is only a comment.

    Raises:
        UserMistake: a key is misspelt or stands twice, or its value can't be.
    """
    found: dict[str, list[str]] = {}
    lines: dict[str, int] = {}
    for line, key, value in _entries(sql):
        name = _key(key, kind, Place(file, line))
        if name is None:
            continue
        if name in found and name not in _REPEATED:
            raise _mistake(f"`{name}` stands twice; it was said in line {lines[name]}", Place(file, line))
        found.setdefault(name, []).append(value)
        lines.setdefault(name, line)
    return _header(found, lines, file)


def _entries(sql: str) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(sql.splitlines(), 1):
        text = line.strip()
        if text and not text.startswith("--"):
            return
        if entry := _ENTRY.fullmatch(text):
            yield number, entry[1], entry[2]


def _key(word: str, kind: Kind, place: Place) -> str | None:
    """The key that a word is; None when it is none."""
    keys = _KEYS[kind]
    if word in keys:
        return word
    if word in _KEYS["finding"]:
        raise _mistake(f"`{word}` is for findings; a fact has {', '.join(keys)}", place)
    if meant := nearest(word, keys):
        raise _mistake(f"there is no `{word}`; did you mean `{meant}`?", place)
    return None


def _header(found: Mapping[str, list[str]], lines: Mapping[str, int], file: str) -> Header:
    for key, values in found.items():
        if not all(values):
            raise _mistake(f"`{key}` says nothing", Place(file, lines[key]))
    one = {key: values[0] for key, values in found.items()}
    severity = one.get("severity")
    if severity is not None and severity not in SEVERITIES:
        problem = f"the severity {shown(severity)} is none of {', '.join(SEVERITIES)}"
        raise _mistake(problem, Place(file, lines["severity"]))
    return Header(
        title=one.get("title", ""),
        history=_runs(one["history"], Place(file, lines["history"])) if "history" in one else 0,
        charts=tuple(found.get("chart", ())),
        units=tuple(found.get("unit", ())),
        severity=severity,
        message=one.get("message"),
        expected=one.get("expected"),
        observed=one.get("observed"),
        lines=lines,
    )


def _runs(text: str, place: Place) -> int:
    count = text.removesuffix("runs").strip()
    if count.isascii() and count.isdigit() and 1 <= int(count[:9]) <= MOST_HISTORY:
        return int(count)
    raise _mistake(f"`history` is a number of runs from 1 to {MOST_HISTORY}, not {shown(text)}", place)


def _mistake(message: str, place: Place) -> UserMistake:
    return UserMistake(
        message, where=place, who="pipeline owner", next="docs/analysis.md says what a header may hold", code="bad_sql"
    )
