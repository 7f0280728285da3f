"""One line for each stage run: JSON for programs, words for people at a terminal."""

from __future__ import annotations

import json
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TextIO

from headgate.core.errors import HeadgateError
from headgate.core.events import Event
from headgate.core.printable import printable
from headgate.hosts.secrets import Secrets
from headgate.ports import Delivery

StageOutcome = Literal["done", "retry", "postponed", "dead"]

LEVELS: dict[StageOutcome, str] = {"done": "info", "postponed": "info", "retry": "warning", "dead": "error"}
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
        self._form = human_line if (stream.isatty() if human is None else human) else json_line
        self._lock = threading.Lock()

    def __call__(self, run: StageRun) -> None:
        line = self._form(run, self._clock(), self._secrets.mask)
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
        "time": at.isoformat(timespec="milliseconds") + "Z",
        "level": LEVELS[run.outcome],
        "event": event.id,
        "type": event.type,
        "stage": delivery.stage,
        "run": run.about("run"),
        "pipeline": run.about("pipeline"),
        "subject": printable(mask(event.subject), _LONGEST_KEY),
        "correlation_id": event.correlation_id,
        "attempt": delivery.attempt,
        "outcome": run.outcome,
        "seconds": round(run.seconds, 3),
        "peak_memory": run.peak_memory,
        "error": run.error and _error(run.error, mask),
    }


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
    given = ", ".join(dict.fromkeys(event.type for event in run.events))
    return f"{said} → {given}" if given else said


_OUTCOMES: dict[StageOutcome, Callable[[StageRun], str]] = {
    "done": lambda run: f"done in {run.seconds:.2f} s",
    "retry": lambda run: f"attempt {run.delivery.attempt} failed, is tried again",
    "postponed": lambda run: "postponed",
    "dead": lambda run: f"DEAD after attempt {run.delivery.attempt}",
}
