"""Files wherever their URL says: below a folder, in one object store, or split over two."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from headgate.adapters.local.files import FolderFiles
from headgate.adapters.objects import ObjectFiles
from headgate.adapters.split_files import SplitFiles
from headgate.core.config.project_settings import Zones
from headgate.ports import Files

__all__ = ["ObjectFiles", "files_at", "files_for"]

LEDGER = "ledger"
"""Where the ledger keeps what is too large for it, beside the zones."""


def files_at(storage: str, region: str | None = None) -> Files:
    """The files below a URL such as `s3://bucket/prefix` or `memory://`, or below a folder, which may be `file://`, too."""
    if storage.startswith("file://"):
        return FolderFiles(Path(unquote(urlsplit(storage).path)))
    return ObjectFiles(storage, region) if "://" in storage else FolderFiles(Path(storage))


def files_for(storage: str, results_storage: str | None, zones: Zones, region: str | None = None) -> Files:
    """The files of a project whose results may lie elsewhere than what came and what failed."""
    raw = files_at(storage, region)
    if results_storage is None:
        return raw
    results = (zones.accepted, zones.rejected, zones.manifests, zones.analysis, zones.reports, LEDGER)
    return SplitFiles(raw, files_at(results_storage, region), results)
