"""The wheel, installed bare into a fresh environment, works; what needs an extra says so."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from headgate.hosts.deploy.infra import is_leftover

ROOT = Path(__file__).resolve().parent.parent
ORDERS = ROOT / "src" / "headgate" / "examples" / "orders"

pytestmark = pytest.mark.slow


def run(*command: object, **more: object) -> str:
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=False, cwd=ROOT, **more
    )  # type: ignore[call-overload]
    assert done.returncode == 0, done.stdout + done.stderr
    return str(done.stdout)


def find_uv() -> str | None:
    """The first uv that runs, looked for where scripts/find.sh looks."""
    for candidate in ("uv", Path.home() / ".local/bin/uv", ROOT / ".tools/uv/bin/uv"):
        found = shutil.which(str(candidate))
        if found and subprocess.run([found, "--version"], capture_output=True, check=False).returncode == 0:
            return found
    return None


def install(wheel: Path, home: Path) -> Path:
    """A fresh environment with the wheel and what it depends on, no extras; returns its bin folder."""
    bin_, uv = home / "bin", find_uv()
    if uv:
        quiet = {"env": {"UV_SYSTEM_CERTS": "true", **os.environ, "UV_PYTHON_DOWNLOADS": "never"}}
        run(uv, "venv", "--quiet", "--python", sys.executable, home, **quiet)
        run(uv, "pip", "install", "--quiet", "--python", bin_ / "python", wheel, **quiet)
    else:
        run(sys.executable, "-m", "venv", home)
        run(bin_ / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel)
    return bin_


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def headgate(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, bare."""
    return install(wheel, tmp_path_factory.mktemp("bare") / "venv") / "headgate"


def command(headgate: Path, folder: Path, *words: object) -> subprocess.CompletedProcess[str]:
    # Outside of the repository, so that nothing of it can be imported by accident.
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return subprocess.run(
        [headgate, *map(str, words)], cwd=folder, capture_output=True, text=True, env=kept, check=False
    )


def test_the_wheel_holds_the_package_its_examples_the_infrastructure_and_nothing_else(wheel: Path):
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0] for name in names} == {"headgate", f"{wheel.name.rsplit('-', 3)[0]}.dist-info"}
    package = ROOT / "src" / "headgate"
    kept = [path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    infra = [path.relative_to(ROOT).as_posix() for path in (ROOT / "infra").rglob("*") if path.is_file()]
    assert {f"headgate/{path.relative_to(package).as_posix()}" for path in kept} | {
        f"headgate/{name}" for name in infra if not is_leftover(name)
    } == {name for name in names if name.startswith("headgate/")}
    assert "headgate/infra/stack/versions.tf" in names
    assert "headgate/py.typed" in names


def test_a_bare_installation_checks_a_bundled_sample(headgate: Path, tmp_path: Path):
    done = command(
        headgate, tmp_path, "check", ORDERS / "samples/orders_dirty.csv", "-c", ORDERS / "contract.odcs.yaml", "--json"
    )
    assert (done.returncode, done.stderr) == (0, "")
    (manifest,) = json.loads(done.stdout)
    assert manifest["counts"] == {"records": 301, "accepted": 249, "rejected": 52, "warned": 0}
    assert len(list((tmp_path / "orders_dirty.csv.headgate").iterdir())) == 4


def test_a_bare_installation_runs_the_demo(headgate: Path, tmp_path: Path):
    done = command(headgate, tmp_path, "demo", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert {path.name for path in (tmp_path / "demo/reports").iterdir()} == {
        path.name for path in (tmp_path / "demo/pipelines").iterdir()
    }


def test_a_bare_installation_copies_the_infrastructure_and_names_what_deploying_needs(headgate: Path, tmp_path: Path):
    assert command(headgate, tmp_path, "init", "shop", "--example", "orders").returncode == 0
    shop = tmp_path / "shop"
    assert command(headgate, shop, "deploy", "init").returncode == 0
    assert (shop / "infra/stack/versions.tf").read_bytes() == (ROOT / "infra/stack/versions.tf").read_bytes()
    with (shop / "headgate.yaml").open("a") as file:
        file.write("deploy: {region: eu-central-1}\n")
    done = command(headgate, shop, "deploy", "doctor")
    assert done.returncode == 3
    assert "fix: pip install 'headgate[aws]'" in done.stdout


def test_lint_names_the_extra_it_needs(headgate: Path, tmp_path: Path):
    done = command(headgate, tmp_path, "contract", "lint", ORDERS / "contract.odcs.yaml")
    assert (done.returncode, done.stdout) == (2, "")
    assert "which is not installed" in done.stderr
    assert "next: pip install 'headgate[standard]'" in done.stderr


def test_without_the_extra_a_model_is_asked_for_in_vain_and_the_built_in_narrator_writes(
    headgate: Path, tmp_path: Path
):
    assert command(headgate, tmp_path, "init", "shop", "--example", "stocks").returncode == 0
    shop = tmp_path / "shop"
    with (shop / "headgate.yaml").open("a") as file:
        file.write("narrator: {model: 'bedrock:amazon.nova-lite-v1:0'}\n")
    sample = ROOT / "src/headgate/examples/stocks/samples/stocks_clean.json"
    done = command(headgate, shop, "run", sample, "-p", "stocks")
    assert done.returncode == 0
    assert "next: pip install 'headgate[model]'" in done.stderr
    (document,) = (json.loads(path.read_text(encoding="utf-8")) for path in shop.glob("analysis/stocks/*.json"))
    assert document["narrative"]["by"] == "built-in"
    assert document["model"]["fallback"]["code"] == "narrator_not_installed"
    cost = command(headgate, shop, "cost")
    assert (cost.returncode, cost.stderr) == (0, "")
    assert "next: pip install 'headgate[model]'" in cost.stdout
