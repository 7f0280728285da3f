"""The part of a report that says what masked names stand for, and how who may see them finds them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from headgate.core.gate.reasons import MASK
from headgate.core.manifest import Manifest
from headgate.core.printable import printable
from headgate.core.report.blocks import Pair, Prose, Section, Steps
from headgate.core.report.facts import title_of
from headgate.core.report.header import Shown

_MASKED = re.compile(rf"{re.escape(MASK)}\d*")
_NAMED, _NAME, _PATH = 5, 40, 4000


def masked_names(analysis: Mapping[str, Any], manifest: Manifest, shown: Mapping[str, Shown]) -> Section | None:
    """What `***1` stands for; None where nothing is masked."""
    tables = {**_findings(analysis), **_facts(analysis)}
    masked = {name: columns for name, columns in tables.items() if columns}
    if not masked:
        return None
    # A fact says more than a finding: it has all of them.
    name = next((one for one in masked if one in (analysis.get("facts") or {})), next(iter(masked)))
    columns = dict.fromkeys(column for found in masked.values() for column in found)
    said = Prose((), _meaning(list(columns)))
    return Section("masked", "Who or what ***1 is", (said, Steps(_steps(name, analysis, manifest, shown))), part=True)


def _facts(analysis: Mapping[str, Any]) -> dict[str, list[str]]:
    return {name: list(_columns(rows)) for name, rows in (analysis.get("facts") or {}).items()}


def _findings(analysis: Mapping[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in analysis.get("findings") or ():
        found.setdefault(str(one["finding"]), []).extend(_columns(one.get("rows") or ()))
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


def _steps(name: str, analysis: Mapping[str, Any], manifest: Manifest, shown: Mapping[str, Shown]) -> tuple[Pair, ...]:
    pipeline, run = str(analysis["pipeline"]), manifest["run"]
    folder = "analysis" if name in (analysis.get("facts") or {}) else "analysis/findings"
    sql = f"WITH accepted AS (FROM accepted_{pipeline} WHERE _run = '{run}')"
    command = f'headgate query "{sql} FROM ($(cat pipelines/{pipeline}/{folder}/{name}.sql))"'
    title = title_of(name, shown.get(name))
    steps = [Pair(f"“{title}” with the names, its rows in the same order; in the project's folder:", command)]
    if output := (manifest.get("outputs") or {}).get("accepted"):
        steps.append(Pair("Or look into the accepted rows themselves.", printable(output["path"], _PATH)))
    return tuple(steps)
