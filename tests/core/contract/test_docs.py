"""The reference says what the code does."""

import ast
import re
import textwrap
from functools import cache
from pathlib import Path

import pytest

from headgate.core.contract.catalogue import BY_CODE, CATALOGUE, FAILED_FILES, render_catalogue, render_failed_files
from headgate.core.contract.formats import STRING_FORMATS
from headgate.core.contract.keys import OPERATORS
from headgate.core.contract.options import OPTIONS
from headgate.core.contract.properties import PROPERTIES, RESERVED_NAMES, SENSITIVE_CLASSES, table
from headgate.core.expression import function_allow_list
from headgate.core.gate.reasons import RECORD_MESSAGES
from headgate.core.gate.tables import MALFORMED
from headgate.core.sql_functions import AGGREGATE, WINDOW
from tests.core.contract.documents import load
from tests.core.contract.test_standard_examples import READ

ROOT = Path(__file__).resolve().parents[3]
DOCS = ROOT / "docs"
CONTRACT = (DOCS / "contract.md").read_text(encoding="utf-8")
REASONS = (DOCS / "reasons.md").read_text(encoding="utf-8")


def part(text, name):
    found = re.search(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", text, re.DOTALL)
    assert found
    return found[1]


def listed(names):
    return "```text\n" + textwrap.fill(" ".join(names), 110) + "\n```\n"


def properties():
    lines = ["| property | on | values | default | meaning |", "|---|---|---|---|---|"]
    lines += ["| " + " | ".join((f"`{name}`", *rest)) + " |" for name, *rest in table()]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        (CONTRACT, "functions", listed(function_allow_list())),
        (CONTRACT, "aggregates", listed(sorted((*AGGREGATE, *WINDOW)))),
        (CONTRACT, "properties", properties()),
        (REASONS, "reasons", render_catalogue()),
        (REASONS, "failed files", render_failed_files()),
    ],
)
def test_generated_parts_are_up_to_date(text, name, expected):
    assert part(text, name) == expected


@pytest.mark.parametrize("names", [RESERVED_NAMES, OPERATORS, STRING_FORMATS, *OPTIONS.values()])
def test_every_name_is_in_the_reference(names):
    silent = {"elementType", "distanceMetric", "embeddingModel", "embeddingModelVersion", "normalized"}
    assert [name for name in names if f"`{name}`" not in CONTRACT and name not in silent] == []


def test_every_sensitive_class_is_in_the_reference():
    assert all(re.search(rf"\b{name}\b", CONTRACT) for name in SENSITIVE_CLASSES)


def test_the_example_contracts_of_the_reference_load():
    blocks = re.findall(r"```yaml\n(.*?)```", CONTRACT, re.DOTALL)
    assert load(blocks[0]).rules[-1].id == "row.no_free_bulk"
    schema = textwrap.indent(blocks[1], "    ") + "    properties: [{name: symbol}]\n"
    head = "apiVersion: v3.1.0\nkind: DataContract\nid: a\nversion: 1.0.0\nschema:\n  - name: t\n"
    assert load(head + schema).layout.unit_check.required == ("meta", "values")


def test_every_rule_of_a_contract_has_its_code_in_the_catalogue():
    codes = {rule.code for text in READ.values() for rule in load(text).rules}
    assert codes - BY_CODE.keys() == set()
    assert {"required", "type", "minimum", "pattern", "valid_values", "primary_key"} <= codes


def test_every_code_of_a_malformed_record_is_in_the_catalogue_and_no_other():
    produced = (MALFORMED.keys() - {"framed"}) | RECORD_MESSAGES.keys() | {"derive_failed"}
    assert {reason.code for reason in CATALOGUE if reason.source != "contract"} == produced


def test_every_code_that_a_framer_writes_down_has_a_message():
    written = [call.args[1] for call in calls("malformed") if len(call.args) > 1]
    assert set().union(*map(codes_in, written)) - RECORD_MESSAGES.keys() == set()


# Functions that make a FileFailed with a code they are given: which argument it is, and below which folder.
MAKERS = {"failed": (0, "core/reading"), "_failed": (1, "core/reading"), "because": (0, "")}


def test_every_code_of_a_failed_file_is_documented_and_no_other():
    documented = [failure.code for failure in FAILED_FILES]
    given = [word.value for call in calls("FileFailed") for word in call.keywords if word.arg == "code"]
    assert len(given) == len(calls("FileFailed")), "each FileFailed has a code"
    given += [call.args[at] for name, (at, below) in MAKERS.items() for call in calls(name, below)]
    given += [node.value.elts[0] for node in nodes(ast.Assign) if ast.unparse(node.targets[0]) == "outcome.failure"]
    assert sorted(set().union(*map(codes_in, given))) == sorted(documented)


@cache
def nodes(kind, below=""):
    sources = [file.read_text(encoding="utf-8") for file in sorted((ROOT / "src" / "headgate" / below).rglob("*.py"))]
    return [node for source in sources for node in ast.walk(ast.parse(source)) if isinstance(node, kind)]


def calls(name, below=""):
    return [call for call in nodes(ast.Call, below) if ast.unparse(call.func).split(".")[-1] == name]


def codes_in(node):
    """The codes an argument can be, as far as they stand in the source: in itself, or in a constant it names."""
    found = {part.value for part in ast.walk(node) if isinstance(part, ast.Constant)}
    named = {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and part.id.isupper()}
    assigned = [each.value for each in nodes(ast.Assign) if ast.unparse(each.targets[0]) in named]
    found |= {value.value for value in assigned if isinstance(value, ast.Constant)}
    return {code for code in found if re.fullmatch("[a-z_]+", str(code))}


def test_codes_are_unique_and_public_ones_are_never_taken_away():
    codes = [reason.code for reason in CATALOGUE]
    assert len(codes) == len(set(codes))
    assert set(codes) >= {
        "required", "type", "minimum", "maximum", "exclusive_minimum", "exclusive_maximum", "multiple_of", "min_length",
        "max_length", "pattern", "format", "valid_values", "invalid_pattern", "min_items", "max_items", "unique",
        "primary_key", "row_rule", "too_few_fields", "too_many_fields", "text_after_quote", "open_quote", "undecodable",
        "not_json", "not_an_object", "duplicate_key", "bad_unit", "extra_column", "derive_failed",
        "still_malformed",
    }  # fmt: skip


def test_names_of_custom_properties_are_unique():
    assert len({entry.name for entry in PROPERTIES}) == len(PROPERTIES)
