"""The functions' packages: what is in them, and that they are the same bytes twice."""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZipFile

import pytest

from headgate.core.errors import UserMistake
from headgate.core.project import load_project
from headgate.faces.cli.init import examples, make_project
from headgate.hosts.deploy import packages
from headgate.hosts.deploy.dependencies import lock_file
from headgate.hosts.deploy.groups import GROUPS, lock_name
from headgate.hosts.deploy.packages import Package, build
from headgate.hosts.deploy.uv import find_uv
from headgate.hosts.rehearsal.interpreter import architecture, find_python
from tests.projects import make_project as small_project
from tests.stand_in import StandIn

INSTALLS = """
if words[0] == 'pip':
    folder = Path(words[words.index('--target') + 1], 'somebody')
    folder.mkdir(parents=True)
    (folder / '__init__.py').write_text(words[words.index('--requirement') + 1])
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return small_project(tmp_path / "shop")


def names(package: Package) -> set[str]:
    return set(ZipFile(package.path).namelist())


def test_a_package_is_its_dependencies_headgate_and_the_project(uv: StandIn, shop: Path, tmp_path: Path):
    uv.does(INSTALLS)
    built = build(shop, tmp_path / "out")
    assert built.keys() == GROUPS.keys()
    for group, package in built.items():
        content = package.path.read_bytes()
        assert package.path == (tmp_path / "out" / f"{group}-arm64.zip").resolve()
        assert (len(content), base64.b64encode(hashlib.sha256(content).digest()).decode()) == (
            package.size, package.sha256,
        )  # fmt: skip
        assert f"locks/{group}.lock" in ZipFile(package.path).read("somebody/__init__.py").decode()
        assert {"headgate/core/gate/gate.py", "headgate/core/report/templates/mail.html.j2"} <= names(package)
        home = f"project/{shop.name}"
        assert {f"{home}/headgate.yaml", f"{home}/pipelines/people/contract.odcs.yaml"} <= names(package)


def test_a_pipeline_that_is_a_link_is_in_it_as_it_is_in_the_project(uv: StandIn, shop: Path, tmp_path: Path):
    uv.does(INSTALLS)
    shared = (shop / "pipelines/people").rename(tmp_path / "shared")
    (shop / "pipelines/people").symlink_to(shared)
    # Round in a circle.
    (shared / "up").symlink_to(shared)
    assert "people" in load_project(shop).pipelines
    for package in build(shop, tmp_path / "out").values():
        home = f"project/{shop.name}/pipelines/people"
        assert {name for name in names(package) if name.startswith(home)} == {
            f"{home}/pipeline.yaml", f"{home}/contract.odcs.yaml",
        }  # fmt: skip


def test_what_only_a_users_machine_needs_stays_out(uv: StandIn, shop: Path, tmp_path: Path):
    uv.does(INSTALLS)
    home = shop / "pipelines" / "people"
    for name in ("samples/a.csv", "generate.py", ".hidden/x", "README.md", "analysis/samples/kept.sql"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text("select 1" if name.endswith("sql") else "")
    (shop / "inbox").mkdir()
    (shop / "inbox" / "secret.csv").write_text("a")
    inside = names(build(shop, tmp_path / "out", groups=["gate"])["gate"])
    project = {name for name in inside if name.startswith("project/")}
    assert {name.removeprefix(f"project/{shop.name}/pipelines/people/") for name in project if "people" in name} == {
        "pipeline.yaml", "contract.odcs.yaml", "analysis/samples/kept.sql",
    }  # fmt: skip
    assert {name.split("/")[2] for name in project} == {"headgate.yaml", "pipelines"}
    assert not [
        name for name in inside if "__pycache__" in name or name.startswith(("headgate/faces", "headgate/examples"))
    ]


def test_dependencies_are_installed_once_for_each_lock_and_architecture(uv: StandIn, shop: Path, tmp_path: Path):
    uv.does(INSTALLS)
    first = build(shop, tmp_path / "one", "arm64", ["gate"])["gate"]
    second = build(shop, tmp_path / "two", "arm64", ["gate"])["gate"]
    build(shop, tmp_path / "two", "x86_64", ["gate"])
    installs = [words for words in uv.calls if words[0] == "pip"]
    assert len(installs) == 2
    assert first.path.read_bytes() == second.path.read_bytes()


def test_a_change_of_the_project_is_a_change_of_the_package(uv: StandIn, shop: Path, tmp_path: Path):
    uv.does(INSTALLS)
    first = build(shop, tmp_path / "one", groups=["gate"])["gate"]
    (shop / "pipelines/people/prompt.md").write_text("Be brief.")
    assert build(shop, tmp_path / "one", groups=["gate"])["gate"].sha256 != first.sha256


def test_a_project_that_a_function_would_refuse_is_refused_before_anything_is_built(
    uv: StandIn, shop: Path, tmp_path: Path
):
    folder = shop / "pipelines/people/analysis"
    folder.mkdir()
    (folder / "wrong.sql").write_text("select nothing_like_it from accepted")
    with pytest.raises(UserMistake, match="nothing_like_it"):
        build(shop, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert uv.calls == []


def test_a_package_that_no_function_may_have_is_refused(
    uv: StandIn, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    uv.does(INSTALLS)
    monkeypatch.setattr(packages, "LARGEST", 1_000_000)
    with pytest.raises(UserMistake, match="the package `gate` takes") as caught:
        build(shop, tmp_path / "out", groups=["gate"])
    assert caught.value.code == "package_too_large"


@pytest.mark.parametrize(
    ("narrator", "lock"),
    [
        ("built-in", "insight"),
        ("bedrock:amazon.nova-lite-v1:0", "insight-bedrock"),
        ("anthropic:claude", "insight-models"),
        ("openai:llama", "insight-models"),
    ],
)
def test_the_insight_package_has_what_its_narrator_needs_and_no_more(tmp_path: Path, narrator: str, lock: str):
    project = load_project(small_project(tmp_path, f"narrator: {{model: '{narrator}'}}\n"))
    assert lock_name("insight", project) == lock
    assert (lock_name("gate", project), lock_name("mail", project)) == ("gate", "mail")
    assert lock_file(lock).is_file()


def locked(name: str) -> dict[str, str]:
    lines = lock_file(name).read_text(encoding="utf-8").splitlines()
    return {line.split("==")[0]: line.split("==")[1].split()[0] for line in lines if "==" in line}


@pytest.mark.parametrize("name", ["gate", "insight", "insight-bedrock", "insight-models", "mail"])
def test_a_function_has_the_versions_that_are_tested(name: str):
    tested = Path(__file__).resolve().parents[3] / "requirements" / "dev.lock"
    versions = {
        line.split("==")[0]: line.split("==")[1].split()[0]
        for line in tested.read_text(encoding="utf-8").splitlines()
        if "==" in line and not line.startswith(" ")
    }
    found = locked(name)
    assert {"boto3", "obstore", "pydantic"} <= found.keys()
    assert {package: versions.get(package) for package in found} == found


def test_the_engine_is_in_the_packages_whose_stages_look_at_rows():
    locks = ("gate", "insight", "insight-bedrock", "insight-models", "mail")
    assert {name for name in locks if "duckdb" in locked(name)} == {*locks} - {"mail"}


IMPORTS = """
import importlib, sys
folder, stages, later = sys.argv[1], sys.argv[2].split(), sys.argv[3].split()
sys.path.insert(0, folder)
for stage in stages:
    assert callable(importlib.import_module(f"headgate.hosts.aws.handlers.{stage}").handler)
