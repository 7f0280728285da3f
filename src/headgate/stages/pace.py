"""The pace at which a key may ask: whatever asks with it, no more credits in a minute than its plan has."""

from __future__ import annotations

import contextlib
import json
from datetime import datetime, timedelta
from types import TracebackType

from headgate.core.source.failure import AskLater
from headgate.core.source.plan import MINUTE
from headgate.ports import Context

FETCHES = ".headgate/fetch"
_A_MOMENT = 1.0


class Pace:
    """Entered for one request with a key.

    Args:
        key_env: the variable that holds the key, by which it is known.
        event: id of the event for which it is asked.
        cost: credits of the request.
        per_minute: credits of the plan.

    Raises:
        AskLater: too much was asked in the last minute, or another request is under way.
    """

    def __init__(self, context: Context, key_env: str, event: str, cost: int, per_minute: int) -> None:
        self._context, self._event, self._cost, self._per_minute = context, event, cost, per_minute
        self._name, self._noted = f"source {key_env}", f"{FETCHES}/.pace-{key_env}.json"

    def __enter__(self) -> None:
        if not self._context.ledger.hold(self._name, self._event):
            raise AskLater("another request with the same key is under way", _A_MOMENT)
        try:
            spent = self._spent()
            self._wait_for_its_turn(spent)
            # Before it asks: killed in between, the request may have been made.
            noted = [*((at.isoformat(), cost) for at, cost in spent), (self._context.now.isoformat(), self._cost)]
            self._context.files.write(self._noted, json.dumps(noted).encode())
        except BaseException:
            self._let_go()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._let_go()

    def _wait_for_its_turn(self, spent: list[tuple[datetime, int]]) -> None:
        left, wait = sum(cost for _, cost in spent), timedelta()
        for at, cost in spent:
            if left + self._cost <= self._per_minute:
                break
            left, wait = left - cost, at + MINUTE - self._context.now
        if wait:
            raise AskLater("the credits of this minute are used up", wait.total_seconds())

    def _spent(self) -> list[tuple[datetime, int]]:
        """What was asked in the last minute, oldest first; what is still to come is by a clock that was ahead."""
        with contextlib.suppress(FileNotFoundError, ValueError):
            noted = json.loads(self._context.files.read(self._noted))
            asked = sorted((datetime.fromisoformat(at), int(cost)) for at, cost in noted)
            return [(at, cost) for at, cost in asked if timedelta() <= self._context.now - at < MINUTE]
        return []

    def _let_go(self) -> None:
        self._context.ledger.let_go(self._name, self._event)
