"""The mail of a report, from a file in the inbox to a real mail server on this machine."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from email.message import EmailMessage

import pytest

from tests.faces.command import Here
from tests.projects import MIXED, documents, drop, make_project
from tests.smtp_server import MailServer, mail_server

TEAM, BOSS = "team@example.com", "boss@example.com"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture
def shop(here: Here, server: MailServer) -> Here:
    """The command at home in a project that mails through the server."""
    smtp = f"{{host: 127.0.0.1, port: {server.port}, security: none}}"
    make_project(here.folder, f"mail: {{to: [{TEAM}, {BOSS}], smtp: {smtp}}}\n")
    return here


def reports(server: MailServer) -> list[tuple[list[str], EmailMessage]]:
    """The mails that are reports, each with those it went to; besides, people are told of dead letters."""
    sent = zip(server.recipients, server.mails, strict=True)
    return [(to, mail) for to, mail in sent if mail["Subject"].startswith("people: a.csv: 1 accepted")]


def test_a_report_comes_as_text_as_html_and_is_told_by_its_ids(shop: Here, server: MailServer):
    drop(shop.folder, "people/a.csv", MIXED)
    assert shop("run").code == 0
    (mail,) = server.mails
    assert server.recipients == [[TEAM, BOSS]]
    assert mail["Subject"] == "people: a.csv: 1 accepted, 3 rejected"
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert mail["Message-ID"] == f"<{mail['X-Headgate-Report-Id']}@headgate>"


def test_who_is_refused_for_good_is_a_dead_letter_and_a_redrive_mails_nobody_else(shop: Here, server: MailServer):
    server.answers[BOSS] = "550 no such user"
    drop(shop.folder, "people/a.csv", MIXED)
    assert shop("run").code == 3
    assert [to for to, _ in reports(server)] == [[TEAM]]
    (manifest,) = documents(shop.folder, "manifests/*.json")
    assert manifest["verdict"] == "accepted_with_rejects"
    (letter,) = shop("dead", "list", "--json").json
    assert (letter["stage"], letter["code"]) == ("notify", "recipient_refused")
    del server.answers[BOSS]
    assert shop("dead", "redrive", *letter["numbers"]).code == 0
    shop("run")
    assert [to for to, _ in reports(server)] == [[TEAM], [BOSS]]
    for header in ("Message-ID", "X-Headgate-Report-Id"):
        assert len({mail[header] for _, mail in reports(server)}) == 1


def test_a_report_that_did_not_reach_everybody_is_sent_to_those_who_lack_it(shop: Here, server: MailServer):
    server.answers[BOSS] = "550 no such user"
    drop(shop.folder, "people/a.csv", MIXED)
    shop("run")
    (manifest,) = documents(shop.folder, "manifests/*.json")
    del server.answers[BOSS]
    said = shop("report", manifest["run"], "--send")
    assert said.code == 0
    assert said.err == f"mailed to {BOSS}; {TEAM} had it already, --again mails it to everybody\n"
    assert [to for to, _ in reports(server)] == [[TEAM], [BOSS]]
    for header in ("Message-ID", "X-Headgate-Report-Id"):
        assert len({mail[header] for _, mail in reports(server)}) == 1


def test_a_report_that_reached_nobody_is_sent_under_its_id_and_a_redrive_mails_nobody_again(
    shop: Here, server: MailServer
):
    server.answers = {TEAM: "550 sender not verified", BOSS: "550 sender not verified"}
    drop(shop.folder, "people/a.csv", MIXED)
    shop("run")
    (manifest,) = documents(shop.folder, "manifests/*.json")
    server.answers = {}
    assert shop("report", manifest["run"], "--send").err == f"mailed to {TEAM}, {BOSS}\n"
    assert shop("dead", "redrive", "--all").code == 0
    shop("run")
    assert [to for to, _ in reports(server)] == [[TEAM, BOSS]]


def test_a_report_whose_process_died_while_it_was_sent_goes_out_once_more_with_the_same_id(
    shop: Here, server: MailServer
):
    drop(shop.folder, "people/a.csv", MIXED)
    shop("run")
    (manifest,) = documents(shop.folder, "manifests/*.json")
    with closing(sqlite3.connect(shop.folder / ".headgate/notices.db")) as connection, connection:
        connection.execute("UPDATE mails SET state = 'sending'")
    assert shop("report", manifest["run"], "--send").code == 0
    assert len({mail["X-Headgate-Report-Id"] for _, mail in reports(server)}) == 1
    assert len(reports(server)) == 2


def test_again_mails_a_report_to_everybody_who_has_it_or_not(shop: Here, server: MailServer):
    server.answers[BOSS] = "550 no such user"
    drop(shop.folder, "people/a.csv", MIXED)
    shop("run")
    (manifest,) = documents(shop.folder, "manifests/*.json")
    refused = shop("report", manifest["run"], "--send", "--again")
    assert (refused.code, [to for to, _ in reports(server)]) == (3, [[TEAM], [TEAM]])
    assert f"mailed to {TEAM}\n" in refused.err
    del server.answers[BOSS]
    said = shop("report", manifest["run"], "--send", "--again")
    assert (said.code, said.err) == (0, f"mailed to {TEAM}, {BOSS}\n")
    assert reports(server)[-1][0] == [TEAM, BOSS]


def test_a_report_that_everybody_has_is_mailed_to_nobody_until_again_is_asked_for(shop: Here, server: MailServer):
    drop(shop.folder, "people/a.csv", MIXED)
    shop("run")
    (manifest,) = documents(shop.folder, "manifests/*.json")
    had = f"mailed to nobody; {TEAM}, {BOSS} had it already, --again mails it to everybody\n"
    for _ in range(2):
        said = shop("report", manifest["run"], "--send")
        assert (said.code, said.err) == (0, had)
    (told,) = shop("report", manifest["run"], "--send", "--json").json
    assert (told["mailed"], told["had_it"]) == ([], [TEAM, BOSS])
    assert [to for to, _ in reports(server)] == [[TEAM, BOSS]]
    assert shop("report", manifest["run"], "--send", "--again").err == f"mailed to {TEAM}, {BOSS}\n"
    assert [to for to, _ in reports(server)] == [[TEAM, BOSS], [TEAM, BOSS]]


def test_whoever_is_named_later_gets_the_mail_that_the_others_have(shop: Here, server: MailServer):
    drop(shop.folder, "people/a.csv", MIXED)
    shop("run")
    (manifest,) = documents(shop.folder, "manifests/*.json")
    own = shop.folder / "pipelines/people/pipeline.yaml"
    own.write_text(own.read_text() + f"report: {{recipients: [{TEAM}, new@example.com]}}\n")
    said = shop("report", manifest["run"], "--send")
    assert said.err == f"mailed to new@example.com; {TEAM} had it already, --again mails it to everybody\n"
    assert [to for to, _ in reports(server)] == [[TEAM, BOSS], ["new@example.com"]]


@pytest.mark.parametrize("start", ["analyze", "notify"])
def test_a_replay_that_changes_nothing_of_the_report_mails_only_those_who_lack_it(
    shop: Here, server: MailServer, start: str
):
    server.answers[BOSS] = "550 no such user"
    drop(shop.folder, "people/a.csv", MIXED)
    shop("run")
    (manifest,) = documents(shop.folder, "manifests/*.json")
    del server.answers[BOSS]
    next_ = f"headgate report {manifest['run']} --send --again mails it to everybody"
    first = shop("replay", manifest["run"], "--from", start).out.splitlines()
    second = shop("replay", manifest["run"], "--from", start).out.splitlines()
    assert first[1:] == [f"  mailed to {BOSS}; {TEAM} had it already, {next_}"]
    assert second[1:] == [f"  mailed to nobody; {TEAM}, {BOSS} had it already, {next_}"]
    assert [to for to, _ in reports(server)] == [[TEAM], [BOSS]]


def test_a_replay_that_says_something_else_is_a_mail_of_its_own(shop: Here, server: MailServer):
    drop(shop.folder, "people/a.csv", MIXED)
    shop("run")
    (manifest,) = documents(shop.folder, "manifests/*.json")
    (shop.folder / "pipelines/people/analysis").mkdir()
    (shop.folder / "pipelines/people/analysis/all.sql").write_text("SELECT count(*) AS people FROM accepted")
    said = shop("replay", manifest["run"], "--from", "analyze")
    assert said.out.splitlines()[1:] == [f"  mailed to {TEAM}, {BOSS}"]
    shop("report", manifest["run"])
    again = shop("replay", manifest["run"], "--from", "analyze")
    assert "mailed to nobody" in again.out, "a report that was only written is no mail"
    assert [to for to, _ in reports(server)] == [[TEAM, BOSS], [TEAM, BOSS]]
    assert len({mail["X-Headgate-Report-Id"] for _, mail in reports(server)}) == 2


@pytest.mark.parametrize("asked", [("RUN", "--again"), ("--day", "yesterday", "--send", "--again")])
def test_again_without_a_report_of_a_run_to_send_is_a_mistake(shop: Here, asked):
    said = shop("report", *asked)
    assert said.code == 2
    assert "--again goes with --send" in said.err


def test_a_run_says_by_which_server_mails_went_and_nothing_of_old_ones_in_the_outbox(shop: Here, server: MailServer):
    (shop.folder / "outbox").mkdir()
    (shop.folder / "outbox/before.eml").write_text("from before there was a server")
    assert "mails" not in shop("run").out
    drop(shop.folder, "people/a.csv", MIXED)
    assert shop("run").out.splitlines()[-1] == "mails:  1, by 127.0.0.1"
    assert len(server.mails) == 1
