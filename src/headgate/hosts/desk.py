"""What commands need of a project, wherever it runs: on this machine, or on AWS."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from headgate.core.contract.model import Contract
from headgate.core.events import Event
from headgate.core.project import Project
from headgate.hosts.journey import Journey
from headgate.hosts.putting import NoRoom, Uploaded
from headgate.ports import Context, Files, Found, Ledger, Notices, Payments, Queue, Tables


class Desk(Protocol):
    """What is known of a project, for those who look at it or decide; also while a contract in it is wrong."""

    @property
    def project(self) -> Project: ...
    @property
    def clock(self) -> Callable[[], datetime]: ...
    @property
    def files(self) -> Files: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def queue(self) -> Queue: ...
    @property
    def notices(self) -> Notices: ...
    @property
    def payments(self) -> Payments: ...

    @property
    def next_command(self) -> str:
        """What makes go on whatever waits, for people."""
        ...

    @property
    def how_files_come(self) -> str:
        """What to do that a first file is taken, for people."""
        ...

    @property
    def next_after_kill(self) -> str:
        """What becomes of a run whose process was killed, for people."""
        ...

    @property
    def place(self) -> str | None:
        """Which of several deployments this is, for people; None on this machine."""
        ...

    @property
    def idle_stages(self) -> frozenset[str]:
        """Stages that nothing is to do for here: nobody takes what is laid before them."""
        ...

    def waiting_for_workers(self) -> int:
        """How many of the deliveries that wait are for `headgate worker`: no function takes them."""
        ...

    def at_work(self) -> str | None:
        """What takes up by itself whatever waits, at this moment; None when nothing does."""
        ...

    def lying(self, key: str) -> Found | None:
        """What lies under a key, also under one that could not be kept (with its fault); None when nothing does."""
        ...

    def inbox(self) -> Iterator[Found]:
        """What lies in the inbox and is, or may be, a file for a pipeline, or looks like one."""
        ...

    def signature_of(self, event: str) -> str | None:
        """That of the file, as it was seen, that an event announced; None when nobody knows."""
        ...

    def taken_away(self, event: str) -> None:
        """Notes that a person took away the file that an event announced."""
        ...

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Host(Desk, Protocol):
    """A desk from which stages can be set going."""

    @property
    def contracts(self) -> Mapping[str, Contract]: ...
    @property
    def tables(self) -> Tables: ...

    def context(self) -> Context:
        """What a stage would be handed now, as far as a command needs it."""
        ...

    def event(self, type_: str, subject: str, data: Mapping[str, object], discriminator: str) -> Event:
        """An event that nothing but the clock or a person causes."""
        ...

    def put(self, file: Path, pipeline: str | None = None, progress: Uploaded | None = None) -> str:
        """Copies a file into the inbox of a pipeline, or into the inbox itself; returns its key.

        Args:
            progress: told how many bytes were handed over since it was told last.

        Raises:
            UserMistake: a file of that name already waits there, or the name is one that the inbox takes for unfinished.
        """
        ...

    def no_room(self, size: int) -> NoRoom | None:
        """What a person is to know before a file of so many bytes is put there; None when it is taken like any other."""
        ...

    def announce(self, key: str) -> list[Event]:
        """Announces one file that is whole; nothing where the place itself does."""
        ...

    def send_through(
        self, events: Sequence[Event], *, only: str | None = None, announced: Sequence[Event] = ()
    ) -> Journey:
        """Publishes events and waits until all that comes of them is done.

        Args:
            only: the one stage that takes them.
            announced: events that are published already.
        """
        ...

    def masked(self, text: str) -> str:
        """The text without any secret."""
        ...
