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
from headgate.flow import FLOW

SOURCE = inspect.getsource(headgate.flow)
# Each entry of FLOW, and in its comment what its stage may return.
PAGE = {
    type_: set(re.findall(r"[a-z]+\.[a-z]+", told))
    for type_, told in re.findall(r'^    "([a-z.]+)": \(.*?→ ([^\n]*)', SOURCE, re.MULTILINE | re.DOTALL)
}
OUTSIDERS = {"file.duplicate", "report.sent", "alert.sent"}


def returned(stage) -> set[str]:
    """The types of events that a stage's module makes."""
    tree = ast.parse(Path(inspect.getsourcefile(stage) or "").read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    made = [
        call.args[0] for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr in ("next", "_next")
    ]
    return {str(name.value) for name in made if isinstance(name, ast.Constant) and "." in str(name.value)}


def test_the_page_has_a_line_for_every_event_type_that_stages_take():
    assert PAGE.keys() == FLOW.keys()


@pytest.mark.parametrize("type_", FLOW)
def test_a_stage_returns_exactly_what_its_line_says(type_):
    assert PAGE[type_] == set().union(*(returned(stage) for stage in FLOW[type_]))


def test_what_stages_return_goes_to_a_stage_or_is_for_outsiders():
    assert set().union(*PAGE.values()) - FLOW.keys() == OUTSIDERS


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
