"""What `contract lint` says beside what the loader refuses."""

import sys

import pytest

from headgate.core.contract.lint import lint_contract
from headgate.core.errors import UserMistake
from tests.core.contract.documents import HEAD, contract_text


@pytest.fixture
def lint(tmp_path):
    def run(text):
        file = tmp_path / "c.odcs.yaml"
        file.write_text(text, encoding="utf-8")
        return [(found.source, found.where.line, found.message) for found in lint_contract(file)]

    return run


GOOD = "- {name: low, logicalType: number}\n- {name: open, logicalType: number}"


def quality(entry):
    return contract_text(GOOD, f"quality: [{{{entry}}}]")


def test_a_sound_contract_has_no_findings(lint):
    sql = "type: sql, query: 'SELECT count(*) FROM {object} WHERE low > open', mustBe: 0"
    assert lint(quality(sql)) == []
    assert lint(quality("type: custom, engine: headgate, implementation: low <= open")) == []


def test_keys_the_standard_does_not_know_are_found_with_their_place(lint):
    found = lint(contract_text("- {name: a, logicalType: string, colour: red}"))
    assert [(source, line) for source, line, _ in found] == [("standard", 9)]
    assert "colour" in found[0][2]


def test_a_property_without_a_logical_type_is_told_in_plain_words(lint):
    assert lint(contract_text("- name: a")) == [("standard", 9, "the standard says: a property needs a `logicalType`")]


def test_what_the_loader_refuses_is_found_too(lint):
    found = lint(contract_text("- {name: a, logicalType: string, requird: true}"))
    assert ("headgate", 9, "`requird` is unknown; did you mean `required`?") in found


def test_every_schema_object_is_looked_at(lint):
    text = HEAD + "schema:\n- {name: a, properties: [{name: _run, logicalType: string}]}\n"
    text += "- {name: b, properties: [{name: _row, logicalType: string}]}\n"
    assert [(source, line) for source, line, _ in lint(text)] == [("headgate", 7), ("headgate", 8)]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("type: custom, engine: headgate, implementation: low <= opne", "there is no column `opne`"),
        ("type: custom, engine: headgate, implementation: low + open", "gives a DOUBLE"),
        ("type: custom, engine: headgate, implementation: 'contains(low, open)'", "the engine says"),
        ("type: custom, engine: headgate, implementation: low < random()", "another result each time"),
        ("type: sql, mustBe: 0, query: SELECT count(*) FROM other", "is not the accepted rows"),
        ("type: sql, mustBe: 0, query: 'SELECT count(*) FROM {object} WHERE hihg > 0'", "the engine says"),
    ],
)
def test_sql_is_tried_against_empty_rows_of_the_contract_s_types(lint, entry, said):
    found = lint(quality(entry))
    assert [source for source, _, _ in found] == ["sql"]
    assert said in found[0][2]


def test_words_older_readers_take_for_booleans_are_warned_about(lint, tmp_path):
    lint(contract_text("- {name: country, logicalType: string, enum: [{value: NO}, {value: 'NO '}]}"))
    found = lint_contract(tmp_path / "c.odcs.yaml")
    assert [(one.level, one.next) for one in found] == [("warning", 'write "NO"')]


@pytest.mark.parametrize(
    ("entry", "level", "place", "said"),
    [
        ("value: 1, unit: fortnight", "error", "slaProperties[0].unit", "the unit `fortnight` is unknown"),
        ("value: daily", "error", "slaProperties[0].value", "`unit` is missing"),
        ("value: 1, unit: d, element: other.a", "warning", "slaProperties[0].element", "names no schema object"),
    ],
)
def test_a_promise_that_cannot_be_watched_is_found_with_its_place(lint, tmp_path, entry, level, place, said):
    lint(contract_text(GOOD) + f"slaProperties:\n- {{property: frequency, {entry}}}\n")
    (found,) = lint_contract(tmp_path / "c.odcs.yaml")
    assert (found.level, found.source, found.where.key) == (level, "headgate", place)
    assert said in found.message


def test_broken_yaml_is_one_finding(lint):
    assert [source for source, _, _ in lint("a: [")] == ["headgate"]


def test_findings_are_in_the_order_of_the_file(lint):
    found = lint(contract_text("- {name: a, logicalType: string, x: 1}\n- {name: b, logicalType: string, y: 2}"))
    assert [line for _, line, _ in found] == [9, 10]


def test_without_the_extra_the_command_to_install_it_is_named(lint, monkeypatch):
    monkeypatch.setitem(sys.modules, "jsonschema", None)
    with pytest.raises(UserMistake) as caught:
        lint(contract_text(GOOD))
    assert caught.value.next == "pip install 'headgate[standard]'"
