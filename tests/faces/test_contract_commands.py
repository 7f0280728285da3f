"""`headgate contract lint|explain|infer` as people type them."""

from __future__ import annotations

import sys

import pytest

from tests.faces.command import CLEAN, EXAMPLES, ORDERS, Here


def test_lint_calls_a_good_contract_fine(here: Here):
    said = here("contract", "lint", ORDERS)
    assert (said.code, said.out, said.err) == (0, f"{ORDERS}: fine\n", "")


def test_lint_names_file_line_column_and_next_step_of_every_mistake(here: Here):
    text = (
        ORDERS.read_text()
        .replace("exclusiveMinimum: 0", "exclusiveMinimun: 0", 1)
        .replace("status: active", "status: no")
    )
    (here.folder / "c.yaml").write_text(text)
    said = here("contract", "lint", "c.yaml")
    assert said.code == 2
    wrong = next(at for at, line in enumerate(text.splitlines(), 1) if "exclusiveMinimun" in line)
    assert f"c.yaml:{wrong}:11 (schema[0].properties[3].logicalTypeOptions.exclusiveMinimun): error: " in said.out
    assert "c.yaml:6:1 (status): warning: `no` without quotes" in said.out
    assert '  next: write "no"' in said.out


def test_lint_with_warnings_only_is_no_failure(here: Here):
    (here.folder / "c.yaml").write_text(ORDERS.read_text().replace("domain: sales", "domain: no"))
    said = here("contract", "lint", "c.yaml")
    assert said.code == 0
    assert "warning" in said.out


def test_lint_as_json_is_one_array(here: Here):
    assert here("contract", "lint", ORDERS, "--json").json == []
    (here.folder / "c.yaml").write_text("kind: DataContract\nid: [\n")
    said = here("contract", "lint", "c.yaml", "--json")
    assert said.code == 2
    (finding,) = said.json
    assert (finding["level"], finding["where"]) == ("error", "c.yaml:3:1")


def test_lint_without_its_extra_names_it(here: Here, monkeypatch):
    monkeypatch.setitem(sys.modules, "open_data_contract_standard", None)
    said = here("contract", "lint", ORDERS)
    assert said.code == 2
    assert "  next: pip install 'headgate[standard]'" in said.err


def test_explain_shows_what_is_enforced_and_where(here: Here):
    said = here("contract", "explain", ORDERS)
    assert said.code == 0
    parts = [line.partition(":")[0] for line in said.out.splitlines() if line and not line.startswith(" ")]
    assert parts == ["Decides how the file is read", "Enforced on every row", "Not enforced"]
    assert "  quantity exclusiveMinimum    0  (rule exclusive_minimum)" in said.out
    entries = here("contract", "explain", ORDERS, "--json").json
    (minimum,) = [
        entry for entry in entries if (entry["subject"], entry["attribute"]) == ("quantity", "exclusiveMinimum")
    ]
    assert (minimum["level"], minimum["note"]) == ("row", "rule exclusive_minimum")


def test_a_contract_with_several_schema_objects_needs_one_named(here: Here):
    text = ORDERS.read_text()
    start, end = text.index("  - name: orders"), text.index("slaProperties")
    second = text[start:end].replace("- name: orders", "- name: returns")
    (here.folder / "c.yaml").write_text(text[:end] + second + text[end:])
    refused = here("contract", "explain", "c.yaml")
    assert refused.code == 2
    assert "several schema objects: orders, returns\n" in refused.err
    assert "  next: name one, for example `--schema orders`\n" in refused.err
    assert here("contract", "explain", "c.yaml", "--schema", "returns").code == 0
    assert here("contract", "lint", "c.yaml", "--schema", "returns").code == 0


@pytest.mark.parametrize("data", [CLEAN, EXAMPLES / "stocks/samples/stocks_clean.json"], ids=lambda path: path.name)
def test_infer_drafts_a_contract_that_lint_and_check_take(here: Here, data):
    draft = here("contract", "infer", data, "--name", "mine")
    assert (draft.code, draft.err) == (0, "")
    (here.folder / "draft.yaml").write_text(draft.out)
    assert 'name: "mine"' in draft.out
    assert here("contract", "lint", "draft.yaml").code == 0
    manifests = here("check", data, "-c", "draft.yaml", "--json").json
    assert manifests[0]["verdict"] == "accepted"


def test_infer_prints_no_escape_from_the_data(here: Here):
    evil = "\x1b]0;owned\x07\x9b"
    (here.folder / "evil.csv").write_text(f"a{evil},b\n{evil},1\n{evil}2,2\n")
    said = here("contract", "infer", "evil.csv")
    assert not {"\x1b", "\x07", "\x9b"} & set(said.out + said.err)


def test_explain_and_lint_print_no_escape_from_a_contract(here: Here):
    text = ORDERS.read_text().replace("name: order_id", 'name: "order\\e]0;owned\\a"')
    (here.folder / "c.yaml").write_text(text)
    said = [here("contract", command, "c.yaml") for command in ("explain", "lint")]
    assert "owned" in said[0].out
    assert not {"\x1b", "\x07"} & set("".join(one.out + one.err for one in said))


@pytest.mark.parametrize("command", ["lint", "explain", "infer"])
def test_what_is_not_there_or_no_file_is_a_mistake_of_the_user(here: Here, command):
    (here.folder / "folder").mkdir()
    for name, problem in (("nope", "there is no such file"), ("folder", "is a folder, not a file")):
        said = here("contract", command, name)
        assert (said.code, said.out) == (2, "")
        assert said.err == f"error: {name}: {problem}\n  next: name a file that exists\n"


@pytest.mark.parametrize("command", ["lint", "explain", "infer"])
@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"\xff\xfe", b"{", b"[]", b"- a\n", b"a: &x [*x]\n"])
def test_no_bytes_whatever_end_in_a_traceback(here: Here, command, data):
    (here.folder / "bytes").write_bytes(data)
    assert here("contract", command, "bytes").code in (0, 1, 2)


def test_the_group_alone_shows_its_commands(here: Here):
    said = here("contract")
    assert said.code == 2
    assert all(f"  {command}  " in said.out + said.err for command in ("lint", "explain", "infer"))
