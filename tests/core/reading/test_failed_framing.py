"""A framer that gives up leaves no file open: the failure is kept for its report, and would keep room on the disk with it."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from headgate.core.contract.model import Layout
from headgate.core.errors import FileFailed
from headgate.core.reading.csv_records import frame_csv
from headgate.core.reading.json_document import frame_document
from headgate.core.reading.jsonl_records import frame_jsonl
from headgate.core.reading.source import Limits, Source

pytestmark = pytest.mark.skipif(platform.system() != "Linux", reason="the open files are counted in /proc")

TOO_LARGE = {
    "csv": (frame_csv, 'a,b\n1,2\n"3\n",4\n' + "x" * 60 + ",5\n"),
    "jsonl": (frame_jsonl, '{"a": 1}\n{"a": "' + "x" * 60 + '"}\n'),
    "json": (frame_document, '[{"a": 1},\n{"a": "' + "x" * 60 + '"}]'),
}


def _open_below(folder: Path) -> list[str]:
    links = (Path("/proc/self/fd") / number for number in os.listdir("/proc/self/fd"))
    return [target for link in links if link.is_symlink() and (target := os.readlink(link)).startswith(str(folder))]


@pytest.mark.parametrize("kind", TOO_LARGE)
def test_the_failure_of_a_file_keeps_none_open(kind: str, tmp_path: Path):
    frame: Callable[..., Any]
    frame, content = TOO_LARGE[kind]
    path = tmp_path / f"a.{kind}"
    path.write_text(content)
    with pytest.raises(FileFailed) as kept:
        frame(Source(path, "none", Limits(record=50)), Layout(), tmp_path)
    assert kept.value.code == "record_too_large"
    assert kept.value.__traceback__
    assert _open_below(tmp_path) == []
