"""What of a contract is refused, with its place and what to write instead."""

import pytest

from headgate.core.errors import UserMistake
from tests.core.contract.documents import FILE, HEAD, contract_text, load, mistake, prop

REFUSED_PROPERTIES = {
    "requird: true": "`requird` is unknown; did you mean `required`?",
    "primary_key: true": "did you mean `primaryKey`?",
    "isNullable: false": "write `required`",
    "isUnique: true": "v3 writes `unique`",
    "type: integer": "write `logicalType`",
    "minimum: 1": "under `logicalTypeOptions`",
    "required: yes": "true or false, not 'yes'",
    "required: 1": "true or false, not '1'",
    "logicalType: int": "did you mean `integer`?",
    "logicalType: Date": "did you mean `date`?",
    "logicalType: money": "there are string, date",
    "logicalType: integer, logicalTypeOptions: {minLength: 1}": "`minLength` is for string, not for integer",
    "logicalTypeOptions: {minimum: 1}": "not for string",
    "logicalTypeOptions: {minLenght: 1}": "did you mean `minLength`?",
    "logicalTypeOptions: {length: 1}": "the option `length` is unknown",
    "logicalTypeOptions: {minLength: -1}": "whole number of at least 0",
    "logicalTypeOptions: {minLength: 1.5}": "whole number",
    "logicalTypeOptions: {minLength: 3, maxLength: 2}": "no value can pass",
    "logicalTypeOptions: [1]": "must be a mapping",
    "logicalType: integer, logicalTypeOptions: {minimum: '1'}": "take the quotes off",
    "logicalType: integer, logicalTypeOptions: {minimum: 3, maximum: 2}": "no value can pass",
    "logicalType: number, logicalTypeOptions: {exclusiveMinimum: 2, maximum: 2}": "no value can pass",
    "logicalType: number, logicalTypeOptions: {multipleOf: 0}": "greater than 0",
    "logicalType: integer, logicalTypeOptions: {format: int32}": "is not known for integer",
    "logicalType: date, logicalTypeOptions: {minimum: 31.01.2024}": "ISO 8601 date",
    "logicalType: date, logicalTypeOptions: {minimum: 2024-02-30}": "ISO 8601 date",
    "logicalType: date, logicalTypeOptions: {minimum: '2024-01-01 10:00:00'}": "ISO 8601 date",
    "logicalType: date, logicalTypeOptions: {minimum: 2024-02-01, maximum: 2024-01-01}": "no value can pass",
    "logicalType: date, logicalTypeOptions: {format: YYYY-MM-DD}": "write `yyyy`",
    "logicalType: date, logicalTypeOptions: {format: 'HH:mm'}": "use logicalType time",
    "logicalType: time, logicalTypeOptions: {format: 'yyyy-MM-dd'}": "use logicalType timestamp",
    "logicalType: timestamp, logicalTypeOptions: {format: \"yyyy 'o\"}": "not closed",
    "logicalType: timestamp, logicalTypeOptions: {defaultTimezone: Europe/Paris}": "read as UTC",
    "logicalTypeOptions: {pattern: '['}": "the pattern can't be used",
    "logicalTypeOptions: {pattern: '(?=a)b'}": "look-ahead",
    "logicalTypeOptions: {pattern: '(a)\\1'}": "references to a group",
    "logicalTypeOptions: {pattern: 'a{1001}'}": "the pattern can't be used",
    "logicalTypeOptions: {format: e-mail}": "did you mean `email`?",
    "logicalTypeOptions: {format: iban}": "is not known for string",
    "logicalType: number, physicalType: 'DECIMAL(40,2)'": "1 to 38 digits",
    "enum: []": "the list of values is empty",
    "enum: [{label: a}]": "`value` is missing",
    "logicalType: integer, enum: [{value: a}]": "is not a number",
    "logicalType: boolean, enum: [{value: 1}]": "is not true or false",
    "logicalType: date, enum: [{value: 1.1.2024}]": "is not an ISO 8601 date",
    "quality: {metric: nullValues}": "must be a list",
    "quality: [{metric: nullValue}]": "did you mean `nullValues`?",
    "quality: [{metric: nullValues, mustbe: 0}]": "did you mean `mustBe`?",
    "quality: [{metric: nullValues, mustBe: 1, mustBeLessThan: 2}]": "one operator",
    "quality: [{metric: nullValues, mustBe: many}]": "must be a number",
    "quality: [{metric: nullValues, mustBeBetween: [2, 1]}]": "the lower first",
    "quality: [{metric: nullValues, mustBeBetween: [1]}]": "two numbers",
    "quality: [{metric: nullValues, mustBeLessThan: 5, unit: permille}]": "rows or percent",
    "quality: [{metric: nullValues, mustBeLessThan: 500, unit: percent}]": "between 0 and 100",
    "quality: [{metric: rowCount, mustBe: 1}]": "put it on the schema object",
    "quality: [{metric: invalidValues}]": "`validValues` or `pattern`",
    "quality: [{metric: invalidValues, arguments: {pattern: '('}}]": "the pattern can't be used",
    "quality: [{description: x}]": "`metric` is missing",
    "quality: [{type: Custom, engine: headgate, implementation: a}]": "did you mean `custom`?",
    "quality: [{type: manual}]": "there are library, text, sql, custom",
    "quality: [{type: custom, implementation: a}]": "`engine` is missing",
    "quality: [{type: custom, engine: headgate}]": "`implementation` is missing",
    "quality: [{type: custom, engine: headgaet, implementation: a}]": "did you mean `headgate`?",
    "quality: [{type: custom, engine: headgate, implementation: a, mustBe: 0}]": "has no threshold",
    "quality: [{type: custom, engine: headgate, implementation: {a: 1}}]": "must be a single text",
    "quality: [{type: sql, mustBe: 1}]": "`query` is missing",
    "quality: [{type: sql, query: SELECT 1}]": "needs one of mustBe",
    "quality: [{query: SELECT 1, mustBe: 1}]": "needs `type: sql`",
    "customProperties: [{property: nullTokens, value: N/A}]": "must be a list",
    "customProperties: [{property: nulltokens, value: [a]}]": "did you mean `nullTokens`?",
    "customProperties: [{property: sensitiv, value: true}]": "did you mean `sensitive`?",
    "customProperties: [{property: sensitive, value: 'true'}]": "must be true or false",
    "customProperties: [{property: sensitive}]": "has no value",
    "customProperties: [{property: sensitive, value: true}, {property: sensitive, value: true}]": "given twice",
    "customProperties: [{name: sensitive, value: true}]": "write `property`",
    "customProperties: [{property: integerForm, value: decimal}]": "is for integer columns",
    "logicalType: integer, customProperties: [{property: integerForm, value: float}]": "digits or decimal",
    "logicalType: boolean, customProperties: [{property: trueValues, value: [y]}]": "only understood together",
    "logicalType: boolean, customProperties: [{property: trueValues, value: [y]}, {property: falseValues, value: [Y]}]":
        "means true and false",
    "customProperties: [{property: delimiter, value: ';'}]": "belongs to a schema object",
}  # fmt: skip


