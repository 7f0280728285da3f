"""A report in every form in which people get it: mail, text, web page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from headgate.core.daily_report.document import DailyReport
from headgate.core.daily_report.text import daily_text
from headgate.core.errors import HeadgateError, UserMistake
from headgate.core.report.as_mail import NO_MAIL, mail_body
from headgate.core.report.as_page import made_library, page_html
from headgate.core.report.as_text import plain_text
from headgate.core.report.day_report import day_report
from headgate.core.report.input import ReportInput
from headgate.core.report.run_report import run_report


@dataclass(frozen=True)
class WrittenReport:
    """A report as it is kept and sent.

    Attributes:
        text: lines of 78 characters, but for what is to be copied.
        html: of the mail; it names its pictures by `cid:`. Empty when no mail is wanted.
        images: content id → PNG.
        page: a web page in one file.
        fault: why the pipeline's own template could not be used; it says where in it.
    """

    subject: str
    text: str
    html: str
    images: Mapping[str, bytes]
    page: str
    fault: HeadgateError | None = None


def written_run(given: ReportInput, mail: bool = True, library: Callable[[], str] = made_library) -> WrittenReport:
    """The report on a run; the same input gives the same bytes.

    Args:
        mail: whether it is mailed; the pictures of a mail are what a report costs most.
        library: gives the library that draws the page's charts; `made_library` is slow the first time.

    A pipeline's own template that fails for this report gives way to Headgate's, and the report says so at its end.
    """
    try:
        return _written(given, mail, library)
    except UserMistake as error:
        if given.template is None:
            raise
        return _written(replace(given, template=None, fault=error), mail, library)


def _written(given: ReportInput, mail: bool, library: Callable[[], str]) -> WrittenReport:
    report = run_report(given)
    data = {"analysis": given.analysis, "manifest": given.manifest}
    key, page = str(given.manifest["run"]), given.page or ""
    body = mail_body(report, key, page, given.template, data) if mail else NO_MAIL
    written = page_html(report, given.template, data, library)
    return WrittenReport(report.subject, plain_text(report), body.html, body.images, written, given.fault)


def written_day(
    report: DailyReport, page: str = "", mail: bool = True, library: Callable[[], str] = made_library
) -> WrittenReport:
    """The report on a day.

    Args:
        mail: whether it is mailed.
        library: as for `written_run`.
        page: where the web page lies; the mail links to it when that is a URL.
    """
    made, told = day_report(report), daily_text(report)
    body = mail_body(made, f"day-{report.day}", page) if mail else NO_MAIL
    return WrittenReport(told.subject, told.text, body.html, body.images, page_html(made, library=library))
