"""Whatever is raised becomes an error that says what happened, who must act, and whether trying again can help."""

from __future__ import annotations

import errno

import pytest

from headgate.core.errors import Outside, Permanent, Place, Transient
from headgate.core.source.failure import AskLater, SourceBusy
from headgate.hosts.failures import as_error, as_json, given_up


def test_our_own_errors_stay_what_they_are():
    error = Permanent("x")
    assert as_error(error) is error


def test_what_the_machine_refuses_is_outside_and_names_the_file():
    raised = OSError(errno.ENOSPC, "No space left on device", "/disk/file")
    said = as_error(raised)
    assert isinstance(said, Outside)
    assert (said.message, str(said.where)) == ("No space left on device", "/disk/file")
    assert (said.__cause__, bool(said.who and said.next)) == (raised, True)


def test_all_else_is_a_bug_that_may_pass_and_keeps_its_traceback():
    raised = KeyError("counts")
    said = as_error(raised)
    assert (type(said), said.code, said.__cause__) == (Transient, "bug", raised)
    assert "KeyError: 'counts'" in said.message


def test_as_json_no_part_of_an_error_shows_a_secret():
    error = Permanent("m s3cr3t", where=Place("w s3cr3t"), who="p s3cr3t", next="n s3cr3t", code="c")
    assert as_json(error, lambda text: text.replace("s3cr3t", "****")) == {
        "code": "c", "message": "m ****", "where": "w ****", "who": "p ****", "next": "n ****",
    }  # fmt: skip
    assert as_json(Permanent("m"), str) == {"code": "error", "message": "m", "where": None, "who": None, "next": None}


NEXT = {
    "free disk space or correct the permissions, then run the same command again": (
        "free disk space or correct the permissions, then headgate dead redrive 7"
    ),
    "wait; it is tried again by itself": "wait until the source answers again, then headgate dead redrive 7",
    "check the address; it is tried again by itself": "check the address; then headgate dead redrive 7",
    "nothing; it is tried again": "when the mail server takes mail again, headgate dead redrive 7",
    "correct mail.to": "correct mail.to",
}


@pytest.mark.parametrize("next_", NEXT)
def test_of_what_is_given_up_nobody_is_told_that_it_is_tried_again_by_itself(next_: str):
    error = Outside("m", where=Place("w"), who="p", next=next_, code="c")
    error.__cause__ = OSError()
    said = given_up(error, 7)
    assert said.next == NEXT[next_]
    assert (said.message, said.where, said.who, said.code) == ("m", Place("w"), "p", "c")
    assert (type(said), said.__cause__, error.next) == (Outside, error.__cause__, next_)
    assert "again by itself" not in (given_up(error).next or "")
    assert given_up(Outside("m")).next is None


@pytest.mark.parametrize("kind", [AskLater, SourceBusy])
def test_what_is_given_up_stays_of_its_kind_also_when_it_is_made_of_more_than_a_message(
    kind: type[AskLater | SourceBusy],
):
    said = given_up(kind("slowly", 60), 7)
    assert (type(said), said.message, getattr(said, "retry_after", None)) == (kind, "slowly", 60)
    assert said.next == "wait until the source answers again, then headgate dead redrive 7"
