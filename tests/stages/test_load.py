"""load puts accepted rows into the tables that a pipeline names, once, however often it is asked."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from headgate.core.errors import Permanent, UserMistake
from headgate.core.events import Event
from headgate.ports import Table
from headgate.stages.ingest import ingest
from headgate.stages.load import load
from tests.projects import CONTRACT, GOOD, MIXED
from tests.stages.stage import NOW, Isolated, with_settings

SINKS = """\
derive: {at: _claimed_at, source: _file}
sinks:
  by_name: {partition_key: name, sort_key: at, indexes: {by_source: source}}
  visits: {partition_key: at, sort_key: name}
"""
BY_NAME = Table("by_name", "name", "at")
TYPED = """\
apiVersion: v3.1.0
kind: DataContract
id: typed
version: 1.0.0
schema:
  - name: typed
    properties:
      - {name: id, logicalType: integer, required: true}
      - {name: price, logicalType: number, physicalType: "DECIMAL(30,10)"}
      - {name: ratio, logicalType: number}
      - {name: day, logicalType: date}
      - {name: moment, logicalType: timestamp}
      - {name: clock, logicalType: time}
      - {name: flag, logicalType: boolean}
      - {name: thing, logicalType: object}
"""
ROWS = (
    'id,price,ratio,day,moment,clock,flag,thing,more\n'
    '1,12345678901234567890.0123456789,0.1,2026-01-02,2026-01-02T03:04:05.678901+01:00,01:02:03.5,true,"{""a"": 1.10}",x\n'
    '2,,,,,,,,\n'
)  # fmt: skip


def processed(isolated: Isolated, data: bytes = GOOD, key: str = "people/people.csv") -> Event:
    (event,) = [one for one in ingest(isolated.arrival(key, data), isolated.context) if one.type == "file.processed"]
    return event


@pytest.fixture
def isolated(tmp_path: Path) -> Isolated:
    return Isolated(tmp_path, people=SINKS)


def test_accepted_rows_are_in_every_table_and_one_event_says_how_many(isolated: Isolated):
    event = processed(isolated, MIXED)
    (loaded,) = load(event, isolated.context)
    assert (loaded.type, loaded.subject) == ("rows.loaded", event.data["run"])
    assert loaded.data == {
        "run": event.data["run"],
        "pipeline": "people",
        "tables": [
            {"table": "by_name", "rows": 1, "new": 1, "older": 0},
            {"table": "visits", "rows": 1, "new": 1, "older": 0},
        ],
    }
    row = {"name": "Ann", "email": "ann@example.org", "age": 31, "at": NOW, "source": "people.csv"}
    assert list(isolated.tables.rows(BY_NAME)) == [row]
    assert list(isolated.tables.rows(Table("visits", "at", "name"))) == [row]


def test_a_redelivery_adds_nothing_and_makes_the_same_event_again(isolated: Isolated):
    event = processed(isolated)
    (first,), before = load(event, isolated.context), list(isolated.tables.rows(BY_NAME))
    (second,) = load(event, isolated.context)
    assert second.id == first.id
    assert second.data["tables"][0] == {"table": "by_name", "rows": 2, "new": 0, "older": 0}
    assert list(isolated.tables.rows(BY_NAME)) == before


NEWEST = "sinks: {newest: {partition_key: name}}\n"


def of_day(isolated: Isolated, day: int, age: int, **data: object) -> Event:
    """The `file.processed` of a file that came on a day, and says how old Ann is."""
    context = replace(isolated.context, now=NOW + timedelta(days=day))
    arrival = isolated.arrival("people/people.csv", f"name,email,age\nAnn,ann@example.org,{age}\n".encode())
    arrival = replace(arrival, data={**arrival.data, **data})
    return next(one for one in ingest(arrival, context) if one.type == "file.processed")


def ages(isolated: Isolated) -> list[int]:
    return [row["age"] for row in isolated.tables.rows(Table("newest", "name", None))]


def test_an_older_file_that_is_loaded_late_replaces_no_newer_row(tmp_path: Path):
    isolated = Isolated(tmp_path, people=NEWEST)
    monday, tuesday = of_day(isolated, 1, age=30), of_day(isolated, 2, age=31)
    load(tuesday, isolated.context)
    (late,) = load(monday, isolated.context)
    assert late.data["tables"] == [{"table": "newest", "rows": 1, "new": 0, "older": 1}]
    assert ages(isolated) == [31]


def test_a_replay_is_as_old_as_its_file_and_later_than_what_it_replays(tmp_path: Path):
    isolated = Isolated(tmp_path, people=NEWEST)
    monday, tuesday = of_day(isolated, 1, age=30), of_day(isolated, 2, age=31)
    replays = {"pipeline": "people", "file": "people.csv", "replay": 1}
    again = of_day(isolated, 3, age=40, **replays, replays=monday.data["run"])
    for event in (monday, again, monday):
        load(event, isolated.context)
    assert ages(isolated) == [40]
    load(tuesday, isolated.context)
    load(again, isolated.context)
    assert ages(isolated) == [31]


def test_a_pipeline_without_tables_loads_nothing_and_reads_nothing(isolated: Isolated):
    event = processed(isolated, key="guests/a.csv")
    for key in isolated.held():
        isolated.files.delete(key)
    assert load(event, isolated.context) == []


def test_a_file_that_was_only_described_loads_nothing_though_its_pipeline_has_tables_by_now(isolated: Isolated):
    event = processed(isolated, key="anything/a.csv")
    home = isolated.context.project.folder / "pipelines" / "anything"
    (home / "contract.odcs.yaml").write_text(CONTRACT)
    assert load(event, with_settings(isolated, anything=f"contract: contract.odcs.yaml\n{SINKS}")) == []
    assert list(isolated.tables.rows(BY_NAME)) == []


@pytest.mark.parametrize("accepted", ["parquet", "csv", "jsonl"])
def test_every_type_arrives_as_it_is_from_every_format(tmp_path: Path, accepted: str):
    isolated = Isolated(tmp_path, people=SINKS)
    home = isolated.context.project.folder / "pipelines" / "people"
    (home / "contract.odcs.yaml").write_text(TYPED)
    sinks = f"accepted: {accepted}\nsinks: {{typed: {{partition_key: id}}}}\n"
    isolated.context = with_settings(isolated, people=f"contract: contract.odcs.yaml\n{sinks}")
    load(processed(isolated, ROWS.encode()), isolated.context)
    first, second = isolated.tables.rows(Table("typed", "id", None))
    assert [(name, repr(value)) for name, value in first.items()] == [
        (name, repr(value))
        for name, value in {
            "id": 1,
            "price": Decimal("12345678901234567890.0123456789"),
            "ratio": 0.1,
            "day": date(2026, 1, 2),
            "moment": datetime(2026, 1, 2, 2, 4, 5, 678901),
            "clock": "01:02:03.5",
            "flag": True,
            "thing": '{"a": 1.10}',
            "more": "x",
        }.items()
    ]
    assert {value for name, value in second.items() if name != "id"} <= {None, ""}


@pytest.mark.parametrize("accepted", ["parquet", "csv", "jsonl"])
def test_a_file_of_which_nothing_was_accepted_loads_no_row(tmp_path: Path, accepted: str):
    isolated = Isolated(tmp_path, people=f"accepted: {accepted}\n{SINKS}")
    (loaded,) = load(processed(isolated, b"name,email,age\n,,1\n"), isolated.context)
    assert loaded.data["tables"] == [
        {"table": "by_name", "rows": 0, "new": 0, "older": 0},
        {"table": "visits", "rows": 0, "new": 0, "older": 0},
    ]


def test_an_output_that_was_changed_after_the_commit_is_not_loaded(isolated: Isolated):
    event = processed(isolated)
    (key,) = isolated.held("accepted")
    isolated.files.write(key, isolated.files.read(key) + b" ")
    with pytest.raises(Permanent, match="not those that the run wrote") as caught:
        load(event, isolated.context)
    assert caught.value.code == "output_changed"
    assert list(isolated.tables.rows(BY_NAME)) == []


def test_a_run_made_before_its_rows_had_the_key_column_is_told_with_the_command_that_helps(tmp_path: Path):
    isolated = Isolated(tmp_path)
    event = processed(isolated)
    context = with_settings(isolated, people=f"contract: contract.odcs.yaml\n{SINKS}")
    with pytest.raises(UserMistake, match="column at, a key of the table by_name") as caught:
        load(event, context)
    assert f"headgate replay {event.data['run']}" in str(caught.value.next)
    assert re.search(r"people/pipeline.yaml:\d+:\d+ \(sinks.by_name\)", str(caught.value.where))


def test_a_column_that_is_only_indexed_may_be_missing_in_an_older_run(tmp_path: Path):
    isolated = Isolated(tmp_path)
    event = processed(isolated)
    sinks = "derive: {more: upper(name)}\nsinks: {t: {partition_key: name, indexes: {by_more: [more, age]}}}\n"
    (loaded,) = load(event, with_settings(isolated, people=f"contract: contract.odcs.yaml\n{sinks}"))
    assert loaded.data["tables"] == [{"table": "t", "rows": 2, "new": 2, "older": 0}]


def test_cells_are_only_text(tmp_path: Path):
    isolated = Isolated(tmp_path, people=f"accepted: jsonl\n{SINKS}")
    names = ["'); DROP TABLE by_name; --", '","at":1,"', "\\u0000", "{}", "\x1b[31m"]
    rows = b"".join(b'"%s",,\n' % name.replace('"', '""').encode() for name in names)
    load(processed(isolated, b"name,email,age\n" + rows), isolated.context)
    assert sorted(row["name"] for row in isolated.tables.rows(BY_NAME)) == sorted(names)
