"""What becomes of a dead letter, and of its file, when a person has decided."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, replace
from typing import Literal

from headgate.core.errors import HeadgateError
from headgate.core.places import discarded, error_beside
from headgate.hosts.desk import Desk
from headgate.ports import DeadLetter, Found


@dataclass(frozen=True)
class PutAside:
    """The file of an arrival that nobody is to process any more.

    Attributes:
        kept: its key now; None when there is none, or it was not touched.
        untouched: why not: it is `gone`, `another` file lies under its key by now, or under a name such as its own (`bad_name`)
            nothing can be kept.
        already: whether somebody else looked after the letter meanwhile.
    """

    kept: str | None = None
    untouched: Literal["gone", "another", "bad_name"] | None = None
    already: bool = False


def is_vanished(desk: Desk, letter: DeadLetter) -> bool:
    """Whether the file that was to be ingested is gone, so that redriving it processes nothing."""
    key = letter.event.data.get("key")
    return letter.stage == "ingest" and bool(key) and not desk.lying(str(key))


def redrive(desk: Desk, letter: DeadLetter) -> bool:
    """Lays a dead letter before its stage again; False when somebody else was faster."""
    return desk.queue.redrive(letter.number, desk.clock())


def discard(desk: Desk, letter: DeadLetter, dry_run: bool = False) -> PutAside:
    """Gives a dead letter up; a file that still lies in the inbox is kept with the failed ones."""
    if dry_run:
        return _put_aside(desk, letter, dry_run)
    # Whoever redrives it at the same moment must find the file where it lies, or nothing to redrive.
    if not desk.queue.claim(letter.number, desk.clock()):
        return PutAside(already=True)
    try:
        return _given_up(desk, letter)
    except BaseException:
        with contextlib.suppress(HeadgateError):
            desk.queue.leave(letter.number)
        raise


def _given_up(desk: Desk, letter: DeadLetter) -> PutAside:
    # The file first: killed in between, the letter is dead as before, and discarding it once more ends it. The other way
    # round the file, still in the inbox, would arrive anew.
    aside = _put_aside(desk, letter, dry_run=False)
    if aside.kept:
        desk.taken_away(letter.event.id)
    _end(desk, letter)
    return replace(aside, already=not desk.queue.give_up(letter.number, desk.clock()))


def _end(desk: Desk, letter: DeadLetter) -> None:
    """On AWS nobody hears of it when a function is killed for the last time: its run would look for ever as if it went on."""
    arrival = desk.ledger.arrival(letter.event.id) if letter.stage == "ingest" else None
    if arrival is None or arrival.outcome:
        return
    run = desk.ledger.run(arrival.run) if arrival.run else None
    if run is None or (run.state, run.event) == ("running", arrival.event):
        desk.ledger.bury(arrival.event, letter.error, desk.clock())


def _put_aside(desk: Desk, letter: DeadLetter, dry_run: bool) -> PutAside:
    key, zones = str(letter.event.data.get("key")), desk.project.settings.zones
    if letter.stage != "ingest" or not key.startswith(f"{zones.inbox}/"):
        return PutAside()
    target, found = discarded(zones, letter.pipeline, letter.event.id, key), desk.lying(key)
    if found is None:
        return PutAside(kept=target) if desk.lying(target) else PutAside(untouched="gone")
    if not _is_the_one(desk, letter, found):
        return PutAside(untouched="another")
    if found.fault == "bad_name":
        return PutAside(untouched="bad_name")
    if not dry_run:
        # Killed in between, the file lies in the inbox as before.
        desk.files.write(error_beside(target), _error(desk, letter, target))
        desk.files.move(key, target)
    return PutAside(kept=target)


def _is_the_one(desk: Desk, letter: DeadLetter, found: Found) -> bool:
    """Whether it is still the file that arrived; its time says little, as one that is moved there may be of any age."""
    arrived = desk.signature_of(letter.event.id)
    return found.signature == arrived if arrived else found.modified <= letter.event.time


def _error(desk: Desk, letter: DeadLetter, target: str) -> bytes:
    """The error as it stands beside every failed file."""
    back = f"{desk.project.settings.zones.inbox}/{letter.pipeline or '<pipeline>'}/"
    at = desk.clock().isoformat() + "Z"
    said = {
        **letter.error,
        "put_back": f"to try again, move {target} to {back}",
        "discarded": {"dead_letter": letter.number, "event": letter.event.id, "at": at},
    }
    return (json.dumps(said, indent=2, ensure_ascii=False) + "\n").encode()
