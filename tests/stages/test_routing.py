"""Which pipeline a file belongs to."""

from __future__ import annotations

import pytest

from headgate.core.pipeline import Intake, Pipeline
from headgate.stages.routing import candidates

PIPELINES = [
    Pipeline(name="orders", intake=Intake(match=("orders*.csv", "*.order"))),
    Pipeline(name="returns", intake=Intake(match=("*returns*",))),
    Pipeline(name="anything"),
]


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("in/box/orders/x.bin", ["orders"]),
        ("in/box/orders/2026/01/returns.csv", ["orders"]),
        ("in/box/anything/a.csv", ["anything"]),
        ("in/box/Orders/a.csv", []),
        ("in/box/other/orders1.csv", []),
        ("in/box/orders1.csv", ["orders"]),
        ("in/box/x.order", ["orders"]),
        ("in/box/ORDERS1.csv", []),
        ("in/box/orders_returns.csv", ["orders", "returns"]),
        ("in/box/other.csv", []),
        ("in/box/anything", []),
    ],
)
def test_the_folder_names_the_pipeline_and_without_one_the_match_does(key, names):
    assert [pipeline.name for pipeline in candidates(key, "in/box", PIPELINES)] == names
