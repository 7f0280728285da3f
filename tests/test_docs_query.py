"""docs/query.md shows what happens."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from headgate.core.query.statement import _TABLE_FUNCTIONS
from tests.faces.command import DIRTY, Here

DOCS = (Path(__file__).parent.parent / "docs" / "query.md").read_text(encoding="utf-8")


@pytest.fixture
def here(tmp_path, monkeypatch, capsys) -> Here:
    """In a project that has processed the dirty sample of the orders."""
    here = Here(tmp_path, monkeypatch, capsys)
    assert here("init", "shop", "--example", "orders", "--quiet").code == 0
    assert here("run", DIRTY, "-p", "orders", "--project", "shop", "--quiet").code == 0
    here.folder = tmp_path / "shop"
    return here


def test_every_question_that_is_shown_has_an_answer(here: Here):
    shown = [shlex.split(line) for line in re.findall(r"^\$ headgate (.*)$", DOCS, re.M)]
    assert len(shown) >= 5
    for words in shown:
        said = here(*words)
        assert (said.code, said.err) == (0, ""), words
        assert len(said.out.splitlines()) > 5, words


def test_the_columns_are_those_of_the_tables(here: Here):
    for table, listed in re.findall(r"^\| `(runs|rejected_<pipeline>)` \| [^|]+ \| (.*) \|$", DOCS, re.M):
        name = table.replace("<pipeline>", "orders")
        columns = [row["column_name"] for row in here("query", f"DESCRIBE {name}", "--json").json]
        assert set(re.findall(r"`([a-z_]+)`", listed)) <= set(columns), table
        assert {column for column in columns if column.startswith("_") or name == "runs"} <= set(
            re.findall(r"`([a-z_]+)`", listed)
        )


def test_the_mistake_that_is_shown_is_what_is_said(here: Here):
    (shown,) = re.findall(r"```text\n(.*?)```", DOCS, re.S)
    assert here("query", "SELECT totl FROM accepted_orders").err == shown


def test_the_functions_that_may_stand_in_from_are_listed():
    (listed,) = re.findall(r"few functions: (.*?)\. In expressions", DOCS, re.S)
    assert sorted(re.findall(r"`([a-z_]+)`", listed)) == sorted(set(_TABLE_FUNCTIONS) - {"histogram_values"})
