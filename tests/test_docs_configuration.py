"""The documentation and the JSON Schemas say what the code does."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest

import headgate
from headgate.core.config_schema import Which, config_schema, schema_text
from headgate.core.pipeline import load_pipeline
from headgate.core.project import load_project
from headgate.core.yaml_document import load_yaml, parse_yaml

ROOT = Path(__file__).parent.parent
DOCS = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
FILES: dict[Which, str] = {"pipeline": "pipeline.yaml", "project": "headgate.yaml"}
COMMITTED: dict[Which, str] = {"pipeline": "pipeline.schema.json", "project": "headgate.schema.json"}
EXAMPLES = Path(headgate.__path__[0]) / "examples"


def keys(
    schema: dict[str, Any], above: str = "", root: dict[str, Any] | None = None
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every key of a schema, dotted, with what the schema says of it; sections too."""
    root = root or schema
    for name, said in schema["properties"].items():
        entry = said.get("additionalProperties") or {}
        opened = {key: one[key] for one in (*said.get("anyOf", ()), entry, said) for key in one if key == "$ref"}
        section = root["$defs"][opened["$ref"].rsplit("/", 1)[-1]] if opened else None
        yield above + name, (section or {}) | said | opened
        if section:
            yield from keys(section, f"{above}{name}." + ("<name>." if entry else ""), root)


def chapter(which: Which) -> str:
    return DOCS.split(f"\n## `{FILES[which]}`\n")[1].split("\n## ")[0]


def rows(which: Which) -> dict[str, str]:
    """Documented key → documented default."""
    return dict(re.findall(r"^\| `([^`]+)` \| ([^|]+) \| \S", chapter(which), re.MULTILINE))


def written(default: Any) -> str:
    if default in (None, [], {}):
        return "none"
    # As YAML has it.
    return f"`{str(default).lower()}`" if isinstance(default, bool) else f"`{default}`"


@pytest.mark.parametrize("which", get_args(Which))
def test_every_key_is_documented_and_every_documented_key_exists(which):
    leaves = {name for name, said in keys(config_schema(which)) if "$ref" not in said}
    assert rows(which).keys() == leaves


@pytest.mark.parametrize("which", get_args(Which))
def test_every_section_has_its_heading(which):
    sections = {name for name, said in keys(config_schema(which)) if "$ref" in said}
    assert set(re.findall(r"^### `([\w.]+)`$", chapter(which), re.MULTILINE)) == sections


@pytest.mark.parametrize("which", get_args(Which))
def test_documented_defaults_are_the_defaults(which):
    documented = rows(which)
    for name, said in keys(config_schema(which)):
        if "$ref" not in said:
            needed = "the folder's name" if name in ("name", "project") else "required"
            assert documented[name] == (written(said["default"]) if "default" in said else needed), name


@pytest.mark.parametrize("which", get_args(Which))
def test_every_key_of_a_schema_has_a_description(which):
    for name, said in keys(config_schema(which)):
        assert said.get("description", "").endswith("."), name


@pytest.mark.parametrize("which", get_args(Which))
def test_the_committed_schemas_are_current(which):
    committed = (ROOT / "docs" / "schemas" / COMMITTED[which]).read_text(encoding="utf-8")
    assert committed == schema_text(which), "write headgate.core.config_schema.schema_text to the file"


@pytest.mark.parametrize("which", get_args(Which))
def test_a_schema_is_valid_draft_2020_12(which):
    schema = config_schema(which)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*/pipeline.yaml")), ids=lambda file: file.parent.name)
def test_bundled_pipelines_fit_the_schema(file):
    jsonschema.validate(load_yaml(file).value, config_schema("pipeline"))


@pytest.mark.parametrize(
    ("which", "text"),
    [
        ("pipeline", "intak: {}"), ("pipeline", "name: Orders"), ("pipeline", "accepted: parket"),
        ("pipeline", "max_rejected: 0.5"), ("pipeline", "report: {recipients: [nobody]}"), ("pipeline", "trim: a"),
        ("pipeline", "sinks: {t: {sort_key: a}}"), ("pipeline", "sinks: {t: {partition_key: a, indexes: {i: []}}}"),
        ("pipeline", "source: {kind: twelve_data}"), ("pipeline", "source: {kind: other, symbols: [A]}"),
        ("pipeline", "source: {kind: twelve_data, symbols: [A], url: 'https://a/?b'}"),
        ("project", "zones: {inbocks: a}"), ("project", "gate: {threads: 0}"), ("project", "gate: {memory_limit: 5X}"),
        ("project", "limits: {record: big}"), ("project", "retry: {attempts: two}"),
    ],
)  # fmt: skip
def test_an_editor_sees_plain_mistakes_by_the_schema_alone(which, text):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(parse_yaml(text).value, config_schema(which))


@pytest.mark.parametrize(
    ("which", "text"),
    [
        ("pipeline", "intake: {match: '*.csv'}"), ("pipeline", "intake: {match: ['*.csv']}"),
        ("pipeline", "derive: {rate: 1.10, ok: true}"), ("pipeline", "max_rejected: 10"),
        ("pipeline", "sinks: {t: {partition_key: a, indexes: {i: a, j: [a, b]}}}"),
        ("pipeline", "source: {kind: twelve_data, symbols: [A], schedule: {cron: '0 0 * * *'}}"),
        ("pipeline", "max_rejected: 2.5%"), ("pipeline", "max_rejected: 5%"), ("project", "limits: {record: 5}"),
        ("project", "limits: {record: 1 MiB}"), ("project", "gate: {memory_limit: 1gb}"),
    ],
)  # fmt: skip
def test_an_editor_complains_of_nothing_that_is_right(which, text):
    jsonschema.validate(parse_yaml(text).value, config_schema(which))


def test_the_examples_in_the_documentation_load_and_fit_the_schemas(tmp_path):
    blocks = dict(re.findall(r"```yaml\n# (\S+)\n(.*?)```", DOCS, re.DOTALL))
    assert sorted(blocks) == ["headgate.yaml", "pipelines/orders/pipeline.yaml"]
    for name, text in blocks.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
        jsonschema.validate(parse_yaml(text).value, config_schema("pipeline" if "orders" in name else "project"))
    (tmp_path / "pipelines/orders/contract.odcs.yaml").write_text("kind: DataContract\n")
    assert load_project(tmp_path).pipelines.keys() == {"orders"}


def test_the_mistake_shown_in_the_documentation_is_what_is_said(tmp_path):
    shown = re.search(r"```text\n(pipelines/orders.*?)\n```", DOCS, re.DOTALL)
    assert shown
    home = tmp_path / "orders"
    home.mkdir()
    (home / "pipeline.yaml").write_text("description: d\nintake:\n  macth: a\n# x\naccepted: parket\n")
    with pytest.raises(Exception, match="macth") as caught:
        load_pipeline(home)
    assert str(caught.value).replace(str(tmp_path), "pipelines") == shown[1]


def test_schemas_hold_nothing_but_json():
    for name in COMMITTED.values():
        json.loads((ROOT / "docs" / "schemas" / name).read_text(encoding="utf-8"))
