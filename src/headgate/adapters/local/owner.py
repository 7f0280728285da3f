"""Who holds a lease: a process, and whether it still lives. It keeps a lock on a file, which the system ends with it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import platform
import uuid
import weakref
from pathlib import Path

from headgate.core.errors import Outside, Place

OWNERS = ".headgate/owners"


class Owner:
    """This process, for others to see, as long as it keeps this object.

    A lock needs no clock, tells at once, and is right across containers that share a folder, where process numbers are not.

    Args:
        folder: where the processes of one project keep their locks.

    Raises:
        Outside: the folder can't be written, or keeps no locks.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name in os.listdir(folder):
                self.is_gone(name)
            self.name, lock = _locked(folder)
        except OSError as error:
            raise _outside(folder, error) from error
        self._end = weakref.finalize(self, _let_go, folder / self.name, lock, os.getpid())

    def is_gone(self, name: str) -> bool:
        """Whether another owner's process has ended; of one that can't be looked at it is not believed."""
        path = self._folder / name
        try:
            lock = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        except FileNotFoundError:
            return True
        except OSError:
            return False
        try:
            # Shared, so that two who ask at once don't take each other for the owner.
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            with contextlib.suppress(OSError):
                path.unlink()
        except OSError:
            return False
        finally:
            os.close(lock)
        return True

    def close(self) -> None:
        """Gives up everything this process holds."""
        self._end()


class Onlooker:
    """Stands for a process that holds nothing, where no lock can be kept: on a full disk one must still see how things are.

    Args:
        why: what is said when it is to hold something all the same.
    """

    def __init__(self, why: Outside) -> None:
        self._why = why

    @property
    def name(self) -> str:
        raise self._why

    def is_gone(self, name: str) -> bool:
        """Nobody can tell here, so it is not believed."""
        return False

    def close(self) -> None:
        """Nothing is held."""


def owner_or_onlooker(folder: Path) -> Owner | Onlooker:
    """This process, for others to see where that is possible."""
    try:
        return Owner(folder)
    except Outside as error:
        return Onlooker(error)


def _let_go(path: Path, lock: int, process: int) -> None:
    # A forked child has the parent's owner too, and must not end it.
    if os.getpid() == process:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
    os.close(lock)


def _locked(folder: Path) -> tuple[str, int]:
    """A new name and the lock on its file; a file that another process swept before it was locked is no lock."""
    while True:
        name = f"{os.getpid()}-{uuid.uuid4().hex[:12]}"
        lock = os.open(folder / name, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o666)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            os.write(lock, json.dumps({"host": platform.node(), "pid": os.getpid()}).encode())
            if (folder / name).exists():
                return name, lock
        except BaseException:
            os.close(lock)
            raise
        os.close(lock)


def _outside(folder: Path, error: OSError) -> Outside:
    return Outside(
        f"no lock can be kept here: {error.strerror or error}",
        where=Place(str(folder)),
        who="whoever looks after this machine",
        next="free disk space or correct the permissions, then run the same command again",
    )
