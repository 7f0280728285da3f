"""Kills the journey at boundary after boundary, each time in a process of its own, and compares how it ends.

Run by the tests as `python -m tests.crash.drive FOLDER --every N` or `--random N`; prints one JSON document. Children are
forked from a process that has started nothing, so that hundreds of kills take seconds and not hours.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import random
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tests.crash.killing import Killer
from tests.crash.shop import files_of, go, make_shop, picture, resubmit, whole_outputs

Trial = Callable[[Path], tuple[dict[str, Any], int, list[str]]]


def in_child(work: Callable[[], Any], kill_after: float | None = None) -> tuple[bool, Any]:
    """(whether it lived to its end, what it gave); with `kill_after` it is killed after so many seconds."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _child(work, writer)
    os.close(writer)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reader) as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return False, None
    if os.WEXITSTATUS(status):
        raise RuntimeError(said)
    return True, json.loads(said)


def _child(work: Callable[[], Any], writer: int) -> None:
    code = 0
    try:
        said = json.dumps(work())
    except BaseException:
        code, said = 1, traceback.format_exc()
    with os.fdopen(writer, "w") as pipe:
        pipe.write(said)
    os._exit(code)


def import_all(folder: Path) -> None:
    """Imports what a whole life imports when it needs it: each child finds it there."""

    def lived() -> list[str]:
        make_shop(folder)
        go(folder)
        return sorted(sys.modules)

    for name in in_child(lived)[1]:
        with suppress(ImportError):
            importlib.import_module(name)


def journey(folder: Path, at: int | None = None) -> int:
    """One process's work, killed at a boundary; how many it crossed."""
    killer = Killer(at)
    killer.watch_ports()
    go(folder)
    return killer.crossed


@dataclass(frozen=True)
class Reference:
    """Two lives that nobody ends.

    Attributes:
        crossed: boundaries in the first one.
        seconds: that it took.
        seen: how they end.
    """

    crossed: int
    seconds: float
    seen: dict[str, Any]


def reference(folder: Path, workers: int) -> Reference:
    """How it ends when nobody kills it."""
    make_shop(folder, workers)
    began = time.monotonic()
    _, crossed = in_child(lambda: journey(folder))
    seconds = time.monotonic() - began
    resubmit(folder)
    in_child(lambda: journey(folder))
    return Reference(crossed, seconds, in_child(lambda: picture(folder))[1])


def killed_at(folder: Path, boundary: int) -> tuple[dict[str, Any], int, list[str]]:
    """Killed once at a boundary of the first part, once at the same one of the second; how it ends, kills, what was wrong."""
    make_shop(folder)
    kills, wrong = 0, []
    for begin in (lambda: None, lambda: resubmit(folder)):
        begin()
        lived, _ = in_child(lambda: journey(folder, boundary))
        kills += not lived
        wrong += in_child(lambda: whole_outputs(folder))[1]
        in_child(lambda: journey(folder))
    return in_child(lambda: picture(folder))[1], kills, wrong


def killed_at_random(folder: Path, chance: random.Random, seconds: float) -> tuple[dict[str, Any], int, list[str]]:
    """Two workers, killed again and again at random moments of the seconds that a whole life takes on this machine."""
    make_shop(folder, workers=2)
    kills, wrong = 0, []
    for begin in (lambda: None, lambda: resubmit(folder)):
        begin()
        for _ in range(chance.randint(1, 4)):
            lived, _ = in_child(lambda: journey(folder), seconds * chance.uniform(0.02, 0.9))
            kills += not lived
            wrong += in_child(lambda: whole_outputs(folder))[1]
        in_child(lambda: journey(folder))
    return in_child(lambda: picture(folder))[1], kills, wrong


def differences(seen: dict[str, Any], right: dict[str, Any]) -> list[str]:
    """What is not as it must be."""
    return [f"{part}: {seen[part]} instead of {right[part]}" for part in right if seen[part] != right[part]]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=0)
    parser.add_argument("--random", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    import_all(asked.folder / "imports")
    told: dict[str, Any] = {"boundaries": 0, "trials": 0, "kills": 0, "files": 0, "wrong": []}
    if asked.every:
        whole = reference(asked.folder / "one-worker", 1)
        told["boundaries"] = whole.crossed
        for at in range(1, told["boundaries"] + 1, asked.every):
            tried(asked.folder, f"boundary {at}", partial(killed_at, boundary=at), whole.seen, told, 1)
    if asked.random:
        whole, chance = reference(asked.folder / "two-workers", 2), random.Random(asked.seed)
        for number in range(1, asked.random + 1):
            trial = partial(killed_at_random, chance=chance, seconds=whole.seconds)
            tried(asked.folder, f"random {number}", trial, whole.seen, told, 2)
    json.dump(told, sys.stdout)


def tried(parent: Path, name: str, trial: Trial, right: dict[str, Any], told: dict[str, Any], workers: int) -> None:
    """One trial, added to what is told; what went wrong stays to be looked at."""
    folder = parent / "trial"
    seen, kills, faults = trial(folder)
    faults += differences(seen, right)
    told["trials"] += 1
    told["kills"] += kills
    told["files"] += len(files_of(workers)) + 1
    told["wrong"] += [f"{name}: {fault}" for fault in faults]
    if faults:
        folder.rename(parent / name.replace(" ", "-"))
    else:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
