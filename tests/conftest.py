"""The order in which tests run."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What keeps one process for minutes comes first: the other one has all the rest meanwhile."""
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)
