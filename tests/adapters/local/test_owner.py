"""Whether a process lives is known at once, to any other; what one that is gone left is swept."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from headgate.adapters.local.owner import Owner
from headgate.core.errors import Outside

LIVE = """
import sys, time
from pathlib import Path
from headgate.adapters.local.owner import Owner
owner = Owner(Path(sys.argv[1]))
print(owner.name, flush=True)
time.sleep(600)
"""
# Comes and goes as fast as it can, and looks whether the one that lives is believed to.
CROWD = """
import sys
from pathlib import Path
from headgate.adapters.local.owner import Owner
watched = Owner(Path(sys.argv[1]))
for _ in range(150):
    owner = Owner(Path(sys.argv[1]))
    assert (Path(sys.argv[1]) / owner.name).exists()
    assert not owner.is_gone(sys.argv[2])
    assert not owner.is_gone(watched.name)
    if _ % 2:
        owner.close()
"""
FORK = """
import os, sys
from pathlib import Path
from headgate.adapters.local.owner import Owner
owner = Owner(Path(sys.argv[1]))
child = os.fork()
if not child:
    sys.exit(0)
os.waitpid(child, 0)
print(Owner(Path(sys.argv[1])).is_gone(owner.name))
"""


def test_an_owner_lives_until_its_process_is_killed(tmp_path: Path):
    owner = Owner(tmp_path)
    child = subprocess.Popen([sys.executable, "-c", LIVE, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout
        name = child.stdout.readline().strip()
        assert name.startswith(f"{child.pid}-")
        assert not owner.is_gone(name)
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.communicate()
    assert owner.is_gone(name)
    assert owner.is_gone(name)


def test_an_owner_that_closed_is_gone_and_one_that_nobody_knows_too(tmp_path: Path):
    first, second = Owner(tmp_path), Owner(tmp_path)
    assert first.name != second.name
    assert not first.is_gone(second.name)
    assert not first.is_gone(first.name)
    second.close()
    second.close()
    assert first.is_gone(second.name)
    assert first.is_gone("1-abc")


def test_an_owner_that_nobody_keeps_is_gone(tmp_path: Path):
    first, second = Owner(tmp_path), Owner(tmp_path)
    name = second.name
    del second
    assert first.is_gone(name)
    assert [path.name for path in tmp_path.iterdir()] == [first.name]


def test_a_forked_child_that_ends_does_not_end_its_parent(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-c", FORK, str(tmp_path)], stdout=subprocess.PIPE, text=True, check=True, timeout=60
    )
    assert done.stdout == "False\n"


def test_to_close_twice_ends_nothing_else(tmp_path: Path):
    owner = Owner(tmp_path)
    owner.close()
    # The system gives the number of the closed lock to the next file.
    with (tmp_path / "file").open("w") as file:
        owner.close()
        file.write("x")
    assert (tmp_path / "file").read_text() == "x"


def test_what_owners_that_are_gone_left_is_swept_and_those_that_live_stay(tmp_path: Path):
    living = Owner(tmp_path)
    (tmp_path / "999999999-dead").touch()
    Owner(tmp_path)
    assert (tmp_path / living.name).exists()
    assert not (tmp_path / "999999999-dead").exists()


def test_who_asks_at_the_same_moment_as_another_is_not_told_that_a_dead_one_lives(tmp_path: Path):
    owner = Owner(tmp_path)
    dead = tmp_path / "999999999-dead"
    dead.touch()
    with dead.open() as asking:
        # What the other one does while it asks.
        fcntl.flock(asking, fcntl.LOCK_SH | fcntl.LOCK_NB)
        assert owner.is_gone(dead.name)


def test_owners_that_come_and_go_at_once_never_take_each_other_for_gone(tmp_path: Path):
    living = Owner(tmp_path)
    command = [sys.executable, "-c", CROWD, str(tmp_path), living.name]
    crowd = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    assert [(child.communicate(timeout=60)[1], child.returncode) for child in crowd] == [("", 0)] * 3
    last = Owner(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {living.name, last.name}


def test_an_owner_whose_file_was_swept_before_it_was_locked_takes_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The file is made and locked in two steps; another process that starts in between sweeps it."""
    real = fcntl.flock
    swept: list[str] = []

    def late(file: int, how: int) -> None:
        if how == fcntl.LOCK_EX and not swept:
            (path,) = tmp_path.iterdir()
            path.unlink()
            swept.append(path.name)
        real(file, how)

    monkeypatch.setattr(fcntl, "flock", late)
    owner = Owner(tmp_path)
    assert swept
    assert [path.name for path in tmp_path.iterdir()] == [owner.name]


def test_a_folder_that_cannot_be_is_an_error_from_outside_that_names_it(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(Outside) as caught:
        Owner(tmp_path / "file" / "owners")
    assert str(caught.value.where) == str(tmp_path / "file" / "owners")
    assert caught.value.next
