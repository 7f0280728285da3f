"""Dead letters as documents and texts, and what becomes of one when a person has decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from headgate.faces.cli.lists import iso
from headgate.faces.cli.next_step import next_step
from headgate.faces.cli.runs import run_row, vanished_runs

if TYPE_CHECKING:
    from headgate.core.errors import HeadgateError
    from headgate.hosts.desk import Desk
    from headgate.ports import DeadLetter

_SAMPLES = 3
_STATES = ("dead", "redriven", "discarded")


def groups(letters: Sequence[DeadLetter]) -> list[dict[str, Any]]:
    """Dead letters by stage and reason code, the most frequent first."""
    found: dict[tuple[str, str], list[DeadLetter]] = {}
    for letter in letters:
        found.setdefault((letter.stage, _code(letter)), []).append(letter)
    alike = sorted(found.items(), key=lambda one: (-len(one[1]), one[0]))
    return [_group(stage, code, of_group) for (stage, code), of_group in alike]


def _group(stage: str, code: str, letters: Sequence[DeadLetter]) -> dict[str, Any]:
    states: Counter[str] = Counter(letter.state for letter in letters)
    return {
        "stage": stage,
        "code": code,
        "message": letters[-1].error.get("message"),
        "count": len(letters),
        "first": iso(min(letter.died_at for letter in letters)),
        "last": iso(max(letter.died_at for letter in letters)),
        "states": {state: states[state] for state in _STATES},
        "numbers": [letter.number for letter in letters],
        "samples": [_sample(letter) for letter in letters[-_SAMPLES:]],
    }


def _sample(letter: DeadLetter) -> dict[str, Any]:
    return {
        **letter_row(letter),
        "state": letter.state,
        "attempts": letter.attempts,
        "died_at": iso(letter.died_at),
        "message": letter.error.get("message"),
        "where": letter.error.get("where"),
    }


def letter_row(letter: DeadLetter) -> dict[str, Any]:
    """By what a dead letter is known."""
    event = letter.event
    return {
        "number": letter.number,
        "stage": letter.stage,
        "code": _code(letter),
        "type": event.type,
        "subject": event.subject,
        "file": _file(letter),
        "pipeline": letter.pipeline,
        "run": event.data.get("run"),
    }


def _code(letter: DeadLetter) -> str:
    return str(letter.error.get("code", "error"))


def _file(letter: DeadLetter) -> str | None:
    data = letter.event.data
    return data.get("file") or (PurePosixPath(data["key"]).name if "key" in data else None)


def letter_document(desk: Desk, letter: DeadLetter) -> dict[str, Any]:
    """A dead letter whole, and what redriving it would do."""
    arrival = desk.ledger.arrival(letter.event.id)
    id_ = letter.event.data.get("run") or (arrival.run if arrival else None)
    run = desk.ledger.run(id_) if id_ else None
    same = [one.number for one in desk.queue.dead_letters(all_=True) if one.event.id == letter.event.id]
    return {
        "number": letter.number,
        "state": letter.state,
        "stage": letter.stage,
        "attempts": letter.attempts,
        "died_at": iso(letter.died_at),
        "settled_at": iso(letter.settled_at),
        "pipeline": letter.pipeline,
        "file": _file(letter),
        "error": dict(letter.error),
        "event": letter.event.as_cloudevent(),
        "run": run_row(desk.queue, run, vanished_runs(desk)) if run else None,
        "same_event": [number for number in same if number != letter.number],
        "redrive": _what_redriving_does(desk, letter) if letter.state == "dead" else None,
    }


def _what_redriving_does(desk: Desk, letter: DeadLetter) -> str:
    from headgate.hosts.idle import is_idle

    if is_idle(desk, letter):
        return f"nobody would take it, as {letter.stage} has nothing to do in this deployment"
    note = _vanished(desk, letter)
    if note:
        return note
    # What nobody can read names no file.
    key = letter.event.data.get("key") if letter.stage == "ingest" else None
    about = key or ("the same message" if letter.event.type == "message.unreadable" else letter.event.type)
    return f"{letter.stage} is given {about} again, with {desk.project.settings.retry.attempts} attempts"


def _vanished(desk: Desk, letter: DeadLetter) -> str | None:
    from headgate.hosts.letters import is_vanished

    if not is_vanished(desk, letter):
        return None
    return f"{letter.event.data['key']} is gone, so ingest will only note that; to process the file, drop it again"


def redriven(desk: Desk, letter: DeadLetter, dry_run: bool) -> dict[str, Any]:
    """Lays a dead letter before its stage again; says what it was, and what there is to know."""
    from headgate.hosts.letters import redrive

    note = _vanished(desk, letter)
    already = not dry_run and not redrive(desk, letter)
    return {**letter_row(letter), "already": already, "note": None if already else note}


def staying(letter: DeadLetter, why: HeadgateError) -> dict[str, Any]:
    """A dead letter that is not tried anew, why, and what to type next."""
    return {**letter_row(letter), "why": why.message, "next": next_step(why.next or "") or None}


def discarded(desk: Desk, letter: DeadLetter, dry_run: bool) -> dict[str, Any]:
    """Gives a dead letter up; says what it was, and where its file is kept."""
    from headgate.hosts.letters import discard

    aside, key = discard(desk, letter, dry_run), letter.event.data.get("key")
    notes = {
        "gone": f"{key} is gone",
        "another": f"{key} holds another file by now, which is left alone",
        "bad_name": f"{key} stays where it lies, as nothing can be kept under such a name; nobody takes it: move or delete it",
    }
    note = notes.get(aside.untouched or "")
    return {**letter_row(letter), "already": aside.already, "kept": aside.kept, "note": note}
