"""One SQLite file (WAL) that several threads and processes use at once; runs on SQLite 3.40."""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from headgate.core.errors import Outside, Place, UserMistake


class Database:
    """A connection for each thread, whole transactions, and errors that say whose they are.

    Args:
        schema: statements that make an empty file one of version `version`. An older file of that version gets the
            indexes in it that are made `IF NOT EXISTS`.
        patience: seconds to wait for others who write.

    Raises:
        UserMistake: the file was written by another version, or by something else.
        Outside: it can't be opened or written.
    """

    def __init__(self, path: Path, schema: str, version: int, patience: float = 30) -> None:
        self._path, self._patience, self._mine = path, patience, threading.local()
        # Threads that wait here are served at once; those that SQLite lets wait only look again now and then.
        self._turn = threading.RLock()
        with self._said():
            path.parent.mkdir(parents=True, exist_ok=True)
            with _alone_in(path.parent):
                if self._is_ours(version):
                    self._complete(schema)
                else:
                    self._prepare(schema, version)

    def _connection(self) -> sqlite3.Connection:
        held: _Held | None = getattr(self._mine, "held", None)
        if held is None:
            # Another thread than its own closes it when the whole database is forgotten.
            connection = sqlite3.connect(
                self._path, timeout=self._patience, isolation_level=None, check_same_thread=False
            )
            held = self._mine.held = _Held(connection)
            connection.execute("PRAGMA synchronous = FULL")
        return held.connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that nobody else writes beside; all of it or nothing."""
        with self._turn, self._said():
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise

    def read(self, statement: str, *values: Any, **named: Any) -> list[Any]:
        """The rows a query gives; its values are told either by their order or by their names."""
        with self._said():
            return self._connection().execute(statement, named or values).fetchall()

    def close(self) -> None:
        """Ends this thread's connection; that of another thread ends with its thread."""
        self._mine.held = None

    def _is_ours(self, version: int) -> bool:
        """Whether the file is one of this version; it is not yet when it is empty."""
        ((found,),) = self.read("PRAGMA user_version")
        if found != version and (found or self.read("SELECT 1 FROM sqlite_master")):
            raise self._foreign(found, version)
        return bool(found == version)

    def _prepare(self, schema: str, version: int) -> None:
        """Makes an empty file ours."""
        self._connection().execute("PRAGMA journal_mode = WAL")
        with self.writing() as connection:
            for statement in schema.split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {version}")

    def _complete(self, schema: str) -> None:
        """Makes the indexes that came later than the file; where they are, this writes nothing."""
        for statement in schema.split(";"):
            if statement.lstrip().startswith(_LATER):
                self._connection().execute(statement)

    def _foreign(self, found: int, version: int) -> UserMistake:
        if found > version:
            what, next_ = "a newer Headgate", "install the newer Headgate again"
        else:
            what = "an early preview of Headgate" if found else "something else"
            next_ = f"move the folder {self._path.parent.name} away, and the command starts a new one"
        message = f"{self._path.name} was written by {what} (form {found}, this one knows {version})"
        return UserMistake(message, where=Place(str(self._path)), next=next_, code="foreign_ledger")

    @contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise Outside(
                f"{self._path.name} can't be used: {error}",
                where=Place(str(self._path)),
                who="whoever looks after this machine",
                next=f"{_REMEDIES.get(_kind(error), _REMEDY)}, then run the same command again",
                code="ledger_unusable",
            ) from error


_LATER = "CREATE INDEX IF NOT EXISTS"
_REMEDY = "free disk space or correct the permissions"
_REMEDIES = {
    sqlite3.SQLITE_BUSY: "end the program that keeps it locked",
    sqlite3.SQLITE_NOTADB: "move it away, or put back the one that was there",
    sqlite3.SQLITE_CORRUPT: "put back a sound copy of it, or move it away to start a new one",
}


def _kind(error: Exception) -> int:
    """SQLite's primary result code."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Nobody else opens a database here meanwhile: SQLite does not wait for another that turns the same file to WAL."""
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


class _Held:
    """A connection that ends when its thread does."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def __del__(self) -> None:
        self.connection.close()
