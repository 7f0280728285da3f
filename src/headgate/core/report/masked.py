"""The part of a report that says what masked names stand for, and how who may see them finds them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from headgate.core.gate.reasons import MASK
from headgate.core.printable import printable
from headgate.core.report.blocks import Pair, Prose, Section, Steps
from headgate.core.report.facts import title_of
from headgate.core.report.input import ReportInput

_MASKED = re.compile(rf"{re.escape(MASK)}\d*")
_NAMED, _NAME, _PATH = 5, 40, 4000
_NO_SEMICOLON = r"sed 's/;[[:space:]]*\(--.*\)*$//'"
# On a line of its own: behind a comment it would be one.
_CLOSED = r"printf '\n)'"
_OR_LOOK = "Or look into the accepted rows themselves."
_LOOK = "Look into the accepted rows themselves: no query of them alone gives these tables."

# The folder of an SQL file within its pipeline, and its name.
_Place = tuple[str, str]


def masked_names(given: ReportInput) -> Section | None:
    """What `***1` stands for; None where nothing is masked."""
    # A fact says more than a finding: it has all of them.
    tables = {**_facts(given.analysis), **_findings(given.analysis)}
    masked = {place: columns for place, columns in tables.items() if columns}
    if not masked:
        return None
    columns = dict.fromkeys(column for found in masked.values() for column in found)
    said, steps = Prose((), _meaning(list(columns))), tuple(_steps(list(masked), given))
    return Section("masked", "Who or what ***1 is", (said, Steps(steps)) if steps else (said,), part=True)


def _facts(analysis: Mapping[str, Any]) -> dict[_Place, list[str]]:
    return {("analysis", name): list(_columns(rows)) for name, rows in (analysis.get("facts") or {}).items()}


def _findings(analysis: Mapping[str, Any]) -> dict[_Place, list[str]]:
    found: dict[_Place, list[str]] = {}
    for one in analysis.get("findings") or ():
        found.setdefault(("analysis/findings", str(one["finding"])), []).extend(_columns(one.get("rows") or ()))
    return found


def _columns(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    yield from dict.fromkeys(
        name for row in rows for name, cell in row.items() if isinstance(cell, str) and _MASKED.fullmatch(cell)
    )


def _meaning(columns: list[str]) -> str:
    named = ", ".join(printable(column, _NAME) for column in columns[:_NAMED])
    return (
        f"{MASK}1, {MASK}2 and so on stand for values of {named}, which the contract calls sensitive: the same number for the same "
        "value, in this report only. Whoever may read the outputs of this pipeline finds them there."
    )


def _steps(masked: Sequence[_Place], given: ReportInput) -> Iterator[Pair]:
    # Headgate's own findings have no file.
    with_files = [(folder, name) for folder, name in masked if name in given.shown]
    folder, name = next((one for one in with_files if given.shown[one[1]].rows_suffice), ("", ""))
    if name:
        title = title_of(name, given.shown[name])
        label = f"“{title}” with the names, its rows in the same order; in the project's folder:"
        yield Pair(label, _command(f"{folder}/{name}.sql", given))
    if output := (given.manifest.get("outputs") or {}).get("accepted"):
        yield Pair(_OR_LOOK if name else _LOOK, printable(output["path"], _PATH))


def _command(file: str, given: ReportInput) -> str:
    """For a shell such as bash; the file may end in a semicolon, and its last line in a comment."""
    pipeline, run = str(given.analysis["pipeline"]), given.manifest["run"]
    rows = f"WITH accepted AS (FROM accepted_{pipeline} WHERE _run = '{run}')"
    target = " --target aws" if given.is_deployed else ""
    sql = f"$({_NO_SEMICOLON} pipelines/{pipeline}/{file}; {_CLOSED})"
    return f'headgate query{target} "{rows} FROM ({sql}"'
