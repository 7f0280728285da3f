"""Settings that change while they are in use are said, once, with their names."""

from __future__ import annotations

from pathlib import Path

import pytest

from headgate.core.project import load_project
from headgate.hosts.settings_watch import SettingsWatch
from tests.projects import make_project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_project(tmp_path / "project")


def said(watch: SettingsWatch) -> list[str]:
    lines: list[str] = []
    watch.check(lines.append)
    return lines


@pytest.mark.parametrize(
    "name", ["headgate.yaml", "pipelines/people/pipeline.yaml", "pipelines/people/contract.odcs.yaml"]
)
def test_a_file_that_changes_goes_or_comes_is_said_once(folder: Path, name: str):
    watch = SettingsWatch(load_project(folder))
    assert said(watch) == []
    text = (folder / name).read_text()
    for change in (lambda path: path.write_text(text + "# x\n"), Path.unlink, lambda path: path.write_text(text)):
        change(folder / name)
        assert said(watch) == [f"settings changed ({name}): restart `headgate up` to use them"]
        assert said(watch) == []


def test_many_changes_are_one_line(folder: Path):
    watch = SettingsWatch(load_project(folder))
    for number in range(5):
        (folder / f"pipelines/people/{number}.sql").write_text("SELECT 1")
    (line,) = said(watch)
    assert "0.sql, pipelines/people/1.sql, pipelines/people/2.sql and 2 more)" in line


def test_what_describes_no_project_may_change(folder: Path):
    watch = SettingsWatch(load_project(folder))
    (folder / "inbox").mkdir()
    (folder / "notes.yaml").touch()
    for name in ("data.csv", "samples/a.yaml"):
        path = folder / "pipelines/people" / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    assert said(watch) == []


def test_a_link_that_leads_nowhere_is_no_error(folder: Path):
    watch = SettingsWatch(load_project(folder))
    (folder / "pipelines/people/.#pipeline.yaml").symlink_to("someone@somewhere.1234")
    assert said(watch) == []


@pytest.mark.parametrize("name", ["prompt.md", "narrative.yaml", "analysis/brands.sql", "analysis/findings/odd.sql"])
def test_what_facts_and_narratives_are_made_with_is_watched_too(folder: Path, name: str):
    watch = SettingsWatch(load_project(folder))
    path = folder / "pipelines" / "people" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x")
    assert said(watch) == [f"settings changed (pipelines/people/{name}): restart `headgate up` to use them"]
