"""`headgate runs RUN`: one run whole, and what to do about it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from headgate.core.errors import HeadgateError
from headgate.core.places import Places
from headgate.faces.cli.lists import iso
from headgate.faces.cli.next_step import next_step
from headgate.faces.cli.runs import run_row, vanished_runs

if TYPE_CHECKING:
    from headgate.core.events import Event
    from headgate.hosts.desk import Desk
    from headgate.ports import DeadLetter, Progress, Run

_EVER = timedelta(days=36_500)
_KEYS = ("manifest", "analysis", "report")


def one_run(desk: Desk, run: Run) -> dict[str, Any]:
    """A run as one document: all that is known of it."""
    return _OneRun(desk, run).document()


class _OneRun:
    """One run, and everything that belongs to it."""

    def __init__(self, desk: Desk, run: Run) -> None:
        self._desk, self._run = desk, run
        self._zones = desk.project.settings.zones
        self._places = Places(self._zones, run.pipeline, run.run)
        self._vanished = vanished_runs(desk)
        self._attempts = [
            one for one in desk.ledger.attempts(run.claimed_at, desk.clock() + _EVER) if one.run == run.run
        ]
        self._events = self._journey()
        self._keys = {key: event.data[key] for event in self._events for key in _KEYS if key in event.data}
        self._manifest = self._manifest_under(self._keys.get("manifest"))
        others = desk.ledger.runs(run.pipeline)
        self._children = [one for one in others if one.parent == run.run]
        self._replays = [one for one in others if one.replays == run.run]

    def document(self) -> dict[str, Any]:
        from headgate.core.report import reject_reasons, top_reasons

        letters = self._dead_letters()
        return {
            **self._row(self._run),
            "correlation_id": self._events[0].correlation_id if self._events else None,
            "size": self._manifest.get("file", {}).get("size"),
            "sha256": self._manifest.get("file", {}).get("sha256"),
            "contract": self._manifest.get("contract"),
            "each_attempt": [
                {
                    "number": one.number,
                    "outcome": one.outcome,
                    "at": iso(one.at),
                    "event": one.event,
                    "reason": one.reason,
                }
                for one in self._attempts
            ],
            "events": self._with_stages(),
            "reasons": len(reject_reasons(self._manifest)),
            "top_reasons": top_reasons(self._manifest),
            "open": self._open(),
            "outputs": self._manifest.get("outputs", {}),
            "paths": self._paths(),
            "resubmissions": [self._row(one) for one in self._children],
            "replayed_by": [self._row(one) for one in self._replays],
            "duplicates": self._duplicates(),
            "dead_letters": [letter.number for letter in letters],
            "next": next_step(self._next(letters) or "") or None,
        }

    def _row(self, run: Run) -> dict[str, Any]:
        return run_row(self._desk.queue, run, self._vanished)

    def _duplicates(self) -> list[dict[str, Any]]:
        """Later arrivals of the same bytes."""
        # One that waited came before this run was claimed.
        arrivals = self._desk.ledger.arrivals(datetime.min, self._desk.clock() + _EVER, self._run.pipeline)
        mine = [one for one in arrivals if (one.run, one.outcome) == (self._run.run, "duplicate")]
        return [{"at": iso(one.at), "file": one.file, "key": one.key, "event": one.event} for one in mine]

    def _journey(self) -> list[Event]:
        """The events of every arrival that made an attempt; not those of duplicates."""
        queue = self._desk.queue
        arrivals = dict.fromkeys([*(one.event for one in self._attempts), self._run.event])
        found = [event for id_ in arrivals if (event := queue.event(id_))]
        correlations = dict.fromkeys(event.correlation_id for event in found)
        return [event for correlation in correlations for event in queue.events(correlation)]

    def _with_stages(self) -> list[dict[str, Any]]:
        stages: dict[str, list[Progress]] = {}
        for one in self._desk.queue.progress([event.id for event in self._events]):
            stages.setdefault(one.event, []).append(one)
        return [
            {**event.as_cloudevent(), "stages": [_stage(one) for one in stages.get(event.id, [])]}
            for event in self._events
        ]

    def _manifest_under(self, key: str | None) -> dict[str, Any]:
        """A person may have deleted or changed it; the rest can be shown all the same."""
        try:
            found = json.loads(self._desk.files.read(key)) if key else {}
        except (FileNotFoundError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _open(self) -> int | None:
        """Rejected records that no resubmission has closed yet; None where none can be sent again."""
        committed = [one for one in self._children if one.state == "committed"]
        if self._run.state != "committed" or self._run.parent or self._is_replayed():
            return None
        if not committed:
            return self._run.counts.get("rejected")
        last = max(committed, key=lambda one: one.settled_at or one.claimed_at)
        manifest = self._manifest_under(Places(self._zones, last.pipeline, last.run).manifest)
        open_: int | None = (manifest.get("resubmission") or {}).get("open")
        return open_

    def _is_replayed(self) -> bool:
        return any(one.state == "committed" for one in self._replays)

    def _paths(self) -> dict[str, str | None]:
        """Where everything else of the run lies, as far as it is still there."""
        name, keys = self._run.file, self._keys
        is_failed = self._run.state == "failed"
        found = {
            **{key: keys.get(key) for key in _KEYS},
            "original": self._places.failed(name) if is_failed else self._archived(),
            "error": self._places.error(name) if is_failed else None,
        }
        return {name: key if key and self._desk.lying(key) else None for name, key in found.items()}

    def _archived(self) -> str:
        """A replay reads the original of the run it replays."""
        from headgate.stages.lineage import back_to_first

        first = back_to_first(self._run, self._desk.ledger)[-1]
        return Places(self._zones, first.pipeline, first.run).archived(first.file)

    def _dead_letters(self) -> list[DeadLetter]:
        mine = {event.id for event in self._events}
        return [letter for letter in self._desk.queue.dead_letters() if letter.event.id in mine]

    def _next(self, letters: Sequence[DeadLetter]) -> str | None:
        run = self._run
        if letters:
            return f"headgate dead show {letters[0].number}"
        if run.state == "running" and run.run in self._vanished:
            return self._desk.next_after_kill
        if self._waits() or run.state in ("claimed", "running"):
            return self._desk.next_command
        if run.state == "failed":
            advice = (run.reason or {}).get("next") or "correct the file"
            return f"{advice}; to try it again: headgate replay {run.replays or run.run}"
        if run.state == "dead":
            return f"its dead letter was looked after; to try again, {self._put(run.file)}"
        rejects = self._to_correct() if run.parent or self._open() else None
        return f"correct {rejects} and {self._put('it, as it is,')}" if rejects else None

    def _put(self, what: str) -> str:
        """How a file comes into the inbox again: into that of a deployment no hand reaches."""
        pipeline = self._run.pipeline
        if self._desk.place:
            return f"put {what} back: headgate put FILE -p {pipeline} --target aws"
        return f"drop {what} into {self._zones.inbox}/{pipeline}/"

    def _waits(self) -> bool:
        """Whether a stage has still to do with it."""
        stages = self._desk.queue.progress([event.id for event in self._events])
        return any(one.state in ("ready", "taken") for one in stages)

    def _to_correct(self) -> str | None:
        """The rejected rows in the form that can be sent again; None when there are none."""
        role = "rejected_csv" if self._format() == "csv" else "rejected_jsonl"
        output = self._manifest.get("outputs", {}).get(role)
        return output["path"] if output and self._run.counts.get("rejected") and not self._is_replayed() else None

    def _format(self) -> str:
        from headgate.core.contract.load import load_contract
        from headgate.core.reading.source import format_of

        pipeline = self._desk.project.pipelines.get(self._run.pipeline)
        said = None
        if pipeline and pipeline.contract_path:
            with contextlib.suppress(HeadgateError):
                said = load_contract(pipeline.contract_path, pipeline.schema_name).layout.file_format
        return said or format_of(self._run.file)


def _stage(progress: Progress) -> dict[str, Any]:
    return {
        "stage": progress.stage,
        "state": progress.state,
        "attempts": progress.attempts,
        "error": dict(progress.error) if progress.error else None,
        "again_at": iso(progress.again_at),
        "done_at": iso(progress.done_at),
        "seconds": progress.seconds,
    }
