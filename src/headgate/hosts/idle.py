"""Stages that a deployment has nothing to do for: what is laid before one of them would wait until the end of time."""

from __future__ import annotations

from collections.abc import Sequence

from headgate.core.errors import UserMistake
from headgate.hosts.desk import Desk
from headgate.ports import DeadLetter


def check_at_work(desk: Desk, stage: str | None) -> None:
    """Whether somebody takes what is laid before a stage.

    Raises:
        UserMistake: nothing polls it.
    """
    if stage in desk.idle_stages:
        raise _idle(stage, "")


def redrivable(desk: Desk, letters: Sequence[DeadLetter]) -> tuple[list[DeadLetter], list[UserMistake]]:
    """Those of these dead letters that somebody takes once they are tried anew, and why the others stay where they are."""
    taken = [letter for letter in letters if not is_idle(desk, letter)]
    stay = [letter for letter in letters if is_idle(desk, letter)]
    return taken, [_idle(one.stage, f"; or headgate dead discard {one.number}", one.number) for one in stay]


def is_idle(desk: Desk, letter: DeadLetter) -> bool:
    """Whether nobody takes what a dead letter is of."""
    return letter.stage in desk.idle_stages


def _idle(stage: str | None, or_else: str, letter: int | None = None) -> UserMistake:
    about = f"dead letter {letter}: " if letter else ""
    return UserMistake(
        f"{about}{stage} has nothing to do in this deployment: no pipeline has what it is for", who="the project's owner",
        next=f"add it to a pipeline (`sinks`, or `source`), then headgate deploy apply{or_else}", code="idle_stage",
    )  # fmt: skip
