"""The bundled pipelines on AWS's services, deployed by the real Terraform: the same comes of every file as on one machine."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from headgate.core.events import Event
from headgate.faces.cli.init import examples, make_project
from headgate.hosts.embedded import EmbeddedHost
from headgate.hosts.rehearsal.rehearsal import Rehearsal
from tests.rehearsal.conftest import SETTINGS
from tests.rehearsal.outcomes import as_told_on_aws, journeys, play, run_embedded, sample_rounds, telling, timeless

pytestmark = pytest.mark.slow

PIPELINES = list(examples())


@dataclass(frozen=True)
class Played:
    """The samples of all pipelines, here and there: events, and folders with what lies in the zones."""

    rehearsed: list[Event]
    embedded: list[Event]
    rehearsed_files: Path
    embedded_files: Path

    def of(self, pipeline: str) -> tuple[list[Event], list[Event]]:
        found = []
        for events in (self.rehearsed, self.embedded):
            wanted = {event.correlation_id for event in events if event.data.get("pipeline") == pipeline}
            found.append([event for event in events if event.correlation_id in wanted])
        return found[0], found[1]


@pytest.fixture(scope="module")
def played(stage: Rehearsal, tmp_path_factory: pytest.TempPathFactory) -> Played:
    folder = tmp_path_factory.mktemp("embedded")
    make_project(folder, PIPELINES)
    (folder / "headgate.yaml").write_text(SETTINGS)
    rehearsed: list[Event] = []
    embedded: list[Event] = []
    with EmbeddedHost(folder) as host:
        rounds = {name: sample_rounds(folder, name) for name in PIPELINES}
        for number in range(max(map(len, rounds.values()))):
            files = [(name, file) for name, those in rounds.items() for file in (those[number : number + 1] or [[]])[0]]
            embedded += run_embedded(host, files)
            rehearsed += play(stage, files)
    copies = tmp_path_factory.mktemp("rehearsed")
    for zone in ("reports/", "analysis/", "manifests/"):
        stage.fetch(copies, zone)
    return Played(rehearsed, embedded, copies, folder)


def test_the_alarm_of_waiting_events_sounds_after_an_hour_of_seconds(stage: Rehearsal):
    alarms = stage.cloud.client("cloudwatch").describe_alarms()["MetricAlarms"]
    waits = {one["AlarmName"]: one["Threshold"] for one in alarms if one["AlarmName"].endswith("-oldest")}
    assert len(waits) > 4
    assert set(waits.values()) == {3600.0}


def test_a_second_plan_changes_nothing(stage: Rehearsal):
    assert not stage.stack.differs()


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_each_file_has_the_same_events(played: Played, pipeline: str):
    on_aws, on_one_machine = played.of(pipeline)
    rehearsed, embedded = journeys(on_aws, topics=1), journeys(on_one_machine)
    assert rehearsed.keys() == embedded.keys() != set()
    for file, events in rehearsed.items():
        assert events == embedded[file]


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_each_analysis_has_the_same_facts_and_the_same_narrative(played: Played, pipeline: str):
    paths = sorted(path.name for path in (played.embedded_files / "analysis" / pipeline).iterdir())
    assert paths
    for name in paths:
        one, other = (
            telling(json.loads((folder / "analysis" / pipeline / name).read_text(encoding="utf-8")))
            for folder in (played.rehearsed_files, played.embedded_files)
        )
        assert one == other


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_each_report_says_the_same(played: Played, pipeline: str):
    paths = sorted(path.name for path in (played.embedded_files / "reports" / pipeline).glob("*.txt"))
    assert paths
    for name in paths:
        there, here = (
            timeless((folder / "reports" / pipeline / name).read_text(encoding="utf-8"))
            for folder in (played.rehearsed_files, played.embedded_files)
        )
        assert there == as_told_on_aws(here)


def test_every_report_was_mailed(stage: Rehearsal, played: Played):
    sent = [event for event in played.rehearsed if event.type == "report.sent"]
    assert sum(event.data["recipients"] for event in sent) > 0
    assert len(stage.cloud.mails()) >= sum(event.data["recipients"] for event in sent)
