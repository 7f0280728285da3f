"""One line for each stage run, whatever file names and errors hold, and never a secret."""

from __future__ import annotations

import io
import json
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headgate.core.errors import Outside, Permanent, Transient
from headgate.hosts.secrets import MASK, Secrets
from headgate.hosts.stage_log import LEVELS, StageLog, StageRun
from tests.hosts.stage_runs import ANALYZED, ARRIVED, MODEL, NOW, PROCESSED, event, stage_run

NASTY = 'a\nb\r{"level": "x"}\x1b[2J\u2028\u202e\x00\udcff\\"é'


def logged(run: StageRun, human: bool = False, secrets: Secrets | None = None) -> str:
    stream = io.StringIO()
    StageLog(stream, lambda: NOW, secrets or Secrets({}), human)(run)
    return stream.getvalue()


def test_a_line_says_what_ran_for_what_and_what_became_of_it():
    assert json.loads(logged(stage_run("done", PROCESSED))) == {
        "time": "2026-01-02T03:04:05.678Z",
        "level": "info",
        "event": "id of file.arrived",
        "type": "file.arrived",
        "stage": "ingest",
        "run": "run-1",
        "pipeline": "people",
        "subject": "inbox/people/a.csv",
        "correlation_id": "correlation-1",
        "attempt": 2,
        "outcome": "done",
        "gave": ["file.processed"],
        "note": None,
        "seconds": 0.422,
        "peak_memory": 90_000_000,
        "model": None,
        "error": None,
    }


REASON = {"code": "missing_column", "message": "there is no column name"}
ENDS: dict[str, tuple[dict[str, Any], str, str]] = {
    "file.duplicate": ({"of": "run-1"}, "info", "the same bytes as run run-1"),
    "file.failed": ({"reason": REASON}, "warning", "there is no column name [missing_column]"),
    "file.unmatched": ({"candidates": ["one", "two"]}, "warning", "pipelines that fit: one, two"),
    "file.grew": ({"run": "run-1"}, "warning", "its sender wrote on after it was taken"),
}


@pytest.mark.parametrize("type_", ENDS)
def test_a_file_that_did_not_become_rows_is_told_from_one_that_did(type_: str):
    data, level, note = ENDS[type_]
    run = stage_run("done", event(type_, **data))
    line = json.loads(logged(run))
    assert (line["outcome"], line["gave"], line["level"], line["note"]) == ("done", [type_], level, note)
    assert logged(run, human=True).endswith(f" → {type_}: {note}\n")


def test_what_is_no_file_is_told_with_its_reason_when_its_alert_is_kept():
    link = event("file.unmatched", "inbox/a.csv", key="inbox/a.csv", candidates=[], fault="link")
    run = stage_run("done", of=link, stage="alert")
    line = json.loads(logged(run))
    assert (line["level"], line["subject"]) == ("warning", "inbox/a.csv")
    assert line["note"] == "can't be taken, it is a link, and links are not followed: put the file itself there"
    assert "alert inbox/a.csv: done in 0.42 s: can't be taken, it is a link" in logged(run, human=True)


def test_a_file_that_grew_after_it_was_taken_is_a_warning_when_its_alert_is_kept():
    line = json.loads(logged(stage_run("done", of=event("file.grew", "inbox/a.csv"), stage="alert")))
    assert (line["level"], line["note"]) == ("warning", "its sender wrote on after it was taken")


@given(text=st.text() | st.just(NASTY))
def test_what_is_said_besides_stage_runs_breaks_no_line_and_shows_no_secret(text: str):
    for human in (False, True):
        stream = io.StringIO()
        secrets = Secrets({"KEY": "s3cr3t-key"})
        secrets("KEY")
        StageLog(stream, lambda: NOW, secrets, human).say(f"{text} s3cr3t-key", "warning")
        assert "s3cr3t" not in stream.getvalue()
        assert all(line.isprintable() for line in stream.getvalue().split("\n"))
        if not human:
            said = json.loads(stream.getvalue())
            assert (said["time"], said["level"], set(said)) == (
                "2026-01-02T03:04:05.678Z", "warning", {"time", "level", "message"}
            )  # fmt: skip
            assert stream.getvalue().count("\n") == 1


def test_a_tick_of_the_clock_from_which_nothing_comes_is_not_worth_a_line():
    tick = event("clock.ticked", closing=False)
    assert logged(stage_run("done", of=tick, stage="watch")) == logged(stage_run("done", of=tick), human=True) == ""
    assert logged(stage_run("done", event("file.missing"), of=tick, stage="watch"))
    assert logged(stage_run("retry", of=tick, stage="alert", error=Outside("x")))
    assert logged(stage_run("done", of=PROCESSED, stage="load"))


def test_what_a_model_took_is_said():
    line = json.loads(logged(stage_run("done", ANALYZED, stage="analyze")))
    assert line["model"] == MODEL
    said = logged(stage_run("done", ANALYZED, stage="analyze"), human=True)
    assert ": done in 0.42 s, bedrock:x took 4,000 tokens in, 1,200 out, 0.0005 USD → analysis.completed" in said


def test_why_the_built_in_narrator_wrote_is_said():
    model = {**MODEL, "cost_usd": None, "fallback": "narrator_timeout"}
    said = logged(stage_run("done", event("analysis.completed", model=model), stage="analyze"), human=True)
    assert "price unknown, narrator_timeout: the built-in narrator wrote → analysis.completed" in said


