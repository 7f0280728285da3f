"""page_library: made once for a store, by whichever process needs it first."""

from __future__ import annotations

from pathlib import Path

import pytest

from headgate.core.report.as_page import library_version, made_library
from headgate.stages import page_library as module
from headgate.stages.notify import notify
from headgate.stages.page_library import LIBRARIES, page_library
from tests.stages.stage import Isolated
from tests.stages.test_notify import analysed

KEY = f"{LIBRARIES}/vega-{library_version()}.js"


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Isolated:
    """In a process that has needed it for nothing yet."""
    monkeypatch.setattr(module, "_known", {})
    return Isolated(tmp_path)


def test_the_first_process_makes_it_and_keeps_it(stage: Isolated):
    assert page_library(stage.context) == made_library()
    assert stage.files.read(KEY).decode() == made_library()


def test_the_next_process_takes_what_is_kept(stage: Isolated):
    stage.files.write(KEY, b"kept")
    assert page_library(stage.context) == "kept"


def test_a_process_looks_once(stage: Isolated):
    page_library(stage.context)
    stage.files.delete(KEY)
    assert page_library(stage.context) == made_library()
    assert stage.held(LIBRARIES) == []


def test_of_another_version_it_is_made_anew(stage: Isolated):
    stage.files.write(f"{LIBRARIES}/vega-0.0.1.js", b"old")
    assert page_library(stage.context) == made_library()


def test_a_report_without_charts_asks_for_none(stage: Isolated):
    notify(analysed(stage), stage.context)
    assert stage.held(LIBRARIES) == []
