"""ODCS quality as row rules, file checks, or skipped with a reason."""

import pytest

from tests.core.contract.documents import contract_text, load, prop


def rules(text):
    return [(rule.id, rule.argument) for rule in load(contract_text(text)).rules]


def column(text):
    return load(contract_text(text)).columns[0]


@pytest.mark.parametrize("threshold", ["", ", mustBe: 0", ", mustBe: 0, unit: percent"])
@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("metric: nullValues", ("amount.required", None)),
        ("rule: nullCheck", ("amount.required", None)),
        ("metric: missingValues, arguments: {missingValues: [null, '', 'N/A']}", ("amount.required", None)),
        ("metric: duplicateValues", ("amount.unique", None)),
        ("rule: duplicateCount", ("amount.unique", None)),
        ("metric: invalidValues, arguments: {validValues: [a, '', null]}", ("amount.valid_values", ("a",))),
        ("rule: validValues, validValues: [a, b]", ("amount.valid_values", ("a", "b"))),
        ("metric: invalidValues, arguments: {pattern: '^A'}", ("amount.invalid_pattern", "^A")),
    ],
)
def test_a_metric_that_allows_none_is_a_row_rule(metric, expected, threshold):
    assert rules(prop(f"quality: [{{{metric}{threshold}}}]")) == [expected]


def test_a_metric_of_nulls_makes_the_column_required_unless_it_only_warns():
    assert column(prop("quality: [{metric: nullValues, mustBe: 0}]")).required
    assert not column(prop("quality: [{metric: nullValues, mustBe: 0, severity: info}]")).required


def test_declared_missing_values_are_null_tokens_of_the_column():
    text = prop(
        "quality: [{metric: missingValues, arguments: {missingValues: [null, '', ' N/A ', -1]}, mustBeLessThan: 5}]"
    )
    assert column(text).null_tokens == ("N/A", "-1")


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("metric: nullValues, mustBeLessThan: 1, unit: percent", ("nullValues", "percent", "mustBeLessThan", 1)),
        ("metric: duplicateValues, mustBe: 3", ("duplicateValues", "rows", "mustBe", 3)),
        ("metric: invalidValues, mustBeBetween: [0, 2.5], arguments: {pattern: a}",
         ("invalidValues", "rows", "mustBeBetween", (0, 2.5))),
        ("metric: missingValues, mustNotBe: 4", ("missingValues", "rows", "mustNotBe", 4)),
        ("type: sql, query: 'SELECT count(*) FROM {object}', mustBeGreaterThan: 1",
         ("sql", "rows", "mustBeGreaterThan", 1)),
    ],
)  # fmt: skip
def test_any_other_threshold_is_a_file_check(entry, expected):
    contract = load(contract_text(prop(f"quality: [{{{entry}}}]")))
    assert contract.rules == ()
    check = contract.checks[0]
    assert (check.metric, check.unit, check.operator, check.threshold) == expected
    assert check.columns == ("amount",)


def test_the_row_count_is_a_file_check_even_when_it_must_be_0():
    contract = load(contract_text("- name: a", "quality: [{metric: rowCount, mustBe: 0}]"))
    assert (contract.rules, contract.checks[0].id) == ((), "rowCount")


def test_placeholders_of_a_query_become_the_table_and_the_column():
    text = prop("quality: [{type: sql, query: 'SELECT sum({property}) FROM ${object}', mustBe: 1}]", name="a b")
    assert load(contract_text(text)).checks[0].query == 'SELECT sum("a b") FROM {table}'


def test_several_columns_can_be_unique_together():
    text = "- name: a\n- name: b"
    found = load(contract_text(text, "quality: [{metric: duplicateValues, arguments: {properties: [b, a]}}]")).rules
    assert [(rule.id, rule.columns) for rule in found] == [("row.unique", ("b", "a"))]


def test_a_row_rule_keeps_its_sql_and_names_its_columns():
    text = "- {name: low, logicalType: number}\n- {name: open, logicalType: number}"
    quality = "quality: [{type: custom, engine: headgate, name: in_range, implementation: 'low <= OPEN',"
    rule = load(contract_text(text, quality + " description: low stays below open}]")).rules[-1]
    assert (rule.id, rule.code, rule.columns) == ("row.in_range", "row_rule", ("low", "open"))
    assert (rule.argument, rule.message) == ("low <= OPEN", "low stays below open")


def test_a_row_rule_without_a_name_has_an_id_that_survives_reordering():
    quality = "quality:\n- {type: custom, engine: headgate, implementation: a > 1}\n"
    other = "- {type: custom, engine: headgate, implementation: a > 2}\n"
    first = load(contract_text("- name: a", quality + other)).rules
    second = load(contract_text("- name: a", quality.replace("a > 1", "a > 2") + other.replace("a > 2", "a > 1"))).rules
    assert {(rule.id, rule.argument) for rule in first} == {(rule.id, rule.argument) for rule in second}
    assert len({rule.id for rule in first}) == 2


def test_the_same_code_twice_on_a_column_is_numbered():
    text = prop(
        "quality: [{metric: invalidValues, arguments: {pattern: a}}, {metric: invalidValues, arguments: {pattern: b}}]"
    )
    assert [rule for rule, _ in rules(text)] == ["amount.invalid_pattern", "amount.invalid_pattern.2"]


@pytest.mark.parametrize(
    ("word", "severity"),
    [("error", "error"), ("warning", "warning"), ("Info", "warning"), ("critical", "error"), ("whatever", "error")],
)
def test_severity_is_a_warning_only_when_it_says_so(word, severity):
    rule = load(contract_text(prop(f"quality: [{{metric: duplicateValues, severity: {word}}}]"))).rules[0]
    assert rule.severity == severity


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("type: text, description: checked by hand", "text is for people to read"),
        ("type: custom, engine: soda, implementation: 'x'", "the engine soda is not Headgate's"),
        ("type: custom, engine: greatExpectations, implementation: {type: x}", "greatExpectations"),
        ("type: library, rule: between", "the metric between is not one of the standard's"),
    ],
)
def test_what_cannot_be_judged_is_a_skipped_check_that_says_why(entry, why):
    check = load(contract_text(prop(f"quality: [{{{entry}}}]"))).checks[0]
    assert why in (check.skipped or "")
