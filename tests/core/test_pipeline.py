"""What `pipeline.yaml` may say, and what is said when it says something else."""

import subprocess
import sys
from pathlib import Path

import pytest

import headgate
from headgate.core.errors import UserMistake
from headgate.core.pipeline import Pipeline, load_pipeline
from headgate.core.reject_limit import RejectLimit

EXAMPLES = Path(headgate.__path__[0]) / "examples"
CONTRACT = "contract: contract.odcs.yaml\n"


def load(tmp_path: Path, text: str, folder: str = "orders") -> Pipeline:
    home = tmp_path / folder
    home.mkdir()
    (home / "pipeline.yaml").write_text(text)
    (home / "contract.odcs.yaml").write_text("kind: DataContract\n")
    return load_pipeline(home)


def mistake(tmp_path: Path, text: str, folder: str = "orders") -> UserMistake:
    with pytest.raises(UserMistake) as caught:
        load(tmp_path, text, folder)
    assert caught.value.code == "bad_config"
    return caught.value


def test_every_bundled_pipeline_loads():
    names = [load_pipeline(file.parent).name for file in sorted(EXAMPLES.glob("*/pipeline.yaml"))]
    assert names == ["file_intake", "health_metrics", "orders", "smartphone_sales", "stocks"]


def test_an_empty_file_is_a_metadata_pipeline_with_the_name_of_its_folder(tmp_path):
    pipeline = load(tmp_path, "")
    assert (pipeline.name, pipeline.contract_path, pipeline.intake.match) == ("orders", None, ())
    assert (pipeline.intake.duplicates, pipeline.accepted) == ("by-content", "parquet")


def test_what_is_written_is_what_is_loaded(tmp_path):
    pipeline = load(
        tmp_path,
        """
name: sales
description: Sales.
contract: contract.odcs.yaml
schema: sale
intake:
  match: "*.csv"
  duplicates: by-content-and-name
accepted: csv
max_rejected: 10
warn_rejected: 2.5%
trim: [a, b]
report:
  title: All sales
  recipients: [a@example.com]
""",
    )
    assert (pipeline.name, pipeline.description, pipeline.schema_name) == ("sales", "Sales.", "sale")
    assert pipeline.contract_path == tmp_path / "orders" / "contract.odcs.yaml"
    assert (pipeline.intake.match, pipeline.intake.duplicates) == (("*.csv",), "by-content-and-name")
    assert (pipeline.max_rejected, str(pipeline.warn_rejected)) == (RejectLimit(count=10), "2.5%")
    assert (pipeline.accepted, pipeline.trim) == ("csv", ("a", "b"))
    assert (pipeline.report.title, pipeline.report.recipients) == ("All sales", ("a@example.com",))


def test_derive_keeps_its_order_and_its_sql_as_written(tmp_path):
    pipeline = load(tmp_path, f"{CONTRACT}derive:\n  z: a + b\n  rate: 1.10\n  on_time: true\n  code: 007\n")
    assert list(pipeline.derive.items()) == [("z", "a + b"), ("rate", "1.10"), ("on_time", "true"), ("code", "007")]


def test_a_key_without_a_value_counts_as_absent(tmp_path):
    pipeline = load(tmp_path, "name:\nintake:\ncontract:\nmax_rejected:\nreport:\n  title:\n")
    assert (pipeline.name, pipeline.contract, pipeline.max_rejected) == ("orders", None, None)


def test_a_loaded_pipeline_can_not_be_changed(tmp_path):
    pipeline = load(tmp_path, "")
    with pytest.raises(ValueError, match="frozen"):
        setattr(pipeline, "accepted", "csv")  # noqa: B010


def test_a_pipeline_knows_where_its_keys_are_written(tmp_path):
    pipeline = load(tmp_path, f"{CONTRACT}derive:\n  z: a + b\n")
    file = str(tmp_path / "orders" / "pipeline.yaml")
    assert str(pipeline.place("derive", "z")) == f"{file}:3:3 (derive.z)"
    assert str(pipeline.place("derive", "z", value=True)) == f"{file}:3:6 (derive.z)"


