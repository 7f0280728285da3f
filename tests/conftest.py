"""How tests are shared out among processes."""

from __future__ import annotations

import pytest
from xdist.scheduler import LoadScopeScheduling


class OneDeployment(LoadScopeScheduling):  # type: ignore[misc]
    """One process runs every test of the rehearsal, which share a deployment; every other test goes where there is room."""

    def _split_scope(self, nodeid: str) -> str:
        # The group of a mark is lost on the way: xdist 3.8 writes it where pytest 9.2 reads it no more.
        return "rehearsal" if nodeid.startswith("tests/rehearsal/") else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> OneDeployment:
    return OneDeployment(config, log)