@pytest.mark.parametrize(("written", "said"), REFUSED_PROPERTIES.items())
def test_a_property_that_cannot_be_enforced_as_written_is_refused(written, said):
    error = mistake(contract_text(prop(written)))
    assert said in error.message
    assert error.where.line == 9


REFUSED_SCHEMAS = {
    "propertys: []": "did you mean `properties`?",
    "columns: []": "v3 writes `properties`",
    "quality: [{metric: nullValues}]": "put it on a property",
    "quality: [{metric: rowCount}]": "needs one of mustBe",
    "quality: [{metric: duplicateValues}]": "`arguments` is missing",
    "quality: [{metric: duplicateValues, arguments: {properties: [amout]}}]": "did you mean `amount`?",
    "customProperties: [{property: fileformat, value: csv}]": "did you mean `fileFormat`?",
    "customProperties: [{property: fileFormat, value: xlsx}]": "one of csv, json, jsonl, parquet",
    "customProperties: [{property: delimiter, value: ';;'}]": "one character",
    "customProperties: [{property: delimiter, value: a}]": "no letter",
    'customProperties: [{property: delimiter, value: "\\x02"}]': "control character",
    'customProperties: [{property: quote, value: "\\x02"}]': "one ASCII character",
    'customProperties: [{property: escape, value: "\\x1b"}]': "one ASCII character",
    "customProperties: [{property: quote, value: ','}]": "the same character",
    "customProperties: [{property: quote, value: '»'}]": "one ASCII character",
    "customProperties: [{property: escape, value: e}]": "one ASCII character",
    "customProperties: [{property: encoding, value: utf-7}]": "one of utf-8",
    "customProperties: [{property: compression, value: zip}]": "one of none, gzip, zstd, bzip2",
    "customProperties: [{property: extraColumns, value: ignore}]": "one of keep, drop, reject",
    "customProperties: [{property: recordPath, value: rows}]": "starts with `$`",
    "customProperties: [{property: recordPath, value: $.rows}]": "ends with",
    "customProperties: [{property: parentFields, value: {amout: a.b}}]": "did you mean `amount`?",
    "customProperties: [{property: parentFields, value: {amount: 'a[0]'}}]": "names joined by points",
    "customProperties: [{property: parentFields, value: [amount]}]": "must be a mapping",
    "customProperties: [{property: unitCheck, value: {equal: {a: b}}}]": "not `equal`",
    "customProperties: [{property: sensitive, value: true}]": "belongs to a property",
    "customProperties: [{property: fileFormat, value: csv}, {property: recordPath, value: '$[*]'}]": "meaning for csv",
    "customProperties: [{property: fileFormat, value: jsonl}, {property: delimiter, value: ';'}]": "meaning for jsonl",
}


