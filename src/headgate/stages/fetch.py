"""A source is due: ask for one batch of it; the last batch makes the file that lands in the inbox."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from headgate.core.config.source_settings import Source
from headgate.core.errors import Permanent
from headgate.core.events import Event
from headgate.core.gate.workspace import workspace
from headgate.core.identity import digest
from headgate.core.source.answer import Reply, Unit, units_of
from headgate.core.source.document import document_pieces, kept_answer, read_kept_answer
from headgate.core.source.failure import AskLater, SourceBusy, missing_key, nothing_but_errors, reason_of
from headgate.core.source.plan import KEY_PARAMETER, Request, plan_of, source_of
from headgate.ports import Context
from headgate.stages.pace import FETCHES, Pace

# Long enough for a person to look after a dead letter and go on where it stopped.
_KEPT = timedelta(days=7)
_MOST_PATIENCE = timedelta(days=2)
_STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}")


def fetch(event: Event, context: Context) -> list[Event]:
    """Takes one `source.due`; gives the next one, to be taken later, or `source.fetched` or `source.failed`.

    What lands in the inbox is a new arrival, which the host sees for itself.

    Raises:
        AskLater: the key has no credits left for this minute, or the source asks for patience.
    """
    pipeline = event.data["pipeline"]
    try:
        return [_Fetch(event, context, source_of(context.project, pipeline)).advance()]
    except Permanent as error:
        return [event.next("source.failed", event.subject, {"pipeline": pipeline, "reason": reason_of(error)})]


class _Fetch:
    """One fetch, of which several events each do a part. Answers are kept, so that none is paid for twice."""

    def __init__(self, event: Event, context: Context, source: Source) -> None:
        self._event, self._context, self._source = event, context, source
        self._pipeline: str = event.data["pipeline"]
        self._plan = plan_of(source)
        self._name = _name(event)
        self._home = f"{FETCHES}/{self._pipeline}"

    def advance(self) -> Event:
        self._forget_old_answers()
        number = self._event.data.get("batch", 1)
        if number in self._unanswered():
            self._ask(number)
        left = self._unanswered()
        return self._next_batch(left[0]) if left else self._land()

    def _unanswered(self) -> list[int]:
        kept = set(self._context.files.keys(self._home))
        return [number for number in range(1, len(self._plan.requests) + 1) if self._answer_key(number) not in kept]

    def _ask(self, number: int) -> None:
        request, key = self._plan.requests[number - 1], self._key()
        cost, per_minute = len(request.symbols), self._source.credits_per_minute
        with Pace(self._context, self._source.key_env, self._event.id, cost, per_minute):
            answer = self._context.web.get(self._plan.url, {**request.parameters, KEY_PARAMETER: key})
        reply = Reply(answer.status, answer.headers, answer.body)
        units = self._units(request, reply, key)
        self._context.files.write(self._answer_key(number), kept_answer(units))

    def _units(self, request: Request, reply: Reply, key: str) -> dict[str, Unit]:
        """To be asked for patience is no failure, unless it goes on for days."""
        try:
            return units_of(request.symbols, reply, key, self._context.now)
        except SourceBusy as busy:
            if self._context.now - self._event.time > _MOST_PATIENCE:
                raise
            raise AskLater(busy.message, busy.retry_after) from busy

    def _key(self) -> str:
        key = (self._context.secret(self._source.key_env) or "").strip()
        if not key:
            raise missing_key(self._source.key_env, self._pipeline)
        return key

    def _next_batch(self, number: int) -> Event:
        data = {
            "pipeline": self._pipeline,
            "fetch": self._name,
            "batch": number,
            "batches": len(self._plan.requests),
            "not_before": (self._context.now + self._plan.pause).isoformat(),
        }
        return self._event.next("source.due", self._event.subject, data, str(number))

    def _land(self) -> Event:
        """The same answers make the same bytes under the same key, so that landing again adds no second file."""
        with workspace(self._context.project.temp_directory) as folder:
            document = folder / "answer.json"
            errors = self._join(document)
            if all(errors.values()):
                raise nothing_but_errors(errors)
            key = f"{self._context.project.settings.zones.inbox}/{self._pipeline}/{self._pipeline}-{self._name}.json"
            # What lies there is the same: it landed before.
            self._context.files.create(document, key)
        failed = [symbol for symbol, error in errors.items() if error]
        data = {"pipeline": self._pipeline, "key": key, "symbols": len(errors), "failed": failed}
        return self._event.next("source.fetched", self._event.subject, data)

    def _join(self, path: Path) -> dict[str, str | None]:
        """Writes the document; returns what is wrong with each symbol."""
        errors: dict[str, str | None] = {}
        with path.open("w", encoding="utf-8", newline="") as file:
            for piece in document_pieces(self._answers(errors)):
                file.write(piece)
        return errors

    def _answers(self, errors: dict[str, str | None]) -> Iterator[tuple[str, Unit]]:
        """One kept answer after the other; they may be large."""
        for number in range(1, len(self._plan.requests) + 1):
            for symbol, unit in read_kept_answer(self._context.files.read(self._answer_key(number))).items():
                errors[symbol] = unit.error
                yield symbol, unit

    def _answer_key(self, number: int) -> str:
        """Settings that were changed on the way ask for other answers."""
        return f"{self._home}/{self._name}-{self._plan.identity[:8]}-{number}.json"

    def _forget_old_answers(self) -> None:
        oldest = (self._context.now - _KEPT).strftime(_STAMP)
        for key in list(self._context.files.keys(self._home)):
            name = key.removeprefix(f"{self._home}/")
            # Its own it still needs, however late it goes on.
            if name < oldest and not name.startswith(self._name):
                self._context.files.delete(key)


def _name(event: Event) -> str:
    """The name of a fetch, which its first event gives it."""
    given = event.data.get("fetch")
    if isinstance(given, str) and _NAME.fullmatch(given):
        return given
    return f"{event.time.strftime(_STAMP)}-{digest(event.id)[:8]}"
