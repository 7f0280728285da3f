"""The report on a run: what came, what stands out, what the numbers say, what to do, where everything is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from headgate.core.manifest import Manifest
from headgate.core.printable import printable
from headgate.core.report.blocks import Badge, Pair, Report, Section
from headgate.core.report.came import badge, headline, how_to_mend, numbers, what_came, where_it_lies
from headgate.core.report.details import columns_of_rows, last_days, model_cost, not_in_own_form
from headgate.core.report.facts import fact_sections
from headgate.core.report.input import ReportInput
from headgate.core.report.masked import masked_names
from headgate.core.report.narrated import one_by_one, statements, summary, what_to_do
from headgate.core.report.numbers import moment_text, size_text
from headgate.core.report.unusual import not_compared, of_a_sample, severities, what_stands_out

_TITLE, _NAME, _TEASER = 100, 120, 160


def run_report(given: ReportInput) -> Report:
    """The report on a run; parts that have nothing to say are not there."""
    title = printable(given.title, _TITLE)
    findings = given.analysis.get("findings") or ()
    badges = (badge(given.manifest), *severities(findings))
    sections = tuple(section for section in _sections(given) if section)
    return Report(
        title=title,
        subject=_subject(title, given.manifest, badges),
        headline=headline(given.manifest),
        teaser=_teaser(findings, given.analysis.get("narrative") or {}),
        badges=badges,
        about=_about(given.manifest),
        sections=sections,
        foot=(Pair("Run", printable(given.manifest["run"])), Pair("Correlation id", printable(given.correlation_id))),
        description=printable(given.description, 300),
    )


def _sections(given: ReportInput) -> Iterable[Section | None]:
    analysis = given.analysis
    narrative = analysis.get("narrative")
    yield from what_came(given)
    yield what_stands_out(analysis.get("findings") or (), given.shown)
    yield not_compared(analysis.get("notes") or {})
    yield of_a_sample(analysis.get("notes") or {})
    yield summary(narrative, analysis.get("model"))
    # Whoever has a minute reads no further.
    yield what_to_do(narrative, given.shown)
    yield masked_names(given)
    # Of a described file they would say once more what came.
    yield from fact_sections({} if "metadata" in given.manifest else analysis.get("facts") or {}, given.shown)
    yield last_days(given.recent)
    yield from statements(narrative, given.shown)
    yield one_by_one(narrative)
    yield columns_of_rows(analysis.get("profile"))
    yield model_cost(analysis.get("model")) if narrative or analysis.get("model") else None
    yield where_it_lies(given)
    yield how_to_mend(given)
    yield not_in_own_form(given.fault)


def _subject(title: str, manifest: Manifest, badges: tuple[Badge, ...]) -> str:
    """The findings come last: a long file name must not push the counts out of sight."""
    name = printable(manifest["file"]["name"], 60)
    said = numbers(manifest)
    findings = "".join(f", {one.text}" for one in badges[1:])
    return f"{title}: {name} {said}{findings}" if "metadata" in manifest else f"{title}: {name}: {said}{findings}"


def _teaser(findings: Iterable[Mapping[str, Any]], narrative: Mapping[str, Any]) -> str:
    """What stands out most, or else how the summary begins."""
    worst = [one["message"] for level in ("critical", "warning") for one in findings if one["severity"] == level]
    told = worst or [(narrative.get("summary") or {}).get("text") or ""]
    return printable(" ".join(str(told[0]).split()), _TEASER)


def _about(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    at = (manifest.get("observed") or {}).get("claimed_at")
    file = manifest["file"]
    parts = (printable(file["name"], _NAME), size_text(file["size"]), moment_text(at) if at else "")
    return tuple(part for part in parts if part)
