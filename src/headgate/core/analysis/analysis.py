"""The analysis of one run: profile, facts and findings of its accepted rows, in one session of the engine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headgate.core.analysis.engine import Engine, opened
from headgate.core.analysis.facts import Fact, run_facts
from headgate.core.analysis.findings import Finding, run_findings
from headgate.core.analysis.limits import Limits
from headgate.core.analysis.profile import Profile
from headgate.core.analysis.queries import Queries
from headgate.core.analysis.views import Rows


@dataclass(frozen=True)
class Analysis:
    """What is in accepted rows.

    Attributes:
        findings: the worst first; those of drift are not among them.
        notes: what a reader must know to judge the rest: {"cut": facts that had more rows than are kept,
            "history": {"asked", "found", "missing"} runs or None, "sentiment": {"columns", "texts", "scored"} or None}.
    """

    profile: Profile
    facts: tuple[Fact, ...]
    findings: tuple[Finding, ...]
    notes: dict[str, Any]


def analyze_rows(rows: Rows, queries: Queries, work: Path, limits: Limits) -> Analysis:
    """Profile, facts and findings.

    Args:
        work: an empty folder of its own.

    Raises:
        UserMistake: a query can't be answered, or not within the limits (with file and line).
        Outside: memory, disk.
    """
    with opened(rows, queries, work, limits) as engine:
        facts = run_facts(engine, queries.facts, limits)
        findings = run_findings(engine, queries.findings, limits)
        return Analysis(engine.profile, facts, findings, _notes(rows, queries, facts, engine))


def _notes(rows: Rows, queries: Queries, facts: tuple[Fact, ...], engine: Engine) -> dict[str, Any]:
    asked = queries.history
    found = len(rows.earlier(asked))
    missing = len(rows.newest(asked)) - found
    return {
        "cut": [fact.name for fact in facts if fact.is_cut],
        "history": {"asked": asked, "found": found, "missing": missing} if asked else None,
        "sentiment": engine.scored.as_json() if engine.scored else None,
    }
