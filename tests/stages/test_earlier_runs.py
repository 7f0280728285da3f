"""analyze: which earlier rows a query sees as `history`, and how little of the ledger is read for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from headgate.core.events import Event
from headgate.hosts.contracts import load_contracts, load_queries
from headgate.stages.analyze import analyze
from headgate.stages.ingest import ingest
from tests.projects import CONTRACT
from tests.stages.arriving import replay_of
from tests.stages.stage import NOW, Isolated

SEEN = (
    "-- history: {count}\nSELECT _run AS run, CAST(_at AS VARCHAR) AS at, name, age FROM history ORDER BY _at, name\n"
)


class Looking:
    """A pipeline whose fact says what it sees of earlier files."""

    def __init__(self, folder: Path, count: int = 20) -> None:
        self.stage, self._files = Isolated(folder), 0
        self.home = self.stage.context.project.pipelines["people"].folder
        (self.home / "analysis").mkdir()
        (self.home / "analysis" / "seen.sql").write_text(SEEN.format(count=count))
        self.now(contract=CONTRACT)

    def now(self, contract: str) -> None:
        (self.home / "contract.odcs.yaml").write_text(contract)
        contracts = load_contracts(self.stage.context.project)
        queries = load_queries(self.stage.context.project, contracts)
        self.stage.context = replace(self.stage.context, contracts=contracts, queries=queries)

    def took(self, rows: str) -> Event:
        """A file with these rows, an hour after the one before."""
        self._files += 1
        at = NOW + timedelta(hours=self._files)
        text = "name,email,age\n" + rows if "_run" not in rows else rows
        arrival = self.stage.arrival(f"people/{self._files}.csv", text.encode(), at)
        (done,) = ingest(arrival, replace(self.stage.context, now=at))
        assert done.type == "file.processed"
        return done

    def replayed(self, run: Event, number: int = 1) -> Event:
        self._files += 1
        at = NOW + timedelta(hours=self._files)
        arrival = replay_of(run.subject, self._kept(run), number, f"replay-{self._files}")
        (done,) = ingest(arrival, replace(self.stage.context, now=at))
        assert done.type == "file.processed"
        return done

    def _kept(self, run: Event) -> str:
        """Where the original of a run's file lies."""
        known = self.stage.ledger.run(run.subject)
        while known and known.replays:
            known = self.stage.ledger.run(known.replays)
        assert known
        return f"archive/people/{known.run}/{known.file}"

    def resubmitted(self, run: Event, old: str, new: str) -> Event:
        rejected = self.stage.files.read(f"rejected/people/{run.subject}/rejected.csv").decode()
        return self.took(rejected.replace(old, new))

    def seen(self, run: Event) -> list[dict[str, Any]]:
        (done,) = analyze(run, self.stage.context)
        self.document = self.stage.json(done.data["analysis"])
        return list(self.document["facts"]["seen"])

    def names(self, run: Event) -> list[str]:
        return [row["name"] for row in self.seen(run)]


MENDED = CONTRACT.replace("minimum: 0", "minimum: 10")


@pytest.fixture
def looking(tmp_path: Path) -> Looking:
    return Looking(tmp_path)


def test_the_rows_of_earlier_files_are_seen_and_none_of_its_own_or_of_later_ones(looking: Looking):
    first, second, _ = looking.took("Ann,,31\n"), looking.took("Bob,,32\n"), looking.took("Cy,,33\n")
    assert looking.seen(second) == [{"run": first.subject, "at": "2026-01-02 04:04:05", "name": "Ann", "age": 31}]


def test_after_a_replay_under_a_mended_contract_its_rows_are_seen_in_place_of_the_old_ones(looking: Looking):
    first = looking.took("Ann,,31\nBob,,3\n")
    second = looking.took("Cy,,33\n")
    assert looking.names(second) == ["Ann", "Bob"]
    looking.now(contract=MENDED)
    again = looking.replayed(first)
    third = looking.took("Dan,,34\n")
    assert [(row["run"], row["name"]) for row in looking.seen(third)] == [
        (again.subject, "Ann"),
        (second.subject, "Cy"),
    ]
    # Where its file stands, not when it was replayed.
    assert [row["at"] for row in looking.seen(third)] == ["2026-01-02 04:04:05", "2026-01-02 05:04:05"]


def test_of_several_replays_only_the_last_is_seen(looking: Looking):
    first = looking.took("Ann,,31\nBob,,3\n")
    looking.now(contract=MENDED)
    again = looking.replayed(first)
    looking.now(contract=CONTRACT.replace("minimum: 0", "minimum: 2"))
    last = looking.replayed(again, 2)
    assert {row["run"] for row in looking.seen(looking.took("Dan,,34\n"))} == {last.subject}
    assert looking.document["notes"]["history"] == {"asked": 20, "found": 1, "missing": 0}


def test_corrected_rows_are_seen_beside_those_of_their_file_once(looking: Looking):
    first = looking.took("Ann,,31\nBob,,-3\n")
    child = looking.resubmitted(first, "-3", "3")
    third = looking.took("Cy,,33\n")
    rows = [(row["run"], row["name"], row["at"]) for row in looking.seen(third)]
    at = "2026-01-02 04:04:05"
    assert sorted(rows) == sorted([(first.subject, "Ann", at), (child.subject, "Bob", at)])
    looking.replayed(first)
    assert looking.names(looking.took("Dan,,34\n")) == ["Ann", "Bob", "Cy"]


