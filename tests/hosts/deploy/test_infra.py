"""The infrastructure comes into a project, and the user's changes stay."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from headgate.core.errors import UserMistake
from headgate.hosts.deploy.infra import NOTE, copy_infra, is_leftover, shipped, stack


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "shipped"
    (folder / "stack" / "modules").mkdir(parents=True)
    (folder / "stack" / "main.tf").write_text("one")
    (folder / "stack" / "modules" / "a.tf").write_text("two")
    return folder


def test_every_file_is_copied_once(tmp_path: Path, source: Path):
    done = copy_infra(tmp_path, source)
    assert done.new == ["stack/main.tf", "stack/modules/a.tf", ".gitignore"]
    assert (tmp_path / "infra/stack/modules/a.tf").read_text() == "two"
    again = copy_infra(tmp_path, source)
    assert (again.new, again.updated, again.kept, again.removed) == ([], [], [], [])


def test_a_script_stays_one_that_can_be_run(tmp_path: Path, source: Path):
    (source / "stack/main.tf").chmod(0o755)
    copy_infra(tmp_path, source)
    assert (tmp_path / "infra/stack/main.tf").stat().st_mode & 0o111
    assert not (tmp_path / "infra/stack/modules/a.tf").stat().st_mode & 0o111


def test_a_newer_version_replaces_what_nobody_changed(tmp_path: Path, source: Path):
    copy_infra(tmp_path, source)
    (source / "stack/main.tf").write_text("newer")
    assert copy_infra(tmp_path, source).updated == ["stack/main.tf"]
    assert (tmp_path / "infra/stack/main.tf").read_text() == "newer"


def test_what_was_changed_by_hand_stays_however_often_it_is_copied(tmp_path: Path, source: Path):
    copy_infra(tmp_path, source)
    mine = tmp_path / "infra/stack/main.tf"
    mine.write_text("mine")
    for version in ("newer", "newest"):
        (source / "stack/main.tf").write_text(version)
        done = copy_infra(tmp_path, source)
        assert (done.kept, done.updated) == (["stack/main.tf"], [])
        assert mine.read_text() == "mine"


def test_a_file_that_was_there_before_stays(tmp_path: Path, source: Path):
    (tmp_path / "infra/stack").mkdir(parents=True)
    (tmp_path / "infra/stack/main.tf").write_text("mine")
    assert copy_infra(tmp_path, source).kept == ["stack/main.tf"]
    assert copy_infra(tmp_path, source).kept == ["stack/main.tf"]
    assert (tmp_path / "infra/stack/main.tf").read_text() == "mine"


def test_what_is_no_longer_part_of_it_goes_unless_it_was_changed(tmp_path: Path, source: Path):
    (source / "stack/old.tf").write_text("old")
    (source / "stack/older.tf").write_text("older")
    copy_infra(tmp_path, source)
    (tmp_path / "infra/stack/older.tf").write_text("mine")
    (tmp_path / "infra/stack/own.tf").write_text("own")
    for name in ("old.tf", "older.tf"):
        (source / "stack" / name).unlink()
    assert copy_infra(tmp_path, source).removed == ["stack/old.tf"]
    assert sorted(path.name for path in (tmp_path / "infra/stack").glob("*.tf")) == ["main.tf", "older.tf", "own.tf"]


def test_what_terraform_leaves_behind_is_not_copied(tmp_path: Path, source: Path):
    for name in (".terraform/providers/aws", "terraform.tfstate", "headgate.auto.tfvars.json", "a.tfplan"):
        (source / "stack" / name).parent.mkdir(parents=True, exist_ok=True)
        (source / "stack" / name).write_text("left")
    assert copy_infra(tmp_path, source).new == ["stack/main.tf", "stack/modules/a.tf", ".gitignore"]
    assert not is_leftover("stack/.terraform.lock.hcl")


def test_git_ignores_what_terraform_leaves_behind_and_nothing_else(tmp_path: Path, source: Path):
    copy_infra(tmp_path, source)
    left = [
        ".terraform/x",
        "terraform.tfstate.d/dev/terraform.tfstate",
        "terraform.tfstate",
        "a.tfplan",
        "headgate.auto.tfvars.json",
    ]
    for name in left:
        (tmp_path / "infra/stack" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "infra/stack" / name).touch()
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    shown = subprocess.run(
        ["git", "ls-files", "--others", "--exclude-standard", "infra"],
        cwd=tmp_path, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert shown.split() == [
        "infra/.gitignore", f"infra/{NOTE}", "infra/stack/main.tf", "infra/stack/modules/a.tf",
    ]  # fmt: skip


def test_the_note_is_the_same_bytes_for_the_same_files(tmp_path: Path, source: Path):
    for name in ("one", "two"):
        copy_infra(tmp_path / name, source)
    assert (tmp_path / "one/infra" / NOTE).read_bytes() == (tmp_path / "two/infra" / NOTE).read_bytes()


def test_a_project_without_it_is_told_what_to_type(tmp_path: Path):
    with pytest.raises(UserMistake) as caught:
        stack(tmp_path)
    assert (caught.value.code, caught.value.next) == ("no_infra", "headgate deploy init")


def test_in_a_clone_of_the_repository_it_is_that_of_the_repository():
    assert shipped() == Path(__file__).resolve().parents[3] / "infra"
