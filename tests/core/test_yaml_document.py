"""YAML as plain values that know where they stand."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headgate.core.errors import UserMistake
from headgate.core.yaml_document import dotted, load_yaml, parse_yaml, walk

TEXT = """\
# a comment
name: orders
retries: 3
steps:
  - load
  - {run: check, when: 2024-01-02}
defaults: &d
  unit: rows
  limit: 1
first:
  <<: *d
  limit: 2
"""


def test_every_key_and_value_knows_its_line_and_column():
    document = parse_yaml(TEXT, file="p.yaml")
    key = document.place(("steps", 1, "when"))
    assert (key.file, key.line, key.column, key.key) == ("p.yaml", 6, 18, "steps[1].when")
    value = document.place(("steps", 1, "when"), value=True)
    assert (value.line, value.column) == (6, 24)
    item = document.place(("steps", 0))
    assert (item.line, item.column) == (5, 5)


def test_a_key_that_is_not_there_is_placed_at_its_nearest_parent():
    place = parse_yaml(TEXT, file="p.yaml").place(("steps", 1, "who", "name"))
    assert (place.line, place.key) == (6, "steps[1].who.name")


def test_the_whole_document_has_a_place():
    place = parse_yaml("\n\n# nothing yet\nname: a", file="p.yaml").place()
    assert (place.line, place.column, place.key) == (4, 1, None)


def test_merged_keys_stand_where_they_were_written_and_own_keys_win():
    document = parse_yaml(TEXT)
    assert document.value["first"] == {"unit": "rows", "limit": 2}
    assert document.place(("first", "unit")).line == 8
    assert document.place(("first", "limit")).line == 12


def test_of_several_merged_mappings_the_first_wins():
    text = "a: &a {x: 1}\nb: &b {x: 2, y: 2}\nc: {<<: [*a, *b], z: 3}\n"
    assert parse_yaml(text).value["c"] == {"x": 1, "y": 2, "z": 3}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True), ("False", False), ("null", None), ("~", None), ("", None), ("12", 12), ("-3", -3), ("+4", 4),
        ("1.50", 1.5), (".5", 0.5), ("1e3", 1000.0), ("-2.5E-1", -0.25), ("yes", "yes"), ("NO", "NO"), ("on", "on"),
        ("007", "007"), ("0x1F", "0x1F"), ("1_000", "1_000"), ("12:30:45", "12:30:45"), ("2024-01-02", "2024-01-02"),
        ("2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z"), (".nan", ".nan"), (".inf", ".inf"), ('"12"', "12"),
        ("'true'", "true"), ("'it''s'", "it's"), ("!!str 12 a", "12 a"), ("=", "="),
    ],
)  # fmt: skip
def test_only_plain_numbers_booleans_and_null_are_anything_but_text(written, value):
    found = parse_yaml(f"a: {written}").value["a"]
    assert found == value
    assert type(found) is type(value)


def test_scalars_keep_their_spelling():
    document = parse_yaml("a: 1.10\nb: '2'\nc: [x]")
    assert (document.text(("a",)), document.text(("b",)), document.text(("c",))) == ("1.10", "2", None)
    assert document.is_plain(("a",))
    assert not document.is_plain(("b",))


@pytest.mark.parametrize(
    ("text", "said", "line", "column"),
    [
        ("a: 1\nb: 2\na: 3", "stands here twice, first on line 1", 3, 1),
        ("a: {b: 1, b: 2}", "stands here twice", 1, 11),
        ("a: b: c", "not valid YAML", 1, 5),
        ("a:\n\tb: 1", "not valid YAML", 2, 1),
        ("a: [1, 2", "not valid YAML", 2, 1),
        ("a: 1\n---\nb: 2", "second document", 2, 1),
        ("a: !python/object:os.system x", "tag !python/object:os.system is not supported", 1, 4),
        ("a: !!binary aGk=", "tag !!binary is not supported", 1, 4),
        ("a: !!set {b}", "tag !!set is not supported", 1, 4),
        ("a: &x [*x]", "points into itself", 1, 4),
        ("a: *nowhere", "not valid YAML", 1, 4),
        ("? [a, b]\n: 1", "a key must be a plain text", 1, 3),
        ("a: {<<: 1}", "needs a mapping", 1, 9),
        ("x: 1\na: \x07", "a character YAML forbids", 2, None),
    ],
)
def test_what_is_not_plain_yaml_is_refused_with_its_place(text, said, line, column):
    with pytest.raises(UserMistake) as caught:
        parse_yaml(text, file="p.yaml")
    assert said in caught.value.message
    assert caught.value.where
    assert (caught.value.where.line, caught.value.where.column) == (line, column)


def test_tabs_get_a_hint():
    with pytest.raises(UserMistake) as caught:
        parse_yaml("a:\n\tb: 1")
    assert "not tabs" in (caught.value.next or "")


def _bomb(levels):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, levels)]
    return "\n".join(lines)


def _merge_bomb(levels):
    lines = ["a0: &a0 {x: 1}"]
    lines += [f"a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 10)}]}}" for i in range(1, levels)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    "text",
    [
        _bomb(9),
        _merge_bomb(9),
        "[" * 5000,
        "[" * 200 + "]" * 200,
        "{a: " * 500 + "1" + "}" * 500,
        "a: " + "x" * 8_000_001,
    ],
)
def test_documents_built_to_exhaust_a_reader_are_refused(text):
    with pytest.raises(UserMistake):
        parse_yaml(text)


@given(st.text())
def test_any_text_is_a_value_or_a_mistake(text):
    try:
        document = parse_yaml(text)
    except UserMistake:
        return
    for path, _ in walk(document.value):
        assert document.place(path).line


def test_files_may_start_with_a_mark_or_be_utf_16(tmp_path):
    for encoding in ("utf-8-sig", "utf-16"):
        file = tmp_path / f"{encoding}.yaml"
        file.write_text("name: Größe", encoding=encoding)
        assert load_yaml(file).value == {"name": "Größe"}


def test_a_file_in_another_encoding_is_refused_with_its_line(tmp_path):
    file = tmp_path / "latin.yaml"
    file.write_bytes("a: 1\nname: Größe\n".encode("latin-1"))
    with pytest.raises(UserMistake, match=r"latin\.yaml:2: it is not UTF-8 text"):
        load_yaml(file)


def test_a_folder_is_not_a_file(tmp_path):
    with pytest.raises(UserMistake, match="not a file"):
        load_yaml(tmp_path)


def test_importing_the_module_does_not_import_yaml():
    script = "import sys, headgate.core.yaml_document; print('yaml' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_paths_are_written_as_people_write_them():
    assert dotted(("schema", 0, "properties", 12, "name")) == "schema[0].properties[12].name"
