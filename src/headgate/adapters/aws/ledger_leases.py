"""What a process holds on DynamoDB: for a time, after which it is free, as nobody there can see whether a process lives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from headgate.adapters.aws.dynamo import DynamoTable, Item, Write
from headgate.adapters.aws.ledger_items import Key, next_version, time_of, unchanged, written
from headgate.adapters.aws.services import tries as tries_at
from headgate.core.errors import Transient

# So often a change is begun anew because somebody else changed the same; then it is a later attempt's.
_TRIES = 12
_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 0.5


def tries(what: str) -> Iterator[None]:
    """Until whoever asks breaks off; each a little later than the one before.

    Raises:
        Transient: others changed the same all the time.
    """
    for _ in tries_at(_TRIES, _FIRST_PAUSE, _LONGEST_PAUSE):
        yield
    raise Transient(f"others are changing {what} all the time", next="it is tried again by itself", code="busy_ledger")


@dataclass(frozen=True)
class Lease:
    """By whom, and for how long, what is taken now is held.

    Attributes:
        length: how long it stays his own without being renewed.
        clock: gives the time, UTC, naive.
    """

    owner: str
    length: timedelta
    clock: Callable[[], datetime]

    def terms(self) -> dict[str, Any]:
        """As they stand in an item from now on."""
        return {"holder": self.owner, "held_until": written(self.clock() + self.length)}

    def is_held(self, item: Item, mine: str) -> bool:
        """Whether somebody else holds it, be it this process for another event than mine."""
        holder, until = item.get("holder"), time_of(item.get("held_until"))
        if holder is None or until is None or (holder == self.owner and item["event"] == mine):
            return False
        return until > self.clock()

    def is_over(self, item: Item) -> bool:
        """Whether it was held until its time was over."""
        until = time_of(item.get("held_until"))
        return until is not None and until <= self.clock()

    def renew(self, table: DynamoTable, key: Key, event: str) -> bool:
        """Whether it is still this process's for this event, from now on for another while."""
        item = table.get(*key)
        if not item or (item.get("holder"), item["event"]) != (self.owner, event):
            return False
        # Where another takes it at this moment, its time was over, and only one of both has it.
        table.put_when({**item, **self.terms(), "version": next_version(item)}, unchanged(item))
        return True


class Holds:
    """Names that one event at a time may hold; each event knows its own, so that they end with it."""

    def __init__(self, table: DynamoTable, lease: Lease) -> None:
        self._table, self._lease = table, lease

    def take(self, name: str, event: str) -> bool:
        """Whether it is now held for this event alone."""
        for _ in tries(name):
            item = self._table.get(*_key(name))
            if item and self._lease.is_held(item, event):
                return False
            held = {
                "pk": f"hold#{name}", "sk": "hold", "event": event, "version": next_version(item), **self._lease.terms()
            }  # fmt: skip
            its_own = {"pk": f"arrival#{event}", "sk": f"hold#{name}"}
            if self._table.write_all([Write(held, when=unchanged(item)), Write(its_own)]):
                return True
        raise AssertionError

    def let_go(self, name: str, event: str) -> None:
        """Frees what this process holds for the event."""
        self._free(name, event, {"holder": self._lease.owner})

    def end(self, event: str) -> None:
        """Frees whatever is held for the event, whoever took it."""
        for item in self._table.query(f"arrival#{event}", "hold#"):
            self._free(item["sk"].removeprefix("hold#"), event, {})

    def _free(self, name: str, event: str, more: dict[str, str]) -> None:
        if self._table.delete(*_key(name), {"event": event, **more}) or not self._is_for(name, event):
            self._table.delete(f"arrival#{event}", f"hold#{name}")

    def _is_for(self, name: str, event: str) -> bool:
        item = self._table.get(*_key(name))
        return item is not None and bool(item["event"] == event)

    def renew(self, name: str, event: str) -> bool:
        """Whether it is still this process's for this event, from now on for another while."""
        return self._lease.renew(self._table, _key(name), event)


def _key(name: str) -> Key:
    return f"hold#{name}", "hold"
