"""The functions of a deployed project at work, in a thread: what waits in their queues is handed to them, as AWS would."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from headgate.flow import STAGES
from headgate.hosts.aws.function import Function
from tests.hosts.aws.deployed import Deployed, LambdaContext


@contextmanager
def functions_at_work(shop: Deployed) -> Iterator[None]:
    """As long as it lasts."""
    over = threading.Event()
    functions = {name: Function(name, stage) for name, stage in STAGES.items()}
    thread = threading.Thread(target=_work, args=(shop, functions, over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def work_off(shop: Deployed) -> None:
    """Until no queue holds anything."""
    functions = {name: Function(name, stage) for name, stage in STAGES.items()}
    busy = True
    while busy:
        # Each of them, also when one before had something.
        rounds = [_round(shop, name, function) for name, function in functions.items()]
        busy = any(rounds)


def _work(shop: Deployed, functions: dict[str, Function], over: threading.Event) -> None:
    while not over.is_set():
        for name, function in functions.items():
            _round(shop, name, function)


def _round(shop: Deployed, name: str, function: Function) -> bool:
    records = shop.records(name)
    if records:
        shop.settle(name, records, function({"Records": records}, LambdaContext()))
    return bool(records)
