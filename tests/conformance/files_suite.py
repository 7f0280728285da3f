"""What every store of files promises; each implementation inherits these tests."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from headgate.core.errors import Transient, UserMistake
from headgate.ports import Files

ODD = ["a b.csv", "ü-日本.csv", "a&b=c.csv", "50%.csv", "50%25.csv", "q?#x.csv", "st*r[1]{x}.csv", "~x.csv", '"q".csv', "..csv",
       " lead.csv", "$(x);'.csv", "a\u00a0b.csv", "\u202egnp.csv", "x" * 251 + ".csv", "ü" * 125 + ".csv"]  # fmt: skip
IMPOSSIBLE = [
    "line\nbreak",
    "esc\x1b[0m",
    "nul\x00",
    "tab\t",
    "del\x7f",
    "bad\udcff",
    "a/../b",
    "..",
    "../../up",
    "/etc/x",
]
DATA = bytes(range(256)) * 40_000


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
        assert list(files.keys("nothing")) == list(files.keys("inbox/nothing/at/all")) == []

    def test_a_whole_key_is_a_prefix_of_itself_and_of_no_longer_name(self, files: Files):
        files.write("inbox/a.csv", b"x")
        files.write("inbox/a.csv.gz", b"xy")
        assert [one.key for one in files.found("inbox/a.csv")] == ["inbox/a.csv"]
        assert list(files.found("inbox/a")) == list(files.found("inbox/a.csv/b")) == []

    def test_what_is_found_says_how_large_it_is_and_when_it_came(self, files: Files):
        begun = datetime.now(UTC).replace(tzinfo=None)
        files.write("inbox/a.csv", b"12345")
        files.write("inbox/empty.csv", b"")
        ended = datetime.now(UTC).replace(tzinfo=None)
        first, second = files.found("inbox")
        assert [(one.key, one.size, one.fault) for one in (first, second)] == [
            ("inbox/a.csv", 5, ""),
            ("inbox/empty.csv", 0, ""),
        ]
        # File systems count in steps.
        assert begun - timedelta(seconds=1) <= first.modified <= ended + timedelta(seconds=1)

    def test_a_signature_stays_while_nothing_changes_and_is_another_for_other_bytes(self, files: Files):
        files.write("inbox/a.csv", b"one")
        (first,) = files.found("inbox")
        files.read("inbox/a.csv")
        files.write("inbox/b.csv", b"one")
        assert next(files.found("inbox/a.csv")) == first
        files.write("inbox/a.csv", b"two")
        assert next(files.found("inbox/a.csv")).signature != first.signature

    def test_files_of_any_size_go_up_and_come_down_unchanged(self, files: Files, tmp_path: Path):
        (tmp_path / "big").write_bytes(DATA)
        files.upload(tmp_path / "big", "zone/big")
        assert (tmp_path / "big").read_bytes() == DATA
        copy = files.download("zone/big", tmp_path / "copy")
        assert (copy.size, copy.sha256) == (len(DATA), hashlib.sha256(DATA).hexdigest())
        assert (tmp_path / "copy").read_bytes() == files.read("zone/big") == DATA
        (tmp_path / "none").touch()
        files.upload(tmp_path / "none", "zone/big")
        assert files.read("zone/big") == b""
        copy = files.download("zone/big", tmp_path / "nothing")
        assert (copy.size, copy.sha256) == (0, hashlib.sha256().hexdigest())

    def test_a_download_says_where_the_object_came_from(self, files: Files, tmp_path: Path):
        files.write("inbox/a.csv", b"x")
        source = files.download("inbox/a.csv", tmp_path / "copy").source
        assert source.key == "inbox/a.csv"
        assert source.storage
        assert source.version or source.etag

    def test_a_digest_says_what_a_download_would_and_keeps_nothing(self, files: Files, tmp_path: Path):
        for key, data in (("inbox/big", DATA), ("inbox/none", b"")):
            files.write(key, data)
            copy = files.digest(key)
            assert copy == files.download(key, tmp_path / Path(key).name)
            assert (copy.size, copy.sha256) == (len(data), hashlib.sha256(data).hexdigest())
            assert files.discard(copy.source)
        assert list(files.keys("inbox")) == []

    def test_what_was_read_is_copied_over_an_earlier_object_and_stays(self, files: Files):
        files.write("inbox/a", b"new")
        files.write("failed/x/a", b"old")
        found = files.digest("inbox/a").source
        for target in ("failed/x/a", "failed/y/ü b"):
            files.copy(found, target)
            files.copy(found, target)
        assert {key: files.read(key) for key in (*files.keys("failed"), *files.keys("inbox"))} == {
            "failed/x/a": b"new", "failed/y/ü b": b"new", "inbox/a": b"new",
        }  # fmt: skip

    def test_other_bytes_that_took_its_place_are_not_copied(self, files: Files):
        files.write("inbox/a", b"old")
        found = files.digest("inbox/a").source
        files.write("inbox/a", b"new")
        with pytest.raises(Transient):
            files.copy(found, "failed/a")
        files.delete("inbox/a")
        with pytest.raises(FileNotFoundError):
            files.copy(found, "failed/a")
        assert list(files.keys("failed")) == []

    @pytest.mark.parametrize("size", [0, 1, 9 << 20])
    def test_who_waits_is_told_of_every_byte_that_goes_up_once(self, files: Files, tmp_path: Path, size: int):
        (tmp_path / "a").write_bytes(b"x" * size)
        created, uploaded, refused = list[int](), list[int](), list[int]()
        assert files.create(tmp_path / "a", "inbox/a", created.append)
        files.upload(tmp_path / "a", "inbox/a", {"run": "1"}, uploaded.append)
        assert not files.create(tmp_path / "a", "inbox/a", refused.append)
        assert (sum(created), sum(uploaded)) == (size, size)
        assert sum(refused) in (0, size)
        assert files.read("inbox/a") == b"x" * size

    def test_what_was_downloaded_can_be_discarded_and_again(self, files: Files, tmp_path: Path):
        files.write("inbox/a.csv", b"x")
        files.write("inbox/b.csv", b"x")
        source = files.download("inbox/a.csv", tmp_path / "copy").source
        files.discard(source)
        files.discard(source)
        assert list(files.keys("inbox")) == ["inbox/b.csv"]

    def test_other_bytes_that_took_its_place_are_not_discarded(self, files: Files, tmp_path: Path):
        files.write("inbox/a.csv", b"old")
        source = files.download("inbox/a.csv", tmp_path / "copy").source
        files.write("inbox/a.csv", b"new")
        files.discard(source)
        assert files.read("inbox/a.csv") == b"new"
        files.discard(replace(source, key="inbox/nothing.csv"))

    def test_what_is_deleted_is_gone_and_nothing_else(self, files: Files):
        files.write("a/x", b"x")
        files.write("a/x2", b"x")
        files.delete("a/x")
        files.delete("a/x")
        files.delete("a/x2/below")
        files.delete("b/nothing")
        assert list(files.keys("a")) == ["a/x2"]

    def test_what_is_deleted_as_it_was_found_stays_when_other_bytes_took_its_place(self, files: Files):
        files.write("a/same", b"x")
        files.write("a/other", b"x")
        found = list(files.found("a"))
        files.write("a/other", b"y")
        for one in (*found, *found, replace(found[0], key="a/nothing")):
            files.delete(one.key, one.signature)
        assert [(key, files.read(key)) for key in files.keys("a")] == [("a/other", b"y")]

    def test_to_tidy_loses_no_object_and_what_comes_later_finds_its_place(self, files: Files, tmp_path: Path):
        (tmp_path / "x").write_bytes(b"x")
        for key in ("zone/a/b/1", "zone/a/2", "zone/3"):
            files.write(key, b"x")
            files.tidy(key, "zone")
        for key in ("zone/a/b/1", "zone/a/2", "zone/3", "zone/never/there"):
            files.delete(key)
            files.tidy(key, "zone")
        assert list(files.keys("zone")) == []
        files.upload(tmp_path / "x", "zone/a/b/1")
        files.move("zone/a/b/1", "zone/c/d/1")
        assert list(files.keys("zone")) == ["zone/c/d/1"]

    @pytest.mark.parametrize("key", ["nope", "zone/nope", "zone/there/below", "nowhere/at/all"])
    def test_what_is_not_there_is_file_not_found_and_leaves_nothing_behind(
        self, files: Files, tmp_path: Path, key: str
    ):
        files.write("zone/there", b"x")
        with pytest.raises(FileNotFoundError):
            files.read(key)
        with pytest.raises(FileNotFoundError):
            files.download(key, tmp_path / "copy")
        with pytest.raises(FileNotFoundError):
            files.digest(key)
        with pytest.raises(FileNotFoundError):
            files.move(key, "zone/target")
        assert not (tmp_path / "copy").exists()
        assert list(files.keys("zone")) == ["zone/there"]

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

    @pytest.mark.parametrize("size", [1, 9 << 20])
    def test_what_is_created_lies_over_nothing(self, files: Files, tmp_path: Path, size: int):
        for name in ("one", "two"):
            (tmp_path / name).write_bytes(name.encode() * size)
        assert files.create(tmp_path / "one", "inbox/a/x")
        assert not files.create(tmp_path / "two", "inbox/a/x")
        assert files.read("inbox/a/x") == b"one" * size
        assert list(files.keys("inbox")) == ["inbox/a/x"]
        assert (tmp_path / "one").exists()

    def test_of_many_who_create_the_same_key_at_once_one_does_and_its_bytes_lie_there(
        self, files: Files, tmp_path: Path
    ):
        def create(number: int) -> bytes:
            data = bytes([number]) * 100_000
            (tmp_path / str(number)).write_bytes(data)
            return data if files.create(tmp_path / str(number), "zone/same") else b""

        with ThreadPoolExecutor(8) as pool:
            (lies,) = filter(None, pool.map(create, range(8)))
        assert files.read("zone/same") == lies

    def test_a_move_to_a_free_key_lies_over_nothing(self, files: Files):
        files.write("failed/a/x", b"back")
        files.write("inbox/x", b"waits")
        assert not files.move_to_free("failed/a/x", "inbox/x")
        assert (files.read("failed/a/x"), files.read("inbox/x")) == (b"back", b"waits")
        files.delete("inbox/x")
        assert files.move_to_free("failed/a/x", "inbox/x")
        assert (list(files.keys("failed")), files.read("inbox/x")) == ([], b"back")
        assert files.move_to_free("failed/a/x", "inbox/x")
        with pytest.raises(FileNotFoundError):
            files.move_to_free("failed/a/x", "inbox/y")

    def test_of_many_who_move_to_the_same_free_key_one_does_and_nothing_is_lost(self, files: Files):
        for number in range(8):
            files.write(f"failed/{number}", bytes([number]))
        with ThreadPoolExecutor(8) as pool:
            moved = list(pool.map(lambda number: files.move_to_free(f"failed/{number}", "inbox/x"), range(8)))
        left = [files.read(key) for key in (*files.keys("failed"), "inbox/x")]
        assert (moved.count(True), sorted(left)) == (1, [bytes([number]) for number in range(8)])

    @pytest.mark.parametrize("name", ODD, ids=lambda name: name[:12])
    def test_a_name_keeps_its_spelling_all_the_way(self, files: Files, tmp_path: Path, name: str):
        (tmp_path / name).write_bytes(b"x")
        files.upload(tmp_path / name, f"inbox/{name}")
        assert list(files.keys("inbox")) == [f"inbox/{name}"]
        files.move(f"inbox/{name}", f"archive/{name}")
        files.download(f"archive/{name}", tmp_path / "copy")
        assert list(files.keys("archive")) == [f"archive/{name}"]

    @pytest.mark.parametrize("name", IMPOSSIBLE, ids=ascii)
    def test_a_name_that_no_store_can_keep_is_refused_with_a_next_step(self, files: Files, tmp_path: Path, name: str):
        (tmp_path / "x").touch()
        files.write("inbox/a", b"x")
        found = files.digest("inbox/a").source
        acts = [
            lambda: files.write(f"inbox/{name}", b"x"),
            lambda: files.upload(tmp_path / "x", f"inbox/{name}"),
            lambda: files.create(tmp_path / "x", f"inbox/{name}"),
            lambda: files.move("inbox/a", f"inbox/{name}"),
            lambda: files.move_to_free("inbox/a", f"inbox/{name}"),
            lambda: files.download(f"inbox/{name}", tmp_path / "copy"),
            lambda: files.read(f"inbox/{name}"),
            lambda: files.digest(f"inbox/{name}"),
            lambda: files.copy(found, f"inbox/{name}"),
        ]
        for act in acts:
            with pytest.raises(UserMistake) as caught:
                act()
            assert caught.value.next
            assert caught.value.code == "bad_file_name"
        assert list(files.keys("inbox")) == ["inbox/a"]

    def test_uploads_at_once_are_each_whole(self, files: Files, tmp_path: Path):
        for number in range(4):
            (tmp_path / str(number)).write_bytes(bytes([number]) * 300_000)

        def upload(number: int) -> None:
            files.upload(tmp_path / str(number % 4), "zone/same")
            files.write(f"zone/new/{number}", b"x" * number)

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(upload, range(32)))
        data = files.read("zone/same")
        assert (len(data), len(set(data))) == (300_000, 1)
        assert sorted(one.size for one in files.found("zone/new")) == list(range(32))
