"""The `sinks` of a pipeline: what may stand there, and what is said of everything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from headgate.core.errors import UserMistake
from headgate.core.pipeline import Pipeline, load_pipeline

NAME = "a name is lower-case letters, digits and _, and starts with a letter"
ONCE = "an index needs one column or more, each once"
TWICE = "it is the partition key already; leave it out, or name another column"


def pipeline(folder: Path, text: str) -> Pipeline:
    home = folder / "orders"
    home.mkdir()
    (home / "pipeline.yaml").write_text(text)
    (home / "contract.yaml").touch()
    return load_pipeline(home)


def test_tables_come_with_keys_and_indexes(tmp_path):
    text = "contract: contract.yaml\nsinks: {t: {partition_key: a, sort_key: b, indexes: {x: c, y: [c, d]}}, u: {partition_key: a}}\n"
    sinks = pipeline(tmp_path, text).sinks
    assert list(sinks) == ["t", "u"]
    assert (sinks["t"].partition_key, sinks["t"].sort_key) == ("a", "b")
    assert sinks["t"].indexes == {"x": ("c",), "y": ("c", "d")}
    assert (sinks["u"].sort_key, sinks["u"].indexes) == (None, {})


@pytest.mark.parametrize(
    ("sinks", "key", "message"),
    [
        ("{t: {}}", "sinks.t.partition_key", "the key `partition_key` is missing here"),
        ("{T: {partition_key: a}}", "sinks.T", f"{NAME}, unlike 'T'"),
        ("{runs: {partition_key: a}}", "sinks.runs", "'runs' is taken: no table may be called 'runs'"),
        ("{accepted_x: {partition_key: a}}", "sinks.accepted_x", "'accepted_x' is taken: no table may be called 'accepted_…'"),
        ("{sqlite_x: {partition_key: a}}", "sinks.sqlite_x", "'sqlite_x' is taken: no table may be called 'sqlite_…'"),
        ("{t: {partition_key: a, sort_key: a}}", "sinks.t.sort_key", TWICE),
        ("{t: {partition_key: a, indexes: {x: []}}}", "sinks.t.indexes.x", ONCE),
        ("{t: {partition_key: a, indexes: {x: [b, B]}}}", "sinks.t.indexes.x", ONCE),
        ("{t: {partition_key: a, indexes: {'x y': b}}}", "sinks.t.indexes.x y", f"{NAME}, unlike 'x y'"),
        ("[t]", "sinks", "it must be a mapping of keys, not a list"),
        ("{t: {partition_key: a, sortkey: b}}", "sinks.t.sortkey", "there is no key `sortkey`; did you mean `sort_key`?"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(tmp_path, sinks, key, message):
    with pytest.raises(UserMistake) as caught:
        pipeline(tmp_path, f"contract: contract.yaml\nsinks: {sinks}\n")
    assert caught.value.message == message
    assert caught.value.where
    assert (caught.value.where.key, caught.value.where.line) == (key, 2)


def test_without_a_contract_there_are_no_rows_to_load(tmp_path):
    with pytest.raises(UserMistake, match="`sinks` does nothing without a contract"):
        pipeline(tmp_path, "sinks: {t: {partition_key: a}}\n")
