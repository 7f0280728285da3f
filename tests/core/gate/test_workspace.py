"""Temporary folders: removed at the end, swept when their process was killed, and never taken from one that lives."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from headgate.core.errors import Outside
from headgate.core.gate.workspace import hidden_folder, workspace
from tests.gating import contract_of, gate

HOLDING = """
import sys
from pathlib import Path
from headgate.core.gate.workspace import workspace
with workspace(Path(sys.argv[1])) as folder:
    (folder / "scratch.parquet").write_text("in use")
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def other(tmp_path: Path):
    """Another process with a folder of its own; it ends with the test."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    yield process
    process.kill()
    process.communicate()


def test_a_folder_is_gone_at_the_end(tmp_path: Path) -> None:
    with workspace(tmp_path) as folder:
        (folder / "scratch.parquet").write_text("half")
    assert list(tmp_path.iterdir()) == []


def test_the_next_one_sweeps_what_a_killed_process_left(other: subprocess.Popen[str], tmp_path: Path) -> None:
    assert other.stdout
    left = Path(other.stdout.readline().strip())
    other.kill()
    other.wait()
    assert (left / "scratch.parquet").exists()
    with workspace(tmp_path):
        assert not left.exists()


def test_the_folder_of_a_process_that_lives_stays(other: subprocess.Popen[str], tmp_path: Path) -> None:
    assert other.stdout
    theirs = Path(other.stdout.readline().strip())
    with workspace(tmp_path) as mine, workspace(tmp_path):
        assert mine.is_dir()
        assert (theirs / "scratch.parquet").read_text() == "in use"


def test_nothing_else_is_swept(tmp_path: Path) -> None:
    (tmp_path / "headgate-work").mkdir()
    (tmp_path / "headgate-work-notes.txt").write_text("mine")
    with workspace(tmp_path), hidden_folder(tmp_path):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == ["headgate-work", "headgate-work-notes.txt"]


def test_many_at_once_never_take_each_others_folders(tmp_path: Path) -> None:
    def work(_: int) -> int:
        stayed = 0
        for _ in range(40):
            with workspace(tmp_path) as folder:
                (folder / "part").write_text("x")
                stayed += folder.is_dir()
        return stayed

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(4))) == [40] * 4
    assert list(tmp_path.iterdir()) == []


def test_a_hidden_folder_that_was_moved_stays(tmp_path: Path) -> None:
    with hidden_folder(tmp_path) as folder:
        (folder / "accepted.csv").write_text("a\n1\n")
        folder.rename(tmp_path / "result")
    assert [path.name for path in tmp_path.iterdir()] == ["result"]
    assert (tmp_path / "result" / "accepted.csv").exists()


@pytest.mark.parametrize("end", ["machine-999999999-abc", "abc"])
def test_half_a_result_of_a_killed_check_is_swept_by_the_next(tmp_path: Path, end: str) -> None:
    half = tmp_path / f".headgate-work-{end}"
    half.mkdir()
    (half / "accepted.parquet").write_text("half")
    gate(tmp_path, b"a,b\nv,1\n", contract_of(tmp_path, "[{name: a}, {name: b, logicalType: integer}]"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["contract.odcs.yaml", "data.csv", "out"]


def test_a_temporary_folder_that_can_not_be_made_is_told_with_the_setting_to_change(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Outside) as failed, workspace(tmp_path / "file"):
        pass
    assert "gate.temp_directory" in str(failed.value)
