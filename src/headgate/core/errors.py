"""Every error Headgate raises on purpose: what happened, where, who must act, what to type next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Place:
    """Where in a file something is wrong: path, 1-based line and column, and the key or column name."""

    file: str
    line: int | None = None
    column: int | None = None
    key: str | None = None

    def __str__(self) -> str:
        parts = [self.file]
        parts += [str(number) for number in (self.line, self.column) if number is not None]
        text = ":".join(parts)
        return f"{text} ({self.key})" if self.key else text


class HeadgateError(Exception):
    """Base of all typed errors.

    Attributes:
        code: stable machine-readable name, snake_case, e.g. `missing_column`.
        message: what happened, one sentence.
        where: the file, line, column and key concerned, when known.
        who: who must act, e.g. "sender" or "pipeline owner".
        next: the next command to type or step to take.
    """

    code = "error"

    def __init__(
        self,
        message: str,
        *,
        where: Place | None = None,
        who: str | None = None,
        next: str | None = None,
        code: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.who = who
        self.next = next
        if code:
            self.code = code

    def __copy__(self) -> Self:
        """Another that says the same; some kinds are made of other things than a message."""
        said = type(self).__new__(type(self), *self.args)
        said.__dict__.update(self.__dict__)
        return said

    def __str__(self) -> str:
        text = f"{self.where}: {self.message}" if self.where else self.message
        return f"{text}\n  next: {self.next}" if self.next else text


class Permanent(HeadgateError):
    """Trying again can't help: the input, the contract or the configuration must change."""


class Transient(HeadgateError):
    """Trying again may help: a disk, a lock, a network."""


class Busy(Transient):
    """Somebody else is at it; it can be done when they are through. It counts as no attempt."""

    code = "busy"


class UserMistake(Permanent):
    """A command, a configuration or a contract is wrong; exit code 2, never a traceback."""

    code = "user_mistake"


class FileFailed(Permanent):
    """A file as a whole can't be processed; it goes to `failed/` with this reason, the original is kept."""

    code = "file_failed"


class Outside(Transient):
    """Something outside Headgate failed (disk full, permission denied, network); exit code 3."""

    code = "outside"
