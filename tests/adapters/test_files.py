"""A folder and an object store behave alike as stores of files."""

from __future__ import annotations

import errno
import hashlib
from pathlib import Path

import pytest

from headgate.adapters.files import ObjectFiles, files_at, files_for
from headgate.adapters.local.files import FolderFiles
from headgate.adapters.split_files import SplitFiles
from headgate.core.config.project_settings import Zones
from headgate.core.errors import Outside
from headgate.ports import Files
from tests.conformance.files_suite import FilesSuite


class TestMemory(FilesSuite):
    @pytest.fixture
    def files(self) -> Files:
        return ObjectFiles("memory://")


class TestFolder(FilesSuite):
    @pytest.fixture
    def files(self, tmp_path: Path) -> Files:
        return FolderFiles(tmp_path / "deep" / "store")


class TestSplitInTwo(FilesSuite):
    """With `inbox` in the one and most others in the other, everything that moves here moves across."""

    @pytest.fixture
    def files(self, tmp_path: Path) -> Files:
        return SplitFiles(ObjectFiles("memory://"), FolderFiles(tmp_path / "results"), ("archive", "zone", "failed"))


def test_results_lie_in_the_one_storage_and_the_rest_in_the_other(tmp_path: Path):
    zones = Zones(accepted="good/rows", reports="told")
    files = files_for(str(tmp_path / "raw"), str(tmp_path / "results"), zones)
    results = [
        "good/rows/a", "ledger/run/x.json", "manifests/r.json", "analysis/r.json", "rejected/a/r/x", "told/r.html",
    ]  # fmt: skip
    raw = ["archive/a", "failed/a", "good/a", "inbox/a", "manifests2/x", "reports/a", "unmatched/a"]
    for key in (*raw, *results):
        files.write(key, key.encode())
    assert _keys(FolderFiles(tmp_path / "results")) == sorted(results)
    assert _keys(FolderFiles(tmp_path / "raw")) == sorted(raw)
    assert _keys(files) == sorted([*raw, *results])
    assert list(files.keys("good")) == ["good/a", "good/rows/a"]
    assert list(files.keys("good/rows")) == ["good/rows/a"]


def _keys(files: Files) -> list[str]:
    return [key for key in files.keys("") if not key.startswith(".headgate/")]


def test_what_lies_in_the_wrong_storage_is_not_seen(tmp_path: Path):
    files = files_for(str(tmp_path / "raw"), str(tmp_path / "results"), Zones())
    FolderFiles(tmp_path / "results").write("inbox/a", b"x")
    FolderFiles(tmp_path / "raw").write("accepted/a", b"x")
    assert _keys(files) == list(files.keys("inbox")) == list(files.keys("accepted")) == []


def test_without_a_storage_for_results_everything_lies_in_one(tmp_path: Path):
    assert isinstance(files_for(str(tmp_path), None, Zones()), FolderFiles)


def test_where_files_lie_is_said_by_a_folder_or_a_url(tmp_path: Path):
    (tmp_path / "a b").mkdir()
    for storage in (str(tmp_path / "a b"), (tmp_path / "a b").as_uri()):
        files = files_at(storage)
        assert isinstance(files, FolderFiles)
        files.write("x", b"1")
        assert (tmp_path / "a b" / "x").read_bytes() == b"1"
        (tmp_path / "a b" / "x").unlink()
    assert isinstance(files_at("memory://"), ObjectFiles)


def test_a_download_from_an_object_store_that_breaks_off_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    class Full:
        def update(self, _: bytes) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    files = ObjectFiles("memory://")
    files.write("a", b"x")
    monkeypatch.setattr(hashlib, "sha256", Full)
    with pytest.raises(Outside, match="No space"):
        files.download("a", tmp_path / "copy")
    assert list(tmp_path.iterdir()) == []


def test_what_this_machine_refuses_is_said_without_a_path_of_it(tmp_path: Path):
    files = ObjectFiles("memory://")
    files.write("inbox/a.csv", b"a")
    with pytest.raises(Outside) as caught:
        files.download("inbox/a.csv", tmp_path / ("a" * 300))
    assert str(caught.value).startswith("inbox/a.csv: the storage refused: File name too long\n")
