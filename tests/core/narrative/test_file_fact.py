"""The fact of a file that is only described."""

from __future__ import annotations

from typing import Any

from headgate.core.metadata import Compression, Metadata
from headgate.core.narrative.file_fact import FILE_FACT, NAME, file_fact


def row(**more: Any) -> dict[str, Any]:
    (only,) = file_fact(Metadata("a.csv", 12, "0" * 64, **{"media_type": "text/csv", **more}).as_json())[NAME]
    return only


def test_it_is_one_row_with_the_columns_that_templates_may_name():
    assert tuple(row()) == FILE_FACT[NAME]


def test_columns_and_compression_are_told_in_a_word():
    found = row(columns=("a", "b"), compression=Compression("gzip", "text/csv", 40), records=3)
    assert (found["columns"], found["compression"], found["records"]) == (2, "gzip", 3)


def test_a_type_is_called_what_people_call_it_and_an_unknown_one_nothing():
    assert row()["kind"] == "CSV file"
    assert row(media_type="application/x-thing")["kind"] is None


def test_what_is_not_known_is_null():
    assert [row()[name] for name in ("encoding", "records", "columns", "compression", "note")] == [None] * 5
