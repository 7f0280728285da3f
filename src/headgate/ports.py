"""What stages need from the outside: files, a ledger, a mailer. Each has at least two implementations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Literal, Protocol

from headgate.core.contract.model import Contract
from headgate.core.project import Project

RunState = Literal["claimed", "running", "committed", "failed", "dead"]


@dataclass(frozen=True)
class Provenance:
    """Where an object came from.

    Attributes:
        storage: the URL, or the folder.
        version, etag: what the store says of it; None where it says nothing. An ETag is no hash of the content.
    """

    storage: str
    key: str
    version: str | None
    etag: str | None


class Files(Protocol):
    """Objects under keys, below one storage URL. An object appears whole or not at all."""

    def keys(self, prefix: str) -> Iterator[str]:
        """The keys under a prefix, sorted."""
        ...

    def download(self, key: str, path: Path) -> Provenance:
        """Copies an object into a file that doesn't exist yet; says where it came from.

        Raises:
            FileNotFoundError: there is no such object.
        """
        ...

    def upload(self, path: Path, key: str) -> None:
        """Makes an object of a file, over an earlier one."""
        ...

    def write(self, key: str, data: bytes) -> None:
        """Makes an object of bytes, over an earlier one."""
        ...

    def read(self, key: str) -> bytes:
        """The bytes of a small object.

        Raises:
            FileNotFoundError: there is no such object.
        """
        ...

    def discard(self, found: Provenance) -> None:
        """Deletes an object, unless it is gone or other bytes have taken its place since it was downloaded."""
        ...

    def move(self, key: str, target: str) -> None:
        """Gives an object another key, over an earlier one; nothing happens when it is already gone and `target` is there."""
        ...


@dataclass(frozen=True)
class Claim:
    """What the ledger says to somebody who wants to process a run.

    Attributes:
        state: of the run before this claim; None when this is the first.
        claimed_at: the time of the first claim, the same for every later attempt.
        attempt: number of this attempt, from 1.
    """

    state: RunState | None
    claimed_at: datetime
    attempt: int


@dataclass(frozen=True)
class Run:
    """One line of the ledger."""

    run: str
    pipeline: str
    file: str
    state: RunState
    verdict: str | None
    counts: Mapping[str, int | None]
    attempts: int
    claimed_at: datetime


class Ledger(Protocol):
    """The durable record of arrivals and runs. Times are UTC, naive."""

    def arrive(self, key: str, at: datetime) -> int:
        """Notes that an object came; the number makes this arrival different from a later one under the same key."""
        ...

    def claim(self, run: str, pipeline: str, file: str, at: datetime) -> Claim:
        """Takes a run, unless it is committed: then nothing changes and the claim says so."""
        ...

    def commit(self, run: str, verdict: str, counts: Mapping[str, int | None]) -> None:
        """Closes a run for ever; its manifest is written."""
        ...

    def fail(self, run: str, reason: Mapping[str, Any]) -> None:
        """Notes that this attempt failed."""
        ...

    def runs(self) -> list[Run]:
        """All runs, oldest first."""
        ...


class Mailer(Protocol):
    """Takes mails and brings them away."""

    def send(self, message: EmailMessage) -> None:
        """Sends one mail to everybody in its `To`."""
        ...


@dataclass(frozen=True)
class Context:
    """What a host hands to a stage.

    Attributes:
        contracts: pipeline name → its contract; a metadata pipeline has none.
        now: the time of this call, UTC, naive: stages have no clock of their own.
    """

    project: Project
    contracts: Mapping[str, Contract]
    files: Files
    ledger: Ledger
    mailer: Mailer
    now: datetime
