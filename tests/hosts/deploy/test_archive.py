"""Archives whose bytes depend on nothing but what is in them."""

from __future__ import annotations

import os
from pathlib import Path
from zipfile import ZipFile

from headgate.hosts.deploy.archive import unzipped_size, write_archive


def files(folder: Path, **contents: str) -> list[tuple[str, Path]]:
    folder.mkdir()
    for name, content in contents.items():
        (folder / name).write_text(content)
    return [(name, folder / name) for name in contents]


def test_the_same_entries_are_the_same_bytes_whatever_their_times_rights_and_order(tmp_path: Path):
    first = files(tmp_path / "one", a="1", b="2")
    second = files(tmp_path / "two", b="2", a="1")
    os.utime(tmp_path / "two" / "a", (1, 1))
    (tmp_path / "two" / "b").chmod(0o600)
    write_archive(tmp_path / "1.zip", first)
    write_archive(tmp_path / "2.zip", second)
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()
    write_archive(tmp_path / "3.zip", [("a", tmp_path / "two/a")])
    assert (tmp_path / "3.zip").read_bytes() != (tmp_path / "2.zip").read_bytes()


def test_every_entry_can_be_read_by_anybody_and_is_as_old_as_a_zip_can_say(tmp_path: Path):
    write_archive(tmp_path / "1.zip", files(tmp_path / "one", a="1"))
    (entry,) = ZipFile(tmp_path / "1.zip").infolist()
    assert (entry.external_attr >> 16, entry.date_time) == (0o100644, (1980, 1, 1, 0, 0, 0))


def test_an_archive_goes_on_where_another_one_ends_and_leaves_that_alone(tmp_path: Path):
    write_archive(tmp_path / "start.zip", files(tmp_path / "one", a="1" * 5000))
    before = (tmp_path / "start.zip").read_bytes()
    write_archive(tmp_path / "whole.zip", files(tmp_path / "two", b="22"), tmp_path / "start.zip")
    assert (tmp_path / "start.zip").read_bytes() == before
    opened = ZipFile(tmp_path / "whole.zip")
    assert {name: opened.read(name) for name in opened.namelist()} == {"a": b"1" * 5000, "b": b"22"}
    assert unzipped_size(tmp_path / "whole.zip") == 5002
