"""Compiled code in packages: the same bytes again, taken without a look at the source; none where no Python can make it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from headgate.core.errors import Outside
from headgate.hosts.deploy import dependencies
from headgate.hosts.deploy.compiling import compiled, compiler
from headgate.hosts.deploy.interpreter import functions_python
from tests.stand_in import StandIn

SOURCE = "NAMES = {'one', 'two', 'three'}\n\ndef boom():\n    raise ValueError(next(n for n in NAMES if n in {'b', 'one', 'c'}))\n"


@pytest.fixture
def python() -> Path:
    """A Python of the functions' version; in CI there must be one."""
    found = functions_python()
    if found is None and os.environ.get("CI") != "true":
        pytest.skip("no Python of the functions' version is here")
    assert found
    return found


@pytest.fixture
def sources(tmp_path: Path) -> list[tuple[str, Path]]:
    (tmp_path / "a.py").write_text(SOURCE)
    (tmp_path / "template.py").write_text("{{ no code }} at all")
    return [("pack/a.py", tmp_path / "a.py"), ("pack/template.py", tmp_path / "template.py")]


def made(sources: list[tuple[str, Path]], folder: Path) -> dict[str, bytes]:
    folder.mkdir()
    return {name: path.read_bytes() for name, path in compiled(sources, folder)}


def test_the_same_code_gives_the_same_bytes_wherever_it_is_compiled(
    python: Path, sources: list[tuple[str, Path]], tmp_path: Path
):
    first, second = made(sources, tmp_path / "one"), made(sources, tmp_path / "elsewhere")
    assert first == second
    assert sorted(first) == ["pack/__pycache__/a.cpython-313.pyc", "pack/a.py", "pack/template.py"]
    said = file_of(python, first["pack/__pycache__/a.cpython-313.pyc"], tmp_path)
    assert said == "/var/task/pack/a.py"


def file_of(python: Path, content: bytes, folder: Path) -> str:
    """The file that the code says it is of, by a Python that reads it."""
    (folder / "x.pyc").write_bytes(content)
    ask = f"import marshal; print(marshal.loads(open({str(folder / 'x.pyc')!r}, 'rb').read()[16:]).co_filename)"
    return subprocess.run([python, "-c", ask], capture_output=True, text=True, check=True).stdout.strip()


def test_it_is_taken_as_it_is_whatever_times_an_archive_gives_its_files(
    python: Path, sources: list[tuple[str, Path]], tmp_path: Path
):
    made(sources, tmp_path / "out")
    (tmp_path / "out/pack/a.py").write_text("raise SystemExit('compiled anew')")
    ask = f"import sys; sys.path.insert(0, {str(tmp_path / 'out')!r}); import pack.a; print(sorted(pack.a.NAMES))"
    done = subprocess.run([python, "-I", "-B", "-c", ask], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "['one', 'three', 'two']\n"), done.stderr


def test_who_compiles_is_known_by_the_version(python: Path):
    assert compiler().startswith("3.13.")


def test_without_such_a_python_the_sources_go_alone(
    programs: Path, sources: list[tuple[str, Path]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("headgate.hosts.deploy.interpreter._version", lambda _: "3.9")
    assert made(sources, tmp_path / "out").keys() == {"pack/a.py", "pack/template.py"}
    assert compiler() == ""


def picky(python: Path, folder: Path, does: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Python that says it is the functions', and before it compiles does what a test says."""
    program = StandIn(folder, "picky")
    program.does(f"{does}\nos.execv({str(python)!r}, [{str(python)!r}, *words])")
    monkeypatch.setattr("headgate.hosts.deploy.compiling.functions_python", lambda: folder / "picky")
    return folder / "picky"


def test_it_is_compiled_by_a_python_that_starts_only_in_this_environment(
    python: Path, sources: list[tuple[str, Path]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    picky(python, tmp_path, "if 'LD_LIBRARY_PATH' not in os.environ: sys.exit(127)", monkeypatch)
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    assert "pack/__pycache__/a.cpython-313.pyc" in made(sources, tmp_path / "out")


def test_settings_of_a_python_have_no_say(
    python: Path, sources: list[tuple[str, Path]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    plain = made(sources, tmp_path / "one")
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path / "prefix"))
    monkeypatch.setenv("PYTHONOPTIMIZE", "2")
    assert made(sources, tmp_path / "two") == plain


@pytest.mark.parametrize("status", [1, 127])
def test_a_python_that_cannot_compile_is_said_and_nothing_is_kept(
    python: Path, uv: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int
):
    target = "target = Path(words[words.index('--target') + 1])"
    uv.does(f"if words[0] == 'pip': {target}; target.mkdir(); (target / 'a.py').write_text('x = 1')")
    does = f"if 'compileall' in words: print('no such library: \\x1b[2Jlibpython', file=sys.stderr); sys.exit({status})"
    program = picky(python, tmp_path, does, monkeypatch)
    with pytest.raises(Outside) as caught:
        dependencies.dependencies(dependencies.lock_file("gate"), "arm64")
    assert caught.value.code == "cannot_compile"
    assert caught.value.message == f"{program} can't compile the functions' code: no such library: \\x1b[2Jlibpython"
    assert not list(dependencies.cache_folder().iterdir())
