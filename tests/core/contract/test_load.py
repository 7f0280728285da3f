"""What a contract becomes when it is read, and what is refused."""

import subprocess
import sys

import pytest

from headgate.core.contract import load_contract
from headgate.core.contract.properties import RESERVED_NAMES
from headgate.core.errors import UserMistake
from tests.core.contract.documents import FILE, HEAD, contract_text, load, mistake, prop


def rules(text, schema=""):
    contract = load(contract_text(text, schema))
    return [(rule.id, rule.argument) for rule in contract.rules]


def column(text):
    return load(contract_text(text)).columns[0]


def test_a_plain_property_is_optional_text_without_rules():
    contract = load(contract_text("- name: note"))
    found = contract.columns[0]
    assert (found.name, found.source, found.type, found.required) == ("note", "note", "string", False)
    assert contract.rules == ()


def test_identity_comes_from_the_document():
    contract = load(contract_text("- name: note", head=HEAD + "name: Orders of partners\n"))
    assert (contract.id, contract.version, contract.name) == ("orders-contract", "1.0.0", "Orders of partners")
    assert (contract.schema, contract.file) == ("orders", FILE)


def test_a_version_that_looks_like_a_number_keeps_its_digits():
    assert load(contract_text("- name: note", head=HEAD.replace("1.0.0", "1.10"))).version == "1.10"


def test_the_physical_name_is_the_header_it_is_read_from():
    found = column("- {name: amount, physicalName: AMT_EUR}")
    assert (found.name, found.source) == ("amount", "AMT_EUR")


@pytest.mark.parametrize(
    "logical_type", ["date", "timestamp", "time", "number", "integer", "boolean", "object", "array"]
)
def test_every_type_but_text_is_a_rule(logical_type):
    assert rules(prop(f"logicalType: {logical_type}")) == [("amount.type", logical_type)]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("integer, logicalTypeOptions: {minimum: 0, maximum: 9}", [("minimum", 0), ("maximum", 9)]),
        ("number, logicalTypeOptions: {exclusiveMinimum: 0.1}", [("exclusive_minimum", 0.1)]),
        ("number, logicalTypeOptions: {exclusiveMaximum: -1e3}", [("exclusive_maximum", -1000.0)]),
        ("number, logicalTypeOptions: {minimum: 0, exclusiveMinimum: true}", [("exclusive_minimum", 0)]),
        ("number, logicalTypeOptions: {maximum: 9, exclusiveMaximum: false}", [("maximum", 9)]),
        ("number, logicalTypeOptions: {multipleOf: 0.05}", [("multiple_of", 0.05)]),
        ("integer, logicalTypeOptions: {format: u8}", [("minimum", 0), ("maximum", 255)]),
        ("integer, logicalTypeOptions: {format: i32, minimum: 1}", [("minimum", 1), ("maximum", 2147483647)]),
        ("integer, logicalTypeOptions: {format: u64}", [("minimum", 0)]),
        ("integer, logicalTypeOptions: {format: i64}", []),
        ("number, logicalTypeOptions: {format: f32}", []),
        ("date, logicalTypeOptions: {minimum: 2024-01-31}", [("minimum", "2024-01-31")]),
        ('date, logicalTypeOptions: {maximum: "2024-01-31 00:00:00"}', [("maximum", "2024-01-31")]),
        ("timestamp, logicalTypeOptions: {minimum: 2024-01-31}", [("minimum", "2024-01-31 00:00:00")]),
        (
            'timestamp, logicalTypeOptions: {exclusiveMaximum: "2024-01-31T10:00:00+02:00"}',
            [("exclusive_maximum", "2024-01-31 08:00:00")],
        ),
        ('time, logicalTypeOptions: {minimum: "08:30"}', [("minimum", "08:30:00")]),
        ("array, logicalTypeOptions: {minItems: 1, maxItems: 3}", [("min_items", 1), ("max_items", 3)]),
        ("array, logicalTypeOptions: {minItems: 0, uniqueItems: true}", []),
        ("object, logicalTypeOptions: {required: [a], maxProperties: 5}", []),
    ],
)
def test_options_are_rules(options, expected):
    found = rules(prop(f"logicalType: {options}"))
    assert found[1:] == [(f"amount.{code}", argument) for code, argument in expected]


def test_a_vector_is_an_array_of_exactly_its_dimensions():
    found = rules(prop("logicalType: vector, logicalTypeOptions: {dimensions: 3}"))
    assert found == [("amount.type", "array"), ("amount.min_items", 3), ("amount.max_items", 3)]


def test_a_map_is_an_object():
    text = prop("logicalType: map, map: {key: {logicalType: string}, value: {logicalType: integer}}")
    assert column(text).type == "object"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("minLength: 1", ("min_length", 1)),
        ("maxLength: 0", ("max_length", 0)),
        ("pattern: '^[A-Z]+$'", ("pattern", "^[A-Z]+$")),
        ("pattern: '\\p{L}+'", ("pattern", r"\p{L}+")),
        *((f"format: {name}", ("format", name)) for name in ("email", "uuid", "uri", "hostname", "ipv4", "ipv6")),
    ],
)
def test_options_of_text_are_rules(options, expected):
    code, argument = expected
    assert rules(prop(f"logicalTypeOptions: {{{options}}}")) == [(f"amount.{code}", argument)]


