"""The room of a rehearsal goes with it; one that can't is named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from headgate.faces.cli import rehearse


def test_a_room_that_can_go_goes_and_nothing_is_said(capsys: pytest.CaptureFixture[str]):
    with rehearse._room() as work:
        (work / "state").mkdir()
    assert not work.exists()
    assert capsys.readouterr().err == ""


def test_a_room_that_cannot_go_is_tried_now_and_then_and_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    tries: list[Path] = []
    with monkeypatch.context() as changed:
        changed.setattr(rehearse, "_DYING", 0.35)
        changed.setattr(shutil, "rmtree", lambda path, **_: tries.append(path))
        with rehearse._room() as work:
            pass
    assert 1 <= len(tries) <= 5
    assert capsys.readouterr().err == f"{work} can't be removed as a whole; delete what is left of it\n"
    shutil.rmtree(work)
