"""`headgate.check`: the gate as a Python call."""

from __future__ import annotations

import builtins
import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import headgate
from headgate.core.contract.load import load_contract
from headgate.core.errors import Outside, UserMistake
from tests.faces.command import CLEAN, DIRTY, ORDERS, files_in

HEAVY = ("duckdb", "yaml", "pydantic", "sqlglot")


def test_a_verdict_has_counts_the_manifest_and_both_halves(tmp_path: Path):
    verdict = headgate.check(DIRTY, ORDERS, out=tmp_path / "out")
    assert isinstance(verdict, headgate.Verdict)
    assert verdict.counts == {"records": 301, "accepted": 249, "rejected": 52, "warned": 0}
    assert not verdict.failed
    assert verdict.folder == tmp_path / "out"
    assert verdict.manifest == json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert verdict.accepted
    assert verdict.rejected
    relation = verdict.accepted.relation()
    assert relation.aggregate("count(*), min(typeof(quantity)), min(typeof(unit_price))").fetchall() == [
        (249, "BIGINT", "DECIMAL(12,2)")
    ]
    lines = verdict.rejected.relation().project("_record, _line, len(_reasons)").fetchall()
    assert len(lines) == 52
    assert lines[0] == (5, 6, 1)


@pytest.mark.parametrize("accepted", ["parquet", "csv", "jsonl"])
def test_accepted_rows_can_be_read_back_from_every_format(tmp_path: Path, accepted):
    verdict = headgate.check(CLEAN, ORDERS, out=tmp_path / "o'ut", accepted=accepted)
    assert verdict.accepted
    assert verdict.accepted.path.name == f"accepted.{accepted}"
    assert verdict.accepted.relation().aggregate("count(*), sum(quantity)").fetchall()[0][0] == 200


def test_settings_may_be_given_as_python_values_and_a_contract_already_loaded(tmp_path: Path):
    verdict = headgate.check(
        str(DIRTY), load_contract(ORDERS), out=str(tmp_path / "o"), max_rejected=52, trim=["product_name"],
        derive={"total": "quantity * unit_price"}, memory_limit="128MiB", threads=1,
    )  # fmt: skip
    assert verdict.accepted
    assert "total" in verdict.accepted.relation().columns
    assert headgate.check(DIRTY, ORDERS, max_rejected=51).failed


def test_a_failed_file_is_a_verdict_not_an_exception(tmp_path: Path):
    (tmp_path / "empty.csv").touch()
    verdict = headgate.check(tmp_path / "empty.csv", ORDERS)
    assert verdict.failed
    assert verdict.manifest["reason"]["code"] == "empty_file"
    assert verdict.accepted is None
    assert verdict.rejected is None
    assert verdict.counts["records"] is None


def test_progress_is_told_each_phase_in_order(tmp_path: Path):
    phases: list[str] = []
    headgate.check(CLEAN, ORDERS, out=tmp_path / "o", progress=phases.append)
    assert phases == ["reading", "judging rows", "writing accepted rows", "writing rejected rows"]


@pytest.mark.parametrize(
    "given",
    [
        {"path": "nope.csv"}, {"contract": "nope.yaml"}, {"max_rejected": "lots"}, {"max_rejected": -1},
        {"accepted": "xml"}, {"accepted": "Parquet"}, {"accepted": None}, {"threads": 0}, {"threads": -1},
        {"threads": 10**9}, {"threads": "2"}, {"threads": True}, {"threads": 1.5}, {"memory_limit": "lots"},
        {"memory_limit": "10MB"}, {"memory_limit": "127MB"}, {"memory_limit": "1PB"}, {"memory_limit": 256_000_000},
        {"memory_limit": "999999999999999TB"}, {"memory_limit": "80%"}, {"trim": ["nosuch"]}, {"trim": "nosuch"},
        {"trim": ["product_name", "Quantity"]}, {"derive": {"x": "now()"}}, {"derive": {"_run": "1"}}, {"schema": "other"},
    ],
)  # fmt: skip
def test_a_mistake_is_raised_as_one_and_writes_nothing(tmp_path: Path, given):
    words = {"path": CLEAN, "contract": ORDERS, "out": tmp_path / "o", **given}
    with pytest.raises(UserMistake) as caught:
        headgate.check(**words)
    assert caught.value.next
    assert files_in(tmp_path) == []


