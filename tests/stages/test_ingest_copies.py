"""ingest, twice at once: a queue that delivers at least once gives one arrival to two processes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from headgate.adapters.memory.ledger import LedgerPages, MemoryLedger
from headgate.core.errors import Busy
from headgate.core.events import Event
from headgate.ports import Context, Files
from headgate.stages.ingest import ingest
from tests.stages.arriving import WAYS, Way, left
from tests.stages.stage import Isolated


@pytest.fixture
def stage(tmp_path: Path) -> Isolated:
    return Isolated(tmp_path)


class Beside:
    """Files; just before or after the first call that brings bytes away, something happens in another process."""

    def __init__(self, files: Files, happens: Callable[[], None], *, before: bool) -> None:
        self._files, self._happens, self._before = files, happens, before

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._files, name)
        return self._watched(call) if name in ("download", "digest", "move") else call

    def _watched(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*args: Any, **named: Any) -> Any:
            if self._before:
                self._once()
                return call(*args, **named)
            found = call(*args, **named)
            self._once()
            return found

        return watched

    def _once(self) -> None:
        happens, self._happens = self._happens, lambda: None
        happens()


def told_in_the_end(arrived: Event, context: Context) -> list[Event]:
    """As a worker does it: what is busy comes again."""
    try:
        return ingest(arrived, context)
    except Busy:
        return ingest(arrived, context)


@pytest.mark.parametrize("before", [True, False], ids=["before it is read", "after it is read"])
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_of_two_copies_of_one_arrival_both_tell_the_same_and_one_does_it(way: Way, before: bool, stage: Isolated):
    pages = LedgerPages()
    stage.ledger = MemoryLedger(pages, "one")
    stage.context = replace(stage.context, ledger=stage.ledger)
    arrived = way(stage)
    told: list[Event] = []
    after: list[dict[str, Any]] = []

    def the_other_copy_ends() -> None:
        told.extend(ingest(arrived, stage.context))
        after.append(left(stage))

    files = cast(Files, Beside(stage.files, the_other_copy_ends, before=before))
    late = replace(stage.context, ledger=MemoryLedger(pages, "other"), files=files)
    assert [one.as_cloudevent() for one in told_in_the_end(arrived, late)] == [one.as_cloudevent() for one in told]
    assert [left(stage)] == after
    assert told[0].type != "file.vanished"
