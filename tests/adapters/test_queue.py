"""Both queues behave alike; the local one also survives its process and shares its file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from itertools import count
from pathlib import Path

import pytest

from headgate.adapters.local.database import Database
from headgate.adapters.local.owner import Owner
from headgate.adapters.local.queue import SqliteQueue
from headgate.adapters.local.schema import SCHEMA, VERSION
from headgate.adapters.memory.queue import MemoryQueue, QueuePages
from headgate.ports import Delivery, Queue
from tests.conformance.queue_order_suite import AT, ROUTES, event, lane, taken
from tests.conformance.queue_suite import QueueSuite
from tests.conformance.sharing import Sharing

ROOT = Path(__file__).parents[2]
# Takes and settles until nothing is ready; of every fourth event comes another. It says what it had.
WORK = """
import sys
from pathlib import Path
from tests.adapters.test_queue import opened
from tests.conformance.queue_order_suite import AT, event
queue, _ = opened(Path(sys.argv[1]))
while one := queue.take(AT):
    number = int(one.event.id)
    queue.done(one, [event(f"{number}000", "more")] if number % 4 == 1 else [], AT, 0.1)
    print(number)
"""
TAKE_AND_HANG = """
import sys, time
from pathlib import Path
from tests.adapters.test_queue import opened
from tests.conformance.queue_order_suite import AT
queue, _ = opened(Path(sys.argv[1]))
print(queue.take(AT).event.id, flush=True)
time.sleep(600)
"""


def opened(folder: Path) -> tuple[SqliteQueue, Owner]:
    """The queue of a folder, for a new owner."""
    owner = Owner(folder / "owners")
    return SqliteQueue(Database(folder / "ledger.db", SCHEMA, VERSION), owner, ROUTES, lane), owner


def child(program: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", program, str(folder)], stdout=subprocess.PIPE, text=True, cwd=ROOT)


class TestMemoryQueue(QueueSuite):
    @pytest.fixture
    def sharing(self) -> Sharing[Queue]:
        pages, numbers = QueuePages(), count()
        owners: dict[int, str] = {}

        def join() -> Queue:
            name = f"owner {next(numbers)}"
            queue = MemoryQueue(ROUTES, lane, pages, name)
            owners[id(queue)] = name
            return queue

        return Sharing(join, lambda queue: pages.gone.add(owners[id(queue)]))


class TestSqliteQueue(QueueSuite):
    @pytest.fixture
    def sharing(self, tmp_path: Path) -> Sharing[Queue]:
        owners: dict[int, Owner] = {}

        def join() -> Queue:
            queue, owner = opened(tmp_path)
            owners[id(queue)] = owner
            return queue

        return Sharing(join, lambda queue: owners[id(queue)].close())

    def test_what_one_process_publishes_the_next_one_takes(self, tmp_path: Path):
        first, owner = opened(tmp_path)
        first.publish([event("e1"), event("e2")], AT)
        first.take(AT)
        owner.close()
        second, _ = opened(tmp_path)
        assert second.recover() == [Delivery(event("e1"), "ingest", 1, 1)]
        assert taken(second) == ["e1", "e2"]

    def test_what_a_killed_process_had_taken_is_given_back_once_it_is_dead(self, tmp_path: Path):
        queue, _ = opened(tmp_path)
        queue.publish([event()], AT)
        process = child(TAKE_AND_HANG, tmp_path)
        try:
            assert process.stdout
            assert process.stdout.readline() == "e1\n"
            assert queue.recover() == []
        finally:
            os.kill(process.pid, signal.SIGKILL)
            process.communicate()
        assert queue.recover() == [Delivery(event(), "ingest", 1, 1)]

    def test_several_processes_take_each_delivery_once_and_lose_none(self, tmp_path: Path):
        queue, _ = opened(tmp_path)
        queue.publish([event(str(number), f"p{number % 3}") for number in range(120)], AT)
        workers = [child(WORK, tmp_path) for _ in range(3)]
        found = Counter(int(id_) for worker in workers for id_ in worker.communicate(timeout=60)[0].split())
        assert [worker.returncode for worker in workers] == [0, 0, 0]
        assert found == Counter([*range(120), *(number * 1000 for number in range(1, 120, 4))])
        assert all(one.state == "done" for one in queue.progress([str(number) for number in found]))