@pytest.mark.parametrize(
    "given", [{"accepted": "xml"}, {"threads": 0}, {"memory_limit": "10MB"}, {"trim": ["quantty"]}]
)
def test_a_setting_that_cannot_be_is_named(given):
    with pytest.raises(UserMistake, match=next(iter(given))):
        headgate.check(CLEAN, ORDERS, **given)


@pytest.mark.parametrize(
    "given", [{"memory_limit": " 128MB\n"}, {"memory_limit": "1 gib"}, {"threads": 1024}, {"trim": "product_name"}]
)
def test_a_setting_that_can_be_is_taken(tmp_path: Path, given):
    assert headgate.check(CLEAN, ORDERS, out=tmp_path / "o", **given).counts["accepted"] == 200


def test_what_lies_outside_is_raised_as_such_and_leaves_the_earlier_result(tmp_path: Path, monkeypatch):
    headgate.check(CLEAN, ORDERS, out=tmp_path / "o")
    before = (tmp_path / "o" / "manifest.json").read_bytes()
    monkeypatch.setattr("headgate.core.config.values.MIN_MEMORY", 0)
    with pytest.raises(Outside, match="too small"):
        headgate.check(DIRTY, ORDERS, out=tmp_path / "o", memory_limit="1MB")
    assert (tmp_path / "o" / "manifest.json").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["o"]


@pytest.mark.parametrize(("method", "package"), [("arrow", "pyarrow"), ("polars", "polars"), ("pandas", "pandas")])
def test_a_table_of_another_library_or_an_error_that_names_the_package(tmp_path: Path, method, package, monkeypatch):
    verdict = headgate.check(CLEAN, ORDERS, out=tmp_path / "o")
    if find_spec(package) and find_spec("pyarrow"):
        assert len(getattr(verdict.accepted, method)()) == 200
    plain = builtins.__import__

    def without(name, *rest, **more):
        if name.split(".")[0] in ("pyarrow", "polars", "pandas", "numpy"):
            raise ModuleNotFoundError(f"No module named '{name}'", name=name)
        return plain(name, *rest, **more)

    for name in [name for name in sys.modules if name.split(".")[0] in ("pyarrow", "polars", "pandas", "numpy")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UserMistake, match=f"{package} is not installed") as caught:
        getattr(verdict.accepted, method)()
    assert caught.value.next == f"pip install {package}"


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nosuch"):
        headgate.nosuch  # noqa: B018


def test_without_out_the_outputs_last_as_long_as_the_process(tmp_path: Path):
    code = (
        "import headgate, sys\n"
        "verdict = headgate.check(*sys.argv[1:3])\n"
        "assert verdict.folder.is_dir() and str(verdict.folder).startswith(sys.argv[3]), verdict.folder\n"
        "print(verdict.accepted.relation().aggregate('count(*)').fetchall())\n"
    )
    command = [sys.executable, "-c", code, str(CLEAN), str(ORDERS), str(tmp_path)]
    run = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "TMPDIR": str(tmp_path)}, check=False
    )
    assert (run.stdout, run.stderr) == ("[(200,)]\n", "")
    assert files_in(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "code",
    [
        "import headgate; headgate.__version__; headgate.__all__",
        "import sys\nsys.argv = ['headgate', '--help']\nfrom headgate.faces.cli import main\ntry:\n  main()\nexcept SystemExit: pass",
    ],
    ids=["import headgate", "headgate --help"],
)
def test_the_heavy_packages_stay_out_until_they_are_needed(code):
    tail = f"\nimport sys\nprint('loaded:', [name for name in {HEAVY} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code + tail], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "loaded: []"