for name in later:
    importlib.import_module(name)
from zoneinfo import ZoneInfo
import boto3
assert ZoneInfo("Europe/Berlin") and boto3.__file__.startswith(folder)
"""
LATER = {
    "gate": ["sqlglot", "backports.zstd", "headgate.adapters.web"],
    "insight": [
        "sqlglot", "jinja2.sandbox", "vaderSentiment.vaderSentiment", "genai_prices", "pydantic_ai.models.bedrock",
        "headgate.adapters.model.asking", "headgate.adapters.model.connecting",
    ],
    "mail": ["sqlglot", "jinja2.sandbox", "vl_convert", "css_inline"],
}  # fmt: skip
"""What a group imports only when it needs it."""


@pytest.fixture(scope="module")
def five(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with all bundled pipelines and a model."""
    folder = tmp_path_factory.mktemp("project")
    make_project(folder, list(examples()))
    with (folder / "headgate.yaml").open("a") as file:
        file.write("narrator: {model: 'bedrock:amazon.nova-lite-v1:0'}\n")
    return folder


@pytest.fixture(scope="module")
def built(five: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Package]:
    """Its packages, with uv and what it gets from a package registry."""
    return build(five, tmp_path_factory.mktemp("built"), architecture())


@pytest.mark.slow
class TestReal:
    """With uv, and what it gets from a package registry."""

    # All of the architecture that can't be run here, where nothing else would tell; of the other one.
    @pytest.mark.parametrize(("processor", "groups"), [("arm64", [*GROUPS]), ("x86_64", ["gate"])])
    def test_another_build_from_nothing_is_the_same_bytes(
        self,
        five: Path,
        built: Mapping[str, Package],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        processor: str,
        groups: list[str],
    ):
        first = built if processor == architecture() else build(five, tmp_path / "one", processor)
        # What uv downloaded need not come again.
        kept = subprocess.run([*find_uv(), "cache", "dir"], capture_output=True, text=True, check=True).stdout.strip()
        monkeypatch.setenv("UV_CACHE_DIR", kept)
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        second = build(five, tmp_path / "two", processor, groups)
        assert {group: one.sha256 for group, one in second.items()} == {group: first[group].sha256 for group in groups}
        assert all(package.unzipped <= packages.LARGEST for package in second.values())

    @pytest.mark.parametrize("group", GROUPS)
    def test_its_handlers_import_with_nothing_but_their_zip(
        self, built: Mapping[str, Package], tmp_path: Path, group: str
    ):
        with ZipFile(built[group].path) as opened:
            opened.extractall(tmp_path)
        python = functions_python()
        done = subprocess.run(
            [python, "-I", "-B", "-c", IMPORTS, str(tmp_path), " ".join(GROUPS[group]), " ".join(LATER[group])],
            capture_output=True, text=True, check=False, env={"AWS_REGION": "eu-central-1"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr


def functions_python() -> str:
    """A Python 3.13 of this machine; in CI there must be one."""
    try:
        return str(find_python())
    except UserMistake as error:
        if os.environ.get("CI") == "true":
            raise
        return pytest.skip(error.message)
