"""A replay beside an `up` that has read another contract: it is judged under the one it was asked for with."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from headgate.hosts.replay import replay_arrival
from tests.hosts.bench import Bench
from tests.projects import MIXED, documents, drop


def asked(folder: Path) -> tuple[Bench, Bench]:
    """An old `up`, and the command that asked for a replay under a contract that was changed since it was started."""
    up = Bench(folder)
    drop(up.folder, "people/a.csv", MIXED)
    up.run()
    contract = up.folder / "pipelines/people/contract.odcs.yaml"
    contract.write_text(contract.read_text().replace("{minimum: 0}", "{minimum: -5}"))
    command = Bench(up.folder)
    (run,) = command.host.ledger.runs()
    command.host.queue.publish([replay_arrival(command.host, run)], command.now)
    return up, command


def test_whoever_is_faster_it_is_judged_under_the_contract_it_was_asked_for_with(tmp_path: Path):
    up, command = asked(tmp_path / "project")
    assert up.worker().step()
    assert up.runs[-1].outcome == "postponed"
    command.passes(1)
    assert command.worker().step()
    assert command.runs[-1].outcome == "done"
    first, second = sorted(documents(up.folder, "manifests/*.json"), key=lambda one: one["replay"])
    assert first["gate_fingerprint"] != second["gate_fingerprint"]


def test_when_nobody_has_that_contract_any_more_it_is_a_dead_letter_that_says_so(tmp_path: Path):
    up, _ = asked(tmp_path / "project")
    up.passes(timedelta(days=1).total_seconds())
    up.worker().step()
    (letter,) = up.host.queue.dead_letters()
    assert letter.error["code"] == "contract_changed"
    assert str(letter.error["next"]).startswith("headgate replay ")
