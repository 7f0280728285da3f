"""ingest, of files that no single pipeline takes: put aside once, and none lies over another."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from headgate.core.errors import Outside
from headgate.ports import Context
from headgate.stages.ingest import ingest
from tests.stages.stage import NOW, Isolated


@pytest.fixture
def stage(tmp_path: Path) -> Isolated:
    return Isolated(tmp_path)


def later(context: Context) -> Context:
    """The next attempt, by another process, at another time."""
    return replace(context, now=NOW + timedelta(days=1))


def _refusing(message: str) -> Any:
    def refuse(*_: Any) -> None:
        raise Outside(message)

    return refuse


def test_a_file_that_nobody_takes_is_told_again_and_the_next_one_of_its_name_is_not_lost(stage: Isolated):
    arrived = stage.arrival("nobody.txt", b"FIRST")
    told = ingest(arrived, stage.context)
    second = stage.arrival("nobody.txt", b"SECOND")
    assert ingest(arrived, later(stage.context)) == told
    ingest(second, stage.context)
    assert [stage.files.read(key) for key in stage.held("unmatched")] == [b"FIRST", b"SECOND"]


def test_the_size_of_a_file_that_nobody_takes_is_known(stage: Isolated):
    arrived = stage.arrival("nobody.txt", b"AB")
    ingest(arrived, stage.context)
    known = stage.ledger.arrival(arrived.id)
    assert known is not None
    assert (known.outcome, known.size) == ("unmatched", 2)


@pytest.mark.parametrize("left_behind", [False, True], ids=["moved whole", "moved by halves"])
def test_a_file_that_was_moved_before_the_ledger_knew_is_not_moved_over(stage: Isolated, left_behind: bool):
    """A store without folders moves by copying and deleting; in between the process may die."""
    arrived = stage.arrival("nobody.txt", b"FIRST")
    close = stage.ledger.close
    stage.ledger.close = _refusing("the ledger is locked")  # type: ignore[method-assign]
    with pytest.raises(Outside):
        ingest(arrived, stage.context)
    stage.ledger.close = close  # type: ignore[method-assign]
    (target,) = stage.held("unmatched")
    stage.files.write("inbox/nobody.txt", b"FIRST" if left_behind else b"SECOND")
    (told,) = ingest(arrived, later(stage.context))
    assert (told.type, told.data["key"], stage.files.read(target)) == ("file.unmatched", target, b"FIRST")
    assert stage.held("inbox") == ([] if left_behind else ["inbox/nobody.txt"])