@pytest.mark.parametrize(("cost", "said"), [(0.00135, "at most 0.0014 USD →"), (None, "out, price unknown →")])
def test_a_cost_with_requests_that_nobody_counted_is_said_to_be_the_most_it_can_be(cost, said):
    model = {**MODEL, "cost_usd": cost, "uncounted": 1}
    assert said in logged(stage_run("done", event("analysis.completed", model=model), stage="analyze"), human=True)


def test_an_arrival_whose_run_nobody_knows_has_none():
    line = json.loads(logged(stage_run("retry", error=Transient("later"))))
    assert (line["run"], line["pipeline"]) == (None, None)


def test_what_the_event_itself_says_of_its_run_counts_before_what_it_led_to():
    line = json.loads(logged(stage_run("done", event("x", run="other"), of=PROCESSED)))
    assert line["run"] == "run-1"


@pytest.mark.parametrize(
    ("outcome", "level"), [("done", "info"), ("postponed", "info"), ("retry", "warning"), ("dead", "error")]
)
def test_the_level_tells_how_bad_it_is(outcome, level):
    line = json.loads(logged(stage_run(outcome, error=Permanent("no", code="bad"))))
    assert (line["level"], line["outcome"]) == (level, outcome)
    assert line["error"] == {"code": "bad", "message": "no"}
    assert outcome in LEVELS


@pytest.mark.parametrize("human", [False, True])
@given(subject=st.text() | st.just(NASTY), message=st.text() | st.just(NASTY))
def test_no_name_and_no_message_breaks_a_line_or_a_terminal(human, subject, message):
    line = logged(stage_run("dead", of=event("file.arrived", subject), error=Outside(message)), human)
    assert line.endswith("\n")
    assert line[:-1].isprintable()
    line.encode()
    if not human:
        assert line.isascii()
        assert json.loads(line)["event"] == "id of file.arrived"


def test_a_line_stays_short():
    run = stage_run("dead", of=event("file.arrived", "k" * 50_000), error=Outside("m" * 50_000))
    assert len(logged(run)) < 5_000
    assert len(logged(run, human=True)) < 600


def test_a_bug_is_logged_with_its_traceback_on_the_same_line():
    error = Permanent("a bug", code="bug")
    try:
        raise KeyError(NASTY)
    except KeyError as cause:
        error.__cause__ = cause
    line = logged(stage_run("dead", error=error))
    assert line.count("\n") == 1
    assert "KeyError" in json.loads(line)["error"]["trace"]
    assert "Traceback" not in logged(stage_run("dead", error=error), human=True)


@pytest.mark.parametrize("human", [False, True])
@pytest.mark.parametrize("secret", ["s3cr3t-key", 'a"b\\c d&é', "x" * 3000])
def test_a_secret_that_was_given_is_masked_wherever_it_comes_up(secret, human):
    secrets = Secrets({"KEY": secret, "OTHER": "unused-value"})
    assert secrets("KEY") == secret
    error = Outside(f"{'-' * 100} GET https://x.example/?apikey={secret} refused, unused-value")
    line = logged(stage_run("retry", of=event("source.due", f"s {secret}"), error=error), human, secrets)
    assert not any(part in line for part in (secret, secret[:40], json.dumps(secret)[1:-1]))
    assert MASK in line
    assert "unused-value" in line


def test_a_secret_is_masked_in_a_url_too_and_one_within_another_does_not_save_it():
    secrets = Secrets({"LONG": "a b/c&d", "SHORT": "b/c&"})
    assert (secrets("SHORT"), secrets("LONG")) == ("b/c&", "a b/c&d")
    assert secrets.mask("?k=a%20b%2Fc%26d&k=a+b%2Fc%26d&k=a b/c&d.") == f"?k={MASK}&k={MASK}&k={MASK}."


def test_a_secret_that_is_not_set_or_empty_is_none_and_masks_nothing():
    secrets = Secrets({"EMPTY": "", "TINY": "a"})
    assert (secrets("EMPTY"), secrets("MISSING"), secrets("TINY")) == (None, None, "a")
    assert secrets.mask("a banana") == "a banana"


def test_people_read_words():
    done = stage_run("done", PROCESSED, PROCESSED, event("limit.exceeded"))
    assert logged(done, human=True) == (
        "03:04:05Z ingest inbox/people/a.csv: done in 0.42 s → file.processed, limit.exceeded\n"
    )
    retry = stage_run("retry", error=Outside("the disk is full", code="disk"))
    assert logged(retry, human=True) == (
        "03:04:05Z ingest inbox/people/a.csv: attempt 2 failed, is tried again, disk: the disk is full\n"
    )
    assert re.search("DEAD after attempt 2, outside: x\n$", logged(stage_run("dead", error=Outside("x")), human=True))
    assert logged(stage_run("postponed"), human=True) == "03:04:05Z ingest inbox/people/a.csv: postponed\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "human"), [(io.StringIO(), False), (Terminal(), True)])
def test_a_terminal_gets_words_and_everything_else_json(stream, human):
    StageLog(stream, lambda: NOW, Secrets({}))(stage_run("done"))
    assert stream.getvalue().startswith("{") != human


def test_a_log_that_cannot_be_written_fails_no_stage(tmp_path: Path):
    closed = (tmp_path / "log").open("w")
    closed.close()
    StageLog(closed, lambda: NOW, Secrets({}), human=False)(stage_run("done", of=ARRIVED))
    reader, writer = os.pipe()
    os.close(reader)
    pipe = os.fdopen(writer, "w")
    StageLog(pipe, lambda: NOW, Secrets({}), human=False)(stage_run("done"))
    with suppress(BrokenPipeError):
        pipe.close()
