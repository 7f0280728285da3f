"""The document is what its schema and its page say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
from hypothesis import given

from headgate.core.daily_report.document import report_schema
from tests.core.daily_report.files import duplicate, failed, processed, reported
from tests.core.daily_report.test_counting import FILES

DOCS = Path(__file__).parents[3] / "docs"
PAGE = DOCS / "daily-report.md"
SCHEMA = json.loads(report_schema())


def type_of(said: dict[str, Any]) -> str:
    """The type of a key, as the page names it."""
    if "anyOf" in said:
        return " or ".join(type_of(one) for one in said["anyOf"])
    if "$ref" in said:
        name = said["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if said.get("type") == "array":
        return f"list of {type_of(said['items'])}"
    return f"`{said['const']}`" if "const" in said else str(said["type"])


def tables() -> Iterator[str]:
    """The part of the page that the schema gives."""
    parts = {"DailyReport": SCHEMA, **dict(sorted(SCHEMA["$defs"].items()))}
    for name, part in parts.items():
        yield f"### {name}\n\n{part['description']}\n\n| key | type | meaning |\n|---|---|---|"
        for key, said in part["properties"].items():
            yield f"| `{key}` | {type_of(said)} | {said['description']} |"
        yield ""


def test_the_committed_schema_is_current_and_valid():
    committed = (DOCS / "schemas" / "daily-report.schema.json").read_text(encoding="utf-8")
    assert committed == report_schema(), "write headgate.core.daily_report.document.report_schema to the file"
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_page_says_of_every_key_what_the_schema_says():
    page = PAGE.read_text(encoding="utf-8").split("<!-- keys -->\n")[1].split("<!-- /keys -->")[0]
    assert page == "\n" + "\n".join(tables()) + "\n", "write tests.core.daily_report.test_document.tables to the page"


@given(FILES)
def test_every_report_fits_the_schema(files):
    jsonschema.validate(json.loads(reported(files).as_text()), SCHEMA)


def test_numbers_of_lists_and_parts_are_found_under_the_documented_keys():
    first = processed("a.csv")
    document = json.loads(reported([first, duplicate("b.csv", first), failed("c.csv")]).as_text())
    assert list(document) == list(SCHEMA["properties"])
    assert document["from"] == "2026-11-19T23:00:00Z"
    assert (document["totals"]["files"], document["failures"][0]["code"]) == (3, "missing_column")
    assert next(iter(document["by_pipeline"][0])) == "pipeline"
