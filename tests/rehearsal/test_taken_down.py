"""The last of the rehearsal's tests, by its name: what was applied can be destroyed, with all that lies in it."""

from __future__ import annotations

import pytest

from headgate.hosts.rehearsal.rehearsal import Rehearsal

pytestmark = pytest.mark.slow


def test_destroying_leaves_nothing(stage: Rehearsal):
    stage.runner.close()
    stage.stack.destroy()
    cloud = stage.cloud
    assert stage.stack.resources() == []
    assert cloud.waiting() == {}
    assert cloud.client("s3").list_buckets()["Buckets"] == []
    assert cloud.client("lambda").list_functions()["Functions"] == []
    assert cloud.client("dynamodb").list_tables()["TableNames"] == []
