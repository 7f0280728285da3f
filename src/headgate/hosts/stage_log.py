"""One line for each stage run: JSON for programs, words for people at a terminal."""

from __future__ import annotations

import json
import threading
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TextIO

from headgate.core.astray import Fault, fault_named
from headgate.core.errors import HeadgateError
from headgate.core.events import Event
from headgate.core.printable import printable
from headgate.hosts.secrets import Secrets
from headgate.ports import Delivery

StageOutcome = Literal["done", "retry", "postponed", "dead"]

Level = Literal["info", "warning", "error"]
LEVELS: dict[StageOutcome, Level] = {"done": "info", "postponed": "info", "retry": "warning", "dead": "error"}
# What a stage did as it should, and a person wants to see all the same.
_UNWELCOME = {
    "file.failed",
    "file.unmatched",
    "file.vanished",
    "file.grew",
    "limit.exceeded",
    "source.failed",
    "file.missing",
}
_LONGEST_KEY = 1100
_LONGEST_MESSAGE = 2000


@dataclass(frozen=True)
class StageRun:
    """One stage that a host ran.

    Attributes:
        outcome: what became of the delivery.
        seconds: how long the stage took.
        peak_memory: the most memory the process has held so far, bytes.
        error: why it is tried again, postponed or dead.
        events: what the stage gave.
    """

    delivery: Delivery
    outcome: StageOutcome
    seconds: float
    peak_memory: int
    error: HeadgateError | None
    events: list[Event]

    def about(self, key: str) -> str | None:
        """The `run` or `pipeline` concerned; an arrival's are known only from the events it gave."""
        found = (event.data.get(key) for event in (self.delivery.event, *self.events))
        return next((str(value) for value in found if value is not None), None)

    @property
    def level(self) -> Level:
        """How much it is worth a look."""
        is_unwelcome = self._astray is not None or any(one.type in _UNWELCOME for one in self._told)
        return "warning" if self.outcome == "done" and is_unwelcome else LEVELS[self.outcome]

    @property
    def note(self) -> str | None:
        """What the types of the events that came of it don't say."""
        if self._astray:
            return f"can't be taken, {self._astray.why}: {self._astray.next}"
        return next((note(one.data) for one in self._told if (note := _NOTES.get(one.type))), None)

    @property
    def _told(self) -> list[Event]:
        """What came of it; and what the host itself found, of which nothing but its alert is a stage run."""
        event = self.delivery.event
        return [event, *self.events] if event.type == "file.grew" else self.events

    @property
    def _astray(self) -> Fault | None:
        """Of what lies in the inbox and is no file: nothing but its alert ever runs for it."""
        event = self.delivery.event
        return fault_named(event.data["fault"]) if event.type == "file.unmatched" and event.data.get("fault") else None

    @property
    def is_idle(self) -> bool:
        """Whether the clock only ticked, as it does each minute, and nothing came of it."""
        return self.delivery.event.type == "clock.ticked" and self.outcome == "done" and not self.events

    @property
    def model(self) -> dict[str, Any] | None:
        """What a language model took for it; None when none was asked."""
        return next((event.data["model"] for event in self.events if event.data.get("model")), None)


_NOTES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "file.duplicate": lambda data: f"the same bytes as run {data['of']}",
    "file.failed": lambda data: f"{data['reason']['message']} [{data['reason']['code']}]",
    "file.unmatched": lambda data: f"pipelines that fit: {', '.join(data['candidates']) or 'none'}",
    "file.grew": lambda data: "its sender wrote on after it was taken",
}

Observer = Callable[[StageRun], None]
"""What a host calls after each stage run."""

Mask = Callable[[str], str]