# What is wrong, line and column, key, and words of the message.
WRONG = {
    "unknown key": ("intak: {}", "1:1", "intak", "did you mean `intake`?"),
    "unknown key below": ("report:\n  recipient: []", "2:3", "report.recipient", "did you mean `recipients`?"),
    "unknown key without a value": ("intak:", "1:1", "intak", "did you mean `intake`?"),
    "a key of another section": ("match: a", "1:1", "match", "it belongs under `intake`"),
    "a key of the top in a section": (
        "intake:\n  trim: [a]",
        "2:3",
        "intake.trim",
        "belongs under the top of the file",
    ),
    "nothing near": ("zzz: 1", "1:1", "zzz", "there are `name`, `description`"),
    "the field's Python name": ("schema_name: a", "1:1", "schema_name", "the nearest is `schema`"),
    "not a mapping": ("- a", "1:1", None, "it must be a mapping of keys, not a list"),
    "section not a mapping": ("intake: [a]", "1:9", "intake", "it must be a mapping of keys, not a list"),
    "not text": ("description: 5", "1:14", "description", "it must be text, not '5'; put it in quotes"),
    "list for text": ("description: [a]", "1:14", "description", "it must be text, not a list"),
    "not in the list": ("accepted: parket", "1:11", "accepted", "parquet, csv or jsonl, not 'parket'; the nearest is"),
    "duplicates": ("intake:\n  duplicates: by-name", "2:15", "intake.duplicates", "nearest is `by-content"),
    "text for a list": ("trim: a", "1:7", "trim", "it must be a list, such as [first, second], not 'a'"),
    "the same column twice": ("trim: [a, b, A]", "1:14", "trim[2]", "it stands here twice"),
    "number in a list": ("trim: [a, 3]", "1:11", "trim[1]", "put it in quotes"),
    "match with a path": ('intake:\n  match: "a/*.csv"', "2:10", "intake.match", "can't hold a path"),
    "empty match": ("intake:\n  match: ['']", "2:11", "intake.match[0]", "it must not be empty"),
    "match of another kind": ("intake:\n  match: 5", "2:10", "intake.match", "it must be a list"),
    "limit": ("max_rejected: 0.5", "1:15", "max_rejected", "write a whole number such as 10, or a share such as 5%"),
    "limit as yes": ("warn_rejected: true", "1:16", "warn_rejected", "write a whole number"),
    "share above all": ("max_rejected: 101%", "1:15", "max_rejected", "a share is 0% to 100%"),
    "name": ("name: Sales-2024", "1:7", "name", "lower-case letters, digits and _"),
    "name with a newline": ('name: "sales\\n"', "1:7", "name", "lower-case letters, digits and _"),
    "taken name": ("name: daily", "1:7", "name", "'daily' is taken"),
    "contract outside": ("contract: ../c.yaml", "1:11", "contract", "it must stay inside its folder"),
    "contract absolute": ("contract: /c.yaml", "1:11", "contract", "it must stay inside its folder"),
    "contract on a drive": ("contract: 'C:c.yaml'", "1:11", "contract", "it must stay inside its folder"),
    "contract is the folder": ("contract: .", "1:11", "contract", "it must name something inside the folder"),
    "contract not there": ("contract: contract.odsc.yaml", "1:11", "contract", "did you mean `contract.odcs.yaml`?"),
    "title of two lines": ('report:\n  title: "a\\nBcc: x@y"', "2:10", "report.title", "one line without control"),
}


@pytest.mark.parametrize(("text", "at", "key", "words"), WRONG.values(), ids=WRONG.keys())
def test_a_mistake_names_file_line_column_key_and_what_to_write(tmp_path, text, at, key, words):
    error = mistake(tmp_path, text)
    place = f"{tmp_path}/orders/pipeline.yaml:{at}" + (f" ({key})" if key else "")
    assert str(error.where) == place
    assert words in error.message
    assert error.next == "headgate config show"


