"""How a command to type next is spelled: with the project, place and deployment that were named, so that it works from here."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from functools import cache
from typing import Any

# A command, and what is said of it until the next one.
_COMMAND = re.compile(r"\bheadgate((?: [a-z]+)+)(?=(.*?)(?:\bheadgate |\Z))", re.DOTALL)

_named: dict[str, str] = {}


def forget() -> None:
    """Nothing was named yet."""
    _named.clear()


def named(context: Any, parameter: Any, value: Any) -> Any:
    """The callback of an option that decides what a command is about: remembers what a person gave for it."""
    if context.get_parameter_source(parameter.name).name == "COMMANDLINE":
        _named[parameter.opts[0]] = shlex.quote(str(value))
    return value


def next_step(text: str) -> str:
    """A sentence for people in which every command of ours has the options that were given to this one."""
    return _COMMAND.sub(_spelled, text) if _named else text


def _spelled(command: re.Match[str]) -> str:
    words = command[1].split()
    path, options = _known(words)
    rest = [*words[len(path) :], command[2]]
    more = [f"{names[0]} {_named[names[0]]}" for names in options if names[0] in _named and not _are_in(rest, names)]
    return " ".join(["headgate", *path, *more, *words[len(path) :]])


def _known(words: Sequence[str]) -> tuple[list[str], list[list[str]]]:
    """The words that name a command, and the names of each of its options."""
    command = _commands()
    path: list[str] = []
    for word in words:
        if word not in getattr(command, "commands", {}):
            break
        command = command.commands[word]
        path.append(word)
    return path, [parameter.opts for parameter in command.params]


@cache
def _commands() -> Any:
    """Headgate's own, with all that are below it; made once, since that takes some milliseconds."""
    from typer.main import get_command

    from headgate.faces.cli import app

    return get_command(app)


def _are_in(rest: Sequence[str], names: Sequence[str]) -> bool:
    return any(f" {name} " in f" {' '.join(rest)} " for name in names)
