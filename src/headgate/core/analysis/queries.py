"""The SQL that a pipeline's folder holds: `analysis/*.sql` are facts, `analysis/findings/*.sql` are findings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from headgate.core.analysis.header import Header, Kind, read_header
from headgate.core.config.mistakes import shown
from headgate.core.errors import Outside, Place, UserMistake
from headgate.core.report.header import Shown
from headgate.core.sql_guard import MAX_LENGTH

FOLDER, FINDINGS = "analysis", "findings"
OWN_FINDINGS = "drift_"
"""How the names of Headgate's own findings begin."""

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SENTIMENT = re.compile(r"\bsentiment\s*\(", re.I)


@dataclass(frozen=True)
class Query:
    """One SQL file.

    Attributes:
        name: of the file, without its ending; the fact's or the finding's name.
        file: its path, for people.
        sql: its whole text.
    """

    name: str
    kind: Kind
    file: str
    sql: str
    header: Header

    @property
    def shown(self) -> Shown:
        """How a report shows it.

        Raises:
            UserMistake: a chart or a unit is not of its form.
        """
        try:
            return Shown.of(self.header.title, self.header.charts, self.header.units, self._rows_suffice)
        except ValueError as error:
            raise self.mistake(str(error), line=self.header.lines.get("chart", self.header.lines.get("unit"))) from None

    @property
    def _rows_suffice(self) -> bool:
        return not self.header.history and not _SENTIMENT.search(self.sql)

    def mistake(
        self, message: str, line: int | None = None, column: int | None = None, next: str = "", code: str = "bad_sql"
    ) -> UserMistake:
        """The error that names this file."""
        place = Place(self.file, line, column)
        return UserMistake(message, where=place, who="pipeline owner", next=next or "correct the file", code=code)


@dataclass(frozen=True)
class Queries:
    """The SQL files of a pipeline, by name.

    Attributes:
        columns: fact or finding → columns of its result, once it was asked.
    """

    facts: tuple[Query, ...] = ()
    findings: tuple[Query, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict, compare=False)

    @property
    def history(self) -> int:
        """How many earlier runs they want to see."""
        return max((query.header.history for query in self), default=0)

    def __iter__(self) -> Iterator[Query]:
        return iter((*self.facts, *self.findings))

    def __bool__(self) -> bool:
        return bool(self.facts or self.findings)


def read_queries(folder: Path) -> Queries:
    """The SQL files of a pipeline's folder; none when it has no `analysis`.

    Raises:
        UserMistake: a file has a name that can't be, is no text, or its header is wrong (`bad_sql`, with file and line).
        Outside: a file can't be read.
    """
    home = folder / FOLDER
    return Queries(tuple(_read(home, "fact")), tuple(_read(home / FINDINGS, "finding")))


def _read(folder: Path, kind: Kind) -> Iterator[Query]:
    for path in sorted(folder.glob("[!.]*.sql")):
        _check_name(path, kind)
        text = _text(path)
        yield Query(path.stem, kind, str(path), text, read_header(text, kind, str(path)))


def _check_name(path: Path, kind: Kind) -> None:
    if not _NAME.fullmatch(path.stem):
        problem = f"{shown(path.stem)} can't be the name of a {kind}: lower-case letters, digits and _, a letter first"
    elif kind == "finding" and path.stem.startswith(OWN_FINDINGS):
        problem = f"names that begin with {OWN_FINDINGS} are those of Headgate's own findings"
    else:
        return
    raise UserMistake(problem, where=Place(str(path)), who="pipeline owner", next="rename the file", code="bad_sql")


def _text(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        problem = "it is not UTF-8"
    except OSError as error:
        raise Outside(
            f"it can't be read: {error.strerror}", where=Place(str(path)), next="correct its permissions"
        ) from error
    else:
        if len(text) <= MAX_LENGTH:
            return text
        problem = f"it is longer than {MAX_LENGTH:,} characters"
    raise UserMistake(problem, where=Place(str(path)), who="pipeline owner", next="correct the file", code="bad_sql")
