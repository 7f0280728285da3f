"""What kind of file it is, is held against a fact that tells it, and no other."""

from __future__ import annotations

import pytest

from headgate.core.narrative.grounding import grounding_check


@pytest.mark.parametrize("row", [{"media_type": "application/json"}, {"kind": "JSON file"}])
def test_a_file_is_of_the_kind_that_its_fact_says(row: dict[str, str]) -> None:
    check = grounding_check({"file": [{**row, "records": 50}]})
    assert check("It is a JSON file with 50 records.", ["file"], "") == []
    (objection,) = check("It is a database file with 50 records.", ["file"], "")
    assert next(iter(row.values())) in objection.reason


@pytest.mark.parametrize("row", [{"customer_type": "premium"}, {"device_type": "watch"}])
def test_a_type_of_something_else_says_nothing_of_files(row: dict[str, str]) -> None:
    check = grounding_check({"those": [{**row, "orders": 50}]})
    assert check("The database file holds 50 orders.", ["those"], "") == []
