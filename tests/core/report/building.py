"""Builds manifests and analysis documents for tests of the report."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from headgate.core.report.header import Shown
from headgate.core.report.input import ReportInput

FACTS = Path(__file__).parents[1] / "narrative" / "statements" / "facts"
RUN = "5d330830a3e486382c4511075e793374"
CORRELATION = "0f6b1c9a7e4d"


def rule(id_: str, message: str, count: int, columns: Sequence[str] = (), severity: str = "error") -> dict[str, Any]:
    columns = list(columns or id_.split(".")[:1])
    return {"id": id_, "code": "x", "columns": columns, "severity": severity, "message": message, "count": count}


def manifest(pipeline: str, name: str, size: int, records: int, rejected: int = 0, **more: Any) -> dict[str, Any]:
    """The manifest of a committed run."""
    outputs = {"accepted": {"path": f"accepted/{pipeline}/{RUN}/accepted.parquet", "sha256": "", "size": 1}}
    for form in ("csv", "jsonl") if rejected else ():
        outputs[f"rejected_{form}"] = {"path": f"rejected/{pipeline}/{RUN}/rejected.{form}", "sha256": "", "size": 1}
    return {
        "manifest": 1, "run": RUN, "pipeline": pipeline, "replay": 0, "reason": None,
        "verdict": "accepted_with_rejects" if rejected else "accepted",
        "file": {"name": name, "size": size, "sha256": "87df"},
        "counts": {"records": records, "accepted": records - rejected, "rejected": rejected, "warned": 0},
        "rules": [], "malformed": {}, "checks": [], "outputs": outputs,
        "observed": {"claimed_at": "2025-09-17T14:03:00Z", "seconds": 0.4},
        **more,
    }  # fmt: skip


def analysis(given: dict[str, Any], facts: Sequence[str] = (), **more: Any) -> dict[str, Any]:
    """The analysis document of that run, with facts of the narrator's test set."""
    found = json.loads((FACTS / f"{given['pipeline']}.json").read_text(encoding="utf-8"))
    reasons = sorted(({"reason": one["id"], "message": one["message"], "count": one["count"]} for one in given["rules"]
                      if one["count"]), key=lambda one: -one["count"])  # fmt: skip
    return {
        "analysis": 1, "run": RUN, "pipeline": given["pipeline"], "correlation_id": CORRELATION, "claimed_at": "2026-01-02T03:04:05Z",
        "manifest": f"manifests/{RUN}.json", "file": given["file"], "counts": given["counts"],
        "top_reasons": reasons[:5], "samples": [], "profile": {"rows": given["counts"]["accepted"], "columns": []},
        "facts": {name: found[name] for name in facts}, "findings": [], "narrative": None, "model": None, "fingerprint": "f1",
        **more,
    }  # fmt: skip


def sample(line: int, reasons: Sequence[str], cells: dict[str, str], raw: str | None = None) -> dict[str, Any]:
    return {"record": line - 1, "line": line, "reasons": list(reasons), "cells": cells, "raw": raw}


def finding(
    name: str, severity: str, message: str, *seen: str, rows: Sequence[dict[str, Any]] = (), count: int = 0
) -> dict[str, Any]:
    expected, observed = (*seen, None, None)[:2]
    return {"finding": name, "severity": severity, "message": message, "expected": expected, "observed": observed,
            "count": count or len(rows) or 1, "rows": list(rows)}  # fmt: skip


def narrative(summary: str, by: str = "built-in", dropped: int = 0, **more: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {"insights": [], "anomalies": [], "recommendations": [], "entities": []}
    return {"by": by, "summary": {"text": summary, "facts": ["totals"]}, "dropped": dropped, **empty, **more}


def insight(type_: str, description: str, confidence: str = "high", *facts: str) -> dict[str, Any]:
    return {"type": type_, "description": description, "confidence": confidence, "facts": list(facts)}


def anomaly(type_: str, description: str, severity: str = "medium", *facts: str) -> dict[str, Any]:
    return {"type": type_, "description": description, "severity": severity, "facts": list(facts)}


def advice(category: str, action: str, priority: str = "high", *facts: str) -> dict[str, Any]:
    return {"category": category, "action": action, "priority": priority, "facts": list(facts)}


def given(title: str, made: dict[str, Any], found: dict[str, Any], shown: dict[str, Shown], **more: Any) -> ReportInput:
    mend = f"headgate put rejected.csv -p {made['pipeline']}" if made["counts"]["rejected"] else ""
    return ReportInput(found, made, title, CORRELATION, shown=shown, **{"mend": mend, **more})
