"""The journal: which events there were, how far the stages are with them, and which of them died; in the table.

| pk | sk | what |
|---|---|---|
| `event#<id>` | `event` | the event; in the index `journey#<correlation id>` by when it was published |
| `event#<id>` | `handled#<stage>` | how far a stage is with it |
| `letter#` | `<number>` | a dead letter |
| `letter#` | `last` | the number of the last one |

Ticks of the clock are not kept: they are many, and of no use later.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from headgate.adapters.aws.dynamo import DynamoTable
from headgate.adapters.aws.messages import detail_of, event_of
from headgate.core.events import Event
from headgate.ports import DeadLetter, Progress

_TICK = "clock.ticked"
_LETTERS, _LAST = "letter#", "last"
_AT_ONCE = 8

LOOKED_AFTER = timedelta(minutes=2)
"""For so long nobody else gets a letter that somebody has begun to look after, and did not end: he may have been killed."""

Item = Mapping[str, Any]


class Journal:
    """What is remembered of events.

    Args:
        routes: event type → the stages that take it, for who asks how far they are; all stages that there are.
        idle: of these, those before which nothing is laid now; each event remembers them, as a later deployment has others.
    """

    def __init__(
        self, table: DynamoTable, routes: Mapping[str, Sequence[str]], idle: Collection[str] = frozenset()
    ) -> None:
        self._table, self._routes, self._idle = table, routes, sorted(idle)

    @property
    def stages(self) -> list[str]:
        """Names of all stages that are known here."""
        return list(dict.fromkeys(stage for stages in self._routes.values() for stage in stages))

    # events

    def add(self, events: Iterable[Event], at: datetime, only: str | None = None) -> list[Event]:
        """Notes events that are not known; returns those that were not.

        Args:
            only: the one stage that takes them.
        """
        new = []
        for number, event in enumerate(events):
            if event.type == _TICK:
                new.append(event)
                continue
            item = {
                "pk": f"event#{event.id}", "sk": "event", "gpk": f"journey#{event.correlation_id}",
                "gsk": f"{at.isoformat(timespec='microseconds')}#{number:06}", "type": event.type,
                "event": detail_of(event), "only": only, "idle": self._idle or None,
            }  # fmt: skip
            if self._table.put_new(item):
                new.append(event)
        return new

    def event(self, id_: str) -> Event | None:
        """One event."""
        found = self._table.get(f"event#{id_}", "event")
        return _event(found) if found else None

    def events(self, correlation_id: str) -> list[Event]:
        """Those of one journey, in the order they were published; one of this very moment may not be among them yet."""
        return [_event(item) for item in self._table.by_day(f"journey#{correlation_id}")]

    # how far stages are

    def handled(self, event: Event, stage: str) -> Progress | None:
        """How far a stage is with an event; None when it never came to an end of an attempt."""
        found = None if event.type == _TICK else self._table.get(f"event#{event.id}", f"handled#{stage}")
        return _progress(event.id, found) if found else None

    def note(self, event: Event, progress: Progress, letter: int | None = None) -> None:
        """Notes how far a stage is.

        Args:
            letter: number of the dead letter that it became.
        """
        if event.type == _TICK:
            return
        self._table.put({
            "pk": f"event#{event.id}", "sk": f"handled#{progress.stage}", "state": progress.state,
            "attempts": progress.attempts, "error": _json(progress.error), "again_at": _written(progress.again_at),
            "done_at": _written(progress.done_at), "seconds": progress.seconds, "letter": letter,
        })  # fmt: skip

    def progress(self, events: Sequence[str]) -> list[Progress]:
        """How far the stages of some events (by id) are; those of ticks are not known."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            found = sorted(pool.map(self._stages_of, dict.fromkeys(events)), key=lambda one: one[0])
        return [progress for _, stages in found for progress in stages]

    def _stages_of(self, id_: str) -> tuple[str, list[Progress]]:
        """When it was published, and how far its stages are."""
        items = {item["sk"]: item for item in self._table.query(f"event#{id_}")}
        event = items.pop("event", None)
        known = {name.removeprefix("handled#"): _progress(id_, item) for name, item in items.items()}
        if event:
            taken_by = [event["only"]] if event.get("only") else self._routes.get(event["type"], ())
            idle = event.get("idle") or ()
            known = {stage: _waiting(id_, stage) for stage in taken_by if stage not in idle} | known
        return event["gsk"] if event else "", list(known.values())

    # dead letters

    def letter_number(self, event: Event, stage: str) -> int:
        """A number for a dead letter: that of the one that was begun for this very death, else a new one."""
        found = None if event.type == _TICK else self._table.get(f"event#{event.id}", f"handled#{stage}")
        if found and found["state"] == "dead" and found.get("letter"):
            return int(found["letter"])
        return self._table.add(_LETTERS, _LAST, "number", 1)

    def bury(self, letter: DeadLetter) -> None:
        """Keeps a dead letter, once; and that its stage is through with its event."""
        self._table.put_new({
            "pk": _LETTERS, "sk": f"{letter.number:010}", "event": detail_of(letter.event), "stage": letter.stage,
            "error": _json(letter.error), "attempts": letter.attempts, "died_at": _written(letter.died_at),
            "state": "dead", "settled_at": None,
        })  # fmt: skip
        dead = Progress(letter.event.id, letter.stage, "dead", letter.attempts, letter.error, None, None, None)
        self.note(letter.event, dead, letter.number)

    def letters(self) -> list[DeadLetter]:
        """All that ever were, oldest first."""
        return [_letter(item) for item in self._table.query(_LETTERS) if item["sk"] != _LAST]

    def letter(self, number: int) -> DeadLetter | None:
        """One of them."""
        found = self._table.get(*_name(number))
        return _letter(found) if found else None

    def begin(self, number: int, at: datetime, since: datetime | None = None) -> DeadLetter | None:
        """A letter for whoever looks after it from now on; None when somebody has, or is at it: of several it is one.

        Who vanished over it holds it for `LOOKED_AFTER`.

        Args:
            since: when this one began before, and goes on now; None also when somebody else took over meanwhile.
        """
        found = self._table.get(*_name(number))
        if found is None or found["state"] != "dead":
            return None
        if _is_begun(found, at) if since is None else found.get("begun_at") != _written(since):
            return None
        as_found = {"state": "dead", "begun_at": found.get("begun_at")}
        is_mine = self._table.update(*_name(number), {"begun_at": _written(at)}, when=as_found)
        return _letter(found) if is_mine else None

    def leave(self, number: int, at: datetime) -> None:
        """Whoever began at that time could not: it is there for others at once."""
        self._table.update(*_name(number), {"begun_at": None}, when={"begun_at": _written(at)})

    def settle(self, number: int, state: str, at: datetime) -> bool:
        """A person has looked after a letter; whether it was this one's decision, and not another's before."""
        changes = {"state": state, "settled_at": _written(at)}
        return self._table.update(*_name(number), changes, when={"state": "dead"})


