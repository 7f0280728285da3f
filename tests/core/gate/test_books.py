"""An engine that loses or doubles a row is caught by the books; a result appears whole or not at all."""

from __future__ import annotations

import dataclasses
import errno
import json
import os
import platform
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from headgate.core.check import check_file
from headgate.core.errors import FileFailed, Outside, UserMistake
from headgate.core.gate.books import Books
from headgate.core.gate.gate import GateInput, GateSettings, run_gate
from headgate.core.gate.plan import Plan, make_plan
from headgate.core.gate.rejects import RejectWriter
from headgate.core.gate.split import Splitter
from headgate.core.reading.framing import FramedBytes
from tests.gating import NOW, Gated, contract_of, gate

PROPERTIES = "[{name: a, unique: true}, {name: b, logicalType: integer}]"
DATA = b"a,b\nv,1\nw,2\nx,bad\ny,3\ntoo,many,fields\nv,4\nz,5\n"


def lossy_engine(monkeypatch: pytest.MonkeyPatch, change: Callable[[str], str]) -> None:
    """The plan's one query, changed: what a buggy engine would make of it."""

    def made(*args: Any) -> Plan:
        plan = make_plan(*args)
        return dataclasses.replace(plan, query=change(plan.query))

    monkeypatch.setattr("headgate.core.gate.gate.make_plan", made)


LOSSES = {
    "an accepted row": lambda query: f"SELECT * FROM ({query}) WHERE _t0 <> 'w'",
    "the last row": lambda query: f"SELECT * FROM ({query}) LIMIT 6",
    "a rejected row": lambda query: f"SELECT * FROM ({query}) WHERE _t0 IS DISTINCT FROM 'x'",
    "a malformed row": lambda query: f"SELECT * FROM ({query}) WHERE _bad = 0",
    "everything": lambda query: f"SELECT * FROM ({query}) WHERE FALSE",
    "nothing, but doubles a row": lambda query: (
        f"SELECT * FROM ({query}) UNION ALL SELECT * FROM ({query}) WHERE _t0 = 'w'"
    ),
}


