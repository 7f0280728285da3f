"""What every store of files promises; each implementation inherits these tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from headgate.core.errors import UserMistake
from headgate.ports import Files

ODD = ["a b.csv", "ü-日本.csv", "a&b=c.csv", "50%.csv", "50%25.csv", "q?#x.csv", "st*r[1]{x}.csv", "~x.csv", '"q".csv', "..csv",
       " lead.csv", "$(x);'.csv", "x" * 230 + ".csv"]  # fmt: skip


class FilesSuite:
    @pytest.fixture
    def files(self) -> Files:
        raise NotImplementedError

    def test_what_is_written_is_read_and_later_bytes_replace_earlier_ones(self, files: Files):
        files.write("a/b/c.json", b"first")
        files.write("a/b/c.json", b"2")
        assert files.read("a/b/c.json") == b"2"
        files.write("empty", b"")
        assert files.read("empty") == b""

    def test_keys_are_those_under_the_prefix_sorted_and_no_others(self, files: Files):
        for key in ("inbox/b/2.csv", "inbox/a.csv", "inbox/b/1.csv", "inbox2/x.csv", "other.csv"):
            files.write(key, b"x")
        assert list(files.keys("inbox")) == ["inbox/a.csv", "inbox/b/1.csv", "inbox/b/2.csv"]
        assert list(files.keys("inbox/b")) == ["inbox/b/1.csv", "inbox/b/2.csv"]
        assert list(files.keys("nothing")) == []

    def test_files_of_any_size_go_up_and_come_down_unchanged(self, files: Files, tmp_path: Path):
        data = bytes(range(256)) * 40_000
        (tmp_path / "big").write_bytes(data)
        files.upload(tmp_path / "big", "zone/big")
        assert (tmp_path / "big").read_bytes() == data
        files.download("zone/big", tmp_path / "copy")
        assert (tmp_path / "copy").read_bytes() == data
        (tmp_path / "none").touch()
        files.upload(tmp_path / "none", "zone/big")
        assert files.read("zone/big") == b""

    def test_what_is_not_there_is_file_not_found_and_leaves_nothing_behind(self, files: Files, tmp_path: Path):
        with pytest.raises(FileNotFoundError):
            files.read("nope")
        with pytest.raises(FileNotFoundError):
            files.download("nope", tmp_path / "copy")
        with pytest.raises(FileNotFoundError):
            files.move("nope", "target")
        assert not (tmp_path / "copy").exists()

    def test_a_download_never_lies_over_a_file(self, files: Files, tmp_path: Path):
        files.write("a", b"new")
        (tmp_path / "mine").write_bytes(b"old")
        with pytest.raises(Exception, match="exists"):
            files.download("a", tmp_path / "mine")
        assert (tmp_path / "mine").read_bytes() == b"old"

    def test_a_move_gives_another_key_over_an_earlier_object(self, files: Files):
        files.write("inbox/a", b"new")
        files.write("archive/x/a", b"old")
        files.move("inbox/a", "archive/x/a")
        assert list(files.keys("inbox")) == []
        assert files.read("archive/x/a") == b"new"

    def test_a_move_that_was_made_before_does_nothing(self, files: Files):
        files.write("inbox/a", b"x")
        files.move("inbox/a", "archive/a")
        files.move("inbox/a", "archive/a")
        assert files.read("archive/a") == b"x"

    @pytest.mark.parametrize("name", ODD, ids=lambda name: name[:12])
    def test_a_name_keeps_its_spelling_all_the_way(self, files: Files, tmp_path: Path, name: str):
        (tmp_path / name).write_bytes(b"x")
        files.upload(tmp_path / name, f"inbox/{name}")
        assert list(files.keys("inbox")) == [f"inbox/{name}"]
        files.move(f"inbox/{name}", f"archive/{name}")
        files.download(f"archive/{name}", tmp_path / "copy")
        assert list(files.keys("archive")) == [f"archive/{name}"]

    @pytest.mark.parametrize("name", ["line\nbreak", "esc\x1b[0m", "nul\x00", "bad\udcff", "a/../b"])
    def test_a_name_that_no_store_can_keep_is_refused_with_a_next_step(self, files: Files, name: str):
        with pytest.raises(UserMistake) as caught:
            files.write(f"inbox/{name}", b"x")
        assert caught.value.next
        assert list(files.keys("inbox")) == []
