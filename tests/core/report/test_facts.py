"""Facts as tables: of days in their order the latest are what a report is about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from headgate.core.report.as_mail import mail_body
from headgate.core.report.as_text import plain_text
from headgate.core.report.blocks import Report, Table
from headgate.core.report.run_report import run_report
from tests.core.report.building import analysis, given, manifest
from tests.core.report.reading import Read


def of_facts(facts: dict[str, Any]) -> Report:
    made = manifest("orders", "a.csv", 12_345, 200)
    return run_report(given("Orders", made, {**analysis(made), "facts": facts}, {}))


def first_table(of: Report) -> Table:
    return next(
        block for one in of.sections if one.name == "fact-1" for block in one.blocks if isinstance(block, Table)
    )


def mail_text(of: Report) -> str:
    return Read.of(mail_body(of, "key").html).text


def day(number: int) -> dict[str, Any]:
    return {"day": f"2025-09-{number:02}", "orders": number}


@pytest.mark.parametrize("form", [mail_text, plain_text])
def test_of_days_in_their_order_the_latest_are_shown(form: Callable[[Report], str]):
    text = form(of_facts({"days": [day(number) for number in range(1, 21)]}))
    assert "2025-09-20" in text
    assert "2025-09-01" not in text
    assert "earlier rows" in text


def test_of_days_from_the_latest_on_the_first_are_shown():
    text = plain_text(of_facts({"days": [day(number) for number in range(20, 0, -1)]}))
    assert "2025-09-20" in text
    assert "2025-09-01" not in text
    assert "8 more rows" in text


def test_of_very_many_days_the_latest_are_kept():
    many = [{"day": f"2025-{month:02}-{number:02}", "orders": 1} for month in (1, 2, 3) for number in range(1, 29)]
    kept = first_table(of_facts({"days": many}))
    assert (len(kept.rows), kept.rows[-1][0], kept.more, kept.ends) == (50, "2025-03-28", 34, True)


def test_names_that_happen_to_have_days_beside_them_are_no_days():
    rows = [{"name": f"n{number}", "day": f"2025-09-{number:02}"} for number in range(1, 21)]
    assert not first_table(of_facts({"names": rows})).ends
