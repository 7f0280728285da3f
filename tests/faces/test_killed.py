"""A run whose process was killed is told as such by every list, until somebody takes it up."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from headgate.hosts.local_desk import LocalDesk
from headgate.hosts.up import _alone
from tests.faces.command import Here
from tests.faces.worked import noted
from tests.projects import make_project

ROOT = Path(__file__).parents[2]
AT = datetime(2026, 1, 2, 3, 4, 5)
DIES = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from headgate.hosts.local_desk import LocalDesk
from tests.faces.worked import noted
noted(LocalDesk(Path(sys.argv[1])), "a-run", datetime(2026, 1, 2, 3, 4, 5))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def shop(here: Here) -> Here:
    """The command at home in a project where a process was killed over a file."""
    make_project(here.folder)
    ran = subprocess.run([sys.executable, "-c", DIES, str(here.folder)], cwd=ROOT, timeout=60, check=False)
    assert ran.returncode == -signal.SIGKILL
    return here


def test_the_list_says_killed_instead_of_running_and_what_comes_next(shop: Here):
    (row,) = shop("runs", "--json").json
    assert (row["state"], row["vanished"]) == ("running", True)
    said = shop("runs").out
    assert "  killed while running  " in said
    assert "killed while running: headgate run, or headgate up, takes it up again\n" in said


def test_one_run_says_why_and_what_comes_next(shop: Here):
    document = shop("runs", "a-run", "--json").json
    assert (document["vanished"], document["next"]) == (True, "headgate run, or headgate up, takes it up again")
    said = shop("runs", "a-run").out
    assert ": killed while running\n" in said
    assert "Why\n  the process that worked on it is gone: out of memory, out of time, or stopped\n" in said


def test_the_page_names_it_and_counts_it_among_the_running_ones(shop: Here):
    document = shop("status", "--json").json
    named = {"run": "a-run", "pipeline": "people", "file": "a.csv", "claimed_at": "2026-01-02T03:04:05Z"}
    assert document["vanished"]["runs"] == [named]
    counts = document["runs"]["all"]["people"]
    assert (counts["running"], counts["vanished"]) == (1, 1)
    said = shop("status").out
    assert "\nkilled        1 run while running: a-run (a.csv); next: headgate run, or headgate up," in said
    assert " ".join(said.splitlines()[-2].split()) == "runs running running, but killed last 24 h"


def test_a_recent_one_counts_with_what_failed(shop: Here):
    with LocalDesk(shop.folder) as desk:
        noted(desk, "recent", desk.clock())
    title, row = shop("status").out.splitlines()[-2:]
    assert title.endswith("last 24 h  of which failed, dead or killed")
    assert row.split() == ["people", "2", "2", "1", "1"]


def test_beside_up_nobody_has_to_do_anything(shop: Here):
    lock = _alone(shop.folder)
    try:
        assert shop("runs", "a-run", "--json").json["next"] == "nothing, `headgate up` takes it up again"
    finally:
        os.close(lock)


def test_whoever_takes_it_up_or_still_works_is_not_called_killed(shop: Here):
    with LocalDesk(shop.folder) as desk:
        noted(desk, "a-run", AT)
        assert [row["vanished"] for row in shop("runs", "--json").json] == [False]
        status = shop("status", "--json").json
        assert status["vanished"] == {"runs": [], "next": None}
        assert "killed" not in shop("status").out + shop("runs").out + shop("runs", "a-run").out
