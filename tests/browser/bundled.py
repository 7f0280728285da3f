"""The reports on the bundled pipelines' samples and on the day they came: pages as they are kept, mails as they went out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from headgate.core.report.written import WrittenReport
from headgate.faces.cli.init import examples, make_project
from headgate.hosts.embedded import EmbeddedHost
from headgate.hosts.once import run_once
from tests.examples.samples import EXAMPLES

# At a weekend no source is due.
SATURDAY, SUNDAY, MONDAY = (datetime(2026, 1, day, 4) for day in (3, 4, 5))
CLEAN = ("health_metrics_clean.csv", "orders_clean.csv")
DIRTY = ("smartphone_sales_dirty.csv", "health_metrics_dirty.csv", "orders_dirty.csv", "stocks_dirty.json")
DESCRIBED = ("floor_plan.png", "visits.csv")
# What does not fit its contract, and what no pipeline takes.
FAILED, UNMATCHED = "ragged.csv", "=1+1 & someone's copy.txt"
DAY = "day"
NAMES = (*DIRTY, "orders_clean.csv", "visits.csv", DAY)


def bundled(folder: Path) -> dict[str, WrittenReport]:
    """By the name of the sample; `DAY` is the Sunday on which the dirty ones came."""
    project = folder / "project"
    make_project(project, list(examples()))
    described = [(name, "file_intake") for name in DESCRIBED]
    _run(project, SATURDAY, _own(CLEAN))
    _run(project, SUNDAY, [*_own(DIRTY), *described, (FAILED, "orders"), (UNMATCHED, None)])
    _run(project, MONDAY, ())
    return dict(_reports(project))


def _own(names: Sequence[str]) -> list[tuple[str, str | None]]:
    """Each with the pipeline whose sample it is."""
    return [(name, name.rpartition("_")[0]) for name in names]


def _run(project: Path, now: datetime, came: Sequence[tuple[str, str | None]]) -> None:
    """All that comes of some samples."""
    with EmbeddedHost(project, clock=lambda: now) as host:
        keys = [host.put(next(EXAMPLES.glob(f"*/samples/{name}")), pipeline) for name, pipeline in came]
        announced = [event for key in keys for event in host.announce(key)]
        assert run_once(host, announced=announced).errors == []


def _reports(project: Path) -> Iterator[tuple[str, WrittenReport]]:
    mails = [message_from_bytes(path.read_bytes(), policy=default) for path in project.glob("outbox/*.eml")]
    shown = [mail for mail in mails if mail.get_body(("html",))]
    for path in project.glob("analysis/*/*.json"):
        name = json.loads(path.read_text(encoding="utf-8"))["file"]["name"]
        page = project / "reports" / path.parent.name / f"{path.stem}.html"
        yield name, _report(page, shown, name)
    yield DAY, _report(project / "reports" / "daily" / f"{SUNDAY:%Y-%m-%d}.html", shown, f"{SUNDAY:%Y-%m-%d}")


def _report(page: Path, mails: Sequence[EmailMessage], about: str) -> WrittenReport:
    """Of the page, and of the one mail of which the subject says what it is about."""
    (mail,) = [mail for mail in mails if about in mail["Subject"]]
    html, text = mail.get_body(("html",)), mail.get_body(("plain",))
    assert html is not None
    assert text is not None
    parts = (part for part in mail.walk() if part.get_content_type() == "image/png")
    images = {part["Content-ID"].strip("<>"): part.get_content() for part in parts}
    return WrittenReport(mail["Subject"], text.get_content(), html.get_content(), images, page.read_text("utf-8"))
