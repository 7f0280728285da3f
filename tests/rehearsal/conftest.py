"""A cloud for all tests of the rehearsal's parts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from headgate.hosts.rehearsal.cloud import Cloud, cloud


@pytest.fixture(scope="session")
def empty_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with cloud(tmp_path_factory.mktemp("cloud") / "cloud.log") as running:
        yield running
