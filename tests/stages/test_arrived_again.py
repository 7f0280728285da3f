"""An arrival whose process died at its end tells the same in its second life, also that its sender wrote on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from headgate.adapters.local.files import FolderFiles
from headgate.core.events import Event
from headgate.ports import Context
from headgate.stages.ingest import ingest
from tests.projects import GOOD, MIXED
from tests.stages.stage import Isolated


class Killed(BaseException):
    """The process ends here."""


class Inbox:
    """A project whose files lie in a real folder: only there a sender can write on into what was taken."""

    def __init__(self, folder: Path, people: str = "") -> None:
        stage = Isolated(folder, people=people)
        self.context: Context = replace(stage.context, files=FolderFiles(folder / "store"))
        self.path, self._arrival = folder / "store" / "inbox/people/a.csv", stage.arrival("people/a.csv", MIXED)

    def arrived(self) -> Event:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_bytes(MIXED)
        return self._arrival

    def write_on(self) -> None:
        with self.path.open("ab") as file:
            file.write(b"Zoe,,9\n")

    def replace(self) -> None:
        other = self.path.with_name("other")
        other.write_bytes(GOOD)
        other.replace(self.path)

    def after(self, name: str, act: Callable[[], None]) -> Context:
        """A context whose ledger does something as soon as it has noted an end."""
        ledger: Any = self.context.ledger
        plain = getattr(ledger, name)

        def noted(*given: Any) -> Any:
            answer = plain(*given)
            setattr(ledger, name, plain)
            act()
            return answer

        setattr(ledger, name, noted)
        return self.context


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path / "killed")


def killed_after(inbox: Inbox, end: str, act: Callable[[], None]) -> list[Event]:
    """What the second life tells."""

    def acted() -> None:
        act()
        raise Killed

    event = inbox.arrived()
    with pytest.raises(Killed):
        ingest(event, inbox.after(end, acted))
    return ingest(event, inbox.context)


@pytest.mark.parametrize(("end", "people"), [("commit", ""), ("fail", "max_rejected: 1\n")])
def test_that_the_sender_wrote_on_is_told_as_if_nobody_had_been_killed(end: str, people: str, tmp_path: Path):
    whole, inbox = Inbox(tmp_path / "whole", people), Inbox(tmp_path / "killed", people)
    told = ingest(whole.arrived(), whole.after(end, whole.write_on))
    again = killed_after(inbox, end, inbox.write_on)
    assert [one.type for one in again][1:] == ["file.grew"]
    assert [one.as_cloudevent() for one in again] == [one.as_cloudevent() for one in told]
    assert inbox.path.read_bytes() == whole.path.read_bytes() == MIXED + b"Zoe,,9\n"


def test_another_file_that_took_its_place_is_none_that_grew(inbox: Inbox):
    assert [one.type for one in killed_after(inbox, "commit", inbox.replace)] == ["file.processed"]
    assert inbox.path.read_bytes() == GOOD


def test_a_link_that_took_its_place_is_left_alone(inbox: Inbox, tmp_path: Path):
    def link() -> None:
        inbox.path.parent.rename(tmp_path / "away")
        inbox.path.parent.symlink_to(tmp_path / "away")

    assert [one.type for one in killed_after(inbox, "commit", link)] == ["file.processed"]
    assert (tmp_path / "away" / "a.csv").read_bytes() == MIXED
