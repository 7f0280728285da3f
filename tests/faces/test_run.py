"""`headgate run`: what becomes of a file in the inbox."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from headgate.hosts.embedded import EmbeddedHost
from headgate.hosts.intake import Intake, Look
from tests.faces.command import Here, files_in, headgate
from tests.faces.worked import full, work
from tests.projects import GOOD, MIXED, UNUSABLE, documents, drop, mails, make_project, names


@pytest.fixture
def shop(here: Here) -> Here:
    """The command at home in a project."""
    make_project(here.folder)
    return here


def test_a_file_in_the_inbox_of_a_pipeline_becomes_rows_a_manifest_a_report_and_a_mail(tmp_path):
    make_project(tmp_path)
    drop(tmp_path, "people/monday.csv", MIXED)
    said = headgate("run", "--project", tmp_path, cwd=tmp_path.parent)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("monday.csv: 4 records, 1 accepted, 3 rejected\n")
    (manifest,) = documents(tmp_path, "manifests/*.json")
    home = f"people/{manifest['run']}"
    left = {name for name in files_in(tmp_path) if not name.startswith(("pipelines/", "outbox/", ".headgate/"))}
    assert left == {
        "headgate.yaml", f"accepted/{home}/accepted.parquet", f"rejected/{home}/rejected.csv",
        f"rejected/{home}/rejected.jsonl", f"manifests/{manifest['run']}.json", f"archive/{home}/monday.csv",
        f"analysis/{home}.json", f"reports/{home}.txt", f"reports/{home}.html",
    }  # fmt: skip
    assert (tmp_path / "archive" / home / "monday.csv").read_bytes() == MIXED
    assert all((tmp_path / output["path"]).stat().st_size == output["size"] for output in manifest["outputs"].values())
    (mail,) = mails(tmp_path).items()
    assert mail[0] == "people: monday.csv: 1 accepted, 3 rejected"
    text = mail[1].get_body(("plain",))
    assert text
    assert text.get_content().replace("\r\n", "\n") == (tmp_path / "reports" / f"{home}.txt").read_text()
    assert f"report: reports/{home}.txt" in said.out


def test_the_report_says_what_came_why_rows_were_rejected_and_what_to_open(shop: Here):
    drop(shop.folder, "people/monday.csv", MIXED)
    shop("run")
    (report,) = (path.read_text() for path in shop.folder.glob("reports/people/*.txt"))
    for expected in ("monday.csv · 82 bytes", "Rows      4", "Rejected  3 (75.0%)", "  age must be a whole number",
                     "  Line 3: name: is required", "cp rejected/people/", "Correlation id "):  # fmt: skip
        assert expected in report
    assert "example.org" not in report
    assert "secret" not in report


def test_a_file_in_the_inbox_itself_goes_to_the_one_pipeline_whose_match_fits(shop: Here):
    drop(shop.folder, "people_2026.csv")
    assert shop("run").out.startswith("people_2026.csv: 2 records, 2 accepted, 0 rejected\n")
    assert names(shop.folder, "archive/people") == ["people_2026.csv"]


@pytest.mark.parametrize(("name", "fits"), [("other.csv", []), ("people_list.csv", ["guests", "people"])])
def test_a_file_that_no_pipeline_or_two_could_take_is_kept_in_unmatched_and_told_about(shop: Here, name, fits):
    drop(shop.folder, name)
    said = shop("run", "--json")
    assert said.code == 0
    (outcome,) = said.json["files"]
    assert (outcome["outcome"], outcome["candidates"]) == ("file.unmatched", fits)
    assert (shop.folder / outcome["key"]).read_bytes() == GOOD
    assert outcome["key"].startswith("unmatched/")
    mail = mails(shop.folder)[f"Headgate: {name} belongs to no single pipeline"].get_content()
    assert f"pipelines whose intake.match fits: {', '.join(fits) or 'none'}" in mail
    assert "inbox/<pipeline>/" in mail
    assert shop("run", "--json").json["files"] == []


def test_two_unmatched_files_of_one_name_are_both_kept(shop: Here):
    for data in (b"first", b"second"):
        drop(shop.folder, "other.csv", data)
        shop("run")
    assert sorted(path.read_bytes() for path in shop.folder.glob("unmatched/**/other.csv")) == [b"first", b"second"]


def test_a_folder_in_the_inbox_that_is_no_pipeline_is_unmatched_too(shop: Here):
    drop(shop.folder, "peeple/people.csv")
    assert "belongs to no single pipeline" in shop("run").out


def test_a_file_that_cannot_be_used_is_kept_in_failed_with_its_reason_and_how_to_put_it_back(shop: Here):
    drop(shop.folder, "people/odd.csv", UNUSABLE)
    said = shop("run")
    assert said.code == 1
    assert (
        "odd.csv: FAILED, required and not in the file: name; the header seen is: colour, size (kept in failed/"
        in said.out
    )
    (kept,) = shop.folder.glob("failed/people/**/odd.csv")
    key = kept.relative_to(shop.folder).as_posix()
    assert kept.read_bytes() == UNUSABLE
    reason = json.loads(kept.with_name("odd.csv.error.json").read_text())
    assert reason["code"] == "missing_column"
    assert reason["who"]
    assert reason["next"]
    assert reason["put_back"] == f"to try again, move {key} to inbox/people/"
    mail = mails(shop.folder)["Headgate: people: odd.csv failed"].get_content()
    assert key in mail
    assert names(shop.folder, "inbox") == names(shop.folder, "archive") == names(shop.folder, "manifests") == []


def test_two_failed_files_of_one_name_are_both_kept(shop: Here):
    for data in (UNUSABLE, b"other,columns\n1,2\n"):
        drop(shop.folder, "people/odd.csv", data)
        assert shop("run").code == 1
    assert len({path.read_bytes() for path in shop.folder.glob("failed/**/odd.csv")}) == 2


def test_a_file_put_back_after_a_failure_is_the_next_attempt_of_the_same_run(shop: Here):
    contract = shop.folder / "pipelines/people/contract.odcs.yaml"
    drop(shop.folder, "people/odd.csv", UNUSABLE)
    shop("run")
    first = documents(shop.folder, "failed/people/*.1.json")[0]
    (kept,) = shop.folder.glob("failed/people/**/odd.csv")
    kept.rename(shop.folder / "inbox/people/odd.csv")
    assert shop("run").code == 1
    second = documents(shop.folder, "failed/people/*.2.json")[0]
    assert second["run"] == first["run"]
    assert second["observed"]["claimed_at"] == first["observed"]["claimed_at"]
    contract.write_text(contract.read_text().replace("name: name", "name: colour"))
    (kept,) = shop.folder.glob("failed/people/**/odd.csv")
    kept.rename(shop.folder / "inbox/people/odd.csv")
    assert shop("run").out.startswith("odd.csv: 1 record, 1 accepted, 0 rejected\n")


def test_the_same_bytes_are_processed_once_whatever_their_name_and_pipeline_folder(shop: Here):
    drop(shop.folder, "people/monday.csv", MIXED)
    shop("run")
    before = {name: (shop.folder / name).stat().st_mtime_ns for name in files_in(shop.folder) if "/people/" in name}
    drop(shop.folder, "people/again.csv", MIXED)
    drop(shop.folder, "people_root.csv", MIXED)
    said = shop("run", "--json")
    assert said.code == 0
    (run,) = (path.stem for path in shop.folder.glob("manifests/*.json"))
    assert [(one["outcome"], one["of"]) for one in said.json["files"]] == [("file.duplicate", run)] * 2
    assert names(shop.folder, "archive") == ["again.csv", "monday.csv", "people_root.csv"]
    assert len(mails(shop.folder)) == 1
    after = {name: (shop.folder / name).stat().st_mtime_ns for name in before}
    assert after == before


def test_files_named_on_the_command_line_are_copied_into_the_inbox_first(shop: Here):
    (shop.folder / "mine.csv").write_bytes(MIXED)
    assert shop("run", "mine.csv", "-p", "people").out.startswith("mine.csv: 4 records")
    assert (shop.folder / "mine.csv").read_bytes() == MIXED
    assert names(shop.folder, "archive/people") == ["mine.csv"]
    (shop.folder / "guests.csv").write_bytes(GOOD)
    assert shop("run", "guests.csv").out.startswith("guests.csv: 2 records")
    assert names(shop.folder, "archive/guests") == ["guests.csv"]


def test_a_file_never_lies_over_another_in_the_inbox(shop: Here):
    waiting = drop(shop.folder, "people/mine.csv", MIXED)
    for folder in ("a", "b"):
        (shop.folder / folder).mkdir()
        (shop.folder / folder / "mine.csv").write_bytes(GOOD)
    refused = shop("run", "a/mine.csv", "-p", "people")
    assert refused.code == 2
    assert "already waits: inbox/people/mine.csv" in refused.err
    assert waiting.read_bytes() == MIXED
    assert "two files are called mine.csv" in shop("run", "a/mine.csv", "b/mine.csv", "-p", "guests").err
    assert names(shop.folder, "inbox") == ["mine.csv"]


def test_a_mistake_in_the_command_touches_nothing(shop: Here):
    drop(shop.folder, "people/monday.csv", MIXED)
    (shop.folder / "mine.csv").write_bytes(GOOD)
    (shop.folder / "half.part").write_bytes(GOOD)
    before = files_in(shop.folder)
    for words, expected in {
        ("mine.csv", "-p", "peeple"): "error: there is no pipeline peeple; did you mean people?\n  next: ",
        ("nope.csv", "-p", "people"): "error: nope.csv: there is no such file\n  next: ",
        (
            "half.part",
            "-p",
            "people",
        ): "error: half.part: a file of this name is taken for one that is still being written",
    }.items():
        said = shop("run", *words)
        assert (said.code, said.out) == (2, "")
        assert expected in said.err
        assert [name for name in files_in(shop.folder) if not name.startswith(".headgate/")] == before


def test_an_empty_inbox_is_fine_and_says_where_files_go(shop: Here):
    said = shop("run")
    assert (said.code, said.out, said.err) == (0, "the inbox is empty: put files into inbox/<pipeline>/\n", "")
    nothing = {
        "files": [],
        "worked_off": [],
        "untaken": [],
        "dead_letters": 0,
        "left": {"events": 0, "until": None},
        "events": [],
        "errors": [],
    }
    assert shop("run", "--json").json == nothing
    assert shop("run", "--quiet").out == ""


def test_what_waits_for_a_day_is_left_to_a_later_run_and_said(shop: Here):
    with EmbeddedHost(shop.folder) as host:
        tomorrow = (host.clock() + timedelta(days=1)).replace(microsecond=0).isoformat()
        event = host.event("source.due", "people", {"pipeline": "people", "not_before": tomorrow}, "x")
        host.queue.publish([event], host.clock())
    assert shop("run").out == f"1 event waits until {tomorrow}Z: for `headgate up`, or a `headgate run` after that\n"
    assert shop("run", "--json").json["left"] == {"events": 1, "until": f"{tomorrow}Z"}


def test_a_file_that_its_sender_has_still_open_is_left_alone_until_it_is_closed(shop: Here):
    path = shop.folder / "inbox/people/slow.csv"
    path.parent.mkdir(parents=True)
    with path.open("wb") as sender:
        sender.write(b"name,email,age\nAnn,,\n")
        sender.flush()
        said = shop("run")
        assert said.out == "inbox/people/slow.csv: still being written; the next run takes it\n"
        assert shop("status", "--json").json["inbox"]["growing"] == 1
        sender.write(b"Bob,,\n")
    assert shop("run").out.startswith("slow.csv: 2 records, 2 accepted, 0 rejected\n")


def test_what_waited_from_before_is_said_and_not_that_the_inbox_is_empty(shop: Here):
    drop(shop.folder, "people/a.csv", GOOD)
    work(shop.folder, load=full)
    shop("dead", "redrive", "1")
    said = shop("run")
    assert (said.code, said.out.splitlines()[0], said.err) == (0, "a.csv: load done, which had waited", "")
    assert "the inbox is empty" not in said.out
    assert "the inbox is empty" in shop("run").out


def test_a_file_that_waited_is_told_of_by_what_became_of_it(shop: Here):
    drop(shop.folder, "people/a.csv", GOOD)
    work(shop.folder, ingest=full)
    shop("dead", "redrive", "1")
    said = shop("run").out
    assert said.startswith("a.csv: 2 records, 2 accepted, 0 rejected\n")
    assert "waited" not in said


def test_as_long_as_a_dead_letter_waits_for_a_person_no_run_is_a_success(shop: Here):
    drop(shop.folder, "people/a.csv", GOOD)
    work(shop.folder, load=full)
    for words in (("run",), ("run", "--quiet"), ("run", "--json")):
        said = shop(*words)
        assert (said.code, said.err) == (3, "1 dead letter waits for a person: headgate dead list\n")
    assert said.json["dead_letters"] == 1
    shop("dead", "discard", "1")
    assert (shop("run").code, shop("run").err) == (0, "")


@pytest.mark.parametrize("name", ["half.csv.part", "half.csv.tmp", ".hidden.csv", ".~tmp~/half.csv"])
def test_files_that_are_still_being_written_are_left_alone(shop: Here, name):
    waiting = drop(shop.folder, f"people/{name}")
    assert "the inbox is empty" in shop("run").out
    assert waiting.read_bytes() == GOOD


def test_beyond_max_rejected_nothing_is_published_and_the_rejects_are_kept(here: Here):
    make_project(here.folder, people="max_rejected: 50%\n")
    drop(here.folder, "people/monday.csv", MIXED)
    said = here("run", "--json")
    assert said.code == 1
    (outcome,) = said.json["files"]
    assert outcome["reason"]["code"] == "max_rejected"
    (attempt,) = documents(here.folder, "failed/people/*.1.json")
    assert (attempt["verdict"], attempt["counts"]["accepted"], attempt["counts"]["rejected"]) == ("failed", 0, 3)
    rows = [
        json.loads(line)
        for line in (here.folder / attempt["outputs"]["rejected_jsonl"]["path"]).read_text().splitlines()
    ]
    assert [row["_record"] for row in rows] == [2, 3, 4]
    assert (here.folder / attempt["outputs"]["rejected_csv"]["path"]).is_file()
    assert names(here.folder, "accepted") == names(here.folder, "manifests") == []


def test_beyond_warn_rejected_the_rows_are_published_and_somebody_is_told(here: Here):
    make_project(here.folder, people="warn_rejected: 50%\n")
    drop(here.folder, "people/monday.csv", MIXED)
    said = here("run", "--json")
    assert said.code == 0
    assert sorted(event["type"] for event in said.json["events"]) == [
        "alert.sent", "analysis.completed", "file.arrived", "file.processed", "limit.exceeded", "report.sent",
    ]  # fmt: skip
    mail = mails(here.folder)["Headgate: people: many rows of monday.csv were rejected"].get_content()
    assert "3 of 4 records were rejected; the limit is warn_rejected: 50%" in mail
    assert names(here.folder, "accepted") == ["accepted.parquet"]


def test_a_pipeline_without_a_contract_describes_any_file_and_rejects_nothing(shop: Here):
    drop(shop.folder, "anything/notes.bin", b"\x89PNG\r\n\x1a\n\x00")
    drop(shop.folder, "anything/table.csv", GOOD)
    assert shop("run").code == 0
    found = {one["name"]: one for one in documents(shop.folder, "accepted/anything/*/metadata.json")}
    assert (found["notes.bin"]["media_type"], found["notes.bin"]["records"]) == ("image/png", None)
    assert found["table.csv"]["columns"] == ["name", "email", "age"]
    assert {one["verdict"] for one in documents(shop.folder, "manifests/*.json")} == {"accepted"}
    assert names(shop.folder, "rejected") == []
    assert "Whatever comes: notes.bin is in" in mails(shop.folder)


def test_a_folder_that_is_no_project_names_the_command_that_makes_one(here: Here):
    said = here("run")
    assert said.code == 2
    assert said.err == "error: no headgate.yaml in .\n  next: headgate init .\n"
    assert here("run", "--json").json["error"]["code"] == "no_project"


def test_json_is_one_document_with_files_and_every_event(shop: Here):
    drop(shop.folder, "people/a.csv", GOOD)
    drop(shop.folder, "people/b.csv", UNUSABLE)
    said = shop("run", "--json")
    assert (said.code, said.err) == (1, "")
    assert sorted(one["outcome"] for one in said.json["files"]) == ["file.failed", "file.processed"]
    assert sorted(event["type"] for event in said.json["events"]) == [
        "alert.sent", "analysis.completed", "file.arrived", "file.arrived", "file.failed", "file.processed", "report.sent",
    ]  # fmt: skip


def test_quiet_prints_nothing_and_keeps_the_exit_code(shop: Here):
    drop(shop.folder, "people/a.csv", UNUSABLE)
    said = shop("run", "--quiet")
    assert (said.code, said.out, said.err) == (1, "", "")


def test_files_named_on_the_command_line_belong_to_the_events_that_are_told(shop: Here):
    (shop.folder / "mine.csv").write_bytes(MIXED)
    told = shop("run", "mine.csv", "-p", "people", "--json").json["events"]
    assert sorted(event["type"] for event in told) == [
        "analysis.completed", "file.arrived", "file.processed", "report.sent",
    ]  # fmt: skip
    assert len({event["correlationid"] for event in told}) == 1


def test_a_file_that_grows_is_left_to_the_next_run_which_is_said(shop: Here, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Intake, "look", lambda self: Look([], ["inbox/people/monday.csv"]))
    said = shop("run")
    assert (said.code, said.out) == (0, "inbox/people/monday.csv: still being written; the next run takes it\n")


def test_files_named_on_the_command_line_need_not_settle(here: Here):
    make_project(here.folder, settings="watch: {settle: 3600}\n")
    (here.folder / "mine.csv").write_bytes(MIXED)
    assert here("run", "mine.csv", "-p", "people").out.startswith("mine.csv: 4 records")


def test_a_model_without_its_key_is_warned_of_once_and_the_built_in_narrator_writes(here, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    make_project(here.folder, settings="narrator: {model: openai:gpt-5-mini}\nmail: {to: []}\n")
    drop(here.folder, "people/a.csv", GOOD)
    said = here("run")
    assert said.code == 0
    assert said.err.count("warning: openai:gpt-5-mini: the environment variable OPENAI_API_KEY is not set") == 1
    assert "the built-in narrator writes\n  next: export OPENAI_API_KEY=" in said.err
    (document,) = documents(here.folder, "analysis/*/*.json")
    assert document["narrative"]["by"] == "built-in"
    assert here("run", "--quiet").err == ""
