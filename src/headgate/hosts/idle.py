"""Stages that a deployment has nothing to do for: what is laid before one of them would wait until the end of time."""

from __future__ import annotations

from collections.abc import Iterable

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


def check_redrive(desk: Desk, letters: Iterable[DeadLetter]) -> None:
    """Whether somebody takes what these dead letters are of, once they are tried anew.

    Raises:
        UserMistake: of one of them nobody does; none is to be touched.
    """
    for letter in letters:
        if letter.stage in desk.idle_stages:
            raise _idle(letter.stage, f"; or headgate dead discard {letter.number}", letter.number)


def is_idle(desk: Desk, letter: DeadLetter) -> bool:
    """Whether nobody takes what a dead letter is of."""
    return letter.stage in desk.idle_stages


def _idle(stage: str | None, or_else: str, letter: int | None = None) -> UserMistake:
    about = f"dead letter {letter}: " if letter else ""
    return UserMistake(
        f"{about}{stage} has nothing to do in this deployment: no pipeline has what it is for", who="the project's owner",
        next=f"add it to a pipeline (`sinks`, or `source`), then headgate deploy apply{or_else}", code="idle_stage",
    )  # fmt: skip
