"""What commands print: texts for a terminal, which no escape of a file name or a cell ever reaches, and JSON."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING, Any

import typer

from headgate.core.errors import HeadgateError
from headgate.core.printable import printable
from headgate.faces.cli.next_step import next_step

if TYPE_CHECKING:
    from headgate.hosts.desk import Desk

_LONGEST = 2000


def echo_json(document: Any) -> None:
    """Prints one JSON document in ASCII: safe for every terminal and every encoding."""
    typer.echo(json.dumps(document, indent=2))


def say_place(desk: Desk, quiet: bool) -> None:
    """Says which deployment is about to be changed, where there may be several."""
    if desk.place and not quiet:
        typer.echo(f"environment: {printable(desk.place)}", err=True)


def print_anything() -> None:
    """Lets a console that lacks a character print it as an escape instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def warning_text(error: HeadgateError, instead: str) -> str:
    """What is lacking, what happens instead, and what to type; nothing fails for it.

    Args:
        instead: a clause, such as `the built-in narrator writes`.
    """
    place = f"{printable(error.where)}: " if error.where else ""
    said = f"warning: {place}{printable(error.message, _LONGEST)}; {instead}"
    return f"{said}\n  next: {printable(next_step(error.next), _LONGEST)}" if error.next else said


def error_text(error: HeadgateError, about: str = "") -> str:
    """What happened and where, who must act, what to type next.

    Args:
        about: what the error concerns, when the error itself doesn't say where.
    """
    place = str(error.where) if error.where else about
    said = [printable(line, _LONGEST) for line in error.message.split("\n")]
    if place:
        said[0] = f"{printable(place, _LONGEST)}: {said[0]}"
    if error.who:
        said.append(f"  who acts: {printable(error.who)}")
    if error.next:
        said.append(f"  next: {printable(next_step(error.next), _LONGEST)}")
    return "error: " + "\n".join(said)
