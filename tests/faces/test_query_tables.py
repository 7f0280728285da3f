"""What can be asked about: outputs of committed runs, of each run the latest replay, and nothing without a manifest."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from headgate.core.errors import UserMistake
from headgate.core.gate.session import Budget
from headgate.core.project import load_project
from headgate.core.query.sandbox import answer
from headgate.faces.query_tables import QuerySources, Wanted
from headgate.hosts.contracts import load_contracts
from headgate.stages.ingest import ingest
from headgate.stages.load import load
from tests.projects import GOOD, MIXED
from tests.stages.stage import NOW, Isolated

SINKS = "accepted: csv\nsinks: {visitors: {partition_key: name}}\n"
FIRST, SECOND, THIRD = (datetime(2026, 3, day) for day in (1, 2, 3))
SECOND_DAY = Wanted(since=SECOND, until=THIRD)
ALL = Wanted()


class Stored:
    """A project whose objects lie in a store that is no folder."""

    def __init__(self, folder: Path, people: str = SINKS) -> None:
        self.isolated = Isolated(folder, settings="storage: 'memory://store'\n", people=people)
        self._folder, self._asked = folder, 0
        self.notes: list[str] = []

    def process(self, key: str, data: bytes, at: datetime = NOW) -> str:
        context = replace(self.isolated.context, now=at)
        events = ingest(self.isolated.arrival(key, data, at), context)
        for event in events:
            if event.type == "file.processed":
                load(event, context)
        return str(events[0].data["run"])

    def ask(self, question: str, table_rows: int = 100, wanted: Wanted = ALL) -> list[tuple[Any, ...]]:
        context, self._asked = self.isolated.context, self._asked + 1
        work = self._folder / f"work{self._asked}"
        work.mkdir()
        sources = QuerySources(
            context.project, context.contracts, context.files, context.ledger, context.tables, work, table_rows, wanted
        )
        rows = answer(question, sources.all(), work, Budget(), 1000).rows
        self.notes = sources.notes
        return rows


@pytest.fixture
def stored(tmp_path: Path) -> Stored:
    return Stored(tmp_path)


@pytest.mark.parametrize("accepted", ["parquet", "csv", "jsonl"])
def test_accepted_rows_of_all_runs_are_one_view_with_run_and_file(tmp_path, accepted):
    stored = Stored(tmp_path, f"accepted: {accepted}\n")
    first, second = stored.process("people/a.csv", GOOD), stored.process("people/b.csv", MIXED)
    rows = stored.ask("SELECT name, age, _run, _file FROM accepted_people ORDER BY _file, name")
    assert rows == [("Ann", 31, first, "a.csv"), ("Bob", None, first, "a.csv"), ("Ann", 31, second, "b.csv")]
    assert stored.notes == []


def test_rejected_rows_of_all_runs_are_one_view(stored: Stored):
    stored.process("people/a.csv", GOOD)
    second = stored.process("people/b.csv", MIXED)
    rows = stored.ask("SELECT _run, _file, _record, name, age, _reasons[1].rule FROM rejected_people ORDER BY _record")
    assert rows == [
        (second, "b.csv", 2, "", "4", "required"),
        (second, "b.csv", 3, "Eve", "-1", "format"),
        (second, "b.csv", 4, "Dan", "x", "type"),
    ]


def test_a_pipeline_that_has_processed_nothing_has_empty_views_with_the_contracts_columns(stored: Stored):
    assert stored.ask("SELECT * FROM accepted_people") == stored.ask("SELECT * FROM rejected_guests") == []
    assert stored.ask("SELECT column_name, column_type FROM (DESCRIBE accepted_people)") == [
        ("name", "VARCHAR"), ("email", "VARCHAR"), ("age", "BIGINT"), ("_run", "VARCHAR"), ("_file", "VARCHAR"),
    ]  # fmt: skip


def test_files_of_a_metadata_pipeline_are_rows(stored: Stored):
    id_ = stored.process("anything/x.csv", b"a,b\n1,2\n")
    rows = stored.ask("SELECT name, size, media_type, records, columns, _run FROM accepted_anything")
    assert rows == [("x.csv", 8, "text/csv", 1, '["a", "b"]', id_)]


def test_runs_are_rows(stored: Stored):
    id_ = stored.process("people/a.csv", MIXED)
    stored.process("people/bad.csv", b"colour\nred\n")
    rows = stored.ask(
        "SELECT run, state, verdict, records, accepted, rejected, typeof(claimed_at) FROM runs ORDER BY state"
    )
    assert rows[0] == (id_, "committed", "accepted_with_rejects", 4, 1, 3, "TIMESTAMP")
    assert stored.ask("SELECT json_extract_string(reason, '$.code') FROM runs WHERE state = 'failed'") == [
        ("missing_column",)
    ]


def test_a_table_sink_is_there_under_its_name_and_with_its_types(stored: Stored):
    stored.process("people/a.csv", GOOD)
    assert stored.ask("SELECT name, age, typeof(age) FROM visitors") == [("Ann", 31, "BIGINT"), ("Bob", None, "BIGINT")]
    assert stored.ask("SELECT count(*) FROM visitors v JOIN accepted_people a USING (name)") == [(2,)]


def test_a_table_sink_is_never_answered_for_by_a_part_of_it(stored: Stored):
    stored.process("people/a.csv", GOOD)
    assert stored.ask("SELECT count(*) FROM visitors", table_rows=2) == [(2,)]
    with pytest.raises(UserMistake, match="visitors has 2 rows, and of one table no more than 1 are copied") as caught:
        stored.ask("SELECT count(*) FROM visitors", table_rows=1)
    assert str(caught.value.next).startswith("the same with --table-rows 2; or ask accepted_people")
    assert stored.ask("SELECT count(*) FROM accepted_people", table_rows=1) == [(2,)]
    assert ("visitors",) in stored.ask("SELECT table_name FROM duckdb_tables()", table_rows=1)


@pytest.fixture
def three_days(tmp_path: Path) -> Stored:
    """Ann is sent on the first day and on the second, Bob on the second and the third, Cid on the third."""
    stored = Stored(tmp_path, SINKS.replace("sinks", "derive: {said_at: _claimed_at}\nsinks"))
    for at, names in ((FIRST, "Ann"), (SECOND, "Ann Bob"), (THIRD, "Bob Cid")):
        rows = "".join(f"{name},{at.day}\n" for name in names.split())
        stored.process(f"people/{at.day}.csv", f"name,age\n{rows}".encode(), at)
    return stored


def test_rows_of_a_day_are_those_of_the_files_that_came_on_it(three_days: Stored):
    assert three_days.ask("SELECT name, age FROM accepted_people ORDER BY name", wanted=SECOND_DAY) == [
        ("Ann", 2), ("Bob", 2),
    ]  # fmt: skip
    assert three_days.ask("SELECT file FROM runs", wanted=SECOND_DAY) == [("2.csv",)]
    assert three_days.ask("SELECT file FROM runs ORDER BY 1", wanted=Wanted(since=SECOND)) == [("2.csv",), ("3.csv",)]


def test_of_a_table_sink_a_day_has_the_rows_that_its_files_put_there_and_that_still_stand(three_days: Stored):
    assert three_days.ask("SELECT name, age FROM visitors", wanted=SECOND_DAY) == [("Ann", 2)]
    (note,) = three_days.notes
    assert note.startswith("1 of the 2 rows that these runs loaded do not stand in the table visitors as they put them")
    assert three_days.ask("SELECT name FROM visitors ORDER BY 1", wanted=Wanted(since=THIRD)) == [("Bob",), ("Cid",)]
    assert three_days.notes == []


def test_for_a_day_nothing_else_of_a_table_sink_is_read(three_days: Stored, monkeypatch):
    for whole in ("rows", "count"):
        monkeypatch.setattr(three_days.isolated.tables, whole, lambda *_: pytest.fail("all of it is read"))
    assert three_days.ask("SELECT name FROM visitors", wanted=SECOND_DAY) == [("Ann",)]
    with pytest.raises(UserMistake, match="into the table visitors these runs put 2 rows"):
        three_days.ask("SELECT name FROM visitors", table_rows=1, wanted=SECOND_DAY)


def test_a_replay_takes_the_place_of_its_run_and_does_not_make_its_rows_those_of_another_day(three_days: Stored):
    (run,) = (run for run in three_days.isolated.ledger.runs() if run.file == "2.csv")
    arrival = three_days.isolated.arrival("people/2.csv", b"name,age\nAnn,2\nBob,2\n", THIRD)
    given = replace(
        arrival, data={**arrival.data, "pipeline": "people", "file": "2.csv", "replay": 1, "replays": run.run}
    )
    assert ingest(given, replace(three_days.isolated.context, now=THIRD))[0].type == "file.processed"
    assert three_days.ask("SELECT name FROM accepted_people", wanted=SECOND_DAY) == []
    assert len(three_days.ask("SELECT name FROM accepted_people", wanted=Wanted(since=THIRD))) == 4
    assert three_days.ask("SELECT name FROM visitors", wanted=SECOND_DAY) == [("Ann",)]


def test_of_one_pipeline_there_are_its_tables_and_the_rows_that_it_put_into_those_of_several(tmp_path: Path):
    stored = Stored(tmp_path)
    guests = stored.isolated.context.project.folder / "pipelines" / "guests" / "pipeline.yaml"
    guests.write_text(guests.read_text() + SINKS)
    stored.isolated = with_objects_of(stored.isolated, stored.isolated)
    stored.process("people/a.csv", b"name,age\nAnn,1\n")
    stored.process("guests/b.csv", b"name,age\nBob,2\n")
    assert stored.ask("SELECT name FROM visitors ORDER BY 1") == [("Ann",), ("Bob",)]
    assert stored.ask("SELECT name FROM visitors", wanted=Wanted("guests")) == [("Bob",)]
    assert stored.ask("SELECT file FROM runs", wanted=Wanted("guests")) == [("b.csv",)]
    with pytest.raises(UserMistake, match="accepted_people"):
        stored.ask("SELECT * FROM accepted_people", wanted=Wanted("guests"))


def test_of_one_pipeline_a_table_that_it_alone_fills_is_there_as_a_whole_however_often_it_was_overwritten(
    tmp_path: Path,
):
    stored = Stored(tmp_path)
    for day in range(1, 6):
        stored.process(f"people/{day}.csv", f"name,age\nAnn,{day}\nBob,{day}\n".encode(), datetime(2026, 3, day))
    for key in stored.isolated.held("accepted"):
        stored.isolated.files.delete(key)
    assert stored.ask("SELECT name, age FROM visitors ORDER BY 1", 5, Wanted("people")) == [("Ann", 5), ("Bob", 5)]
    assert stored.notes == []
    with pytest.raises(UserMistake, match="the table visitors has 2 rows"):
        stored.ask("SELECT * FROM visitors", 1, Wanted("people"))


def test_rows_whose_output_is_gone_are_missed_aloud(three_days: Stored):
    for key in three_days.isolated.held("accepted"):
        three_days.isolated.files.delete(key)
    assert three_days.ask("SELECT name FROM visitors", wanted=SECOND_DAY) == []
    assert three_days.notes[0].startswith("2 of the 2 rows")


def test_a_table_that_is_not_named_is_not_read(stored: Stored, monkeypatch):
    stored.process("people/a.csv", GOOD)
    monkeypatch.setattr(
        stored.isolated.tables, "rows", lambda _, limit: iter(()) if limit == 0 else pytest.fail("read")
    )
    monkeypatch.setattr(stored.isolated.files, "download", lambda *_: pytest.fail("read"))
    assert stored.ask("SELECT count(*) FROM runs") == [(1,)]
    assert len(stored.ask("SHOW TABLES")) == 7


def test_an_output_without_a_manifest_is_not_read(stored: Stored):
    id_ = stored.process("people/a.csv", GOOD)
    stored.isolated.files.delete(f"manifests/{id_}.json")
    assert stored.ask("SELECT * FROM accepted_people") == []
    assert stored.notes == [f"run {id_} has no manifest; its rows are left out"]


def test_an_output_whose_run_is_not_committed_is_not_read(stored: Stored, monkeypatch):
    stored.process("people/a.csv", GOOD)
    (known,) = stored.isolated.ledger.runs()
    monkeypatch.setattr(stored.isolated.ledger, "runs", lambda *_: [replace(known, state="running")])
    assert stored.ask("SELECT * FROM accepted_people") == []


def test_outputs_that_are_no_longer_kept_are_left_out_and_that_is_told(stored: Stored):
    stored.process("people/a.csv", GOOD)
    stored.process("people/b.csv", MIXED)
    for key in stored.isolated.held("accepted"):
        stored.isolated.files.delete(key)
    assert stored.ask("SELECT * FROM accepted_people") == []
    assert stored.notes == ["the accepted rows of 2 runs of people are no longer kept"]


def test_runs_under_an_earlier_contract_are_united_by_name(stored: Stored):
    stored.process("people/a.csv", b"name,age,shoe\nAnn,31,9\n")
    home = stored.isolated.context.project.folder / "pipelines" / "people"
    contract = home / "contract.odcs.yaml"
    contract.write_text(
        contract.read_text().replace("{name: age,", "{name: height, logicalType: number}\n      - {name: age,")
    )
    changed = Stored(stored._folder / "changed")
    (changed.isolated.context.project.folder / "pipelines/people/contract.odcs.yaml").write_text(contract.read_text())
    changed.isolated = with_objects_of(stored.isolated, changed.isolated)
    changed.process("people/b.csv", b"name,height,age\nBob,1.8,\n")
    rows = changed.ask("SELECT name, age, height, shoe FROM accepted_people ORDER BY name")
    assert rows == [("Ann", 31, None, "9"), ("Bob", None, 1.8, None)]


def with_objects_of(old: Isolated, new: Isolated) -> Isolated:
    """The new project over what the old one has processed."""
    project = load_project(new.context.project.folder)
    new.files, new.ledger, new.tables, new._arrivals = old.files, old.ledger, old.tables, old._arrivals
    new.context = replace(old.context, project=project, contracts=load_contracts(project))
    return new