@pytest.mark.parametrize("what", LOSSES)
def test_an_engine_that_loses_is_caught_and_nothing_is_published(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lossy_engine(monkeypatch, LOSSES[what])
    gated = gate(tmp_path, DATA, contract_of(tmp_path, PROPERTIES))
    assert gated.manifest["verdict"] == "failed"
    assert gated.manifest["reason"]["code"] == "books_do_not_close"
    assert "7 records were read" in gated.manifest["reason"]["message"]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["manifest.json"]
    assert (tmp_path / "data.csv").read_bytes() == DATA


def test_the_gate_itself_raises_when_the_books_are_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lossy_engine(monkeypatch, LOSSES["an accepted row"])
    (tmp_path / "data.csv").write_bytes(DATA)
    for name in ("work", "out"):
        (tmp_path / name).mkdir()
    given = GateInput(tmp_path / "data.csv", "data.csv", "t", NOW)
    with pytest.raises(FileFailed) as failed:
        run_gate(given, contract_of(tmp_path, PROPERTIES), GateSettings(), tmp_path / "work", tmp_path / "out")
    assert failed.value.code == "books_do_not_close"


@pytest.mark.parametrize("changed", ["SELECT * FROM ({}) WHERE a <> 'w'", "FROM ({0}) UNION ALL (FROM ({0}) LIMIT 1)"])
def test_an_accepted_row_lost_or_doubled_on_its_way_out_is_caught(
    changed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted: Any = Splitter.accepted_rows
    monkeypatch.setattr(Splitter, "accepted_rows", lambda self, context: changed.format(accepted(self, context)))
    gated = gate(tmp_path, DATA, contract_of(tmp_path, PROPERTIES))
    assert gated.manifest["reason"]["code"] == "books_do_not_close"
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["manifest.json"]


@pytest.mark.parametrize("kept", ["rec <> 3", "rec <> 5", "rec <> 6"])
@pytest.mark.parametrize("writer", ["_write_csv", "_write_jsonl"])
def test_a_rejected_row_that_reaches_only_one_of_the_two_files_is_caught(
    writer: str, kept: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write: Any = getattr(RejectWriter, writer)

    def lossy(self: Any, path: Path) -> None:
        self._connection.execute("ALTER TABLE rejected RENAME TO whole")
        self._connection.execute(f"CREATE TEMP VIEW rejected AS FROM whole WHERE {kept}")
        write(self, path)
        self._connection.execute("DROP VIEW rejected")
        self._connection.execute("ALTER TABLE whole RENAME TO rejected")

    monkeypatch.setattr(RejectWriter, writer, lossy)
    gated = gate(tmp_path, DATA, contract_of(tmp_path, PROPERTIES))
    assert gated.manifest["reason"]["code"] == "books_do_not_close"


def test_closed_books_show_both_sides(tmp_path: Path) -> None:
    books = gate(tmp_path, DATA, contract_of(tmp_path, PROPERTIES)).manifest["books"]
    rejected = len(b"x,bad\n" + b"too,many,fields\n" + b"v,4\n")
    by_class = {"header": 4, "blank": 0, "structure": 0, "accepted": len(DATA) - 4 - rejected, "rejected": rejected}
    assert books == {
        "file": {"records": 7, "bytes": {**by_class, "total": len(DATA)}},
        "outputs": {"records": 7, "accepted": 4, "rejected": 3},
        "closed": True,
        "published": True,
    }


def test_a_byte_that_is_unaccounted_for_opens_the_books() -> None:
    counted = {"accepted": 1, "rejected": 1, "rejected_csv": 1, "rejected_bytes": 4}
    Books(2, FramedBytes(header=4, blank=1, records=9), 14, **counted).check()
    with pytest.raises(FileFailed) as failed:
        Books(2, FramedBytes(header=4, blank=1, records=8), 14, **counted).check()
    assert failed.value.code == "books_do_not_close"


def given(folder: Path, data: bytes = DATA) -> GateInput:
    path = folder / "data.csv"
    path.write_bytes(data)
    return GateInput(path, path.name, "t", NOW)


def first_result(folder: Path) -> tuple[Gated, dict[str, bytes]]:
    gated = gate(folder, DATA, contract_of(folder, PROPERTIES))
    return gated, everything_below(folder)


def everything_below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def full_disk(*_: Any, **__: Any) -> Any:
    raise OSError(errno.ENOSPC, "No space left on device")


def full_disk_for_the_engine(*_: Any, **__: Any) -> Any:
    raise duckdb.IOException("IO Error: Could not write file: No space left on device")


# Where a disk can fill up: the engine writing either half, our own files, the last rename.
FAILURES = {
    "accepted": ("headgate.core.gate.split.Splitter.write_accepted", full_disk_for_the_engine),
    "rejected": ("headgate.core.gate.rejects.RejectWriter._write_csv", full_disk_for_the_engine),
    "spans": ("headgate.core.gate.rejects.RejectWriter._copy_spans", full_disk),
    "transcript": ("headgate.core.gate.rejects.transcode", full_disk),
    "manifest": ("headgate.core.check._finish", full_disk),
    "rename": ("headgate.core.check._replace", full_disk),
}


@pytest.mark.parametrize("where", FAILURES)
def test_a_failing_write_leaves_the_earlier_result_and_nothing_else(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is not really full here: the failure is put at the edge, where the operating system or engine reports it."""
    (tmp_path / "temp").mkdir()
    _, before = first_result(tmp_path)
    monkeypatch.setattr(*FAILURES[where])
    contract, out, temp = contract_of(tmp_path, PROPERTIES), tmp_path / "out", tmp_path / "temp"
    with pytest.raises(Outside) as failed:
        check_file(given(tmp_path), contract, GateSettings(), out, temp=temp)
    assert "No space left" in str(failed.value)
    assert everything_below(tmp_path) == before
    assert list((tmp_path / "temp").iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["contract.odcs.yaml", "data.csv", "out", "temp"]


def test_a_rename_that_fails_half_way_puts_the_earlier_result_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, before = first_result(tmp_path)
    rename, calls = Path.rename, []

    def second_fails(self: Path, target: Any) -> Path:
        calls.append(target)
        return full_disk() if len(calls) == 2 else rename(self, target)

    monkeypatch.setattr(Path, "rename", second_fails)
    with pytest.raises(Outside):
        check_file(given(tmp_path), contract_of(tmp_path, PROPERTIES), GateSettings(), tmp_path / "out")
    monkeypatch.undo()
    assert len(calls) == 3
    assert everything_below(tmp_path) == before


@pytest.fixture
def tiny_disk(tmp_path: Path):
    """A file system of 256 KB; skipped where none may be mounted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.skipif(
    platform.system() != "Linux" or not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root"
)
@pytest.mark.parametrize("full", ["out", "temp"])
def test_a_disk_that_really_fills_up_is_told_and_leaves_nothing_behind(
    full: str, tiny_disk: Path, tmp_path: Path
) -> None:
    lines = "".join(f"{at * 2654435761 % 2**32:x}{at},{'x' if at % 2 else at}\n" for at in range(40_000))
    folders = {"out": tmp_path / "out", "temp": tmp_path / "temp", full: tiny_disk / "here"}
    arrived = given(tmp_path, b"a,b\n" + lines.encode())
    contract = contract_of(tmp_path, PROPERTIES)
    with pytest.raises(Outside) as failed:
        check_file(arrived, contract, GateSettings(), folders["out"], temp=folders["temp"])
    assert failed.value.next
    assert not folders["out"].exists()
    assert [path for path in tiny_disk.rglob("*") if path.is_file() or path.name.startswith(".")] == []
    assert list(folders["temp"].iterdir()) == []


def test_a_result_of_ours_is_replaced_whole(tmp_path: Path) -> None:
    first_result(tmp_path)
    contract, out = contract_of(tmp_path, PROPERTIES), tmp_path / "out"
    verdict = check_file(given(tmp_path, b"a,b\nx,1\n"), contract, GateSettings(accepted="csv"), out)
    assert verdict.counts["records"] == 1
    assert {path.name for path in out.iterdir()} == {"accepted.csv", "rejected.csv", "rejected.jsonl", "manifest.json"}


def test_a_result_of_ours_to_which_somebody_added_a_file_is_refused(tmp_path: Path) -> None:
    first_result(tmp_path)
    (tmp_path / "out" / "notes.txt").write_text("somebody's own")
    with pytest.raises(UserMistake) as refused:
        check_file(given(tmp_path), contract_of(tmp_path, PROPERTIES), GateSettings(), tmp_path / "out")
    assert refused.value.code == "foreign_output"
    assert (tmp_path / "out" / "notes.txt").exists()


@pytest.mark.parametrize("name", ["thesis.doc", "manifest.json"])
def test_a_folder_that_is_not_ours_is_refused_unless_forced(name: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / name).write_text(json.dumps({"name": "somebody's own"}))
    contract = contract_of(tmp_path, PROPERTIES)
    with pytest.raises(UserMistake) as refused:
        check_file(given(tmp_path), contract, GateSettings(), out)
    assert refused.value.code == "foreign_output"
    assert [path.name for path in out.iterdir()] == [name]
    check_file(given(tmp_path), contract, GateSettings(), out, force=True)
    assert (out / "accepted.parquet").exists()
    assert not (out / "thesis.doc").exists()


def test_a_file_where_the_folder_should_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(UserMistake):
        check_file(given(tmp_path), contract_of(tmp_path, PROPERTIES), GateSettings(), tmp_path / "out")
    assert (tmp_path / "out").read_text() == "a file"


def test_an_empty_folder_is_used(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert gate(tmp_path, DATA, contract_of(tmp_path, PROPERTIES)).verdict.counts["accepted"] == 4


def test_nothing_temporary_outlives_a_run(tmp_path: Path) -> None:
    for data in (DATA, b"", b"a,a\n"):
        check_file(
            given(tmp_path, data),
            contract_of(tmp_path, PROPERTIES),
            GateSettings(),
            tmp_path / "out",
            temp=tmp_path / "t",
        )
    assert list((tmp_path / "t").iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["contract.odcs.yaml", "data.csv", "out", "t"]


def test_a_file_that_takes_more_memory_than_allowed_says_which_setting_to_raise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_much(*_: Any) -> Any:
        raise duckdb.OutOfMemoryException("Out of Memory Error: failed to allocate")

    monkeypatch.setattr("headgate.core.gate.split.Splitter.scan", too_much)
    with pytest.raises(Outside) as failed:
        check_file(given(tmp_path), contract_of(tmp_path, PROPERTIES), GateSettings(), tmp_path / "out")
    assert "gate.memory_limit" in str(failed.value)
    assert not (tmp_path / "out").exists()


def test_a_file_of_somebody_else_in_an_earlier_result_is_not_deleted(tmp_path: Path) -> None:
    contract = contract_of(tmp_path, PROPERTIES)
    gate(tmp_path, DATA, contract)
    (tmp_path / "out" / "notes.txt").write_text("mine")
    with pytest.raises(UserMistake) as refused:
        gate(tmp_path, DATA, contract)
    assert refused.value.code == "foreign_output"
    assert (tmp_path / "out" / "notes.txt").read_text() == "mine"


def test_trimming_a_column_that_is_not_there_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    column = contract_of(tmp_path, PROPERTIES).columns[0].name
    with pytest.raises(UserMistake) as refused:
        gate(tmp_path, DATA, contract_of(tmp_path, PROPERTIES), trim=(column + "_",))
    assert f"did you mean {column}?" in str(refused.value)


def test_an_earlier_result_survives_a_kill_between_the_two_renames(tmp_path: Path) -> None:
    contract = contract_of(tmp_path, PROPERTIES)
    gate(tmp_path, DATA, contract)
    (tmp_path / "out").rename(tmp_path / ".out.replaced")
    with pytest.raises(UserMistake):
        check_file(given(tmp_path, DATA), contract, GateSettings(trim=("no such column",)), tmp_path / "out")
    assert (tmp_path / "out" / "manifest.json").exists()
    assert not (tmp_path / ".out.replaced").exists()


def test_a_result_goes_where_a_link_points(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    (tmp_path / "link").symlink_to(real)
    check_file(given(tmp_path, DATA), contract_of(tmp_path, PROPERTIES), GateSettings(), tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (real / "manifest.json").exists()


def test_the_folder_one_is_in_is_refused_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserMistake, match="the folder you are in"):
        check_file(given(tmp_path, DATA), contract_of(tmp_path, PROPERTIES), GateSettings(), Path())
