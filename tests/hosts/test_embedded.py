"""The embedded host: a project's parts, each where the project says; a mistake in it is found before anything is made."""

from __future__ import annotations

from pathlib import Path

import pytest

from headgate.adapters.local.outbox import Outbox
from headgate.adapters.local.staging import Staging
from headgate.adapters.smtp import SmtpMailer
from headgate.core.errors import Place, UserMistake
from headgate.hosts.embedded import EmbeddedHost
from tests.hosts.bench import Bench
from tests.projects import GOOD, MIXED, drop, make_project, names


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_project(tmp_path / "project")


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("headgate.yaml", "mail", "mial"),
        ("pipelines/people/pipeline.yaml", "intake", "intaek"),
        ("pipelines/people/pipeline.yaml", "contract: ", "derive: {x: now()}\ncontract: "),
        ("pipelines/people/pipeline.yaml", "contract: ", "derive: {x: nosuch + 1}\ncontract: "),
        ("pipelines/people/contract.odcs.yaml", "minimum", "minimun"),
    ],
)
def test_a_mistake_in_the_project_is_found_before_anything_is_made(folder: Path, file, old, new):
    path = folder / file
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(UserMistake) as caught:
        EmbeddedHost(folder)
    assert caught.value.where
    assert caught.value.where.file == str(path)
    assert caught.value.where.line
    assert not (folder / ".headgate").exists()


def test_a_report_template_that_can_not_be_read_is_found_before_anything_is_made(folder: Path):
    path = folder / "pipelines/people/report.html.j2"
    path.write_text("{% extends layout %}\n{% block foot %}{{ report.title }")
    with pytest.raises(UserMistake, match="the report's template can't be used") as caught:
        EmbeddedHost(folder)
    assert caught.value.where == Place(str(path), 2)
    assert not (folder / ".headgate").exists()


def test_put_copies_a_file_into_the_inbox_whole_and_never_over_another(folder: Path, tmp_path: Path):
    (tmp_path / "a.csv").write_bytes(GOOD)
    with EmbeddedHost(folder) as host:
        assert host.put(tmp_path / "a.csv", "people") == "inbox/people/a.csv"
        assert host.put(tmp_path / "a.csv") == "inbox/a.csv"
        assert sorted(host.intake.waiting()) == ["inbox/a.csv", "inbox/people/a.csv"]
        (tmp_path / "a.csv").write_bytes(MIXED)
        with pytest.raises(UserMistake, match="already waits"):
            host.put(tmp_path / "a.csv", "people")
    assert (folder / "inbox/people/a.csv").read_bytes() == GOOD


def test_put_lies_over_nothing_that_came_at_this_very_moment(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "a.csv").write_bytes(MIXED)
    new = Staging.new

    def somebody_was_faster(self: Staging) -> Path:
        drop(folder, "people/a.csv", GOOD)
        return new(self)

    monkeypatch.setattr(Staging, "new", somebody_was_faster)
    with EmbeddedHost(folder) as host, pytest.raises(UserMistake, match="already waits"):
        host.put(tmp_path / "a.csv", "people")
    assert (folder / "inbox/people/a.csv").read_bytes() == GOOD


@pytest.mark.parametrize("name", ["a.csv.part", "a.tmp", ".a.csv"])
def test_put_refuses_a_name_that_would_wait_for_ever(folder: Path, tmp_path: Path, name: str):
    (tmp_path / name).write_bytes(GOOD)
    with EmbeddedHost(folder) as host, pytest.raises(UserMistake) as caught:
        host.put(tmp_path / name, "people")
    assert caught.value.code == "bad_file_name"
    assert names(folder, "inbox") == []


def test_a_storage_elsewhere_holds_the_zones_and_the_project_keeps_ledger_and_mail(tmp_path: Path):
    settings = "storage: ../store\nmail: {to: [a@b.c], outbox: sent}\n"
    bench = Bench(tmp_path / "project", settings)
    drop(tmp_path / "store", "people/a.csv", GOOD)
    bench.run()
    assert names(tmp_path / "store", "archive") == ["a.csv"]
    assert {path.name for path in bench.folder.iterdir()} == {"headgate.yaml", "pipelines", ".headgate", "sent"}
    assert {path.name for path in (bench.folder / ".headgate").glob("*.db")} >= {"ledger.db", "notices.db"}


def test_an_object_store_is_an_inbox_too(tmp_path: Path):
    (tmp_path / "store").mkdir()
    bench = Bench(tmp_path / "project", f"storage: {(tmp_path / 'store').as_uri()}\nmail: {{to: [a@b.c]}}\n")
    (tmp_path / "people.csv").write_bytes(MIXED)
    key = bench.host.put(tmp_path / "people.csv")
    with pytest.raises(UserMistake, match="already waits"):
        bench.host.put(tmp_path / "people.csv")
    assert [event.data for event in bench.host.intake.announce(key)] == [{"key": key, "pipeline": "people"}]
    drop(tmp_path / "store", "nobody.txt", b"?")
    journey = bench.run()
    ends = [event.type for event in journey.events if event.type in ("file.processed", "file.unmatched")]
    assert sorted(ends) == ["file.processed", "file.unmatched"]
    assert list(bench.host.files.keys("inbox")) == []
    assert len(list(bench.host.files.keys("manifests"))) == 1


def test_mails_go_to_the_outbox_or_to_the_server_that_is_named(tmp_path: Path):
    with EmbeddedHost(make_project(tmp_path / "a")) as host:
        assert isinstance(host.mailer, Outbox)
    with EmbeddedHost(make_project(tmp_path / "b", "mail: {to: [a@b.c], smtp: {host: mail.example.com}}\n")) as host:
        assert isinstance(host.mailer, SmtpMailer)


def test_what_a_host_held_is_free_when_it_is_closed(folder: Path):
    bench = Bench(folder)
    event = bench.publish()
    assert bench.host.queue.take(bench.now)
    with EmbeddedHost(folder, lambda: bench.now) as other:
        assert other.queue.recover() == []
        bench.host.close()
        assert [lost.event.id for lost in other.queue.recover()] == [event.id]
