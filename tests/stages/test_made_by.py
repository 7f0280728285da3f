"""What a run was made by may be taken away while its events wait: that is said, and nothing is lost in silence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from headgate.core.errors import Permanent
from headgate.core.events import Event
from headgate.ports import Context
from headgate.stages.analyze import analyze
from headgate.stages.ingest import ingest
from headgate.stages.load import load
from headgate.stages.notify import notify
from tests.projects import CONTRACT, MIXED
from tests.stages.arriving import replay_of
from tests.stages.stage import Isolated, with_settings

Stage = Callable[[Event, Context], list[Event]]
WITH_CONTRACT = "contract: contract.odcs.yaml\n"


@pytest.fixture
def isolated(tmp_path: Path) -> Isolated:
    return Isolated(tmp_path)


def processed(isolated: Isolated, key: str = "people/a.csv") -> Event:
    (done,) = ingest(isolated.arrival(key, MIXED), isolated.context)
    return done


@pytest.mark.parametrize("stage", [load, analyze, notify], ids=lambda stage: stage.__name__)
def test_a_pipeline_that_is_gone_is_said_with_what_brings_its_rows_on(stage: Stage, isolated: Isolated):
    event = processed(isolated)
    given = analyze(event, isolated.context)[0] if stage is notify else event
    before = isolated.held()
    with pytest.raises(Permanent, match="the pipeline people is gone from the project") as caught:
        stage(given, with_settings(isolated, people=None))
    assert (caught.value.code, caught.value.who) == ("no_pipeline", "the owner of the project")
    assert caught.value.next == "put pipelines/people back, then headgate dead redrive"
    assert isolated.held() == before


def test_also_of_a_replay_that_waited(isolated: Isolated):
    run = processed(isolated).subject
    with pytest.raises(Permanent, match="the pipeline people is gone") as caught:
        ingest(replay_of(run, f"archive/people/{run}/a.csv"), with_settings(isolated, people=None))
    assert caught.value.code == "no_pipeline"


def test_a_run_that_was_only_described_stays_so_though_its_pipeline_has_a_contract_by_now(isolated: Isolated):
    event = processed(isolated, "anything/a.csv")
    (before,) = analyze(event, isolated.context)
    kept = isolated.json(before.data["analysis"])
    home = isolated.context.project.folder / "pipelines" / "anything"
    (home / "contract.odcs.yaml").write_text(CONTRACT)
    (after,) = analyze(event, with_settings(isolated, anything=WITH_CONTRACT))
    found = isolated.json(after.data["analysis"])
    assert found["facts"] == kept["facts"]
    assert found["facts"]["file"][0]["records"] == 4
    assert found["profile"] is None
    assert [told.type for told in notify(after, with_settings(isolated))] == ["report.sent"]


def test_rows_that_were_judged_by_a_contract_that_is_gone_are_said_to_be_with_the_key_that_named_it(isolated: Isolated):
    event = processed(isolated)
    (done,) = analyze(event, isolated.context)
    kept = isolated.files.read(done.data["analysis"])
    with pytest.raises(Permanent, match=f"the rows of run {event.subject} were held against a contract") as caught:
        analyze(event, with_settings(isolated, people="intake: {match: 'people*.csv'}\n"))
    assert (caught.value.code, caught.value.who) == ("no_contract", "the owner of the pipeline")
    assert str(caught.value.where).endswith("people/pipeline.yaml:1:1 (contract)")
    assert caught.value.next == "name the contract in pipeline.yaml again, then headgate dead redrive"
    assert isolated.files.read(done.data["analysis"]) == kept
