"""A file arrived: identify it, claim it, hold it against its contract, write both halves, the manifest last, archive it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path, PurePosixPath
from typing import Any

from headgate.core.errors import FileFailed
from headgate.core.events import Event
from headgate.core.gate.gate import GateInput, GateSettings, Outcome, run_gate
from headgate.core.gate.session import Budget
from headgate.core.gate.workspace import workspace
from headgate.core.identity import digest, file_sha256
from headgate.core.manifest import Manifest, Output, build_manifest, failed_manifest, metadata_manifest
from headgate.core.metadata import describe
from headgate.core.pipeline import Pipeline
from headgate.core.project import Project
from headgate.ports import Claim, Context
from headgate.stages.routing import candidates

METADATA_FINGERPRINT = digest("metadata")


def ingest(event: Event, context: Context) -> list[Event]:
    """Takes one `file.arrived`; gives `file.processed`, `file.failed`, `file.duplicate` or `file.unmatched`."""
    key = event.data["key"]
    found = candidates(key, context.project.settings.zones.inbox, context.project.pipelines.values())
    if len(found) != 1:
        return [_unmatched(event, context, found)]
    with workspace(context.project.temp_directory) as folder:
        return _Arrival(event, context, found[0], folder).process()


def gate_settings(pipeline: Pipeline, project: Project) -> GateSettings:
    """What the gate needs of `pipeline.yaml` and `headgate.yaml`."""
    gate = project.settings.gate
    return GateSettings(
        derive=pipeline.derive,
        trim=pipeline.trim,
        accepted=pipeline.accepted,
        max_rejected=pipeline.max_rejected,
        limits=project.settings.limits.as_limits(),
        budget=Budget(gate.memory_limit, gate.threads),
        place=pipeline.place("derive"),
        resubmissions=False,
    )


def _unmatched(event: Event, context: Context, found: list[Pipeline]) -> Event:
    key = event.data["key"]
    # Another file of that name may lie there already, and neither may be lost.
    target = f"{context.project.settings.zones.unmatched}/{event.id[:12]}/{PurePosixPath(key).name}"
    context.files.move(key, target)
    data = {"key": target, "file": PurePosixPath(key).name, "candidates": sorted(pipeline.name for pipeline in found)}
    return event.next("file.unmatched", target, data)


class _Arrival:
    """One file on its way through ingest."""

    def __init__(self, event: Event, context: Context, pipeline: Pipeline, folder: Path) -> None:
        self._event, self._context, self._pipeline, self._folder = event, context, pipeline, folder
        self._key: str = event.data["key"]
        self._name = PurePosixPath(self._key).name
        self._zones = context.project.settings.zones
        self._contract = context.contracts.get(pipeline.name)
        self._settings = gate_settings(pipeline, context.project)
        self._path = self._sub("arrived") / self._name

    def process(self) -> list[Event]:
        self._from = self._context.files.download(self._key, self._path)
        self._sha256 = file_sha256(self._path)
        fingerprint = self._settings.fingerprint(self._contract) if self._contract else METADATA_FINGERPRINT
        name_counts = self._pipeline.intake.duplicates == "by-content-and-name"
        given = GateInput(self._path, self._name, self._pipeline.name, self._context.now, name_counts=name_counts)
        self._run = given.run_id(self._sha256, fingerprint)
        claim = self._context.ledger.claim(self._run, self._pipeline.name, self._name, self._context.now)
        if claim.state == "committed":
            return self._known()
        self._given = replace(given, claimed_at=claim.claimed_at)
        try:
            return self._describe() if self._contract is None else self._hold(claim)
        except FileFailed as error:
            identity = {"run": self._run, "sha256": self._sha256, "size": self._path.stat().st_size}
            manifest = failed_manifest(self._given, self._contract, error, identity)
            return [self._fail(manifest, claim, {})]

    def _known(self) -> list[Event]:
        """The run is committed: by another arrival, or by this very one, before something killed the process."""
        manifest = json.loads(self._context.files.read(self._manifest_key()))
        if manifest["observed"]["arrival"] == asdict(self._from):
            return self._hand_on(manifest)
        self._context.files.upload(self._path, self._archive_key())
        self._leave_inbox()
        return [self._next("file.duplicate", {"of": self._run})]

    def _describe(self) -> list[Event]:
        """A metadata pipeline: any file gives `metadata.json`, nothing is rejected."""
        work = self._sub("work")
        metadata = describe(self._path, self._name, self._settings.limits, work)
        file = self._sub("out") / "metadata.json"
        file.write_text(json.dumps(metadata.as_json(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        outputs = self._upload({"metadata": file}, lambda name: f"{self._zones.accepted}/{self._home()}/{name}")
        return self._commit(metadata_manifest(self._given, metadata.as_json(), self._run, outputs, asdict(self._from)))

    def _hold(self, claim: Claim) -> list[Event]:
        assert self._contract is not None
        out = self._sub("out")
        outcome = run_gate(self._given, self._contract, self._settings, self._sub("work"), out)
        files = {"rejected_csv": out / "rejected.csv", "rejected_jsonl": out / "rejected.jsonl"}
        if outcome.failure:
            return [self._fail(self._manifest(outcome, {}), claim, files)]
        files["accepted"] = out / f"accepted.{self._settings.accepted}"
        outputs = self._upload(files, self._output_key)
        return self._commit(self._manifest(outcome, outputs))

    def _manifest(self, outcome: Outcome, outputs: Mapping[str, Output]) -> Manifest:
        assert self._contract is not None
        return build_manifest(self._given, self._contract, self._settings, outcome, outputs, asdict(self._from))

    def _output_key(self, name: str) -> str:
        zone = self._zones.accepted if name.startswith("accepted") else self._zones.rejected
        return f"{zone}/{self._home()}/{name}"

    def _upload(self, files: Mapping[str, Path], key: Callable[[str], str]) -> dict[str, Output]:
        outputs = {}
        for role, file in files.items():
            outputs[role] = Output.of(file, key(file.name))
            self._context.files.upload(file, outputs[role].path)
        return outputs

    def _commit(self, manifest: Manifest) -> list[Event]:
        """The manifest is what commits; the original is kept before, and leaves the inbox after."""
        self._context.files.upload(self._path, self._archive_key())
        self._context.files.write(self._manifest_key(), _text(manifest))
        self._context.ledger.commit(self._run, manifest["verdict"], manifest["counts"])
        return self._hand_on(manifest)

    def _hand_on(self, manifest: Manifest) -> list[Event]:
        self._leave_inbox()
        data = {"manifest": self._manifest_key(), "verdict": manifest["verdict"], "counts": manifest["counts"]}
        events = [self._next("file.processed", data)]
        limit, counts = self._pipeline.warn_rejected, manifest["counts"]
        if limit and limit.exceeded(counts["rejected"] or 0, counts["records"] or 0):
            events.append(self._next("limit.exceeded", {**data, "limit": f"warn_rejected: {limit}"}))
        return events

    def _fail(self, manifest: Manifest, claim: Claim, files: Mapping[str, Path]) -> Event:
        """The original, its reason beside it, and the manifest of this attempt, with its rejects if there are any."""
        attempt = f"{self._zones.failed}/{self._pipeline.name}/{self._run}.{claim.attempt}"
        outputs = self._upload(files, lambda name: f"{attempt}.{name}")
        manifest["outputs"] = {role: output.as_json() for role, output in outputs.items()}
        self._context.files.write(f"{attempt}.json", _text(manifest))
        original = f"{self._zones.failed}/{self._home()}/{self._name}"
        again = f"to try again, move {original} to {self._zones.inbox}/{self._pipeline.name}/"
        self._context.files.write(f"{original}.error.json", _text({**manifest["reason"], "put_back": again}))
        self._context.files.upload(self._path, original)
        self._context.ledger.fail(self._run, manifest["reason"])
        self._leave_inbox()
        return self._next("file.failed", {"key": original, "manifest": f"{attempt}.json", "reason": manifest["reason"]})

    def _next(self, type_: str, data: Mapping[str, Any]) -> Event:
        common = {"run": self._run, "pipeline": self._pipeline.name, "file": self._name}
        return self._event.next(type_, self._run, {**common, **data})

    def _home(self) -> str:
        return f"{self._pipeline.name}/{self._run}"

    def _manifest_key(self) -> str:
        return f"{self._zones.manifests}/{self._run}.json"

    def _leave_inbox(self) -> None:
        """What was processed is the downloaded copy; other bytes under the same key are another arrival."""
        self._context.files.discard(self._from)

    def _archive_key(self) -> str:
        return f"{self._zones.archive}/{self._home()}/{self._name}"

    def _sub(self, name: str) -> Path:
        folder = self._folder / name
        folder.mkdir()
        return folder


def _text(document: Mapping[str, Any]) -> bytes:
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()
