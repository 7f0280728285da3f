"""The analysis document is what its schema and its page say."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from headgate.core.analysis.document import analysis_schema
from headgate.core.config.narrator_settings import DOCUMENTED, NarratorSettings
from headgate.core.errors import Permanent
from headgate.hosts.embedded import EmbeddedHost
from headgate.hosts.once import run_once
from headgate.stages.analyze import FORM
from tests.examples.samples import EXAMPLES
from tests.projects import GOOD, MIXED, documents
from tests.stages.test_narrating import Told, said

DOCS = Path(__file__).parents[3] / "docs"
SCHEMA = json.loads(analysis_schema())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
PIPELINES = sorted(path.parent.name for path in EXAMPLES.glob("*/pipeline.yaml"))


def table() -> Iterator[str]:
    """The part of the page that the schema gives."""
    yield "| key | meaning |\n|---|---|"
    for key, one in SCHEMA["properties"].items():
        # Where a key says the same as what stands under it, it is said there.
        part = SCHEMA["$defs"].get(one.get("$ref", "").rsplit("/", 1)[-1], {})
        yield f"| `{key}` | {one.get('description') or part['description']} |"


def analysed(folder: Path, pipeline: str) -> list[dict[str, Any]]:
    """The documents of all samples of a bundled pipeline."""
    (folder / "pipelines").mkdir(parents=True)
    (folder / "pipelines" / pipeline).symlink_to(EXAMPLES / pipeline)
    (folder / "headgate.yaml").write_text("watch: {settle: 0}\nmail: {to: []}\n")
    with EmbeddedHost(folder) as host:
        for sample in sorted((EXAMPLES / pipeline / "samples").iterdir()):
            host.put(sample, pipeline)
        run_once(host)
    return documents(folder, "analysis/*/*.json")


def test_the_committed_schema_is_current_and_valid():
    committed = (DOCS / "schemas" / "analysis.schema.json").read_text(encoding="utf-8")
    assert committed == analysis_schema(), "write headgate.core.analysis.document.analysis_schema to the file"
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["analysis"]["const"] == FORM


def test_the_page_says_of_every_key_what_the_schema_says():
    page = (DOCS / "analysis.md").read_text(encoding="utf-8").split("<!-- keys -->\n")[1].split("<!-- /keys -->")[0]
    assert page == "\n" + "\n".join(table()) + "\n\n", "write tests.core.analysis.test_document.table to the page"


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_the_analysis_of_every_bundled_sample_fits_the_schema(tmp_path: Path, pipeline: str):
    found = analysed(tmp_path, pipeline)
    assert len(found) >= 2
    for document in found:
        VALIDATOR.validate(document)
        assert list(document) == list(SCHEMA["properties"])


@pytest.mark.parametrize("answer", [said(), Permanent("no key", code="narrator_key_missing", next="set it")])
@pytest.mark.parametrize("data", [GOOD, MIXED])
def test_what_a_model_wrote_or_did_not_write_fits_the_schema(tmp_path: Path, answer, data):
    stage = Told(tmp_path, answer)
    stage.ask_with(NarratorSettings(model=DOCUMENTED))
    document = stage.analyzed(stage.processed(data))
    assert document["model"]
    VALIDATOR.validate(document)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every object of a document whose keys have names of their own."""
    free = ("facts", "cells", "left_out", "rows")
    if isinstance(value, dict):
        if not path or path[-1] not in free:
            yield path
        for key, one in value.items():
            if not (key in free and path[:1] != ("narrative",)):
                yield from places(one, (*path, key))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from places(one, (*path, number))


def test_a_key_that_nobody_knows_does_not_fit_wherever_it_stands(tmp_path: Path):
    stage = Told(tmp_path, said())
    document = stage.analyzed(stage.processed(MIXED))
    found = list(places(document))
    assert len(found) > 10
    for path in found:
        other = copy.deepcopy(document)
        place = other
        for step in path:
            place = place[step]
        place["surprise"] = 1
        assert not VALIDATOR.is_valid(other), path