def test_a_replay_does_not_see_what_it_takes_the_place_of_and_corrections_see_the_file_they_correct(looking: Looking):
    before, first = looking.took("Zoe,,40\n"), looking.took("Ann,,31\nBob,,-3\n")
    child = looking.resubmitted(first, "-3", "3")
    assert looking.names(child) == ["Zoe", "Ann"]
    again = looking.replayed(first)
    assert {row["run"] for row in looking.seen(again)} == {before.subject}


def test_so_many_files_are_seen_as_are_asked_for_however_many_runs_they_took(tmp_path: Path):
    looking = Looking(tmp_path, count=2)
    looking.took("Zoe,,40\n")
    first = looking.took("Ann,,31\nBob,,-3\n")
    looking.resubmitted(first, "-3", "3")
    again = looking.replayed(first)
    looking.took("Cy,,33\n")
    assert looking.names(looking.took("Dan,,34\n")) == ["Ann", "Bob", "Cy"]
    assert looking.document["notes"]["history"] == {"asked": 2, "found": 3, "missing": 0}
    # A replay, which leaves out its own file, sees as many of the others.
    assert looking.names(looking.replayed(again, 2)) == ["Cy", "Dan"]


def test_a_replay_is_no_past_for_drift_and_corrections_are_none(looking: Looking):
    for number in range(4):
        run = looking.took(f"Ann,,{30 + number}\nBob,,-{1 + number}\n")
        looking.resubmitted(run, f"-{1 + number}", "3")
        looking.replayed(run)
        looking.seen(run)
    looking.seen(looking.took("".join(f"N{number},,30\n" for number in range(500))))
    assert not [one for one in looking.document["findings"] if one["finding"].startswith("drift_")]


def test_the_runs_of_a_pipeline_are_not_all_read_for_it(looking: Looking):
    looking.took("Ann,,31\n")
    last = looking.took("Bob,,32\n")
    known, asked = looking.stage.ledger, list[str]()

    class Asked:
        def __getattr__(self, name: str) -> Any:
            asked.append(name)
            return getattr(known, name)

    looking.stage.context = replace(looking.stage.context, ledger=Asked())
    assert looking.names(last) == ["Ann"]
    assert {"ordinary", "family"} <= set(asked)
    assert "runs" not in asked


@pytest.mark.parametrize(
    "left",
    [
        b'{"outputs": {', b"\xff", b"[]", b"{}", b'{"outputs": 3}', b'{"outputs": {"accepted": {}}}',
        *(b'{"outputs": {"accepted": {"path": "%s", "sha256": ""}}}' % path for path in (b"accepted/\\n", b"", b"..", b"a.")),
        pytest.param(b'{"outputs": {"accepted": {"path": "%s", "sha256": ""}}}' % (b"a" * 3_000), id="long path"),
        pytest.param(b"[" * 100_000, id="nested"), None,
    ],
)  # fmt: skip
def test_an_earlier_run_whose_manifest_is_damaged_or_gone_is_left_out_and_counted(looking: Looking, left: bytes | None):
    damaged, _ = looking.took("Ann,,31\n"), looking.took("Bob,,32\n")
    if left is None:
        looking.stage.files.delete(damaged.data["manifest"])
    else:
        looking.stage.files.write(damaged.data["manifest"], left)
    assert looking.names(looking.took("Cy,,33\n")) == ["Bob"]
    assert looking.document["notes"]["history"] == {"asked": 20, "found": 1, "missing": 1}


def test_an_earlier_run_whose_rows_are_cut_off_is_left_out_and_counted(looking: Looking):
    damaged, _ = looking.took("Ann,,31\n"), looking.took("Bob,,32\n")
    key = looking.stage.json(damaged.data["manifest"])["outputs"]["accepted"]["path"]
    looking.stage.files.write(key, looking.stage.files.read(key)[:-9])
    assert looking.names(looking.took("Cy,,33\n")) == ["Bob"]
    assert looking.document["notes"]["history"] == {"asked": 20, "found": 1, "missing": 1}


ODD = "-- severity: warning\n-- message: {name} is old\nSELECT name FROM accepted WHERE age > 90 ORDER BY name\n"


def test_what_is_unlike_earlier_runs_comes_before_findings_of_the_same_severity(looking: Looking):
    (looking.home / "analysis" / "findings").mkdir()
    (looking.home / "analysis" / "findings" / "a_first.sql").write_text(ODD)
    looking.now(CONTRACT)
    rows = [f"n{number},a{number}@b.example,{20 + number % 9}\n" for number in range(60)]
    for number in range(6):
        looking.seen(looking.took("".join(rows[: 30 + number])))
    looking.seen(looking.took("".join(rows[:60]) * 3 + "Old,o@b.example,99\n"))
    found = [one["finding"] for one in looking.document["findings"] if one["severity"] == "warning"]
    assert "drift_row_count" in found
    assert found[-1] == "a_first"
