"""One file for many threads and processes: whole transactions, and errors that say what is wrong and what to do."""

from __future__ import annotations

import gc
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from headgate.adapters.local.database import Database
from headgate.adapters.local.schema import SCHEMA, VERSION
from headgate.core.errors import Outside, UserMistake

NUMBERS = "CREATE TABLE numbers (number INTEGER PRIMARY KEY, text TEXT)"
OPEN_MANY = """
import sys, time
from pathlib import Path
from headgate.adapters.local.database import Database
from headgate.adapters.local.schema import SCHEMA, VERSION
sys.stdin.readline()
for number in range(20):
    Database(Path(sys.argv[1]) / f"{number}.db", SCHEMA, VERSION).read("SELECT * FROM runs")
"""


def opened(folder: Path, **other: float) -> Database:
    return Database(folder / "deep" / "numbers.db", NUMBERS, 3, **other)


def add(database: Database, number: int, text: str = "") -> None:
    with database.writing() as connection:
        connection.execute("INSERT INTO numbers VALUES (?, ?)", (number, text))


def numbers(database: Database) -> list[int]:
    return [number for (number,) in database.read("SELECT number FROM numbers ORDER BY number")]


def stamped(path: Path, version: int) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE theirs (x)")
        connection.execute(f"PRAGMA user_version = {version}")
    return path


def test_what_is_written_is_there_for_the_next_one_who_opens_it(tmp_path: Path):
    add(opened(tmp_path), 1)
    assert numbers(opened(tmp_path)) == [1]


def test_a_transaction_is_whole_or_nothing_whatever_ends_it(tmp_path: Path):
    database = opened(tmp_path)

    def broken_off(error: type[BaseException]) -> None:
        with database.writing() as connection:
            connection.execute("INSERT INTO numbers VALUES (1, '')")
            raise error

    for error in (RuntimeError, KeyboardInterrupt):
        with pytest.raises(error):
            broken_off(error)
    assert numbers(database) == []
    add(database, 2)
    assert numbers(database) == [2]


def test_a_commit_outlasts_a_power_cut_and_readers_wait_for_no_writer(tmp_path: Path):
    database = opened(tmp_path)
    assert database.read("PRAGMA synchronous") == [(2,)]
    assert database.read("PRAGMA journal_mode") == [("wal",)]
    with database.writing() as connection, ThreadPoolExecutor(1) as pool:
        connection.execute("INSERT INTO numbers VALUES (1, '')")
        assert pool.submit(numbers, database).result(timeout=10) == []


def test_many_threads_write_at_once_and_nothing_is_lost(tmp_path: Path):
    database = opened(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: add(database, number), range(200)))
    assert numbers(database) == list(range(200))


def test_what_a_transaction_read_is_still_so_when_it_writes(tmp_path: Path):
    """Each has a database of its own, as another process has: only the file keeps them apart."""
    add(opened(tmp_path), 0)
    databases = [opened(tmp_path) for _ in range(4)]

    def count_up(number: int) -> None:
        with databases[number % 4].writing() as connection:
            ((last,),) = connection.execute("SELECT max(number) FROM numbers").fetchall()
            connection.execute("INSERT INTO numbers VALUES (?, '')", (last + 1,))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count_up, range(100)))
    assert numbers(databases[0]) == list(range(101))


def test_several_processes_that_make_the_same_file_at_once_make_one(tmp_path: Path):
    command = [sys.executable, "-c", OPEN_MANY, str(tmp_path)]
    started = [subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    for child in started:
        assert child.stdin
        child.stdin.write("\n")
        child.stdin.flush()
    assert [(child.communicate(timeout=60)[1], child.returncode) for child in started] == [("", 0)] * 3


def test_a_connection_ends_with_its_thread(tmp_path: Path):
    database = opened(tmp_path)
    open_files = [_open_files(tmp_path)]
    for _ in range(5):
        thread = threading.Thread(target=numbers, args=(database,))
        thread.start()
        thread.join()
        open_files.append(_open_files(tmp_path))
    # SQLite keeps one handle back for the next connection, so long as another has locks on the file.
    assert open_files[1:] == [open_files[1]] * 5
    database.close()
    assert _open_files(tmp_path) == 0
    assert numbers(database) == []


@pytest.mark.filterwarnings("error")
def test_a_database_that_is_forgotten_closes_what_every_thread_had_open(tmp_path: Path):
    database = opened(tmp_path)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(numbers, [database] * 20))
        assert _open_files(tmp_path) > 0
        del database
        gc.collect()
        assert _open_files(tmp_path) == 0


