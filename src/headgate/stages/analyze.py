"""A file was processed: say in numbers what is in it. For now the counts, the top reasons and three samples."""

from __future__ import annotations

import json
from typing import Any

from headgate.core.events import Event
from headgate.core.gate.workspace import workspace
from headgate.core.manifest import Manifest
from headgate.core.reject_samples import sample_rejects
from headgate.core.report import top_reasons
from headgate.ports import Context


def analyze(event: Event, context: Context) -> list[Event]:
    """Takes `file.processed`; stores the analysis and gives `analysis.completed`."""
    manifest: Manifest = json.loads(context.files.read(event.data["manifest"]))
    pipeline, run = event.data["pipeline"], event.data["run"]
    document = {
        "run": run,
        "pipeline": pipeline,
        "manifest": event.data["manifest"],
        "counts": manifest["counts"],
        "top_reasons": top_reasons(manifest),
        "samples": _samples(manifest, context),
    }
    key = f"{context.project.settings.zones.analysis}/{pipeline}/{run}.json"
    context.files.write(key, (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode())
    return [event.next("analysis.completed", run, {**event.data, "analysis": key})]


def _samples(manifest: Manifest, context: Context) -> list[dict[str, Any]]:
    rejected, contract = manifest["outputs"].get("rejected_jsonl"), context.contracts.get(manifest["pipeline"])
    if not rejected or contract is None or not manifest["counts"]["rejected"]:
        return []
    with workspace(context.project.temp_directory) as folder:
        path = folder / "rejected.jsonl"
        context.files.download(rejected["path"], path)
        return [sample.as_json() for sample in sample_rejects(path, contract)]
