"""Where names are masked, a report says how somebody who may see them finds them."""

from __future__ import annotations

from typing import Any

from headgate.core.report.blocks import Block, Prose, Report, Steps
from headgate.core.report.run_report import run_report
from tests.core.report.building import RUN, analysis, finding, given, manifest, narrative

MADE = manifest("orders", "a.csv", 12_345, 200)


def of(facts: dict[str, Any], **found: Any) -> Report:
    return run_report(given("Orders", MADE, {**analysis(MADE, **found), "facts": facts}, {}))


def names(of: Report) -> list[str]:
    return [one.name for one in of.sections]


def blocks(of: Report) -> tuple[Block, ...]:
    return next(one.blocks for one in of.sections if one.name == "masked")


MASKED = {"top": [{"email": "***1", "orders": 3}, {"email": "***2", "orders": 2}]}


def test_where_names_are_masked_the_report_says_how_to_find_them():
    told = of(MASKED, narrative=narrative("Good."))
    assert names(told)[names(told).index("summary") + 1] == "masked"
    prose, steps = blocks(told)
    assert isinstance(prose, Prose)
    assert isinstance(steps, Steps)
    assert "stand for values of email" in prose.note
    assert steps.items[0].text == (
        f"headgate query \"WITH accepted AS (FROM accepted_orders WHERE _run = '{RUN}') "
        'FROM ($(cat pipelines/orders/analysis/top.sql))"'
    )
    assert steps.items[1].text == f"accepted/orders/{RUN}/accepted.parquet"


def test_names_that_are_masked_in_findings_only_are_found_by_those():
    told = of({}, findings=[finding("odd", "warning", "Odd", rows=[{"email": "***1"}])])
    steps = blocks(told)[1]
    assert isinstance(steps, Steps)
    assert "pipelines/orders/analysis/findings/odd.sql" in steps.items[0].text


def test_where_nothing_is_masked_nothing_is_said_of_it():
    assert "masked" not in names(of({"top": [{"email": "*** 1", "stars": "**"}]}))
