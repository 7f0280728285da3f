"""Deletes what retention no longer keeps, in the zones it is for and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from headgate.adapters.files import files_at
from headgate.core.project import Project
from headgate.core.retention import ZONES, Term, ever_expires, term
from headgate.ports import Files, Found


@dataclass(frozen=True)
class Pruned:
    """What expired of one zone and pipeline."""

    term: Term
    files: int = 0
    bytes: int = 0

    def and_one(self, size: int) -> Pruned:
        return replace(self, files=self.files + 1, bytes=self.bytes + size)


def prune(
    project: Project, files: Files, now: datetime, pipeline: str | None = None, dry_run: bool = False
) -> list[Pruned]:
    """Deletes what has expired, with the folders that are empty then, and says what it was, by zone and pipeline.

    Args:
        now: UTC, naive.
        pipeline: only what is this pipeline's.
        dry_run: nothing is deleted.

    Raises:
        Outside: something can't be deleted; what was deleted before stays so, and the rest is for the next time.
    """
    pruned: dict[Term, Pruned] = {}
    for store, of, found in _held(project, files):
        cutoff = of.cutoff(now)
        # What has a fault was not put there by Headgate.
        if cutoff and found.modified < cutoff and not found.fault and pipeline in (None, of.pipeline):
            if not dry_run:
                _delete(project, store, of, found)
            pruned[of] = pruned.get(of, Pruned(of)).and_one(found.size)
    return sorted(pruned.values(), key=lambda one: (one.term.zone, one.term.pipeline or ""))


def _delete(project: Project, store: Files, of: Term, found: Found) -> None:
    if of.zone == "outbox":
        store.delete(found.key)
        return
    # Written anew since it was listed, it is no longer old.
    store.delete(found.key, found.signature)
    store.tidy(found.key, dict(project.settings.zones)[of.zone])


def _held(project: Project, files: Files) -> Iterator[tuple[Files, Term, Found]]:
    """Everything that retention is about, where it lies, and how long it is kept."""
    for zone in (zone for zone in ZONES if ever_expires(project, zone)):
        for found in files.found(dict(project.settings.zones)[zone]):
            yield files, term(project, zone, found.key), found
    # The outbox is on this machine, wherever the zones are.
    if project.outbox.is_dir():
        outbox = files_at(str(project.outbox))
        for found in outbox.found(""):
            if found.key.endswith(".eml") and "/" not in found.key:
                yield outbox, Term("outbox", None, project.settings.retention.outbox), found