def test_a_date_whose_format_has_a_time_of_day_is_a_timestamp():
    found = column(prop("logicalType: date, logicalTypeOptions: {format: 'yyyy-MM-dd HH:mm:ss'}"))
    assert (found.type, found.format) == ("timestamp", "yyyy-MM-dd HH:mm:ss")


def test_an_enumeration_lists_values_of_the_column_s_type():
    text = prop("logicalType: integer, enum: [{value: 1, label: one}, {value: 2}, {value: 1}]")
    assert rules(text)[1] == ("amount.valid_values", (1, 2))


def test_words_that_older_yaml_takes_for_booleans_stay_words():
    assert rules(prop("enum: [{value: NO}, {value: yes}, {value: 007}]")) == [
        ("amount.valid_values", ("NO", "yes", "007"))
    ]


def test_a_single_key_is_required_and_one_rule_even_when_it_is_unique_too():
    found = rules(prop("required: true, unique: true, primaryKey: true, quality: [{metric: duplicateValues}]"))
    assert found == [("amount.required", None), ("amount.primary_key", None)]


def test_a_composite_key_goes_by_position_and_requires_each_column():
    contract = load(
        contract_text("""
            - {name: day, primaryKey: true, primaryKeyPosition: 2}
            - {name: shop, primaryKey: true, primaryKeyPosition: 1, unique: true}
        """)
    )
    assert [rule.id for rule in contract.rules] == ["day.required", "shop.required", "row.primary_key"]
    assert contract.rules[-1].columns == ("shop", "day")
    assert all(found.required for found in contract.columns)


def test_presence_then_type_then_the_rest_of_each_column_then_rules_about_the_row():
    found = rules(
        """
        - name: low
          logicalType: number
          logicalTypeOptions: {minimum: 0}
          quality: [{type: custom, engine: headgate, name: even, implementation: low % 2 = 0}, {metric: nullValues}]
        - {name: id, primaryKey: true}
        """,
        "quality: [{metric: duplicateValues, arguments: {properties: [id, low]}}]",
    )
    assert [rule for rule, _ in found] == [
        "low.required", "low.type", "low.minimum", "id.required", "id.primary_key", "low.even", "row.unique",
    ]  # fmt: skip


def test_the_layout_comes_from_custom_properties():
    properties = "- name: symbol\n- name: close"
    schema = """
        customProperties:
          - {property: fileFormat, value: json}
          - {property: encoding, value: UTF8}
          - {property: compression, value: gz}
          - {property: recordPath, value: "$.*.values[*]"}
          - {property: parentFields, value: {symbol: $.meta.symbol}}
          - {property: unitCheck, value: {absentOrEqual: {status: ok}, required: [meta, values]}}
          - {property: extraColumns, value: reject}
    """
    layout = load(contract_text(properties, schema)).layout
    assert (layout.file_format, layout.encoding, layout.compression) == ("json", "utf-8", "gzip")
    assert (layout.record_path, layout.parent_fields) == ("$.*.values[*]", (("symbol", "meta.symbol"),))
    assert layout.unit_check.absent_or_equal == (("status", "ok"),)
    assert layout.unit_check.required == ("meta", "values")
    assert layout.extra_columns == "reject"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("{property: delimiter, value: tab}", ("\t", '"', '"')),
        ("{property: delimiter, value: '\\t'}", ("\t", '"', '"')),
        ("{property: delimiter, value: ';'}", (";", '"', '"')),
        ('{property: quote, value: "\'"}', (",", "'", "'")),
        ("{property: escape, value: '\\'}", (",", '"', "\\")),
        ("{property: quote, value: none}", (",", "", "")),
    ],
)
def test_the_escape_is_the_quote_unless_it_is_given(given, expected):
    layout = load(contract_text("- name: a", f"customProperties: [{given}]")).layout
    assert (layout.delimiter, layout.quote, layout.escape) == expected


@pytest.mark.parametrize(
    ("written", "encoding"),
    [("UTF-8", "utf-8"), ("utf_16", "utf-16"), ("UTF-16LE", "utf-16-le"), ("ISO-8859-1", "latin-1"),
     ("latin1", "latin-1"), ("windows-1252", "cp1252")],
)  # fmt: skip
def test_an_encoding_may_be_called_by_its_other_names(written, encoding):
    schema = f"customProperties: [{{property: encoding, value: {written}}}]"
    assert load(contract_text("- name: a", schema)).layout.encoding == encoding


