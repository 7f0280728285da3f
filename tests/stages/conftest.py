"""Fixtures of the stages' tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.local_server import LocalServer
from tests.projects import make_project
from tests.stages.market import Market
from tests.stages.twelve_data import KEY, TwelveData


@pytest.fixture
def market(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Market]:
    """Whatever a test does with it, the key is nowhere afterwards."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    api = TwelveData()
    with LocalServer(api) as server:
        market = Market(make_project(tmp_path / "market"), api, server).configure()
        yield market
    told = [json.dumps(event.as_cloudevent()).encode() for event in market.made]
    left = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert [text for text in told + left if KEY.encode() in text] == []