def _event(item: Item) -> Event:
    return event_of(json.loads(item["event"]))


def _progress(event: str, item: Item) -> Progress:
    seconds, state = item.get("seconds"), item["state"]
    return Progress(
        event, item["sk"].removeprefix("handled#"), state, int(item["attempts"]), _parsed(item.get("error")),
        _time(item.get("again_at")), _time(item.get("done_at")), None if seconds is None else float(seconds),
    )  # fmt: skip


def _waiting(event: str, stage: str) -> Progress:
    return Progress(event, stage, "ready", 0, None, None, None, None)


def _letter(item: Item) -> DeadLetter:
    died_at = datetime.fromisoformat(item["died_at"])
    return DeadLetter(
        int(item["sk"]), _event(item), item["stage"], _parsed(item["error"]) or {}, int(item["attempts"]), died_at,
        item["state"], _time(item.get("settled_at")),
    )  # fmt: skip


def _name(number: int) -> tuple[str, str]:
    return _LETTERS, f"{number:010}"


def _is_begun(letter: Item, at: datetime) -> bool:
    # Clocks of two machines differ by a moment, either way.
    begun = _time(letter.get("begun_at"))
    return begun is not None and abs(at - begun) < LOOKED_AFTER


def _json(error: Mapping[str, Any] | None) -> str | None:
    return None if error is None else json.dumps(dict(error))


def _parsed(text: str | None) -> Any:
    return json.loads(text) if text else None


def _written(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
