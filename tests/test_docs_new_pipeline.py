"""docs/new-pipeline.md, typed as it is written: a pipeline from nothing to its first report."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.shell import Shell

PAGE = (Path(__file__).parent.parent / "docs" / "new-pipeline.md").read_text(encoding="utf-8")


def steps() -> Iterator[tuple[str, str]]:
    """(path, content) of each file and ("", line) of each line to type, in the order of the page."""
    for path, language, text in re.findall(r"(?:^`([^`\n]+)`\n\n)?^```(\w+)\n(.*?)^```", PAGE, re.M | re.S):
        if language == "console":
            yield from (("", line.removeprefix("$ ")) for line in text.splitlines())
        elif path:
            yield path, text


def test_the_page_makes_a_pipeline_that_reports(tmp_path: Path):
    shell, said = Shell(tmp_path), {}
    for path, text in steps():
        if path:
            (tmp_path / path).write_text(text, encoding="utf-8")
        else:
            said[text] = shell.type(text)
    (report,) = [output for line, output in said.items() if line.startswith("cat ")]
    for expected in ("5 of 7 rows accepted", "How long tickets take", "T-1004 of accounts took 195 minutes"):
        assert expected in report
    assert [run["counts"]["rejected"] for run in shell.runs("helpdesk")] == [2]
