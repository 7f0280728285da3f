"""How large a report becomes, whatever stands in the file: mail programs cut off long mails, and people wait for large ones."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from math import sin
from typing import Any

import pytest

from headgate.core.analysis.limits import Limits
from headgate.core.mail import html_mail
from headgate.core.report.charting import chart_of
from headgate.core.report.drawing import png
from headgate.core.report.header import Shown
from headgate.core.report.input import RecentDay, ReportInput
from headgate.core.report.theme import DARK, LIGHT
from headgate.core.report.written import written_run
from tests.core.report.building import advice, anomaly, finding, insight, narrative
from tests.core.report.documents import EVERY

LIMITS = Limits()
# Some mail programs cut off what comes behind 102 KB of HTML.
HTML, PICTURE, MAIL = 95_000, 60_000, 500_000
MESSAGE = "A message that says in a full sentence which row was unusual and why that is so, with some number. " * 3


def millions(given: ReportInput) -> ReportInput:
    """The same report over so many rows that everything in the analysis is as long as it can be."""
    facts = {name: at_most(rows) for name, rows in given.analysis["facts"].items()}
    flagged = [{"order": f"ORD-{n:09}", "what": MESSAGE[:80], "amount": n * 1.5} for n in range(LIMITS.flagged)]
    findings = [
        finding(f"finding_{which}", level, f"{n}: {MESSAGE}", MESSAGE[:90], MESSAGE[:60], rows=flagged, count=90_000)
        for which in range(3)
        for level in ("critical", "warning", "info")
        for n in range(LIMITS.findings)
    ]
    counts = {"records": 1_000_000, "accepted": 870_000, "rejected": 130_000, "warned": 90_000}
    told = narrative(
        (MESSAGE * 2 + "\n") * 4,
        insights=[insight("popularity", MESSAGE) for _ in range(12)],
        anomalies=[anomaly("price", MESSAGE) for _ in range(12)],
        recommendations=[advice("inventory", MESSAGE) for _ in range(12)],
        entities=[
            {"entity": f"E{n}", "summary": MESSAGE, "opportunities": MESSAGE, "risks": MESSAGE, "key_anomaly": MESSAGE}
            for n in range(50)
        ],
    )
    analysis = {**given.analysis, "facts": facts, "findings": findings, "counts": counts, "narrative": told}
    manifest = {**given.manifest, "counts": counts}
    recent = [RecentDay(f"2025-08-{day:02}", 1_000, 870_000, 130_000, 9) for day in range(1, 32)]
    return replace(given, analysis=analysis, manifest=manifest, recent=recent)


def at_most(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As many rows of the kind as a fact may keep, each different; one row stays one."""
    if len(rows) < 2:
        return rows
    many = (rows * LIMITS.rows)[: LIMITS.rows]
    return [{name: other(value, number) for name, value in row.items()} for number, row in enumerate(many)]


def other(value: Any, number: int) -> Any:
    """Longer texts, larger numbers, later days."""
    if isinstance(value, str) and value[:4].isdigit() and value[4:5] == "-":
        return (date(2024, 1, 1) + timedelta(days=number)).isoformat()
    if isinstance(value, str):
        return f"{value} of a longer name {number}"
    return value if value is None or isinstance(value, bool) else value * 1_000 + number


@pytest.mark.parametrize("grown", [False, True], ids=["as it is", "a million rows"])
@pytest.mark.parametrize("make", EVERY)
def test_a_mail_is_shown_whole_and_soon_there(make: Callable[[], ReportInput], grown: bool):
    written = written_run(millions(make()) if grown else make())
    assert len(written.html.encode()) < HTML
    assert {cid: len(image) for cid, image in written.images.items() if len(image) >= PICTURE} == {}
    mail = html_mail(
        "id", "a@x.org", ["b@x.org"], written.subject, written.text, written.html, written.images, datetime(2026, 1, 1)
    )
    assert len(mail.as_bytes()) < MAIL


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    "header",
    ["line x=day y=value", "line x=day y=value color=name", "bar x=day y=value", "bar x=name y=value", "bar x=day y=value color=name"],
)  # fmt: skip
def test_a_picture_with_much_detail_is_small(header: str, theme):
    names = [f"A name so long that it hardly fits {n}" for n in range(12)]
    rows = [
        {"day": (date(2024, 1, 1) + timedelta(days=n)).isoformat(), "name": name, "value": 500 * sin(n / 9 + k) + n}
        for n in range(400)
        for k, name in enumerate(names)
    ]
    shown = Shown.of("", [header])
    chart = chart_of(rows if "color" in header else rows[:: 1 if "x=name" in header else 12], shown.charts[0], shown)
    assert chart
    assert len(png(chart, theme)) < PICTURE


def test_a_picture_without_much_detail_has_all_its_pixels():
    rows = [{"name": f"n{n}", "value": n} for n in range(6)]
    shown = Shown.of("", ["bar x=name y=value"])
    chart = chart_of(rows, shown.charts[0], shown)
    assert chart
    assert struct.unpack(">I", png(chart, LIGHT)[16:20]) == (960,)
