"""The coverage sheet says of every attribute what becomes of it."""

from headgate.core.contract import read_contract
from headgate.core.contract.explain import explain_contract, render_coverage
from headgate.core.yaml_document import parse_yaml
from tests.core.contract.documents import HEAD, contract_text

TEXT = contract_text(
    """
    - name: id
      logicalType: integer
      primaryKey: true
      description: the number
      logicalTypeOptions: {minimum: 1, format: i8}
      relationships: [{to: other.id}]
    - name: address
      logicalType: object
      properties: [{name: street, required: true}]
      logicalTypeOptions: {required: [street]}
    - name: email
      classification: pii
      required: false
      logicalTypeOptions: {format: email, minLength: 0}
      quality:
        - {metric: nullValues, mustBeLessThan: 5, unit: percent}
        - {metric: duplicateValues, severity: warning}
        - {type: custom, engine: soda, implementation: x}
    - {name: total, semanticType: measure}
    """,
    """
    customProperties: [{property: delimiter, value: ";"}, {property: owner, value: us}]
    quality:
      - {type: text, description: looked at by hand}
      - {type: custom, engine: headgate, name: positive, implementation: id > 0}
    """,
    HEAD + "servers: []\n",
).replace("  - name: orders", "  - {name: other, properties: [{name: id}]}\n  - name: orders")


def sheet():
    document = parse_yaml(TEXT, file="c.yaml")
    return explain_contract(read_contract(document, "orders"), document)


def level(subject, attribute):
    return [(row.level, row.note) for row in sheet() if (row.subject, row.attribute) == (subject, attribute)]


def test_every_attribute_of_the_chosen_schema_object_has_one_line():
    paths = [row.path for row in sheet()]
    assert len(paths) == len(set(paths))
    assert {"schema[1].properties[0].logicalTypeOptions.minimum", "schema[1].properties[2].quality[0]"} < set(paths)
    assert all(row.where.line for row in sheet())


def test_rules_are_enforced_on_every_row():
    assert level("id", "primaryKey") == [("row", "rules required and primary_key")]
    assert level("id", "minimum") == [("row", "rule minimum")]
    assert level("id", "format") == [("row", "rules maximum")]
    assert level("email", "format") == [("row", "rule format")]


def test_quality_is_told_apart_by_what_it_does():
    assert level("email", "quality") == [
        ("file", "check email.nullValues"),
        ("row", "rule email.unique (counted only)"),
        ("not enforced", "the engine soda is not Headgate's"),
    ]
    assert level("orders", "quality") == [("not enforced", "text is for people to read"), ("row", "rule row.positive")]


def test_what_is_not_enforced_says_why():
    assert level("address", "properties") == [("not enforced", "fields inside an object are kept as they are")]
    assert level("address", "required") == [("not enforced", "fields inside an object are kept as they are")]
    assert level("id", "relationships")[0][0] == "not enforced"
    assert level("id", "description") == [("not enforced", "documentation")]
    assert level("email", "required") == [("not enforced", "false asks for nothing")]
    assert level("total", "*") == [("not enforced", "a measure is computed, not read from a file")]
    assert level("other", "*") == [("not enforced", "another schema object: name it with --schema")]
    assert level("orders", "owner") == [("not enforced", "not Headgate's")]
    assert level("contract", "servers")[0][0] == "not enforced"


def test_custom_properties_and_classes_decide_how_a_file_is_read():
    assert level("orders", "delimiter") == [("reading", "what parts two fields")]
    assert level("email", "classification") == [("reading", "values are masked in what people see")]


def test_the_text_has_a_part_for_each_level_and_a_line_for_each_attribute():
    text = render_coverage(sheet())
    assert [line for line in text.splitlines() if line and not line.startswith(" ")] == [
        "Decides how the file is read: 10",
        "Enforced on every row: 8",
        "Enforced on the file as a whole: 1",
        "Not enforced: 13",
    ]
    assert text.count("\n  ") == len(sheet())
