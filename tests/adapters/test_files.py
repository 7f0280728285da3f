"""A folder and memory behave alike as stores of files; a folder keeps files as people see them."""

from __future__ import annotations

import platform
from pathlib import Path

import pytest

from headgate.adapters.files import STAGING, ObjectFiles
from headgate.core.errors import Outside, UserMistake
from headgate.ports import Files
from tests.conformance.files_suite import ODD, FilesSuite


class TestMemory(FilesSuite):
    @pytest.fixture
    def files(self) -> Files:
        return ObjectFiles("memory://")


class TestFolder(FilesSuite):
    @pytest.fixture
    def files(self, tmp_path: Path) -> Files:
        return ObjectFiles(str(tmp_path / "store"))

    @pytest.mark.parametrize("name", ODD, ids=lambda name: name[:12])
    def test_a_key_is_the_path_in_the_folder(self, tmp_path: Path, name: str):
        files = ObjectFiles(str(tmp_path / "store"))
        files.write(f"inbox/{name}", b"x")
        assert [path.name for path in (tmp_path / "store" / "inbox").iterdir()] == [name]

    def test_a_file_with_a_name_it_cannot_list_is_named(self, tmp_path: Path):
        (tmp_path / "inbox").mkdir()
        (tmp_path / "inbox" / "line\nbreak.csv").touch()
        with pytest.raises(UserMistake, match=r"break\.csv") as caught:
            list(ObjectFiles(str(tmp_path)).keys("inbox"))
        assert caught.value.code == "bad_file_name"

    def test_what_the_disk_refuses_is_an_error_from_outside_that_names_the_key(self, tmp_path: Path):
        files = ObjectFiles(str(tmp_path))
        (tmp_path / "file").write_bytes(b"x")
        for act in (lambda: files.write("file/below", b"y"), lambda: files.move("file", "file/below")):
            with pytest.raises(Outside) as caught:
                act()
            assert str(caught.value.where).startswith("file")
            assert caught.value.who
        assert (tmp_path / "file").read_bytes() == b"x"

    def test_a_store_that_is_a_file_is_refused(self, tmp_path: Path):
        (tmp_path / "file").touch()
        with pytest.raises(Outside):
            ObjectFiles(str(tmp_path / "file"))


def test_an_upload_that_a_crash_cut_short_leaves_nothing_in_any_zone(tmp_path: Path):
    files = ObjectFiles(str(tmp_path))
    files.write("accepted/run/accepted.csv", b"whole")
    # What a killed process leaves: its staging folder, with half an object in it.
    dead = tmp_path / STAGING / f"headgate-work-{platform.node()}-999999999-abc"
    dead.mkdir()
    (dead / "object").write_bytes(b"ha")
    assert list(files.keys("accepted")) == ["accepted/run/accepted.csv"]
    ObjectFiles(str(tmp_path)).write("accepted/run/other.csv", b"x")
    assert not dead.exists()
    assert list(files.keys("accepted")) == ["accepted/run/accepted.csv", "accepted/run/other.csv"]


def test_a_download_says_where_the_object_came_from(tmp_path: Path):
    files = ObjectFiles(str(tmp_path / "store"))
    files.write("inbox/a.csv", b"x")
    found = files.download("inbox/a.csv", tmp_path / "copy")
    assert (found.storage, found.key) == (str(tmp_path / "store"), "inbox/a.csv")
    assert found.etag
