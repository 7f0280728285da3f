"""Engines of a process: one per thread, kept, and replaced when it broke."""

import threading
from pathlib import Path

import duckdb
import pytest

from headgate.core.gate.session import Budget, Engine
from headgate.hosts.engines import Engines


@pytest.fixture
def engines(tmp_path: Path):
    engines = Engines(tmp_path, Budget("64MB", 1))
    yield engines
    engines.close()


def answer(engine: Engine) -> int:
    with engine.session() as connection:
        return connection.execute("SELECT 42").fetchall()[0][0]


def test_a_thread_keeps_its_engine(engines: Engines) -> None:
    first = engines.mine()
    assert answer(first) == 42
    assert engines.mine() is first


def test_each_thread_has_an_engine_of_its_own(engines: Engines) -> None:
    found: list[Engine] = []
    thread = threading.Thread(target=lambda: found.append(engines.mine()))
    thread.start()
    thread.join()
    assert found[0] is not engines.mine()


def test_what_a_user_does_wrong_breaks_no_engine(engines: Engines) -> None:
    first = engines.mine()
    with pytest.raises(duckdb.Error), first.session() as connection:
        connection.execute("SELECT nonsense")
    assert engines.mine() is first


def test_a_broken_engine_is_replaced(engines: Engines) -> None:
    first = engines.mine()
    with pytest.raises(duckdb.FatalException), first.session():
        raise duckdb.FatalException("the database has been invalidated")
    assert engines.mine() is not first
    assert answer(engines.mine()) == 42
