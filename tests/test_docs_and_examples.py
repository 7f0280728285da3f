"""What the documents name is there: commands, files, links."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.faces.command import Here
from tests.test_docs_commands import COMMANDS, options

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def documents() -> list[Path]:
    """Every Markdown file that is tracked, or would be with the next `git add`."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
    return [ROOT / name.decode() for name in sorted(listed.split(b"\0")) if name and (ROOT / name.decode()).exists()]


def links(text: str) -> list[str]:
    """Targets of links, images and reference definitions outside of code."""
    text = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.S)
    return re.findall(r"\]\(([^()\s]+)\)", text) + re.findall(r"^\[[^\]]+\]:\s+(\S+)", text, re.M)


def anchors(text: str) -> set[str]:
    """Anchors of the headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", text, flags=re.S), re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_relative_link_leads_to_a_file_and_a_heading(path: Path):
    for link in links(path.read_text(encoding="utf-8")):
        if re.match(r"[a-z][a-z0-9+.-]*:", link):
            continue
        name, _, anchor = unquote(link).partition("#")
        target = (path.parent / name).resolve() if name else path
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target.read_text(encoding="utf-8")), link


def test_the_readme_opens_with_the_two_first_commands_and_the_makefile_has_them():
    first = re.search(r"```console\n(.*?)```", README, re.S)
    assert first
    assert first[1].splitlines() == ["make demo", "make test"]
    makefile = (ROOT / "Makefile").read_text()
    assert all(re.search(rf"^{verb}:", makefile, re.M) for verb in ("setup", "demo", "test", "lint", "bench"))


def shown_commands() -> list[list[str]]:
    found = re.findall(
        r"^\$? ?(?:\.venv/bin/)?headgate ([^#\n]+)", "\n".join(re.findall(r"```console\n(.*?)```", README, re.S)), re.M
    )
    return [shlex.split(line.partition(">")[0]) for line in found]


def test_every_command_of_the_readme_exists_with_its_options():
    assert len(shown_commands()) >= 4
    for words in shown_commands():
        name = " ".join(words[:2]) if " ".join(words[:2]) in COMMANDS else words[0]
        assert name in COMMANDS, words
        known = {option for names in options(COMMANDS[name]) for option in names}
        assert {word for word in words if word.startswith("-")} <= known, words


def test_the_check_commands_of_the_readme_do_what_it_says(tmp_path, monkeypatch, capsys):
    here = Here(tmp_path, monkeypatch, capsys)
    (tmp_path / "sales.csv").write_text("id,price\n1,2.50\n2,3.75\n")
    infer, check = [words for words in shown_commands() if words[0] in ("contract", "check")]
    (tmp_path / "sales.odcs.yaml").write_text(here(*infer).out)
    assert here(*check).code == 0
    table = re.findall(r"^\| `([a-z]+\.[a-z]+)` \|", README, re.M)
    assert sorted(path.name for path in (tmp_path / "sales.csv.headgate").iterdir()) == sorted(table)


def test_the_python_of_the_readme_runs(tmp_path, monkeypatch):
    (code,) = re.findall(r"```python\n(.*?)```", README, re.S)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sales.csv").write_text("id,price\n1,2.50\n")
    contract = (
        "apiVersion: v3.1.0\nkind: DataContract\nid: s\nversion: 1.0.0\nschema: [{name: s, properties: [{name: id}]}]\n"
    )
    (tmp_path / "sales.odcs.yaml").write_text(contract)
    exec(compile(code, "README.md", "exec"), {})
