"""How tests are shared out among processes, and what all tests by example have in common."""

from __future__ import annotations

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

_REHEARSAL = "tests/rehearsal/"

# No time decides a test: machines are busy.
settings.register_profile("untimed", settings(deadline=None))
settings.load_profile("untimed")


class FilesWhole(LoadScopeScheduling):  # type: ignore[misc]
    """One process runs all tests of a file, which share what it sets up, and one those of the rehearsal, which share a deployment."""

    def _split_scope(self, nodeid: str) -> str:
        # The group of a mark is lost on the way: xdist 3.8 writes it where pytest 9.2 reads it no more.
        return _REHEARSAL if nodeid.startswith(_REHEARSAL) else nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> FilesWhole:
    config.option.loadscopereorder = False
    return FilesWhole(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that no process is alone with it at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow") or item.nodeid.startswith("tests/crash/")}
    items.sort(key=lambda item: (not item.nodeid.startswith(_REHEARSAL), item.path not in slow))