def test_null_tokens_of_a_property_replace_those_of_the_schema():
    contract = load(
        contract_text(
            """
            - name: a
            - {name: b, customProperties: [{property: nullTokens, value: [-999, " - "]}]}
            - {name: c, customProperties: [{property: nullTokens, value: []}]}
            """,
            "customProperties: [{property: nullTokens, value: [N/A, null, '']}]",
        )
    )
    assert [found.null_tokens for found in contract.columns] == [("N/A",), ("-999", "-"), ()]


def test_forms_of_values_come_from_custom_properties():
    number = column(prop("logicalType: integer, customProperties: [{property: integerForm, value: decimal}]"))
    assert number.integer_form == "decimal"
    flag = column(
        prop(
            "logicalType: boolean, customProperties: [{property: trueValues, value: [Yes, Y]},"
            " {property: falseValues, value: [No, 0]}]"
        )
    )
    assert (flag.true_values, flag.false_values) == (("yes", "y"), ("no", "0"))


@pytest.mark.parametrize(
    ("written", "decimal"),
    [("DECIMAL(18,2)", (18, 2)), ("numeric( 10 )", (10, 0)), ("NUMERIC(38, 38)", (38, 38)), ("double", None)],
)
def test_a_decimal_keeps_its_digits(written, decimal):
    assert column(prop(f"logicalType: number, physicalType: '{written}'")).decimal == decimal


@pytest.mark.parametrize(
    ("written", "sensitive"),
    [
        ("classification: PII", True),
        ("classification: restricted", True),
        ("classification: public", False),
        ("classification: 5", False),
        ("customProperties: [{property: sensitive, value: true}]", True),
        ("classification: pii, customProperties: [{property: sensitive, value: false}]", False),
        ("logicalTypeOptions: {format: password}", True),
    ],
)
def test_a_column_is_sensitive_by_its_class_or_because_it_says_so(written, sensitive):
    assert column(prop(written)).sensitive is sensitive


def test_custom_properties_of_others_are_left_alone():
    schema = "customProperties: [{property: businessKey, value: [a]}, {property: quota, value: 1, vendor: acme}]"
    assert load(contract_text("- name: a", schema)).layout.quote == '"'


def test_a_measure_is_not_a_column_of_the_file():
    contract = load(
        contract_text("""
            - {name: total, semanticType: measure, transformLogic: SUM(x)}
            - {name: month, semanticType: dimension, transformLogic: "DATE_TRUNC('MONTH', d)"}
            - {name: country, semanticType: dimension}
            - {name: x, semanticType: column}
        """)
    )
    assert [found.name for found in contract.columns] == ["country", "x"]


def test_variables_are_put_in_or_fall_back_to_their_default():
    text = contract_text(prop("logicalTypeOptions: {pattern: '^${PREFIX:-ORD}[0-9]+$'}"))
    assert load(text).rules[0].argument == "^ORD[0-9]+$"
    assert load(text, variables={"PREFIX": "INV"}).rules[0].argument == "^INV[0-9]+$"


def test_a_variable_without_value_is_refused():
    error = mistake(contract_text(prop("logicalTypeOptions: {pattern: '${PREFIX}'}")))
    assert "${PREFIX} has no value" in error.message


def test_one_of_several_schema_objects_is_chosen_by_name():
    text = HEAD + "schema: [{name: a, properties: [{name: x}]}, {name: b, properties: [{name: y}]}]"
    assert load(text, "b").columns[0].name == "y"
    several = mistake(text)
    assert several.message.endswith("a, b")
    assert "--schema a" in several.next
    assert "`c`" in mistake(text, "c").message


def test_reserved_names_are_accepted_for_a_resubmission():
    text = contract_text("- name: _run")
    assert load(text, allow_reserved=True).columns[0].name == "_run"


@pytest.mark.parametrize("name", [*RESERVED_NAMES, "_RUN", "_Record"])
def test_reserved_names_are_refused_in_any_case(name):
    assert "reserved" in mistake(contract_text(f"- name: {name}")).message
    assert "reserved" in mistake(contract_text(f"- {{name: a, physicalName: {name}}}")).message


def test_keys_nobody_knows_are_ignored():
    assert load(contract_text(prop("colour: red"))).columns[0].name == "amount"


def test_reading_a_contract_imports_neither_engine_nor_parser_nor_pydantic(tmp_path):
    file = tmp_path / "c.odcs.yaml"
    quality = "quality: [{type: custom, engine: headgate, implementation: amount > 1}]"
    file.write_text(contract_text(prop("logicalTypeOptions: {pattern: '^[A-Z]{3}$'}"), quality), encoding="utf-8")
    assert load_contract(file).uses_sql
    script = f"""
import sys
from headgate.core.contract import load_contract
assert 'yaml' not in sys.modules
load_contract({str(file)!r})
print(sorted({{'duckdb', 'sqlglot', 'pydantic', 'jsonschema'}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(UserMistake, match=r"nowhere\.yaml: there is no such file"):
        load_contract(tmp_path / "nowhere.yaml")
