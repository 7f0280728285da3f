"""Real processes on one project: at once on the same bytes, at the end of a disk, without permission; nothing is lost or doubled."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from headgate.hosts.embedded import EmbeddedHost
from tests.projects import GOOD, MIXED, documents, drop, make_project, names, reports

_PR_CAPBSET_DROP = 24


def begin(folder: Path, *words: str, before: Callable[[], None] | None = None) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "headgate", *words, "--project", str(folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd="/", preexec_fn=before)


def ended(process: subprocess.Popen[bytes]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=120)
    assert b"Traceback" not in err, err.decode()
    return process.returncode, out.decode(), err.decode()


def test_several_runs_at_once_process_each_content_once_and_tell_the_others_whose_it_is(tmp_path: Path):
    folder = make_project(tmp_path / "project")
    for number in range(12):
        drop(folder, f"people/{number}.csv", b"name,email,age\nN%d,,\n" % (number % 3))
    told = [ended(one) for one in [begin(folder, "run", "--json") for _ in range(3)]]
    assert [code for code, _, _ in told] == [0, 0, 0]
    runs = {document["run"] for document in documents(folder, "manifests/*.json")}
    with EmbeddedHost(folder) as host:
        assert {run.run for run in host.ledger.runs() if (run.state, run.attempts) == ("committed", 1)} == runs
        assert host.queue.dead_letters() == []
    assert (len(runs), names(folder, "inbox"), len(names(folder, "archive"))) == (3, [], 12)
    ends = {one["file"]: one for _, out, _ in told for one in json.loads(out)["files"]}
    assert sorted(one["outcome"] for one in ends.values()) == ["file.duplicate"] * 9 + ["file.processed"] * 3
    assert {one["of"] for one in ends.values() if "of" in one} == runs
    assert len(reports(folder)) == len(list(folder.glob("outbox/*.eml"))) == 3


def test_of_several_runs_at_once_each_tells_of_the_files_that_it_processed_and_no_file_is_told_twice(tmp_path: Path):
    folder = make_project(tmp_path / "project")
    for number in range(12):
        drop(folder, f"people/{number}.csv", b"name,email,age\nN%d,,\n" % number)
    told = [ended(one)[1].splitlines() for one in [begin(folder, "run") for _ in range(3)]]
    ends = [line for lines in told for line in lines if "1 accepted" in line]
    made = [line for lines in told for line in lines if line.startswith("report: ")]
    assert sorted(ends) == sorted(f"{number}.csv: 1 record, 1 accepted, 0 rejected" for number in range(12))
    assert (len(made), len(set(made))) == (12, 12)


def limited(size: int) -> Callable[[], None]:
    """No file may grow beyond a size, as on a disk that is full."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.mark.parametrize("kilobytes", [1, 200, 400, 1000, 1400])
def test_a_disk_that_is_full_costs_no_file_and_no_row(tmp_path: Path, kilobytes: int):
    settings = "mail: {to: [team@example.com]}\nretry: {attempts: 2, first_delay: 0}\n"
    folder = make_project(tmp_path / "project", settings, people="accepted: csv\n")
    rows = b"".join(b"N%d,n%d@example.org,%d\n" % (n, n, n % 90) for n in range(40_000))
    assert len(rows) > 1_000_000
    with EmbeddedHost(folder):
        drop(folder, "people/a.csv", b"name,email,age\n" + rows + b",,x\n")
    code, _, said = ended(begin(folder, "run", before=limited(kilobytes * 1024)))
    assert code == (0 if kilobytes == 1400 else 3), said
    assert "next: " in said or code == 0
    ended(begin(folder, "dead", "redrive", "--all"))
    code, _, said = ended(begin(folder, "run"))
    assert code == 0, said
    (manifest,) = documents(folder, "manifests/*.json")
    assert (manifest["counts"]["accepted"], manifest["counts"]["rejected"]) == (40_000, 1)
    (accepted,) = folder.glob("accepted/people/*/accepted.csv")
    assert accepted.read_bytes().count(b"\n") == 40_001
    assert (names(folder, "inbox"), len(reports(folder))) == ([], 1)


def unprivileged() -> None:
    """Root, too, is bound to the permissions of files (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH)."""
    for capability in (1, 2) if os.getuid() == 0 else ():
        ctypes.CDLL(None).prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)


def test_a_file_that_may_not_be_read_waits_for_a_person_and_the_others_go_on(tmp_path: Path):
    folder = make_project(tmp_path / "project")
    forbidden = [drop(folder, "people/secret.csv", GOOD), drop(folder, "guests/a.csv", GOOD).parent]
    drop(folder, "people/b.csv", MIXED)
    for path in forbidden:
        path.chmod(0)
    code, out, err = ended(begin(folder, "run", before=unprivileged))
    assert code == 3
    assert "b.csv: 4 records" in out
    assert "guests: can't be taken, it can't be read: correct its permissions" in out
    assert "inbox/people/secret.csv: the disk refused: Permission denied" in err
    for path in forbidden:
        path.chmod(0o755)
    ended(begin(folder, "dead", "redrive", "--all", before=unprivileged))
    code, out, _ = ended(begin(folder, "run", "--json", before=unprivileged))
    outcomes = {one["file"]: one["outcome"] for one in json.loads(out)["files"]}
    assert (code, outcomes) == (0, {"a.csv": "file.processed", "secret.csv": "file.processed"})


def test_a_file_that_may_not_be_taken_away_is_processed_once_and_told_when_it_may(tmp_path: Path):
    folder = make_project(tmp_path / "project")
    home = drop(folder, "people/a.csv", MIXED).parent
    home.chmod(0o555)
    code, _, err = ended(begin(folder, "run", before=unprivileged))
    assert code == 3
    assert "Permission denied" in err
    assert (names(folder, "inbox"), len(documents(folder, "manifests/*.json"))) == (["a.csv"], 1)
    home.chmod(0o755)
    ended(begin(folder, "dead", "redrive", "--all", before=unprivileged))
    code, out, _ = ended(begin(folder, "run", before=unprivileged))
    assert (code, out.splitlines()[0]) == (0, "a.csv: 4 records, 1 accepted, 3 rejected")
    assert (names(folder, "inbox"), len(documents(folder, "manifests/*.json"))) == ([], 1)
    with EmbeddedHost(folder) as host:
        assert [(run.state, run.attempts) for run in host.ledger.runs()] == [("committed", 1)]
