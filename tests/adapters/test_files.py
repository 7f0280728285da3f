"""A folder and an object store behave alike as stores of files."""

from __future__ import annotations

import errno
import hashlib
from pathlib import Path

import pytest

from headgate.adapters.files import ObjectFiles, files_at
from headgate.adapters.local.files import FolderFiles
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
