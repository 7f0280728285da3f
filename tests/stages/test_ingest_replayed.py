"""ingest, of a run once more: another run over the kept original, which the same bytes are a duplicate of."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from headgate.core.errors import Busy, Permanent
from headgate.ports import Context
from headgate.stages.ingest import ingest
from tests.projects import MIXED
from tests.stages.arriving import replay_of
from tests.stages.stage import NOW, Isolated


@pytest.fixture
def stage(tmp_path: Path) -> Isolated:
    return Isolated(tmp_path)


def later(context: Context) -> Context:
    """The next attempt, by another process, at another time."""
    return replace(context, now=NOW + timedelta(days=1))


def test_a_replay_is_a_run_of_its_own_over_the_kept_original(stage: Isolated):
    (first,) = ingest(stage.arrival("people/a.csv", MIXED), stage.context)
    kept = f"archive/people/{first.subject}/a.csv"
    (done,) = ingest(replay_of(first.subject, kept), later(stage.context))
    assert (done.type, done.data["file"]) == ("file.processed", "a.csv")
    assert done.subject != first.subject
    run = stage.ledger.run(done.subject)
    assert run
    assert (run.replay, run.replays, run.claimed_at) == (1, first.subject, later(stage.context).now)
    assert stage.held("archive") == [kept]
    assert ingest(replay_of(first.subject, kept), later(stage.context)) == [done]
    (other,) = ingest(replay_of(first.subject, kept, id_="at the same time"), later(stage.context))
    assert (other.type, other.data["of"], stage.held("archive")) == ("file.duplicate", done.subject, [kept])


def test_a_replay_under_a_contract_that_was_not_deployed_waits_for_nobody(stage: Isolated):
    (first,) = ingest(stage.arrival("people/a.csv", MIXED), stage.context)
    asked = replay_of(first.subject, f"archive/people/{first.subject}/a.csv")
    asked = replace(asked, data={**asked.data, "gate": "of another contract"})
    with pytest.raises(Busy):
        ingest(asked, stage.context)
    with pytest.raises(Permanent, match="not the one that was deployed") as caught:
        ingest(asked, replace(stage.context, is_deployed=True))
    assert caught.value.code == "contract_not_deployed"
    assert (caught.value.next or "").startswith("headgate deploy apply, then headgate dead redrive")


def test_a_replay_that_fails_keeps_the_original_where_it_is(tmp_path: Path, stage: Isolated):
    (first,) = ingest(stage.arrival("people/a.csv", MIXED), stage.context)
    kept = f"archive/people/{first.subject}/a.csv"
    stricter = Isolated(tmp_path / "stricter", people="max_rejected: 1\n").context.project
    (failed,) = ingest(replay_of(first.subject, kept), replace(stage.context, project=stricter))
    assert (failed.type, failed.data["key"]) == ("file.failed", kept)
    assert stage.files.read(kept) == MIXED
    assert not [key for key in stage.held("failed") if key.endswith(("a.csv", ".error.json"))]
    (done,) = ingest(replay_of(first.subject, kept, id_="again"), stage.context)
    assert done.type == "file.processed"


def test_the_same_bytes_after_a_replay_under_this_contract_are_a_duplicate_of_it(stage: Isolated, tmp_path: Path):
    (first,) = ingest(stage.arrival("people/a.csv", MIXED), stage.context)
    changed = Isolated(tmp_path / "changed", people="trim: [name]\n").context.project
    now = replace(stage.context, project=changed)
    (replayed,) = ingest(replay_of(first.subject, f"archive/people/{first.subject}/a.csv"), now)
    (told,) = ingest(stage.arrival("people/again.csv", MIXED), now)
    assert (told.type, told.data["of"]) == ("file.duplicate", replayed.subject)
    assert stage.held("inbox") == []
    assert stage.files.read(f"archive/people/{replayed.subject}/again.csv") == MIXED
    (same,) = ingest(stage.arrival("people/again.csv", MIXED), stage.context)
    assert same.data["of"] == first.subject


def test_while_a_replay_is_under_way_the_same_bytes_wait_for_it(stage: Isolated, tmp_path: Path):
    (first,) = ingest(stage.arrival("people/a.csv", MIXED), stage.context)
    changed = Isolated(tmp_path / "changed", people="trim: [name]\n").context.project
    now, second = replace(stage.context, project=changed), stage.arrival("people/again.csv", MIXED)
    upload = stage.files.upload

    def meanwhile(path: Path, key: str, *about: Any) -> None:
        with pytest.raises(Busy):
            ingest(second, now)
        upload(path, key, *about)

    stage.files.upload = meanwhile  # type: ignore[assignment, method-assign]
    (replayed,) = ingest(replay_of(first.subject, f"archive/people/{first.subject}/a.csv"), now)
    stage.files.upload = upload  # type: ignore[method-assign]
    (told,) = ingest(second, now)
    assert (told.type, told.data["of"]) == ("file.duplicate", replayed.subject)