class StageLog:
    """Writes the lines; an `Observer`.

    Args:
        stream: where to, usually standard error.
        clock: gives the time, UTC, naive.
        secrets: what must never be seen.
        human: words instead of JSON; without it, where the stream is a terminal.
    """

    def __init__(
        self, stream: TextIO, clock: Callable[[], datetime], secrets: Secrets, human: bool | None = None
    ) -> None:
        self._stream, self._clock, self._secrets = stream, clock, secrets
        self._is_human = stream.isatty() if human is None else human
        self._lock = threading.Lock()

    def __call__(self, run: StageRun) -> None:
        if run.is_idle:
            return
        form = human_line if self._is_human else json_line
        self._write(form(run, self._clock(), self._secrets.mask))

    def say(self, text: str, level: Level = "info") -> None:
        """What is no stage run: a JSON line with a `message`, or the text as it is."""
        lines = [printable(line, _LONGEST_MESSAGE) for line in self._secrets.mask(text).split("\n")]
        said = {"time": _written(self._clock()), "level": level, "message": "\n".join(lines)}
        self._write(said["message"] if self._is_human else json.dumps(said))

    def _write(self, line: str) -> None:
        # A log that can't be written must not fail the file that it tells of.
        with self._lock, suppress(OSError, ValueError):
            self._stream.write(line + "\n")
            self._stream.flush()


def json_line(run: StageRun, at: datetime, mask: Mask) -> str:
    """One JSON document on one line, ASCII only."""
    return json.dumps(log_record(run, at, mask))


def log_record(run: StageRun, at: datetime, mask: Mask) -> dict[str, Any]:
    """What a line says; the same keys in every line."""
    delivery, event = run.delivery, run.delivery.event
    return {
        "time": _written(at),
        "level": run.level,
        "event": event.id,
        "type": event.type,
        "stage": delivery.stage,
        "run": run.about("run"),
        "pipeline": run.about("pipeline"),
        "subject": printable(mask(event.subject), _LONGEST_KEY),
        "correlation_id": event.correlation_id,
        "attempt": delivery.attempt,
        "outcome": run.outcome,
        "gave": _gave(run),
        "note": None if run.note is None else printable(mask(run.note), _LONGEST_MESSAGE),
        "seconds": round(run.seconds, 3),
        "peak_memory": run.peak_memory,
        "model": run.model,
        "error": run.error and _error(run.error, mask),
    }


def _written(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds") + "Z"


def _gave(run: StageRun) -> list[str]:
    return list(dict.fromkeys(event.type for event in run.events))


def _error(error: HeadgateError, mask: Mask) -> dict[str, str]:
    said = {"code": error.code, "message": printable(mask(error.message), _LONGEST_MESSAGE)}
    if error.__cause__ and error.code == "bug":
        trace = mask("".join(traceback.format_exception(error.__cause__)))
        said["trace"] = printable(trace[-_LONGEST_MESSAGE:], 2 * _LONGEST_MESSAGE)
    return said


def human_line(run: StageRun, at: datetime, mask: Mask) -> str:
    """`03:04:05Z ingest inbox/people/a.csv: done in 0.42 s → file.processed`."""
    delivery = run.delivery
    subject = printable(mask(delivery.event.subject), 80)
    said = f"{at:%H:%M:%S}Z {delivery.stage} {subject}: {_OUTCOMES[run.outcome](run)}"
    if run.error:
        return f"{said}, {run.error.code}: {printable(mask(run.error.message))}"
    said += _model(run.model) if run.model else ""
    given, note = ", ".join(_gave(run)), printable(mask(run.note or ""))
    said = f"{said} → {given}" if given else said
    return f"{said}: {note}" if note else said


def _model(model: Mapping[str, Any]) -> str:
    """`, bedrock:amazon.nova-lite-v1:0 took 4,000 tokens in, 1,200 out, 0.0005 USD`."""
    cost = "price unknown" if model["cost_usd"] is None else f"{model['cost_usd']:.4f} USD"
    cost = f"at most {cost}" if model.get("uncounted") and model["cost_usd"] is not None else cost
    said = (
        f", {printable(model['name'], 60)} took {model['tokens_in']:,} tokens in, {model['tokens_out']:,} out, {cost}"
    )
    return f"{said}, {model['fallback']}: the built-in narrator wrote" if model["fallback"] else said


_OUTCOMES: dict[StageOutcome, Callable[[StageRun], str]] = {
    "done": lambda run: f"done in {run.seconds:.2f} s",
    "retry": lambda run: f"attempt {run.delivery.attempt} failed, is tried again",
    "postponed": lambda run: "postponed",
    "dead": lambda run: f"DEAD after attempt {run.delivery.attempt}",
}
