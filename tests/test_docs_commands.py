"""docs/commands.md says what the commands have, and nothing that they don't."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from headgate.faces.cli import app
from headgate.faces.cli.init import examples

DOCS = (Path(__file__).parent.parent / "docs" / "commands.md").read_text(encoding="utf-8")


def commands(command: Any, above: str = "") -> Iterator[tuple[str, Any]]:
    """Every command that does something, by its whole name."""
    for name, one in getattr(command, "commands", {}).items():
        if hasattr(one, "commands"):
            yield from commands(one, f"{above}{name} ")
        else:
            yield f"{above}{name}", one


COMMANDS = dict(commands(get_command(app)))
CHAPTERS = {
    title.split(" [")[0]: (title, text)
    for title, text in re.findall(r"^## `headgate ([^`]+)`\n(.*?)(?=^## |\Z)", DOCS, re.M | re.S)
}


def chapter(name: str) -> tuple[str, str]:
    """(arguments in the title, text) of a command's chapter."""
    ((title, text),) = [
        found for key, found in CHAPTERS.items() if re.fullmatch(rf"{name}( \S+)?", key)
    ] or pytest.fail(f"docs/commands.md has no chapter on `headgate {name}`")  # fmt: skip
    return title.removeprefix(name).strip(), text


def rows(text: str) -> dict[frozenset[str], tuple[str, str]]:
    """Names of an option → (its cell, its default)."""
    found = re.findall(r"^\| (`-[^|]*?) \| ([^|]+?) \| \S", text, re.M)
    return {frozenset(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", cell)): (cell, default) for cell, default in found}


def options(command: Any) -> dict[frozenset[str], Any]:
    given = [one for one in command.params if one.param_type_name == "option" and "--help" not in one.opts]
    return {frozenset([*one.opts, *one.secondary_opts]): one for one in given}


def test_every_command_has_a_chapter_and_every_chapter_a_command():
    named = [re.sub(r" [A-Z[].*", "", title) for title, _ in CHAPTERS.values()]
    assert sorted(named) == sorted(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_documented_and_every_documented_option_exists(name):
    assert rows(chapter(name)[1]).keys() == options(COMMANDS[name]).keys()


@pytest.mark.parametrize("name", COMMANDS)
def test_arguments_stand_in_the_title(name):
    given = [one.metavar.strip("[]") for one in COMMANDS[name].params if one.param_type_name == "argument"]
    assert chapter(name)[0].strip("[]") == " ".join(given)


@pytest.mark.parametrize("name", COMMANDS)
def test_documented_defaults_are_the_defaults(name):
    for names, (_, default) in rows(chapter(name)[1]).items():
        option = options(COMMANDS[name])[names]
        if option.required:
            assert default == "required", names
        elif option.is_flag:
            assert default == "off", names
        elif option.default not in (None, []):
            assert default == f"`{option.default}`", names


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_has_a_help_text(name):
    command = COMMANDS[name]
    assert command.help
    assert all(one.help for one in command.params)


def test_options_of_headgate_itself_are_documented():
    own = re.findall(r"^\| `(--[a-z]+)` \|", DOCS.partition("\n## ")[0], re.M)
    assert sorted(own) == sorted(["--help", *(name for names in options(get_command(app)) for name in names)])


def test_the_bundled_pipelines_are_named():
    row = next(cell for cell in DOCS.splitlines() if cell.startswith("| `--example"))
    assert re.findall(r"`([a-z_]+)`", row.rsplit("|", 2)[1]) == list(examples())


def test_every_command_in_an_example_exists():
    shown = re.findall(r"^\$ headgate (.*)$", DOCS, re.M)
    assert len(shown) >= 4
    for line in shown:
        assert any(line == name or line.startswith(f"{name} ") for name in COMMANDS), line