def _open_files(folder: Path) -> int:
    """How many files below a folder this process has open."""
    handles = Path("/proc/self/fd")
    if not handles.is_dir():
        pytest.skip("needs /proc")
    targets = [handle.readlink() for handle in handles.iterdir() if handle.is_symlink()]
    return sum(target.is_relative_to(folder) for target in targets)


@pytest.mark.parametrize("whose", ["a newer Headgate", "an early preview of Headgate", "something else"])
def test_a_file_of_another_version_is_refused_with_a_next_step_and_left_as_it_is(tmp_path: Path, whose: str):
    version = {"a newer Headgate": VERSION + 1, "an early preview of Headgate": 1, "something else": 0}[whose]
    path = stamped(tmp_path / "ledger.db", version)
    before = path.read_bytes()
    with pytest.raises(UserMistake, match=f"written by {whose}") as caught:
        Database(path, SCHEMA, VERSION)
    assert str(caught.value.where) == str(path)
    assert caught.value.next == (
        "install the newer Headgate again"
        if version > VERSION
        else f"move the folder {tmp_path.name} away, and the command starts a new one"
    )
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["ledger.db"]


def test_a_file_that_is_no_database_is_an_error_from_outside_that_names_it(tmp_path: Path):
    path = tmp_path / "ledger.db"
    path.write_bytes(b"something else" * 500)
    with pytest.raises(Outside, match="file is not a database") as caught:
        Database(path, SCHEMA, VERSION)
    assert str(caught.value.where) == str(path)
    assert "move it away" in (caught.value.next or "")


def test_a_place_that_cannot_hold_a_file_is_an_error_from_outside(tmp_path: Path):
    (tmp_path / "file").touch()
    (tmp_path / "folder.db").mkdir()
    for path in (tmp_path / "file" / "ledger.db", tmp_path / "folder.db"):
        with pytest.raises(Outside) as caught:
            Database(path, SCHEMA, VERSION)
        assert str(caught.value.where) == str(path)
        assert caught.value.who


def test_a_lock_that_lasts_longer_than_the_patience_is_an_error_from_outside_that_passes(tmp_path: Path):
    database = opened(tmp_path, patience=0.05)
    with closing(sqlite3.connect(tmp_path / "deep" / "numbers.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Outside, match="locked") as caught:
            add(database, 1)
        assert "end the program that keeps it locked" in (caught.value.next or "")
        assert numbers(database) == []
        other.execute("ROLLBACK")
    add(database, 1)
    assert numbers(database) == [1]


def test_a_lock_that_ends_in_time_is_waited_for(tmp_path: Path):
    database = opened(tmp_path, patience=30)
    path = tmp_path / "deep" / "numbers.db"
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(add, database, 1)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.1)
            other.execute("COMMIT")
            waiting.result(timeout=30)
    assert numbers(database) == [1]


def test_a_full_disk_is_an_error_from_outside_and_what_was_written_stays(tmp_path: Path):
    database = opened(tmp_path)
    add(database, 1)
    database.read("PRAGMA max_page_count = 4")

    def fill() -> None:
        with database.writing() as connection:
            connection.execute("INSERT INTO numbers VALUES (2, '')")
            connection.execute("INSERT INTO numbers VALUES (3, ?)", ("x" * 100_000,))

    with pytest.raises(Outside, match="full") as caught:
        fill()
    assert "free disk space" in (caught.value.next or "")
    assert numbers(database) == [1]
    database.read("PRAGMA max_page_count = 1000000")
    add(database, 2, "x" * 100_000)
    assert numbers(database) == [1, 2]


def test_a_file_that_was_taken_away_under_way_is_an_error_from_outside(tmp_path: Path):
    database = opened(tmp_path)
    database.close()
    for path in (tmp_path / "deep").iterdir():
        path.unlink()
    with pytest.raises(Outside, match="no such table"):
        add(database, 1)
