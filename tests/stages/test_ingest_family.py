"""ingest, of files with rows of one run: whoever dies, and wherever, no row of it is accepted twice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from headgate.adapters.memory.ledger import LedgerPages, MemoryLedger
from headgate.core.errors import Outside
from headgate.core.events import Event
from headgate.hosts.contracts import load_contracts
from headgate.ports import Context
from headgate.stages.ingest import ingest
from tests.projects import CONTRACT, MIXED
from tests.stages.arriving import replay_of
from tests.stages.stage import Isolated, with_settings


class Killed(BaseException):
    """The process ends here."""


class Processes:
    """Several that work on one project, one after the other."""

    def __init__(self, folder: Path) -> None:
        self.stage, self.pages, self._started = Isolated(folder, people="accepted: jsonl\n"), LedgerPages(), 0

    def start(self) -> Context:
        self._started += 1
        return replace(self.stage.context, ledger=MemoryLedger(self.pages, f"process {self._started}"))

    def dies_at(self, name: str, arrived: Event) -> None:
        """A process begins with an arrival, and dies when it calls this of its ledger."""
        context = self.start()
        setattr(context.ledger, name, raising(Killed()))
        with pytest.raises(Killed):
            ingest(arrived, context)
        self.pages.gone.add(f"process {self._started}")

    def accepted(self) -> list[str]:
        """Names of the rows that were accepted."""
        rows = [self.stage.files.read(key) for key in self.stage.held("accepted") if key.endswith(".jsonl")]
        return sorted(line.split('"')[3] for text in rows for line in text.decode().splitlines())


def raising(error: BaseException) -> Any:
    def refuse(*_: Any) -> None:
        raise error

    return refuse


@pytest.fixture
def processes(tmp_path: Path) -> Processes:
    return Processes(tmp_path)


def corrected(stage: Isolated, root: str, name: str, age: bytes = b"1") -> Event:
    """The rejected rows of a run, of which one is corrected."""
    rejected = stage.files.read(f"rejected/people/{root}/rejected.csv")
    return stage.arrival(f"people/{name}", rejected.replace(b"-1", age).replace(b"secret", b"secret.org"))


def begun(processes: Processes) -> str:
    (done,) = ingest(processes.stage.arrival("people/a.csv", MIXED), processes.start())
    return done.subject


def test_a_resubmission_that_was_killed_after_its_manifest_is_seen_by_the_one_that_waited(processes: Processes):
    root = begun(processes)
    first, second = (corrected(processes.stage, root, f"fix{age}.csv", b"%d" % age) for age in (1, 2))
    processes.dies_at("commit", first)
    context = processes.start()
    (done,) = ingest(second, context)
    assert done.data["counts"]["accepted"] == 0
    (told,) = ingest(first, context)
    assert (told.type, told.data["counts"]["accepted"]) == ("file.processed", 1)
    assert processes.accepted() == ["Ann", "Eve"]
    assert [(run.parent, run.event) for run in context.ledger.runs()].count((root, first.id)) == 1


def test_also_when_it_was_only_the_ledger_that_failed_it(processes: Processes, monkeypatch: pytest.MonkeyPatch):
    root = begun(processes)
    first, second = (corrected(processes.stage, root, f"fix{age}.csv", b"%d" % age) for age in (1, 2))
    context = processes.start()
    with monkeypatch.context() as patch:
        patch.setattr(context.ledger, "commit", raising(Outside("the ledger is locked")))
        with pytest.raises(Outside):
            ingest(first, context)
    ingest(second, context)
    ingest(first, context)
    assert processes.accepted() == ["Ann", "Eve"]


def test_a_replay_that_was_killed_after_its_manifest_lets_no_rows_into_what_it_replaced(processes: Processes):
    root = begun(processes)
    late, replay = corrected(processes.stage, root, "late.csv"), replay_of(root, f"archive/people/{root}/a.csv")
    processes.dies_at("commit", replay)
    context = processes.start()
    (failed,) = ingest(late, context)
    assert failed.data["reason"]["code"] == "replayed_run"
    (told,) = ingest(replay, context)
    assert told.type == "file.processed"
    replayed = context.ledger.run(told.subject)
    assert replayed
    assert (replayed.replay, replayed.replays, replayed.event) == (1, root, "replay")


def test_rows_of_a_run_that_only_described_its_file_fail_with_a_reason_for_the_sender(processes: Processes):
    stage = processes.stage
    home = stage.context.project.folder / "pipelines/anything"
    (described,) = ingest(stage.arrival("anything/a.csv", MIXED), processes.start())
    (home / "contract.odcs.yaml").write_text(CONTRACT)
    context = replace(with_settings(stage, anything="contract: contract.odcs.yaml\n"), ledger=processes.start().ledger)
    rows = f"_run,_record,_line,_reasons,_raw,name,email,age\n{described.subject},2,3,,,Ann,,1\n"
    (failed,) = ingest(stage.arrival("anything/rejected.csv", rows.encode()), context)
    reason = failed.data["reason"]
    assert (failed.type, reason["code"], reason["who"]) == ("file.failed", "described_run", "the sender")
    assert reason["message"] == (
        f"its rows say they are of run {described.subject}, which rejected none: it only described its file"
    )


def test_a_replay_sees_a_resubmission_that_was_killed_after_its_manifest(processes: Processes):
    root = begun(processes)
    processes.dies_at("commit", corrected(processes.stage, root, "fix.csv"))
    path = processes.stage.context.project.folder / "pipelines/people/contract.odcs.yaml"
    path.write_text(path.read_text().replace("minimum: 0", "minimum: -5").replace("{format: email}", "{minLength: 1}"))
    context = replace(processes.start(), contracts=load_contracts(processes.stage.context.project))
    (done,) = ingest(replay_of(root, f"archive/people/{root}/a.csv"), context)
    # Eve is good enough now, but she came with the resubmission.
    assert done.data["counts"]["accepted"] == 1
    assert processes.accepted() == ["Ann", "Ann", "Eve"]


def test_a_hold_that_cannot_be_let_go_ends_with_the_run_it_was_for(
    processes: Processes, monkeypatch: pytest.MonkeyPatch
):
    root = begun(processes)
    first, second = (corrected(processes.stage, root, f"fix{age}.csv", b"%d" % age) for age in (1, 2))
    context = processes.start()
    with monkeypatch.context() as patch:
        patch.setattr(context.ledger, "let_go", raising(Outside("the disk is full")))
        with pytest.raises(Outside):
            ingest(first, context)
    assert [told.type for told in ingest(first, context)] == ["file.processed"]
    assert [told.type for told in ingest(second, context)] == ["file.processed"]
