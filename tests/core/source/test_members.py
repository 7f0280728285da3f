"""A JSON object is taken apart without changing a character of its members."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headgate.core.source.members import whole_object

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), VALUES, max_size=5), st.sampled_from([None, 0, 3, "\t"]), st.booleans())
def test_every_member_is_there_with_its_own_text(document, indent, ascii_only):
    text = " \n" + json.dumps(document, indent=indent, ensure_ascii=ascii_only) + "\r\n"
    found = whole_object(text)
    assert found
    whole, members = found
    assert whole.text == text.strip()
    assert {name: json.loads(member.text) for name, member in members.items()} == document
    assert all(member.text in text for member in members.values())


@pytest.mark.parametrize("number", ["1.10", "1E400", "-0", "100000000000000000000000000000000000001", "9" * 5000])
def test_a_number_stays_as_it_was_written(number):
    found = whole_object(f'{{"a" : {number} }}')
    assert found
    assert found[1]["a"].text == found[1]["a"].value == number


def test_of_equal_names_the_last_holds():
    found = whole_object('{"a": 1, "a": 2}')
    assert found
    assert found[1]["a"].text == "2"


@pytest.mark.parametrize(
    "text", ["", " ", "[]", "1", "null", '"{}"', "{", "{}}", '{"a"}', '{"a": 1,}', "{a: 1}", '{"a": NaN}', '{"a": "\udcff"}',
             '{"a": -Infinity}', '{"a":' * 100_000, '{"a": "\n"}']
)  # fmt: skip
def test_what_is_no_json_object_is_none(text):
    assert whole_object(text) is None
