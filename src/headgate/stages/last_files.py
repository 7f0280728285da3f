"""The files that came to a pipeline before one that is only described, from their manifests."""

from __future__ import annotations

import json

from headgate.core.manifest import Manifest
from headgate.core.places import manifest_key
from headgate.core.report.input import RecentFile
from headgate.ports import Context, Run
from headgate.stages.earlier_runs import EarlierRuns

_BEFORE = 9


def last_files(manifest: Manifest, context: Context) -> list[RecentFile]:
    """The last ten, oldest first, the manifest's own among them; none for a file that was held against a contract."""
    if "metadata" not in manifest:
        return []
    earlier = EarlierRuns(context.ledger, manifest["pipeline"], manifest["run"], manifest).ordinary(_BEFORE)
    found = [_file(run, context) for run in earlier]
    own = RecentFile(manifest["file"]["name"], manifest["file"]["size"])
    return [*(file for file in found if file), own]


def _file(run: Run, context: Context) -> RecentFile | None:
    """A person may have deleted or changed a manifest; that must not cost the report."""
    try:
        file = json.loads(context.files.read(manifest_key(context.project.settings.zones, run.run)))["file"]
        return RecentFile(str(file["name"]), int(file["size"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
