"""Rejected rows that are sent again are joined to the records of the run that rejected them."""

from __future__ import annotations

import csv
import gzip
import io
import random
from pathlib import Path
from typing import Any

import pytest

from headgate.core.errors import FileFailed, Permanent
from headgate.core.gate.joining import RootJoin
from headgate.core.reject_limit import RejectLimit
from tests.core.gate.family import Family, Ran
from tests.gating import contract_of

SIMPLE = "[{name: a, required: true}, {name: b, logicalType: integer}]"
SENT = b"a,b\nv,1\nw,bad\n\ntoo,many,fields\n,4\nz,5\n"
"""Records 2, 3 and 4 are rejected; they stand on lines 3, 5 and 6."""


def family(folder: Path, properties: str = SIMPLE, keys: str = "", **settings: Any) -> tuple[Family, Ran]:
    made = Family(folder, contract_of(folder, properties, keys), **settings)
    return made, made.first(SENT)


def rows_of(ran: Ran) -> list[list[str]]:
    """The header and rows of a `rejected.csv` without line breaks in its cells."""
    return list(csv.reader(ran.text().splitlines()))


def as_text(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def test_a_mended_file_closes_the_records_of_its_root_that_are_now_accepted_and_no_other(tmp_path: Path) -> None:
    made, root = family(tmp_path)
    child = made.again(root.text().replace("bad", "2").replace('"too,many,fields",,', ",too,3"))
    assert child.accepted == [{"a": "w", "b": 2}, {"a": "too", "b": 3}]
    assert child.records == [2, 3]
    assert child.resubmission == {
        "root": root.run, "checks": "skipped", "max_rejected": "skipped", "closed": 2, "open": 1,
    }  # fmt: skip
    assert child.run != root.run
    assert made.asked == [root.run]


def test_a_row_rejected_again_keeps_run_record_and_line_of_its_root_in_both_files(tmp_path: Path) -> None:
    made, root = family(tmp_path)
    child = made.again(root.text().replace("bad", "2"))
    assert [(row["_run"], row["_record"], row["_line"]) for row in child.rejected] == [
        (root.run, 3, 5), (root.run, 4, 6),
    ]  # fmt: skip
    assert [row[:3] for row in rows_of(child)[1:]] == [[root.run, "3", "5"], [root.run, "4", "6"]]
    assert rows_of(child) == [
        ["_run", "_record", "_line", "_reasons", "_raw", "a", "b"],
        [root.run, "3", "5", "the record was malformed and is sent again without its cells filled in [still_malformed]",
         "too,many,fields", "", ""],
        [root.run, "4", "6", "a: is required [required]", "", "", "4"],
    ]  # fmt: skip


def test_what_a_child_rejects_is_sent_again_until_nothing_is_open(tmp_path: Path) -> None:
    made, root = family(tmp_path)
    first = made.again(root.text().replace("bad", "2"))
    second = made.again(first.text().replace('"too,many,fields",,', ",too,3"))
    third = made.again(second.text().replace(",,4", ",y,4"))
    assert [ran.records for ran in (first, second, third)] == [[2], [3], [4]]
    assert [(ran.resubmission or {})["open"] for ran in (first, second, third)] == [2, 1, 0]
    assert made.asked == [root.run] * 3
    assert third.rejected == []


def test_a_record_sent_once_more_adds_no_row_and_names_the_run_that_has_it(tmp_path: Path) -> None:
    made, root = family(tmp_path)
    first = made.again(root.text().replace("bad", "2"))
    again = made.again(root.text().replace("bad", "7"))
    assert again.accepted == []
    assert again.codes()[0] == (2, ["already_accepted"])
    assert first.run in again.messages()[0]
    assert again.resubmission == {**(first.resubmission or {}), "closed": 0, "open": 2}
    assert again.manifest["malformed"] == {"already_accepted": 1, "still_malformed": 1}


def test_a_row_that_is_closed_and_breaks_a_rule_has_both_reasons(tmp_path: Path) -> None:
    made, root = family(tmp_path)
    made.again(root.text().replace("bad", "2"))
    assert made.again(root.text()).codes()[0] == (2, ["type", "already_accepted"])


@pytest.mark.parametrize(
    ("run", "record", "said"),
    [
        ("{run}", "1", "record 1 of run"), ("{run}", "999", "record 999"), ("{run}", "", "names no record"),
        ("{run}", "2.5", "names no record"), ("{run}", "-2", "names no record"), ("{run}", "two", "names no record"),
        ("{run}", "99999999999999999999", "names no record"), ("", "2", "names no run"),
    ],
)  # fmt: skip
def test_a_row_of_no_record_that_the_root_rejected_is_rejected(
    run: str, record: str, said: str, tmp_path: Path
) -> None:
    made, root = family(tmp_path)
    head, _, *rest = rows_of(root)
    row = [run.format(run=root.run), record, "3", "", "", "w", "2"]
    child = made.again(as_text([head, row, *rest]))
    number = int(record) if record.isdigit() and len(record) < 19 else None
    assert child.codes()[0] == (number, ["unknown_record"])
    assert said in child.messages()[0]
    assert [child.rejected[0][key] for key in ("_run", "_line")] == [
        root.run,
        3 if (run, record) == ("", "2") else None,
    ]
    assert child.records == []
    assert (child.resubmission or {})["open"] == 3


@pytest.mark.parametrize("record", [" 2 ", "2.0", "02"])
def test_a_number_that_a_spreadsheet_wrote_in_its_own_way_is_understood(record: str, tmp_path: Path) -> None:
    made, root = family(tmp_path)
    head, row, *_ = rows_of(root)
    child = made.again(as_text([head, [f" {root.run.upper()} ", record, *row[2:-1], "2"]]))
    assert child.records == [2]


def test_of_several_rows_for_one_record_the_first_otherwise_valid_one_stays(tmp_path: Path) -> None:
    made, root = family(tmp_path)
    head, row, *_ = rows_of(root)
    sent = [head, row, *([*row[:-1], number] for number in ("7", "8", "9"))]
    child = made.again(as_text(sent))
    assert child.accepted == [{"a": "w", "b": 7}]
    assert child.codes() == [(2, ["type"]), (2, ["record_twice"]), (2, ["record_twice"])]
    assert child.records == [2]
    assert (child.resubmission or {})["open"] == 2


def test_rows_of_several_runs_in_one_file_are_refused_together(tmp_path: Path) -> None:
    made, root = family(tmp_path)
    head, row, other, *_ = rows_of(root)
    with pytest.raises(FileFailed) as refused:
        made.again(as_text([head, row, ["0" * 32, *other[1:]]]))
    assert refused.value.code == "mixed_runs"
    assert root.run in refused.value.message
    assert made.asked == []


def test_a_file_in_which_no_row_names_its_run_is_refused(tmp_path: Path) -> None:
    made, root = family(tmp_path)
    with pytest.raises(FileFailed) as refused:
        made.again(root.text().replace(root.run, ""))
    assert refused.value.code == "no_run"
    assert made.asked == []


@pytest.mark.parametrize("run", ["../../etc/passwd", "x' OR '1'='1", "a\nb", "\x1b[2J", "é" * 4000, "0" * 31])
def test_what_is_no_run_id_is_refused_and_nobody_is_asked_for_it(run: str, tmp_path: Path) -> None:
    made, root = family(tmp_path)
    head, *rows = rows_of(root)
    with pytest.raises(FileFailed) as refused:
        made.again(as_text([head, *([run, *row[1:]] for row in rows)]))
    assert refused.value.code == "unknown_run"
    assert made.asked == []
    assert refused.value.message.isprintable()
    assert len(refused.value.message) < 200


def test_a_run_that_nobody_knows_is_refused_in_the_words_of_whoever_was_asked(tmp_path: Path) -> None:
    made, root = family(tmp_path)
    with pytest.raises(FileFailed) as refused:
        made.again(root.text().replace(root.run, "0" * 32))
    assert (refused.value.code, made.asked) == ("unknown_run", ["0" * 32])


def test_a_record_torn_in_the_sent_file_keeps_its_place_in_the_root(tmp_path: Path) -> None:
    made, root = family(tmp_path)
    head = root.text().splitlines()[0]
    torn = [f"{root.run},2,3,reason,raw,w,2,extra", f'"{root.run}","4",6', f"{root.run[:-1]},3,5,,,x,3,y", '"open']
    child = made.again("\n".join([head, *torn]) + "\n")
    assert child.codes() == [
        (2, ["too_many_fields"]), (4, ["too_few_fields"]), (None, ["too_many_fields"]), (None, ["open_quote"]),
    ]  # fmt: skip
    assert [row["_line"] for row in child.rejected] == [3, 6, None, None]
    assert child.rejected[0]["_raw"] == torn[0]


def test_columns_may_stand_in_another_order(tmp_path: Path) -> None:
    made, root = family(tmp_path)
    head, *rows = rows_of(root)
    order = [head.index(name) for name in ("b", "_record", "a", "_raw", "_run", "_line", "_reasons")]
    moved = as_text([[row[at] for at in order] for row in (head, *rows)]).replace("bad,2", "2,2")
    child = made.again(moved + f"9,4,y,,{root.run},6,,too much\n")
    assert child.records == [2]
    assert child.codes() == [(3, ["still_malformed"]), (4, ["required"]), (4, ["too_many_fields"])]


def test_derived_columns_know_the_root_s_record_and_the_run_they_are_computed_in(tmp_path: Path) -> None:
    made, root = family(tmp_path, derive={"record": "_record", "run": "_run", "half": "10 // (b - 3)"})
    child = made.again(root.text().replace("bad", "2").replace('"too,many,fields",,', ",too,3"))
    assert [(row["record"], row["run"]) for row in child.accepted] == [(2, child.run)]
    assert child.codes()[0] == (3, ["derive_failed"])
    assert child.records == [2]


def test_max_rejected_and_file_checks_are_skipped(tmp_path: Path) -> None:
    keys = "quality: [{metric: rowCount, mustBeGreaterThan: 4}]"
    made, root = family(tmp_path, keys=keys, max_rejected=RejectLimit.parse("3"))
    child = made.again(root.text() + root.text().partition("\n")[2])
    assert child.manifest["verdict"] == "accepted_with_rejects"
    assert [check["status"] for check in child.manifest["checks"]] == ["skipped"]


def test_dialect_encoding_and_packing_of_the_input_are_those_of_what_is_sent_again(tmp_path: Path) -> None:
    keys = "customProperties: [{property: delimiter, value: ';'}, {property: quote, value: \"'\"}, {property: encoding, value: utf-16}]"
    made = Family(tmp_path, contract_of(tmp_path, SIMPLE, keys))
    root = made.first("a;b\n'é;\n1';x\nü;'1'y\n;3\n".encode("utf-16"))
    text = root.text(encoding="utf-16").replace(";x\n", ";1\n").replace(";;3\n", ";ö;3\n")
    child = made.again(gzip.compress(text.encode("utf-16")), "rejected.csv.gz")
    assert child.accepted == [{"a": "é;\n1", "b": 1}, {"a": "ö", "b": 3}]
    assert child.records == [1, 3]
    assert child.text(encoding="utf-16").splitlines()[1].startswith(f"{root.run};2;4;")


@pytest.mark.parametrize("name", ["rejected.csv", "rejected.jsonl"])
@pytest.mark.parametrize("kind", ["gzip", "zstd", "bzip2"])
def test_rejected_rows_come_back_unpacked_though_the_contract_says_packed(kind: str, name: str, tmp_path: Path) -> None:
    keys = f"customProperties: [{{property: compression, value: {kind}}}]"
    plain, packed = tmp_path / "plain", tmp_path / "packed"
    for folder in (plain, packed):
        folder.mkdir()
    contract = contract_of(packed, SIMPLE, keys)
    made = Family(packed, contract)
    with pytest.raises(FileFailed, match="is not a whole"):
        made.first(SENT)
    made.runs.append(Family(plain, contract_of(plain, SIMPLE)).first(SENT))
    child = made.again(made.runs[0].text(name).replace("bad", "2"), name)
    assert child.records == [2]


def test_two_files_of_one_root_that_overlap_never_give_a_row_twice(tmp_path: Path) -> None:
    seed = random.Random(7)
    made = Family(tmp_path, contract_of(tmp_path, SIMPLE))
    good = {number for number in range(1, 41) if seed.random() < 0.3}
    root = made.first(("a,b\n" + "".join(f"r{n},{n if n in good else 'x'}\n" for n in range(1, 41))).encode())
    head, *rows = rows_of(root)
    for _ in range(6):
        sent = [[*row[:-1], row[-2][1:] if seed.random() < 0.5 else "x"] for row in rows if seed.random() < 0.7]
        made.again(as_text([head, *sent]))
    made.again(as_text([head, *([*row[:-1], row[-2][1:]] for row in rows)]))
    accepted = [row for ran in made.runs for row in ran.accepted]
    assert sorted(row["b"] for row in accepted) == list(range(1, 41))
    closed = [number for ran in made.runs[1:] for number in ran.records]
    assert sorted(closed) == sorted(set(range(1, 41)) - good)
    assert (made.runs[-1].resubmission or {})["open"] == 0


def test_a_record_lost_on_its_way_into_records_opens_the_books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made, root = family(tmp_path)
    write: Any = RootJoin.write_records
    monkeypatch.setattr(
        RootJoin, "write_records", lambda self, path, rows, count: write(self, path, f"FROM ({rows}) LIMIT 0", count)
    )
    with pytest.raises(FileFailed) as failed:
        made.again(root.text().replace("bad", "2"))
    assert failed.value.code == "books_do_not_close"


def test_rejected_rows_of_the_root_that_somebody_rewrote_are_told_with_their_line(tmp_path: Path) -> None:
    made, root = family(tmp_path)
    lines = root.text("rejected.jsonl").splitlines()
    (root.out / "rejected.jsonl").write_text("\n".join([lines[0], "{}", *lines[2:]]) + "\n")
    with pytest.raises(Permanent, match=r"rejected\.jsonl:2"):
        made.again(root.text())


def test_without_somebody_to_ask_the_marks_are_taken_off_and_the_file_is_judged_as_it_is(tmp_path: Path) -> None:
    made, root = family(tmp_path)
    ran = made.first(root.text().replace("bad", "2").encode(), "rejected.csv")
    assert ran.accepted == [{"a": "w", "b": 2}]
    assert ran.resubmission == {"checks": "skipped", "max_rejected": "skipped"}
    assert [(row["_run"], row["_record"]) for row in ran.rejected] == [(ran.run, 2), (ran.run, 3)]
    assert not (ran.out / "records.csv").exists()


def test_a_replay_takes_no_record_that_was_closed_in_the_meantime(tmp_path: Path) -> None:
    made, root = family(tmp_path)
    child = made.again(root.text().replace(",,4", ",y,4"))
    looser = Family(tmp_path, contract_of(tmp_path, "[{name: a}, {name: b, logicalType: integer}]"))
    replay = looser.replayed(SENT, made.closed(), {})
    assert [row["b"] for row in replay.accepted] == [1, 5]
    assert replay.codes() == [(2, ["type"]), (3, ["too_many_fields"]), (4, ["already_accepted"])]
    assert child.run in replay.messages()[-1]
    assert replay.resubmission is None
    assert not (replay.out / "records.csv").exists()