@pytest.mark.parametrize(("written", "said"), REFUSED_SCHEMAS.items())
def test_a_schema_object_that_cannot_be_enforced_as_written_is_refused(written, said):
    error = mistake(contract_text("- name: amount", written))
    assert said in error.message
    assert error.where.line == 10


@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        ("", "this is not a data contract", 1),
        ("- a", "this is not a data contract", 1),
        ("kind: DataContract", "`apiVersion` is missing", 1),
        (HEAD.replace("v3.1.0", "v2.2.2"), "too old", 1),
        (HEAD.replace("v3.1.0", "v3.3.0"), "newer", 1),
        (HEAD.replace("v3.1.0", "v4.0.0"), "newer", 1),
        (HEAD.replace("v3.1.0", "3.1.0"), "must look like v3.2.0", 1),
        (HEAD.replace("v3.1.0", "latest"), "must look like v3.2.0", 1),
        (HEAD.replace("DataContract", "DataProduct"), "`kind` must be DataContract", 2),
        (HEAD, "no `schema`", 1),
        (HEAD + "schema: []", "no `schema`", 6),
        (HEAD + "schema: [{properties: [{name: a}]}]", "`name` is missing", 6),
        (HEAD + "schema: [{name: a}]", "no `properties`", 6),
        (HEAD + "schema: [{name: a, properties: []}]", "no `properties`", 6),
        (HEAD + "schema: [{name: a, properties: [x]}]", "must be a mapping", 6),
        (HEAD + "schema: {name: a}", "must be a list", 6),
        (HEAD + "schema: [{name: a, properties: [{logicalType: date}]}]", "`name` is missing", 6),
        (HEAD + "shema: []", "did you mean `schema`?", 6),
        (HEAD + "dataset: []", "ODCS v2", 6),
        (HEAD + "customProperties: [{property: delimiter, value: ;}]", "belongs to a schema object", 6),
        (HEAD.replace("id: orders-contract\n", "") + "schema: [{name: a, properties: [{name: b}]}]", "`id`", 1),
        (HEAD.replace("version: 1.0.0\n", "") + "schema: [{name: a, properties: [{name: b}]}]", "`version`", 1),
        (HEAD + "schema: [{name: a, properties: [{name: b}]}, {name: a, properties: [{name: b}]}]", "several", 6),
        (HEAD + "kind: DataContract", "stands here twice, first on line 2", 6),
        (HEAD + "schema: [", "not valid YAML", 7),
    ],
)
def test_a_document_that_is_no_v3_contract_is_refused_with_its_place(text, said, line):
    with pytest.raises(UserMistake) as caught:
        load(text)
    assert said in caught.value.message
    assert caught.value.where
    assert caught.value.where.line == line


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ("{name: amount}", "`amount` stands here twice, first on line 9"),
        ("{name: Amount}", "equal but for case"),
        ("{name: other, physicalName: AMOUNT}", "equal but for case"),
    ],
)
def test_two_columns_of_one_name_are_refused(second, said):
    error = mistake(contract_text(f"- name: amount\n- {second}"))
    assert said in error.message
    assert error.where.line == 10


def test_two_key_columns_at_one_position_are_refused():
    text = "- {name: a, primaryKey: true, primaryKeyPosition: 1}\n- {name: b, primaryKey: true, primaryKeyPosition: 1}"
    assert "two columns have primaryKeyPosition 1" in mistake(contract_text(text)).message


def test_an_error_says_where_who_and_what_next():
    error = mistake(contract_text(prop("requird: true")))
    assert str(error.where) == f"{FILE}:9:24 (schema[0].properties[0].requird)"
    assert error.who == "pipeline owner"
    assert error.next == f"mend it, then `headgate contract lint {FILE}`"
