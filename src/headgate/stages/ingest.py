"""A file arrived: identify it, claim it, hold it against its contract, write both halves, the manifest last, archive it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, replace
from pathlib import Path, PurePosixPath

from headgate.core.errors import Busy, FileFailed, HeadgateError, Place
from headgate.core.events import Event
from headgate.core.gate.gate import GateInput, GateSettings, Outcome, run_gate
from headgate.core.gate.joining import RECORDS
from headgate.core.gate.session import Budget
from headgate.core.gate.workspace import workspace
from headgate.core.identity import digest
from headgate.core.manifest import Manifest, build_manifest, failed_manifest, metadata_manifest
from headgate.core.metadata import describe
from headgate.core.pipeline import Pipeline
from headgate.core.places import unmatched
from headgate.core.project import Project
from headgate.ports import Arrival, ArrivalOutcome, Claim, Context
from headgate.stages.arrived_again import discard_again, ending_of, is_written, told_again, version_of
from headgate.stages.ending import Ending
from headgate.stages.family import Family
from headgate.stages.made_by import pipeline_of
from headgate.stages.room import brought, room, too_large
from headgate.stages.routing import candidates
from headgate.stages.wanted_gate import check_wanted

METADATA_FINGERPRINT = digest("metadata")


def ingest(event: Event, context: Context) -> list[Event]:
    """Takes one `file.arrived`; gives `file.processed`, `file.failed`, `file.duplicate` or `file.unmatched`.

    `file.vanished` is for outsiders: somebody took the file away before it was read. `file.grew` comes beside the others, when
    the sender wrote on while it was processed: what it is then arrives once more.

    Raises:
        Busy: another is processing the same run, or another file of rows that belong to the same run.
    """
    known = context.ledger.arrival(event.id)
    if known and known.run and (known.outcome or is_written(known, event, context)):
        return told_again(known, event, context)
    found = _pipelines(event, context)
    if known and known.outcome == "unmatched":
        return [_nobodys(event, context, found)]
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
    )


def fingerprint_of(pipeline: Pipeline, context: Context) -> str:
    """The gate fingerprint under which a pipeline's files are processed now."""
    contract = context.contracts.get(pipeline.name)
    return gate_settings(pipeline, context.project).fingerprint(contract) if contract else METADATA_FINGERPRINT


def _pipelines(event: Event, context: Context) -> list[Pipeline]:
    if "replays" in event.data:
        return [pipeline_of(event, context)]
    project = context.project
    return candidates(event.data["key"], project.settings.zones.inbox, project.pipelines.values())


def _unmatched(event: Event, context: Context, found: list[Pipeline]) -> Event:
    key = event.data["key"]
    try:
        size = _put_aside(event, context, unmatched(context.project.settings.zones, event.id, key))
    except FileNotFoundError:
        known = context.ledger.arrival(event.id)
        is_done = known and known.outcome == "unmatched"
        return _nobodys(event, context, found) if is_done else _vanished(event, context)
    arrival = Arrival(event.id, event.time, None, key, PurePosixPath(key).name, size, outcome="unmatched")
    context.ledger.close(arrival, context.now)
    return _nobodys(event, context, found)


def _put_aside(event: Event, context: Context, target: str) -> int | None:
    """Moved before a process died, the file is there, and under its key may be another one of its name by now.

    Returns:
        its size in bytes; None when somebody took it away at once.
    """
    if not any(context.files.found(target)):
        context.files.move(event.data["key"], target)
    else:
        discard_again(event, context, context.files.digest(target).sha256)
    return next((found.size for found in context.files.found(target)), None)


def _nobodys(event: Event, context: Context, found: list[Pipeline]) -> Event:
    key = event.data["key"]
    target = unmatched(context.project.settings.zones, event.id, key)
    data = {
        "key": target, "file": PurePosixPath(key).name, "candidates": sorted(pipeline.name for pipeline in found)
    }  # fmt: skip
    return event.next("file.unmatched", target, data)


def _vanished(event: Event, context: Context) -> Event:
    """The file was taken away before it was read, or by another arrival of the same bytes under this very key."""
    key, known = event.data["key"], context.ledger.arrival(event.id)
    run = context.ledger.run(known.run) if known and known.run else None
    if known and run and run.state == "committed":
        return ending_of(known, event, context).duplicate(replace(known, outcome="duplicate"))
    reason = {"code": "file_vanished", "message": "the file was taken away before it was processed"}
    # A run that was begun with it must not look as if somebody were at it.
    if run:
        context.ledger.bury(event.id, reason, context.now)
    else:
        context.ledger.forget(event.id)
    return event.next("file.vanished", key, {"key": key, "file": PurePosixPath(key).name})


