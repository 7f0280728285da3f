"""Whatever is raised becomes an error that says what happened, who must act, and whether trying again can help."""

from __future__ import annotations

import errno

from headgate.core.errors import Outside, Permanent, Place, Transient
from headgate.hosts.failures import as_error, as_json


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