@pytest.mark.parametrize(
    "address",
    [
        "a",
        "@b",
        "a@",
        "a@b@c",
        "a b@c.de",
        "a@b\\nBcc: x@y.z",
        "a@b,c@d",
        "A <a@b.de>",
        "a\\u202e@b.de",
        "x" * 250 + "@b.de",
    ],
)
def test_an_address_that_is_not_plain_is_refused(tmp_path, address):
    error = mistake(tmp_path, f'report:\n  recipients: [ok@example.com, "{address}"]')
    assert error.where is not None
    assert error.where.key == "report.recipients[1]"
    assert "not a plain e-mail address" in error.message


RESERVED = ["_run", "_Record", "_LINE", "_reasons", "_raw", "_raw_bytes", "_row", "_file", "_claimed_at"]


@pytest.mark.parametrize("name", RESERVED)
def test_a_derived_column_can_not_take_a_reserved_name(tmp_path, name):
    error = mistake(tmp_path, f"{CONTRACT}derive:\n  ok: a\n  {name}: a\n")
    assert (error.where and error.where.line, error.where and error.where.column) == (4, 3)
    assert f"'{name}' is a name Headgate keeps for itself" in error.message


def test_derived_columns_that_differ_only_in_case_are_refused(tmp_path):
    error = mistake(tmp_path, f"{CONTRACT}derive:\n  Total: a\n  total: b\n")
    assert str(error.where).endswith("pipeline.yaml:4:3 (derive.total)")
    assert "'total' differs from 'Total' in case only" in error.message


@pytest.mark.parametrize("sql", ["", '""', "[a]", "{a: b}"])
def test_a_derived_column_needs_sql(tmp_path, sql):
    error = mistake(tmp_path, f"{CONTRACT}derive:\n  total: {sql}\n")
    assert error.where
    assert error.where.line == 3


@pytest.mark.parametrize(
    "text", ["derive: {a: b}", "trim: [a]", "accepted: csv", "max_rejected: 1", "warn_rejected: 1%", "schema: s"]
)
def test_a_key_about_rows_without_a_contract_is_refused(tmp_path, text):
    error = mistake(tmp_path, f"description: d\n{text}")
    assert error.where
    assert error.where.line == 2
    assert "does nothing without a contract" in error.message


def test_all_mistakes_of_a_file_are_told_in_its_order(tmp_path):
    error = mistake(tmp_path, "accepted: x\nreport:\n  title: 5\ntrimm: []\nname: X\n")
    first, *others = error.message.split("\n")
    assert (error.where and error.where.line, len(others)) == (1, 3)
    assert first.startswith("it must be parquet")
    assert [line.split("pipeline.yaml:")[1].split(" (")[0] for line in others] == ["3:10", "4:1", "5:7"]


def test_a_folder_that_can_not_name_its_pipeline_is_told_to_be_renamed(tmp_path):
    error = mistake(tmp_path, "description: d", folder="Orders 2024")
    assert "'Orders 2024' does not do; rename the folder or add `name`" in error.message
    (tmp_path / "second").mkdir()
    assert load(tmp_path / "second", "name: orders", folder="Orders 2024").name == "orders"


def test_no_message_speaks_of_the_library(tmp_path):
    texts = [text for text, *_ in WRONG.values()]
    for number, text in enumerate(texts):
        (tmp_path / str(number)).mkdir()
        message = str(mistake(tmp_path / str(number), text))
        assert not any(word in message.lower() for word in ("pydantic", "input should", "validator", "tuple", "dict"))


def test_a_folder_without_the_file_is_the_users_mistake(tmp_path):
    with pytest.raises(UserMistake, match="there is no such file"):
        load_pipeline(tmp_path)


def test_importing_the_module_loads_neither_engine_nor_yaml():
    heavy = ("duckdb", "yaml", "sqlglot", "cronsim")
    code = f"import sys, headgate.core.pipeline; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
