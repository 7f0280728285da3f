"""`headgate check` as people type it: what it says, what it leaves, and its exit code."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faces.command import CLEAN, DIRTY, ORDERS, Here, files_in, headgate

PEOPLE = """\
apiVersion: v3.1.0
kind: DataContract
id: people
version: 1.0.0
schema:
  - name: people
    properties:
      - {name: name, logicalType: string, required: true}
      - {name: email, logicalType: string, classification: pii, logicalTypeOptions: {format: email}}
      - {name: age, logicalType: integer, logicalTypeOptions: {minimum: 0}}
"""
OUTPUTS = ["accepted.parquet", "manifest.json", "rejected.csv", "rejected.jsonl"]


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.odcs.yaml"
    path.write_text(PEOPLE)
    return path


def test_it_says_counts_top_reasons_three_samples_with_line_and_reason_and_where_the_outputs_are(tmp_path):
    said = headgate("check", DIRTY, "--contract", ORDERS, cwd=tmp_path)
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[0] == "orders_dirty.csv: accepted with rejects"
    assert "Records   301" in lines
    assert "Accepted  249" in lines
    assert "Rejected  52 (17.3%)" in lines
    assert lines[lines.index("Why rows were rejected") + 1] == "  11 × quantity.type: must be a whole number"
    samples = [line for line in lines[lines.index("For example") :] if line.startswith("  line ")]
    assert len(samples) == 3
    assert samples[1] == '  line 36: quantity: must be a whole number, got " 4 "'
    named = {line.split()[-1] for line in lines if "orders_dirty.csv.headgate/" in line}
    assert named == {f"orders_dirty.csv.headgate/{name}" for name in OUTPUTS}
    assert all((tmp_path / name).is_file() for name in named)


def test_nothing_but_the_outputs_is_left_in_the_folder_or_the_temporary_one(tmp_path, monkeypatch, capsys):
    home, temp = tmp_path / "home", tmp_path / "temp"
    home.mkdir()
    temp.mkdir()
    assert headgate("check", DIRTY, "-c", ORDERS, "--out", "o", cwd=home, TMPDIR=str(temp)).code == 0
    monkeypatch.setattr("tempfile.tempdir", str(temp))
    monkeypatch.setattr("headgate.core.config.values.MIN_MEMORY", 0)
    too_small = Here(home, monkeypatch, capsys)("check", DIRTY, "-c", ORDERS, "--out", "p", "--memory-limit", "1MB")
    assert too_small.code == 3
    (home / "empty.csv").touch()
    assert headgate("check", "empty.csv", "-c", ORDERS, cwd=home, TMPDIR=str(temp)).code == 1
    kept = [*(f"o/{name}" for name in OUTPUTS), "empty.csv", "empty.csv.headgate/manifest.json"]
    assert files_in(home) == sorted(kept)
    assert list(temp.iterdir()) == []
    assert {path.name for path in home.iterdir()} == {"o", "empty.csv", "empty.csv.headgate"}


def test_a_failed_file_says_why_and_who_acts_and_is_exit_code_1(here: Here):
    (here.folder / "short.csv").write_text("order_id,quantity\nO1,2\n")
    said = here("check", "short.csv", "-c", ORDERS)
    assert said.code == 1
    assert "short.csv: failed" in said.out
    assert "required and not in the file: customer_name, product_name, unit_price" in said.out
    assert "the header seen is: order_id, quantity" in said.out
    assert "  who acts: the sender" in said.out
    assert "  next: " in said.out
    assert files_in(here.folder / "short.csv.headgate") == ["manifest.json"]


@pytest.mark.parametrize("limit", ["51", "10%"])
def test_beyond_max_rejected_the_file_fails_and_only_its_rejects_are_kept(here: Here, limit):
    said = here("check", DIRTY, "-c", ORDERS, "--max-rejected", limit, "--out", "o")
    assert said.code == 1
    assert f"52 of 301 records were rejected, more than max_rejected ({limit}) allows [max_rejected]" in said.out
    assert files_in(here.folder / "o") == ["manifest.json", "rejected.csv", "rejected.jsonl"]


def test_reaching_max_rejected_is_no_failure(here: Here):
    assert here("check", DIRTY, "-c", ORDERS, "--max-rejected", "52", "--quiet").code == 0


def test_mistakes_of_the_user_are_exit_code_2_and_say_place_and_next_step(tmp_path):
    (tmp_path / "broken.yaml").write_text("kind: DataContract\nid: [\n")
    (tmp_path / "odd.yaml").write_text(PEOPLE.replace("minimum: 0", "minimun: 0"))
    checks = {
        ("nope.csv", "-c", ORDERS): "error: nope.csv: there is no such file\n  next: ",
        (".", "-c", ORDERS): "error: .: is a folder, not a file\n  next: ",
        (DIRTY, "-c", "nope.yaml"): "error: nope.yaml: there is no such file\n  next: ",
        (DIRTY, "-c", "."): "error: .: it is not a file\n  next: ",
        (DIRTY, "-c", "broken.yaml"): "error: broken.yaml:3:1: this is not valid YAML",
        (DIRTY, "-c", "odd.yaml"): "error: odd.yaml:10:64 (schema[0].properties[2].logicalTypeOptions.minimun): ",
        (DIRTY,): "Missing option '--contract'",
        (DIRTY, "-c", ORDERS, "--bogus"): "No such option: --bogus",
        (DIRTY, "-c", ORDERS, "--threads", "0"): "Invalid value for '--threads'",
    }
    for words, expected in checks.items():
        said = headgate("check", *words, cwd=tmp_path)
        assert (said.code, said.out) == (2, ""), words
        assert expected in said.err, words
    assert files_in(tmp_path) == ["broken.yaml", "odd.yaml"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--accepted", "xml"], "error: accepted: it must be parquet, csv or jsonl, not 'xml'\n  next: "),
        (["--max-rejected", "lots"], "error: max_rejected: write a whole number such as 10"),
        (["--max-rejected", "101%"], "error: max_rejected: a share is 0% to 100%"),
        (["--memory-limit", "lots"], "error: memory_limit: a size is a number and a unit"),
        (["--memory-limit", "10MB"], "error: memory_limit: it must be at least 128MB"),
        (
            ["--memory-limit", "999999999999999TB"],
            "error: memory_limit: 999999999999999TB is more than the engine can count",
        ),
        (["--threads", "100000"], "error: threads: it must be a whole number from 1 to 1024"),
        (["--schema", "order"], "there is no schema object `order`; there are orders\n"),
    ],
)
def test_a_value_that_cannot_be_is_refused_before_anything_is_written(here: Here, words, expected):
    said = here("check", DIRTY, "-c", ORDERS, *words)
    assert (said.code, said.out) == (2, "")
    assert expected in said.err
    assert files_in(here.folder) == []


def test_a_setting_that_cannot_be_is_said_once_for_all_files(here: Here):
    said = here("check", DIRTY, CLEAN, "-c", ORDERS, "--memory-limit", "10MB")
    assert said.code == 2
    assert said.err.count("memory_limit") == 1


def test_what_lies_outside_is_exit_code_3_and_says_who_must_act(here: Here, monkeypatch):
    monkeypatch.setattr("headgate.core.config.values.MIN_MEMORY", 0)
    (here.folder / "file").touch()
    checks = {
        ("--memory-limit", "1MB"): "the memory limit of 1MB is too small for this file",
        ("--out", "file/below"): "file/below: reading or writing failed",
    }
    for words, expected in checks.items():
        said = here("check", DIRTY, "-c", ORDERS, *words)
        assert (said.code, said.out) == (3, ""), words
        assert expected in said.err
        assert "\n  who acts: " in said.err
        assert "\n  next: " in said.err
    assert files_in(here.folder) == ["file"]


def test_an_earlier_result_is_replaced_and_a_foreign_folder_only_with_force(here: Here):
    out = here.folder / "out"
    out.mkdir()
    (out / "diary.txt").write_text("mine")
    refused = here("check", CLEAN, "-c", ORDERS, "--out", "out")
    assert refused.code == 2
    assert "error: out: the output folder exists and holds something else\n  next: choose another folder" in refused.err
    assert files_in(out) == ["diary.txt"]
    assert here("check", CLEAN, "-c", ORDERS, "--out", "out", "--force").code == 0
    assert files_in(out) == OUTPUTS
    assert here("check", CLEAN, "-c", ORDERS, "--out", "out", "--accepted", "csv").code == 0
    assert "accepted.csv" in files_in(out)
    assert "accepted.parquet" not in files_in(out)


@pytest.mark.parametrize("text", ["5", "[]", '{"name": "app"}', "{"])
def test_a_manifest_of_something_else_does_not_make_a_folder_ours(here: Here, text):
    (here.folder / "out").mkdir()
    (here.folder / "out" / "manifest.json").write_text(text)
    assert here("check", CLEAN, "-c", ORDERS, "--out", "out").code == 2
    assert (here.folder / "out" / "manifest.json").read_text() == text


@pytest.mark.parametrize("out", ["data", "."])
def test_not_even_force_replaces_the_folder_that_holds_the_file_or_its_contract(here: Here, people, out):
    (here.folder / "data").mkdir()
    (here.folder / "data" / "people.csv").write_text("name,email,age\nAnn,a@b.c,3\n")
    said = here("check", "data/people.csv", "-c", people, "--out", out, "--force")
    assert said.code == 2
    assert "lies in it" in said.err
    assert files_in(here.folder) == ["data/people.csv", "people.odcs.yaml"]


def test_json_is_one_array_of_manifests_also_when_a_file_failed(tmp_path):
    (tmp_path / "empty.csv").touch()
    said = headgate("check", DIRTY, "empty.csv", "-c", ORDERS, "--out", "o", "--json", cwd=tmp_path)
    assert (said.code, said.err) == (1, "")
    dirty, empty = said.json
    assert (dirty["verdict"], dirty["counts"]["records"]) == ("accepted_with_rejects", 301)
    assert (empty["verdict"], empty["reason"]["code"]) == ("failed", "empty_file")
    for name, manifest in (("orders_dirty.csv", dirty), ("empty.csv", empty)):
        assert json.loads((tmp_path / "o" / name / "manifest.json").read_text()) == manifest


def test_json_of_a_mistake_is_one_document_that_names_code_place_and_next_step(here: Here):
    said = here("check", "nope.csv", "-c", ORDERS, "--json")
    assert said.code == 2
    assert said.json["error"] == {
        "code": "no_such_file", "message": "there is no such file", "where": "nope.csv", "who": None,
        "next": "name a file",
    }  # fmt: skip


def test_several_files_have_a_folder_each_and_one_that_cannot_be_written_stops_no_other(here: Here):
    (here.folder / "o" / CLEAN.name).mkdir(parents=True)
    (here.folder / "o" / CLEAN.name / "mine.txt").touch()
    said = here("check", CLEAN, DIRTY, "-c", ORDERS, "--out", "o")
    assert said.code == 2
    assert f"error: o/{CLEAN.name}: the output folder exists" in said.err
    assert files_in(here.folder / "o") == [f"{CLEAN.name}/mine.txt", *(f"{DIRTY.name}/{name}" for name in OUTPUTS)]


def test_several_files_without_out_lie_beside_each_other(here: Here):
    assert here("check", CLEAN, DIRTY, "-c", ORDERS).code == 0
    assert {path.name for path in here.folder.iterdir()} == {f"{CLEAN.name}.headgate", f"{DIRTY.name}.headgate"}


def test_two_files_of_one_name_are_refused_before_either_is_read(here: Here):
    (here.folder / DIRTY.name).write_bytes(DIRTY.read_bytes())
    said = here("check", DIRTY, DIRTY.name, "-c", ORDERS, "--out", "o")
    assert said.code == 2
    assert f"two files are called {DIRTY.name}" in said.err
    assert not (here.folder / "o").exists()


def test_quiet_prints_nothing(here: Here):
    said = here("check", DIRTY, "-c", ORDERS, "--quiet")
    assert (said.code, said.out, said.err) == (0, "", "")
    assert files_in(here.folder / f"{DIRTY.name}.headgate") == OUTPUTS


def test_values_of_sensitive_columns_are_never_printed(here: Here, people):
    rows = [
        "name,email,age",
        "Ann,ann(at)secret.org,3",
        "Bob,bob@secret.org,-1",
        'Eve,eve@secret.org,"x',
        ",cat@secret.org,1,2",
    ]
    (here.folder / "people.csv").write_text("\n".join(rows) + "\n")
    text = here("check", "people.csv", "-c", people)
    assert "Rejected  4" in text.out
    assert "email=***" in text.out
    manifests = here("check", "people.csv", "-c", people, "--json")
    for said in (text.out, text.err, manifests.out, manifests.err):
        assert "secret.org" not in said
    reasons = (here.folder / "people.csv.headgate" / "rejected.jsonl").read_text().splitlines()[0]
    assert json.loads(reasons)["_reasons"][0]["value"] == "***"


def test_no_escape_of_a_cell_a_header_or_a_file_name_reaches_a_terminal(tmp_path, people):
    evil, c1 = "\x1b]0;owned\x07", "\x9b31m"
    name = f"a{evil}[red]{c1}\r.csv"
    (tmp_path / name).write_text(f"name,age,extra{evil}\nAnn{evil},x{evil}{c1},{evil}\n{evil},1\n")
    first, code = _in_a_terminal(tmp_path, "check", name, "-c", people)
    assert code == 0, first
    assert "Rejected  2" in first
    assert "Ann\\x1b]0;owned\\x07" in first
    second, code = _in_a_terminal(tmp_path, "check", f"nope{evil}{c1}.csv", "-c", people)
    assert code == 2, second
    third, code = _in_a_terminal(tmp_path, "check", name, "-c", people, "--json")
    assert code == 0, third
    for said in (first, second, third):
        assert "\x1b]" not in said
        assert "\x07" not in said
        assert "\x9b" not in said


def _in_a_terminal(folder: Path, *words: object) -> tuple[str, int]:
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "headgate", *map(str, words)]
    with subprocess.Popen(command, cwd=folder, stdin=slave, stdout=slave, stderr=slave, close_fds=True) as process:
        os.close(slave)
        said = b""
        try:
            while piece := os.read(master, 65536):
                said += piece
        except OSError:
            pass  # Linux says end of file in this way.
    os.close(master)
    return said.decode(), process.returncode


def test_a_name_that_is_no_text_is_a_mistake_with_a_next_step(here: Here):
    name = os.fsdecode(b"bad\xff.csv")
    (here.folder / name).write_bytes(CLEAN.read_bytes())
    for words in ([], ["--json"]):
        said = here("check", name, "-c", ORDERS, *words)
        assert said.code == 2
        assert "rename the file" in said.out + said.err


@pytest.mark.parametrize(
    "name", ["with space.csv", "ünï.csv", "a&b=c%20.csv", "line\nbreak.csv", "'quote\".csv", "-dash.csv"]
)
def test_any_file_name_that_is_text_will_do(here: Here, name):
    (here.folder / name).write_bytes(DIRTY.read_bytes())
    said = here("check", "-c", ORDERS, "--json", "--", name)
    assert said.code == 0
    assert said.json[0]["file"]["name"] == name
    assert files_in(here.folder / f"{name}.headgate") == OUTPUTS


def test_a_reader_that_stops_early_is_no_traceback(tmp_path):
    command = [sys.executable, "-m", "headgate", "check", str(DIRTY), "-c", str(ORDERS), "--json"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
