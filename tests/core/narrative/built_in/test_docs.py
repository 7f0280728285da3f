"""docs/narrative.md says what is so."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from headgate.core.config_schema import config_schema, schema_text
from headgate.core.narrative.built_in import built_in_draft, check_templates, parse_templates
from headgate.core.narrative.built_in.checking import COUNTED
from headgate.core.narrative.built_in.form import Templates
from headgate.core.narrative.built_in.language import FILTERS
from headgate.core.narrative.file_fact import FILE_FACT, NAME
from headgate.core.narrative.guards import LONG
from headgate.core.narrative.request import Matter
from headgate.core.report.header import Shown
from headgate.core.yaml_document import load_yaml
from tests.examples.samples import EXAMPLES

ROOT = Path(__file__).resolve().parents[4]
TEXT = (ROOT / "docs" / "narrative.md").read_text(encoding="utf-8")
SCHEMA = ROOT / "docs" / "schemas" / "narrative.schema.json"
EXAMPLE = re.findall(r"```yaml\n(.*?)```", TEXT, re.S)[0]
PRODUCTS = [
    {"name": "Lamp", "orders": 7, "left": 3},
    {"name": "Desk", "orders": 2, "left": 0},
    {"name": "Chair", "orders": 1, "left": 9},
]


def test_the_example_is_told():
    facts: dict[str, list[dict[str, Any]]] = {
        "totals": [{"orders": 10, "revenue": 1250.5, "largest_order": 400.0}],
        "products": PRODUCTS,
    }
    findings = [{"finding": "large", "severity": "warning", "message": "m", "count": 1, "rows": [{"order_id": "o7"}]}]
    templates = parse_templates(EXAMPLE)
    check_templates(templates, {name: tuple(rows[0]) for name, rows in facts.items()}, {"large": ("order_id",)})
    shown = {"totals": Shown.of("", (), ["revenue=EUR largest_order=EUR"])}
    draft = built_in_draft(Matter("Shop", facts, findings, "", shown), templates)
    assert draft.summary.text == "10 orders came to 1,250 EUR. The largest was worth 400 EUR."
    assert draft.summary.facts == ("totals",)
    assert [one.description for one in draft.insights] == ["Lamp sells best, then Desk and Chair."]
    assert [one.confidence for one in draft.insights] == ["medium"]
    assert [one.description for one in draft.anomalies] == ["1 order is unusually large, above all o7."]
    assert [one.action for one in draft.recommendations] == [
        "Order more Lamp: only 3 left, and 7 orders.",
        "Order more Desk: only 0 left, and 2 orders.",
    ]
    assert [(one.entity, one.summary, one.risks) for one in draft.entities] == [
        ("Lamp", "Lamp was ordered 7 times.", "Only 3 are left."),
        ("Desk", "Desk was ordered 2 times.", "Only 0 are left."),
        ("Chair", "Chair was ordered 1 time.", ""),
    ]


def test_every_filter_and_part_is_named():
    for name in (*FILTERS, *Templates.model_fields):
        assert re.search(rf"`{name}\b", TEXT), name


def test_every_name_that_is_always_there_is_named():
    for name in (*COUNTED, *FILE_FACT[NAME]):
        assert f"`{name}`" in TEXT


def test_the_limit_of_a_quoted_text_is_the_one_that_holds():
    assert f"a text of more than {LONG} characters" in TEXT


def test_the_committed_schema_is_current():
    assert SCHEMA.read_text(encoding="utf-8") == schema_text("narrative")
    jsonschema.Draft202012Validator.check_schema(json.loads(SCHEMA.read_text(encoding="utf-8")))


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*/narrative.yaml")), ids=lambda file: file.parent.name)
def test_bundled_templates_fit_the_schema(file: Path):
    jsonschema.validate(load_yaml(file).value, config_schema("narrative"))


def test_what_the_schema_does_not_know_is_refused():
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"sumary": []}, config_schema("narrative"))
