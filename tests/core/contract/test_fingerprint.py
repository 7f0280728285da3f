"""What changes a contract's fingerprint and what does not."""

import json

import pytest

from headgate.core.contract.fingerprint import canonical, contract_fingerprint
from tests.core.contract.documents import HEAD, contract_text, load

PROPERTIES = """
- name: id
  logicalType: integer
  required: true
  description: the number
- {name: low, logicalType: number, logicalTypeOptions: {minimum: 0, maximum: 9}}
"""
SCHEMA = """
customProperties: [{property: delimiter, value: ";"}]
quality: [{type: custom, engine: headgate, name: r, implementation: low < id}]
"""
TEXT = contract_text(PROPERTIES, SCHEMA)


def fingerprint(text):
    return contract_fingerprint(load(text))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("status: active", "status: retired"),
        ("the number", "another text"),
        ("minimum: 0, maximum: 9", "maximum: 9, minimum: 0"),
        ("v3.1.0", "v3.2.0"),
        ("  logicalType: integer\n        required: true", "  required: true  # note\n        logicalType: integer"),
        ('";"', "';'"),
    ],
)
def test_what_is_only_written_differently_leaves_it_alone(old, new):
    assert old in TEXT
    assert fingerprint(TEXT.replace(old, new)) == fingerprint(TEXT)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("version: 1.0.0", "version: 1.0.1"),
        ("id: orders-contract", "id: other"),
        ("minimum: 0", "minimum: 1"),
        ("required: true", "required: false"),
        ("name: low", "name: high"),
        ('";"', '","'),
        ("low < id", "low <= id"),
        ("name: r,", "name: r, severity: warning,"),
        ("name: r,", "name: r, description: what people read beside the row,"),
        ("logicalType: integer", "logicalType: integer\n        classification: pii"),
    ],
)
def test_what_is_enforced_or_shown_changes_it(old, new):
    assert old in TEXT
    text = TEXT.replace(old, new).replace("low < id", "high < id" if new == "name: high" else "low < id")
    assert fingerprint(text) != fingerprint(TEXT)


def test_the_order_of_columns_changes_it_because_accepted_rows_have_it():
    first, second = "- name: a", "- name: b"
    assert fingerprint(contract_text(f"{first}\n{second}")) != fingerprint(contract_text(f"{second}\n{first}"))


def test_the_canonical_form_is_json_with_sorted_keys():
    form = canonical(load(TEXT))
    assert json.dumps(json.loads(form), sort_keys=True, separators=(",", ":")).encode() == form


def test_it_is_the_same_tomorrow():
    text = contract_text("- {name: id, primaryKey: true}", head=HEAD)
    assert fingerprint(text) == "b34e99d4dae0722e8d9b487bbaa3246096d4e7fb814e4cfd8d860e1ee15c510d"