class _Arrival:
    """One file on its way through ingest."""

    def __init__(self, event: Event, context: Context, pipeline: Pipeline, folder: Path) -> None:
        self._event, self._context, self._pipeline, self._folder = event, context, pipeline, folder
        self._key: str = event.data["key"]
        self._name: str = event.data.get("file") or PurePosixPath(self._key).name
        self._contract = context.contracts.get(pipeline.name)
        self._settings = gate_settings(pipeline, context.project)
        self._path = self._sub("arrived") / self._name

    def process(self) -> list[Event]:
        check_wanted(self._event, self._context, fingerprint_of(self._pipeline, self._context))
        try:
            self._take()
        except FileNotFoundError:
            known = self._context.ledger.arrival(self._event.id)
            if known and known.run and known.outcome:
                # Another process had the same event, and is done with it.
                return told_again(known, self._event, self._context)
            return [_vanished(self._event, self._context)]
        given = GateInput(
            self._path, self._name, self._pipeline.name, self._context.now, self._event.data.get("replay", 0),
            self._pipeline.intake.duplicates == "by-content-and-name",
        )  # fmt: skip
        self._run = self._run_of(given)
        return [*self._claimed(given), *self._leave_inbox()]

    def _take(self) -> None:
        self._copy, self._is_too_large = brought(self._context, self._key, self._path, version_of(self._event))
        self._original = self._copy.source if self._is_too_large else self._path

    def _run_of(self, given: GateInput) -> str:
        """That of these bytes as they are judged now; if that is a replay of them, it is not begun anew."""
        fingerprint, ledger = fingerprint_of(self._pipeline, self._context), self._context.ledger
        run = given.run_id(self._copy.sha256, fingerprint)
        known = ledger.run(run)
        if given.replay or (known and known.state == "committed"):
            return run
        # One that is under way has no number in the ledger yet.
        for number in range(1, ledger.last_replay(self._pipeline.name) + 2):
            replayed = ledger.run(replace(given, replay=number).run_id(self._copy.sha256, fingerprint))
            if replayed and replayed.state in ("claimed", "running"):
                raise Busy(f"a replay of the same content is being processed: run {replayed.run}")
            if replayed and replayed.state == "committed":
                return replayed.run
        return run

    def _claimed(self, given: GateInput) -> list[Event]:
        claim, ending = self._context.ledger.claim(self._arrival(None), self._context.now), self._ending(self._run)
        if claim.held:
            raise Busy(
                f"another arrival of the same content is being processed, or this one just was: run {self._run}",
                where=Place(self._key),
            )
        if claim.state == "committed":
            return [ending.duplicate(self._arrival("duplicate"), self._original)]
        with self._noted():
            return self._process(replace(given, claimed_at=claim.claimed_at), claim, ending)

    def _arrival(self, outcome: ArrivalOutcome | None) -> Arrival:
        return Arrival(
            self._event.id,
            self._event.time,
            self._pipeline.name,
            self._key,
            self._name,
            self._copy.size,
            self._run,
            outcome,
        )

    @contextmanager
    def _noted(self) -> Iterator[None]:
        """An error ends this attempt, and the run is free for the next one."""
        try:
            yield
        except Busy:
            # No attempt: this arrival keeps the run, and takes it up again.
            raise
        except Exception as error:
            code = error.code if isinstance(error, HeadgateError) else type(error).__name__
            # What is wrong may be the very disk that the ledger is on.
            with contextlib.suppress(HeadgateError):
                reason = {"code": code, "message": str(error)}
                self._context.ledger.raised(self._run, self._event.id, reason, self._context.now)
            raise

    def _process(self, given: GateInput, claim: Claim, ending: Ending) -> list[Event]:
        try:
            if self._is_too_large:
                raise too_large(self._copy.size, self._context.largest_file)
            return self._describe(given, ending) if self._contract is None else self._hold(given, claim, ending)
        except FileFailed as error:
            identity = {"run": self._run, "sha256": self._copy.sha256, "size": self._copy.size}
            manifest = failed_manifest(given, self._contract, error, identity)
            return ending.fail(manifest, claim.attempt, self._original, {})

    def _room(self) -> AbstractContextManager[None]:
        return room(self._context.largest_file, self._copy.size)

    def _describe(self, given: GateInput, ending: Ending) -> list[Event]:
        """A metadata pipeline: any file gives `metadata.json`, nothing is rejected."""
        with self._room():
            metadata = describe(self._path, self._name, self._settings.limits, self._sub("work"))
        file = self._sub("out") / "metadata.json"
        file.write_text(json.dumps(metadata.as_json(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        manifest = metadata_manifest(given, metadata.as_json(), self._run, {}, asdict(self._copy.source))
        return ending.commit(manifest, self._path, {"metadata": file})

    def _hold(self, given: GateInput, claim: Claim, ending: Ending) -> list[Event]:
        """Rows that belong to an earlier run are joined to it, and until the commit no others are."""
        with Family(self._event, self._context, self._pipeline.name, self._sub("family")) as family:
            with self._room():
                closed, accepted = (
                    family.brought_in(self._event.data["replays"]) if "replays" in self._event.data else ({}, {})
                )
            return self._split(replace(given, roots=family.root, closed=closed, accepted=accepted), claim, ending)

    def _split(self, given: GateInput, claim: Claim, ending: Ending) -> list[Event]:
        assert self._contract is not None
        out = self._sub("out")
        engine = self._context.engine() if self._context.engine else None
        with self._room():
            outcome = run_gate(given, self._contract, self._settings, self._sub("work"), out, engine=engine)
        files = {"rejected_csv": out / "rejected.csv", "rejected_jsonl": out / "rejected.jsonl"}
        if outcome.failure:
            return ending.fail(self._manifest(given, outcome), claim.attempt, self._path, files)
        files["accepted"] = out / f"accepted.{self._settings.accepted}"
        if (out / RECORDS).exists():
            files["records"] = out / RECORDS
        return ending.commit(self._manifest(given, outcome), self._path, files)

    def _manifest(self, given: GateInput, outcome: Outcome) -> Manifest:
        assert self._contract is not None
        return build_manifest(given, self._contract, self._settings, outcome, {}, asdict(self._copy.source))

    def _ending(self, run: str) -> Ending:
        return Ending(self._event, self._context, self._pipeline, run, self._name)

    def _leave_inbox(self) -> list[Event]:
        """What was processed is the downloaded copy; other bytes under the same key are another arrival."""
        if "replays" in self._event.data or self._context.files.discard(self._copy.source):
            return []
        return [self._ending(self._run).grew(self._key, self._copy.size)]

    def _sub(self, name: str) -> Path:
        folder = self._folder / name
        folder.mkdir()
        return folder
