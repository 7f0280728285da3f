"""A run once more: from the kept original under the contract as it is now, or from one of its later stages."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from typing import Literal

from headgate.core.errors import UserMistake
from headgate.core.events import Event
from headgate.core.pipeline import Pipeline
from headgate.core.places import Places
from headgate.hosts.desk import Host
from headgate.hosts.journey import Journey
from headgate.ports import Run
from headgate.stages.ingest import fingerprint_of
from headgate.stages.lineage import back_to_first, last_of
from headgate.stages.reported import last_mail, with_mailed

Start = Literal["gate", "load", "analyze", "notify"]
_CAUSES = {"load": "file.processed", "analyze": "file.processed", "notify": "analysis.completed"}
_READS = {"load": "accepted", "analyze": "rejected_jsonl"}


def replay(host: Host, run: Run, start: Start) -> Journey:
    """Processes a run once more, and waits for all that comes of it.

    From a later stage, a report that says what it said is mailed to nobody who has its mail.

    Raises:
        UserMistake: this run can't be processed once more; the message says what can be done instead.
    """
    if start != "gate":
        return host.send_through([_as_mailed(host, run, start)], only=start)
    pipeline_of(host, run)
    if run.state in ("failed", "dead"):
        return _put_back(host, run)
    return host.send_through([replay_arrival(host, latest(host, run))])


def latest(host: Host, run: Run) -> Run:
    """The committed run that holds the rows of this run's file now: the run itself, or its last replay.

    Raises:
        UserMistake: the run has no rows of its own.
    """
    if run.parent:
        raise UserMistake(
            f"run {run.run} holds rows that were sent again; they are judged with those of its root run",
            next=f"headgate replay {run.parent}",
            code="resubmission",
        )
    if run.state != "committed":
        raise UserMistake(f"run {run.run} is {run.state}", next=f"headgate runs {run.run}", code="not_committed")
    return last_of(host.ledger.family(run.run))


def original_key(host: Host, run: Run) -> str:
    """Where the file of a committed run is kept: with the first run of it.

    Raises:
        UserMistake: it is no longer kept.
    """
    first = back_to_first(run, host.ledger)[-1]
    key = Places(host.project.settings.zones, first.pipeline, first.run).archived(first.file)
    if not any(host.files.found(key)):
        raise UserMistake(
            f"the original of run {run.run} is no longer kept in {key}",
            next="ask the sender for the file and drop it into the inbox",
            code="original_gone",
        )
    return key


def pipeline_of(host: Host, run: Run) -> Pipeline:
    """The pipeline of a run, as it is now.

    Raises:
        UserMistake: it is no longer there.
    """
    if run.pipeline not in host.project.pipelines:
        raise UserMistake(
            f"run {run.run} is of the pipeline {run.pipeline}, which is no longer there",
            next=f"put pipelines/{run.pipeline} back",
            code="no_pipeline",
        )
    return host.project.pipelines[run.pipeline]


def again(host: Host, run: Run, stage: Start) -> Event:
    """A new event for a later stage of a run, caused by the one that stage took before.

    Raises:
        UserMistake: the run never came there, or what the stage needs of it is no longer kept.
    """
    pipeline_of(host, run)
    of_run = causes(host, run, stage)
    if not of_run:
        raise UserMistake(f"it never came to {stage}", next=f"headgate runs {run.run}", code="never_came_there")
    first = of_run[0]
    _needs(host, first, stage)
    return replace(first.next(first.type, run.run, first.data, uuid.uuid4().hex), time=host.clock())


def causes(host: Host, run: Run, stage: Start) -> list[Event]:
    """The events for a later stage that there were of a run, the oldest first."""
    cause = host.queue.event(run.event)
    events = host.queue.events(cause.correlation_id) if cause else []
    return [event for event in events if event.type == _CAUSES[stage] and event.data.get("run") == run.run]


def _as_mailed(host: Host, run: Run, stage: Start) -> Event:
    """The event for a later stage, which knows the mail there was of this run's report."""
    event, completed = again(host, run, stage), causes(host, run, "notify")
    mail = last_mail(completed)
    if mail is None or stage == "load":
        return event
    if stage == "notify":
        return replace(event, data={**event.data, "mail_id": mail})
    try:
        document = host.files.read(completed[-1].data["analysis"])
    except FileNotFoundError:
        return event
    return replace(event, data=with_mailed(event, mail, document))


def _needs(host: Host, event: Event, stage: Start) -> None:
    key = event.data["analysis"] if stage == "notify" else output_of(host, event.data["manifest"], _READS[stage])
    if key:
        check_kept(host, key, event.data["run"], "analyze" if stage == "notify" else "gate")


def check_kept(host: Host, key: str, run: str, start: Start) -> None:
    """What was pruned does not come back by trying again."""
    if not any(host.files.found(key)):
        raise UserMistake(
            f"{key} of run {run} is no longer kept", next=f"headgate replay {run} --from {start}", code="pruned"
        )


def output_of(host: Host, manifest: str, role: str) -> str | None:
    """The key of an output that a manifest speaks of."""
    output = json.loads(host.files.read(manifest))["outputs"].get(role)
    return output["path"] if output else None


def replay_arrival(host: Host, run: Run) -> Event:
    """The arrival of a run's kept original."""
    key = original_key(host, run)
    # A running `up` may still have another contract; under which one it is judged is not up to who is faster.
    gate = fingerprint_of(host.project.pipelines[run.pipeline], host.context())
    data = {
        "key": key, "file": run.file, "pipeline": run.pipeline, "replay": run.replay + 1, "replays": run.run, "gate": gate,
    }  # fmt: skip
    # Asked for again, after a replay that failed, it is another arrival.
    return host.event("file.arrived", key, data, uuid.uuid4().hex)


def _put_back(host: Host, run: Run) -> Journey:
    """The original of a failed run goes back into the inbox, as its error document says."""
    zones = host.project.settings.zones
    places = Places(zones, run.pipeline, run.run)
    kept, key = places.failed(run.file), f"{zones.inbox}/{run.pipeline}/{run.file}"
    if not any(host.files.found(kept)):
        raise UserMistake(
            f"the original of run {run.run} is not in {kept}", next=f"headgate dead list; headgate runs {run.run}",
            code="original_gone",
        )  # fmt: skip
    errors = list(host.files.found(places.error(run.file)))
    if not host.files.move_to_free(kept, key):
        raise UserMistake(f"a file of that name already waits: {key}", next="headgate run", code="already_waiting")
    for error in errors:
        # A running `up` may have failed it anew meanwhile, and said why.
        host.files.delete(error.key, error.signature)
    return host.send_through([], announced=host.announce(key))
