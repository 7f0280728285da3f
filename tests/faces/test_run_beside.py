"""`headgate run` beside another process: what that one does is counted, not told as if this one had done it."""

from __future__ import annotations

import pytest

from headgate.hosts.embedded import EmbeddedHost
from headgate.hosts.intake import Intake, Look
from tests.faces.command import Here
from tests.projects import GOOD, UNUSABLE, drop, make_project


@pytest.fixture
def shop(here: Here) -> Here:
    """The command at home in a project."""
    make_project(here.folder)
    return here


def test_files_that_another_process_is_at_are_counted_and_the_inbox_is_not_called_empty(shop: Here):
    for name in ("a", "b"):
        drop(shop.folder, f"people/{name}.csv", GOOD)
    with EmbeddedHost(shop.folder) as other:
        other.intake.look()
        assert other.queue.take(other.clock())
        assert other.queue.take(other.clock())
        assert shop("run").out == "another `headgate run` or `up` is still at 2 files\n"


def test_files_that_another_process_took_over_are_counted_and_those_that_failed_are_told(
    shop: Here, monkeypatch: pytest.MonkeyPatch
):
    drop(shop.folder, "people/a.csv", GOOD)
    drop(shop.folder, "people/b.csv", UNUSABLE)
    look = Intake.look

    def taken_over(self: Intake) -> Look:
        """Another process works off what this one announces."""
        seen = look(self)
        with EmbeddedHost(shop.folder) as other:
            worker = other.worker([])
            while worker.step():
                pass
        return seen

    monkeypatch.setattr(Intake, "look", taken_over)
    said = shop("run")
    told, taken, mails_ = said.out.splitlines()
    assert said.code == 1
    assert told.startswith("b.csv: FAILED, required and not in the file: name")
    assert taken == "taken over by another `headgate run` or `up`: 1 file (headgate runs)"
    assert mails_.startswith("mails: ")
