"""How a run ends: committed, failed, or as the duplicate of one; the same events however often it is told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from headgate.core.events import Event
from headgate.core.manifest import Manifest, Output
from headgate.core.pipeline import Pipeline
from headgate.core.places import Places, manifest_key
from headgate.ports import Arrival, Commitment, Context, Provenance, Run


class Ending:
    """The end of one arrival's run.

    Args:
        event: the arrival's `file.arrived`.
        name: of the file.
    """

    def __init__(self, event: Event, context: Context, pipeline: Pipeline, run: str, name: str) -> None:
        self._event, self._context, self._pipeline, self._run, self._name = event, context, pipeline, run, name
        self.places = Places(context.project.settings.zones, pipeline.name, run)

    def commit(self, manifest: Manifest, original: Path | Provenance, files: Mapping[str, Path]) -> list[Event]:
        """The manifest is what commits; outputs (role → file) and the original are kept before it is written.

        Nobody reads the outputs before the manifest is there; the original leaves the inbox after.
        """
        self._upload({role: (file, self.places.output(file.name)) for role, file in files.items()}, manifest)
        if "replays" not in self._event.data:
            self._keep(original, self.places.archived(self._name))
        else:
            # Whoever finds this manifest after a kill knows it from nowhere else.
            manifest["replays"] = self._event.data["replays"]
        self._context.files.write(self.places.manifest, json_text(manifest))
        self._context.ledger.commit(self._run, self._event.id, _commitment(manifest), self._context.now)
        return self._processed(manifest)

    def _upload(self, files: Mapping[str, tuple[Path, str]], manifest: Manifest) -> None:
        outputs, about = {}, about_outputs(manifest, self._event.correlation_id)
        for role, (file, key) in files.items():
            outputs[role] = Output.of(file, key).as_json()
            self._context.files.upload(file, key, about)
        manifest["outputs"] = outputs

    def _keep(self, original: Path | Provenance, key: str) -> None:
        """A file that did not come here stays within the storage."""
        if isinstance(original, Path):
            self._context.files.upload(original, key)
        else:
            self._context.files.copy(original, key)

    def _processed(self, manifest: Manifest) -> list[Event]:
        """`file.processed`, and `limit.exceeded` where the pipeline wants it said."""
        counts = manifest["counts"]
        data = {
            "manifest": self.places.manifest, "verdict": manifest["verdict"], "counts": counts,
            "size": manifest["file"]["size"],
        }  # fmt: skip
        events = [self._next("file.processed", data)]
        limit = self._pipeline.warn_rejected
        if limit and limit.exceeded(counts["rejected"] or 0, counts["records"] or 0):
            events.append(self._next("limit.exceeded", {**data, "limit": f"warn_rejected: {limit}"}))
        return events

    def told(self, known: Arrival) -> tuple[list[Event], Manifest]:
        """The events of an arrival that came to its end before, and the manifest of its bytes."""
        if known.outcome == "failed":
            attempt = self._context.ledger.failed_attempt(self._run, self._event.id)
            # The ledger notes the outcome of an arrival and its attempt, or neither.
            assert attempt is not None
            manifest = self._manifest(self.places.attempt(attempt.number))
            events = [self._failed(attempt.number, manifest, attempt.reason or {})]
        else:
            manifest = self._manifest(self.places.manifest)
            events = self._processed(manifest) if known.outcome == "processed" else [self._duplicate()]
        return events, manifest

    def grew(self, key: str, size: int) -> Event:
        """`file.grew`: the sender wrote on after so many bytes were taken."""
        data = {"key": key, "file": self._name, "pipeline": self._pipeline.name, "run": self._run, "size": size}
        return self._event.next("file.grew", self._run, data)

    def _manifest(self, key: str) -> Manifest:
        manifest: Manifest = json.loads(self._context.files.read(key))
        return manifest

    def fail(
        self, manifest: Manifest, attempt: int, original: Path | Provenance, files: Mapping[str, Path]
    ) -> list[Event]:
        """The original, its reason beside it, and the manifest of this attempt, with its rejects if there are any."""
        placed = {role: (file, self.places.attempt(attempt, file.name)) for role, file in files.items()}
        self._upload(placed, manifest)
        self._context.files.write(self.places.attempt(attempt), json_text(manifest))
        if "replays" not in self._event.data:
            self._put_aside(manifest["reason"], original)
        self._context.ledger.fail(self._run, self._event.id, manifest["reason"], self._context.now)
        return [self._failed(attempt, manifest, manifest["reason"])]

    def _put_aside(self, reason: Mapping[str, Any], original: Path | Provenance) -> None:
        kept, inbox = self.places.failed(self._name), self._context.project.settings.zones.inbox
        again = f"to try again, move {kept} to {inbox}/{self._pipeline.name}/"
        self._context.files.write(self.places.error(self._name), json_text({**reason, "put_back": again}))
        self._keep(original, kept)

    def _failed(self, attempt: int, manifest: Manifest, reason: Mapping[str, Any]) -> Event:
        key = self._event.data["key"] if "replays" in self._event.data else self.places.failed(self._name)
        data = {
            "key": key,
            "manifest": self.places.attempt(attempt),
            "reason": dict(reason),
            "counts": manifest["counts"],
        }
        return self._next("file.failed", data)

    def duplicate(self, arrival: Arrival, original: Path | Provenance | None = None) -> Event:
        """`file.duplicate`: these bytes are a committed run's. They are kept beside the first ones, under this name."""
        if original and "replays" not in self._event.data:
            self._keep(original, self.places.archived(self._name))
        self._context.ledger.close(arrival, self._context.now)
        return self._duplicate()

    def _duplicate(self) -> Event:
        return self._next("file.duplicate", {"of": self._run})

    def _next(self, type_: str, data: Mapping[str, Any]) -> Event:
        common = {"run": self._run, "pipeline": self._pipeline.name, "file": self._name}
        return self._event.next(type_, self._run, {**common, **data})


def commit_written(run: Run, context: Context) -> bool:
    """Tells the ledger of a manifest that is there, for the arrival that wrote it; whether there is one."""
    try:
        manifest = json.loads(context.files.read(manifest_key(context.project.settings.zones, run.run)))
    except FileNotFoundError:
        return False
    context.ledger.commit(run.run, run.event, _commitment(manifest), context.now)
    return True


def _commitment(manifest: Manifest) -> Commitment:
    root = (manifest.get("resubmission") or {}).get("root")
    return Commitment(manifest["verdict"], manifest["counts"], root, manifest["replay"], manifest.get("replays"))


def about_outputs(manifest: Manifest, correlation_id: str) -> dict[str, str]:
    """What an output says of itself where the store can keep that: whose it is, and of what file."""
    arrival = manifest["observed"].get("arrival", {})
    about = {
        "run": manifest["run"], "pipeline": manifest["pipeline"], "correlationid": correlation_id,
        "sourcesha256": manifest["file"]["sha256"], "sourceetag": arrival.get("etag"), **manifest["counts"],
    }  # fmt: skip
    return {name: str(value) for name, value in about.items() if value is not None}


def json_text(document: Mapping[str, Any]) -> bytes:
    """A document as it is kept, for people and machines."""
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()
