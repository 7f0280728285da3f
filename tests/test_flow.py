"""The journey on one page is the journey that is taken."""

from __future__ import annotations

import ast
import inspect
import re
from datetime import datetime
from pathlib import Path

import pytest

import headgate.flow
from headgate.core.events import Event
from headgate.flow import FLOW, ROUTES, STAGES, Stage

SOURCE = inspect.getsource(headgate.flow)
LINES = re.findall(r'^    "([a-z.]+)": \(.*?\),([^"]*)$', SOURCE.partition("FLOW:")[2].partition("}")[0], re.MULTILINE)
# Each entry of FLOW, and in its comment what each of its stages may give.
PAGE = {
    type_: [set(re.findall(r"[a-z]+\.[a-z]+", given)) for given in told.partition("→")[2].split(";")]
    for type_, told in LINES
}
OUTSIDERS = {
    "file.duplicate", "file.vanished", "rows.loaded", "report.sent", "alert.sent", "source.fetched", "daily.completed",
}  # fmt: skip


def told(stage: Stage) -> set[str]:
    """What the page says that a stage gives, whatever it is given."""
    found = [
        given
        for type_, stages in FLOW.items()
        for one, given in zip(stages, PAGE[type_] + [set()] * len(stages), strict=False)
        if one is stage
    ]
    return set().union(*found)


def given(stage: Stage) -> set[str]:
    """The types of events that a stage makes, in its own file or in one it is made of."""
    return set().union(*(_made(file) for file in _files(inspect.getsourcefile(stage) or "")))


def _files(path: str) -> list[Path]:
    """The file of a stage, and those beside it that it imports and that are no stages themselves."""
    own = Path(path)
    beside = re.findall(r"^from headgate\.stages\.(\w+) import", own.read_text(), re.MULTILINE)
    return [own, *(own.with_name(f"{name}.py") for name in beside if name not in STAGES)]


def _made(file: Path) -> set[str]:
    calls = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
    made = [
        call for call in calls if getattr(call.func, "attr", getattr(call.func, "id", "")) in ("next", "_next", "Event")
    ]
    texts = [str(one.value) for call in made for one in call.args[:2] if isinstance(one, ast.Constant)]
    return {text for text in texts if re.fullmatch(r"[a-z]+\.[a-z]+", text)}


def test_the_page_has_a_line_for_every_event_type_that_stages_take():
    assert PAGE.keys() == FLOW.keys()


@pytest.mark.parametrize("stage", STAGES.values(), ids=STAGES)
def test_a_stage_gives_exactly_what_its_lines_say(stage: Stage):
    assert given(stage) == told(stage) != set()


def test_what_stages_give_goes_to_a_stage_or_is_for_outsiders():
    assert set().union(*(told(stage) for stage in STAGES.values())) - FLOW.keys() == OUTSIDERS


def test_the_queue_is_given_the_same_page_by_name():
    assert {type_: tuple(STAGES[name] for name in names) for type_, names in ROUTES.items()} == FLOW


def test_every_stage_in_the_flow_has_a_file_of_its_name():
    for stages in FLOW.values():
        for stage in stages:
            assert stage.__module__ == f"headgate.stages.{stage.__name__}"


CAUSE = Event("c1", "file.arrived", "here", datetime(2026, 1, 2), "inbox/a", "corr", {"key": "inbox/a"})


def test_the_same_cause_gives_the_same_event_and_any_difference_another():
    same = [CAUSE.next("file.processed", "r1", {"run": "r1"}) for _ in range(2)]
    others = [
        CAUSE.next("file.failed", "r1", {}), CAUSE.next("file.processed", "r2", {}),
        CAUSE.next("file.processed", "r1", {}, "again"), same[0].next("file.processed", "r1", {}),
    ]  # fmt: skip
    assert same[0] == same[1]
    assert re.fullmatch("[0-9a-f]{32}", same[0].id)
    assert len({event.id for event in [same[0], *others]}) == 5


def test_an_event_hands_on_source_time_and_correlation_id():
    event = CAUSE.next("file.processed", "r1", {"run": "r1"})
    assert (event.source, event.time, event.correlation_id) == (CAUSE.source, CAUSE.time, CAUSE.correlation_id)


def test_an_event_leaves_as_a_cloudevent_of_version_1():
    assert CAUSE.as_cloudevent() == {
        "specversion": "1.0", "id": "c1", "type": "file.arrived", "source": "here", "time": "2026-01-02T00:00:00Z",
        "subject": "inbox/a", "correlationid": "corr", "datacontenttype": "application/json", "data": {"key": "inbox/a"},
    }  # fmt: skip
