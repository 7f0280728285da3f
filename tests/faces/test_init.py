"""`headgate init`: a project to start from."""

from __future__ import annotations

import shlex
import subprocess

import pytest

from tests.faces.command import EXAMPLES, Here, files_in

BUNDLED = ["file_intake", "health_metrics", "orders", "smartphone_sales", "stocks"]


def test_a_new_project_loads_and_names_the_bundled_pipelines(here: Here):
    said = here("init", "shop")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines() == [
        "shop/ is a Headgate project.",
        f"Bundled pipelines to start from: {', '.join(BUNDLED)}",
        "  headgate init shop --example orders",
    ]
    assert files_in(here.folder / "shop") == [".gitignore", "headgate.yaml"]
    assert here("config", "show", "--project", "shop").code == 0
    assert "the inbox is empty" in here("run", "--project", "shop").out


def test_under_version_control_come_settings_and_pipelines_and_no_data(here: Here):
    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=shop, check=True, capture_output=True, text=True).stdout

    assert here("init", "shop", "--example", "orders").code == 0
    shop = here.folder / "shop"
    sample = shop / "pipelines" / "orders" / "samples" / "orders_dirty.csv"
    assert here("run", str(sample), "-p", "orders", "--project", "shop").code == 0
    for name in (".headgate/aws/dev.json", ".headgate/packages/gate-arm64.zip", "infra/stack/main.tf"):
        (shop / name).parent.mkdir(parents=True, exist_ok=True)
        (shop / name).touch()
    git("init", "-q")
    git("add", "-A")
    kept = git("ls-files").splitlines()
    assert {name for name in kept if not name.startswith("pipelines/orders/")} == {
        ".gitignore", ".headgate/aws/dev.json", "headgate.yaml", "infra/stack/main.tf",
    }  # fmt: skip
    assert "pipelines/orders/analysis/totals.sql" in kept


def test_a_gitignore_that_is_there_stays_as_it_is(here: Here):
    (here.folder / ".gitignore").write_text("mine\n")
    assert here("init", ".").code == 0
    assert (here.folder / ".gitignore").read_text() == "mine\n"


@pytest.mark.parametrize(
    "folder", ["shop", "My shop", "2026", "null", "a: #b", 'quo"te', "Größe 🎈", "tab\there", "True", "a\\b"]
)
def test_a_project_keeps_its_name_when_its_folder_is_renamed(here: Here, folder: str):
    assert here("init", folder).code == 0
    (here.folder / folder).rename(here.folder / "elsewhere")
    found = here("config", "show", "--project", "elsewhere", "--json").json["project"]["project"]
    assert found == folder.replace("\t", " ")


def test_the_folder_it_is_in_names_it(here: Here):
    assert here("init", ".").code == 0
    assert f"\nproject: {here.folder.name}\n" in (here.folder / "headgate.yaml").read_text()


def test_the_command_it_names_runs_in_any_folder(here: Here):
    said = here("init", "my shop", "--example", "orders", "-e", "file_intake", "-e", "orders")
    assert said.code == 0
    commands = [shlex.split(line) for line in said.out.splitlines()[1:]]
    assert len(commands) == 2
    for command in commands:
        assert command[0] == "headgate"
        assert here(*command[1:]).code == 0
    assert len(list((here.folder / "my shop" / "manifests").iterdir())) == 2


def test_an_example_is_a_copy_of_all_its_files(here: Here):
    here("init", "shop", *(word for name in BUNDLED for word in ("-e", name)))
    kept = [name for name in files_in(EXAMPLES) if "__pycache__" not in name]
    assert files_in(here.folder / "shop" / "pipelines") == kept


def test_an_example_can_be_added_to_a_project_that_is_there(here: Here):
    here("init", "shop")
    (here.folder / "shop/headgate.yaml").write_text("project: mine\n")
    assert here("init", "shop", "-e", "stocks").code == 0
    assert (here.folder / "shop/headgate.yaml").read_text() == "project: mine\n"
    assert here("config", "show", "--project", "shop", "--json").json["pipelines"].keys() == {"stocks"}


def test_quiet_prints_nothing(here: Here):
    assert here("init", "shop", "-q").out == ""


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["shop", "-e", "order"], "error: there is no example order; did you mean orders?\n  next: headgate init --help"),
        (["shop", "-e", "invoices"], f"error: there is no example invoices; there are {', '.join(BUNDLED)}\n"),
        (["file"], "error: file: this is a file, not a folder\n  next: headgate init NEW_FOLDER"),
        (["there", "-e", "stocks", "-e", "orders"], "error: there/pipelines/orders: the project already has a pipeline orders\n  next: "),
        ([], "Missing argument 'DIR'"),
    ],
)  # fmt: skip
def test_a_mistake_changes_nothing(here: Here, words, expected):
    (here.folder / "file").touch()
    here("init", "there", "-e", "orders")
    before = files_in(here.folder)
    said = here("init", *words)
    assert (said.code, said.out) == (2, "")
    assert expected in said.err
    assert files_in(here.folder) == before


def test_a_folder_that_cannot_be_made_is_exit_code_3(here: Here):
    (here.folder / "file").touch()
    said = here("init", "file/shop")
    assert said.code == 3
    assert said.err.startswith("error: file/shop/pipelines: Not a directory\n  who acts: ")
