"""`headgate fetch` asks a source, or shows what it would ask; nobody ever sees the key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faces.command import Here, Said, files_in
from tests.local_server import LocalServer
from tests.projects import make_project
from tests.stages.twelve_data import KEY, UNKNOWN, TwelveData, prices


class Asking:
    """The command in a project whose pipeline `people` has a source."""

    def __init__(self, here: Here, server: LocalServer, api: TwelveData, patch: pytest.MonkeyPatch) -> None:
        self.here, self.server, self.api, self.folder = here, server, api, make_project(here.folder)
        self.patch = patch
        self.configure("AAPL, GOOG")

    def configure(self, symbols: str, **more: object) -> None:
        lines = "".join(f", {name}: {value}" for name, value in more.items())
        source = f"{{kind: twelve_data, url: '{self.server.url}', symbols: [{symbols}]{lines}}}"
        (self.folder / "pipelines/people/pipeline.yaml").write_text(f"source: {source}\n")

    def __call__(self, *words: object) -> Said:
        said = self.here("fetch", *words)
        assert KEY not in said.out + said.err
        return said

    def landed(self) -> list[Path]:
        return sorted(self.folder.glob("inbox/people/*.json"))


@pytest.fixture
def asking(here: Here, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asking]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("TWELVE_DATA_KEY", KEY)
    api = TwelveData()
    with LocalServer(api) as server:
        yield Asking(here, server, api, monkeypatch)


def test_a_dry_run_shows_every_request_with_the_key_masked_and_asks_nobody(asking: Asking):
    asking.configure(", ".join("ABCDEFGHIJ"), outputsize=5)
    before = files_in(asking.folder)
    said = asking("people", "--dry-run")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines() == [
        "10 symbols, 10 credits, 2 requests over 65 seconds:",
        f"  {asking.server.url}?symbol=A,B,C,D,E,F,G,H&interval=1day&outputsize=5&apikey=***",
        f"  {asking.server.url}?symbol=I,J&interval=1day&outputsize=5&apikey=***",
        "TWELVE_DATA_KEY is set",
    ]
    assert (asking.server.asked, files_in(asking.folder)) == ([], before)


def test_a_dry_run_needs_no_key_and_says_so(asking: Asking):
    asking.patch.delenv("TWELVE_DATA_KEY")
    said = asking("people", "--dry-run")
    assert (said.code, said.out.splitlines()[0]) == (0, "2 symbols, 2 credits, 1 request:")
    assert said.out.splitlines()[-1] == "TWELVE_DATA_KEY is not set"


def test_a_dry_run_as_json_is_the_plan(asking: Asking):
    assert asking("people", "--dry-run", "--json").json == {
        "pipeline": "people",
        "requests": [
            {
                "url": f"{asking.server.url}?symbol=AAPL,GOOG&interval=1day&outputsize=30&apikey=***",
                "symbols": ["AAPL", "GOOG"],
            }
        ],
        "symbols": 2,
        "credits": 2,
        "seconds": 0,
        "key_env": "TWELVE_DATA_KEY",
        "key_is_set": True,
    }
    assert asking("people", "--dry-run", "--quiet").out == ""


@pytest.mark.parametrize("value", [None, "", " "])
def test_without_the_key_one_line_names_the_variable_and_nothing_happens(asking: Asking, value: str | None):
    asking.patch.delenv("TWELVE_DATA_KEY") if value is None else asking.patch.setenv("TWELVE_DATA_KEY", value)
    before = files_in(asking.folder)
    said = asking("people")
    assert (said.code, said.out) == (2, "")
    assert said.err.splitlines()[0] == (
        "error: the environment variable TWELVE_DATA_KEY is not set; it must hold the key of the source"
    )
    assert "  next: export TWELVE_DATA_KEY=…, then headgate fetch people" in said.err
    assert (asking.server.asked, files_in(asking.folder)) == ([], before)


@pytest.mark.parametrize(
    ("pipeline", "words"), [("guests", "the pipeline has no `source`"), ("peeple", "did you mean `people`?")]
)
def test_a_pipeline_that_has_no_source_or_does_not_exist_is_a_mistake(asking: Asking, pipeline: str, words: str):
    for more in ([], ["--dry-run"]):
        said = asking(pipeline, *more)
        assert (said.code, said.out) == (2, "")
        assert words in said.err


def test_the_answer_lands_in_the_inbox_and_the_line_says_where(asking: Asking):
    said = asking("people")
    (path,) = asking.landed()
    assert (said.code, said.err) == (0, "")
    assert said.out == f"people: 2 symbols, in inbox/people/{path.name}\n"
    assert json.loads(path.read_text()) == {symbol: prices(symbol, 30) for symbol in ("AAPL", "GOOG")}


def test_symbols_in_error_are_named_and_are_no_failure(asking: Asking):
    asking.api.unknown = {"GOOG"}
    said = asking("people")
    assert said.code == 0
    assert said.out.startswith("people: 2 symbols, 1 of them in error (GOOG), in inbox/people/people-")


def test_a_key_that_is_refused_is_the_users_mistake_and_somebody_is_told(asking: Asking):
    asking.patch.setenv("TWELVE_DATA_KEY", "another key")
    said = asking("people")
    assert (said.code, said.out, asking.landed()) == (2, "", [])
    assert "the source refuses the key: **apikey** parameter is incorrect" in said.err
    assert list((asking.folder / "outbox").glob("*.eml"))


def test_a_source_without_prices_is_a_failure_outside(asking: Asking):
    asking.api.unknown = {"AAPL", "GOOG"}
    said = asking("people")
    assert (said.code, said.out, asking.landed()) == (3, "", [])
    assert f"the source has prices for none of the 2 symbols; of AAPL it says: {UNKNOWN}" in said.err


def test_json_is_what_was_fetched_with_every_event(asking: Asking):
    document = asking("people", "--json").json
    (path,) = asking.landed()
    assert document["fetched"] == [
        {"pipeline": "people", "key": f"inbox/people/{path.name}", "symbols": 2, "failed": []}
    ]
    assert [event["type"] for event in document["events"]][:2] == ["source.due", "source.fetched"]
    assert (document["failed"], document["errors"]) == ([], [])


def test_quiet_prints_nothing(asking: Asking):
    said = asking("people", "--quiet")
    assert (said.code, said.out, said.err, len(asking.landed())) == (0, "", "", 1)


def test_a_fetched_file_is_processed_by_the_next_run(asking: Asking):
    asking("people")
    (path,) = asking.landed()
    assert asking.here("run").code == 0
    assert [file.name for file in asking.folder.glob("archive/people/*/*")] == [path.name]


def test_each_fetch_is_a_new_one(asking: Asking):
    asking("people")
    asking("people")
    assert len(asking.server.asked) == 2
    assert len(asking.landed()) == 2
