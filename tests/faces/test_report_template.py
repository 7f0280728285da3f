"""A pipeline's own template that is wrong: found before a file is taken, or else it costs neither report nor mail."""

from __future__ import annotations

import pytest

from tests.faces.command import Here
from tests.projects import MIXED, drop, mails, make_project, names

TEMPLATE = "pipelines/people/report.html.j2"


@pytest.fixture
def shop(here: Here) -> Here:
    """The command at home in a project."""
    make_project(here.folder)
    drop(here.folder, "people/a.csv", MIXED)
    return here


@pytest.mark.parametrize("text", ["<p>\n{{ report.titel }}</p>", "<p>\n{{ reprot.title }}</p>", "<p>\n{% if %}</p>"])
def test_with_a_typo_in_a_template_no_run_begins(shop: Here, text):
    (shop.folder / TEMPLATE).write_text(text)
    said = shop("run")
    assert (said.code, said.out) == (2, "")
    assert f"{TEMPLATE}:2: the report's template can't be used: " in said.err
    assert names(shop.folder, "inbox") == ["a.csv"]
    assert not (shop.folder / ".headgate").exists()


def test_a_template_that_fails_for_one_report_is_told_and_leaves_no_dead_letter(shop: Here):
    (shop.folder / TEMPLATE).write_text("{{ analysis.facts.nothing }}")
    said = shop("run")
    assert (said.code, said.err) == (0, "")
    (line,) = [line for line in said.out.splitlines() if line.startswith("report: ")]
    assert line.endswith(".txt (the pipeline's own template failed; the report says why)")
    assert len(mails(shop.folder)) == 1
    (run,) = (one["run"] for one in shop("runs", "--json").json)
    again = shop("report", run)
    assert (again.code, again.err) == (0, "the pipeline's own template failed; the report says why\n")
    (shop.folder / TEMPLATE).write_text("<p>ours</p>")
    assert shop("report", run).err == ""
    assert (shop.folder / f"reports/people/{run}.html").read_text() == "<p>ours</p>"
