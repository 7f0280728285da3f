"""Whatever stands in a file, a contract or a narrative is text in a report: no element, no attribute, no line of its own."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headgate.core.errors import Place, UserMistake
from headgate.core.report.as_text import WIDTH
from headgate.core.report.header import Shown
from headgate.core.report.input import Lies, RecentDay, RecentFile, ReportInput
from headgate.core.report.written import WrittenReport, written_run
from tests.core.report.building import (
    advice,
    analysis,
    anomaly,
    finding,
    insight,
    manifest,
    narrative,
    rule,
    sample,
)
from tests.core.report.reading import Read

EVIL = [
    "<script>alert(1)</script>", "</style><script>alert(1)</script>", "</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)', "' onmouseover='alert(1)", "javascript:alert(1)", "https://evil.example/<script>", "cid:x",
    "--><b>x</b><!--",
    "]]><b>", "&lt;b&gt;&#60;b&#62;", "{{ 7 * 7 }}{% for x in y %}", "}</style>", "expression(alert(1))", "url(https://evil.example)",
    "a\r\nBcc: evil@example.org", "\x1b[31mred\x1b[0m", "\x00", "\u202egnp.exe", "\u2028\u2029", "\ud800", "\uffff", "🦊" * 30, "x" * 5_000,
    "=?utf-8?q?=0ABcc:_evil?=", "<svg/onload=alert(1)>", "<a href=https://evil.example>", "${7*7}#{7*7}", "\\u003cscript\\u003e",
    "<!--[if mso]><script>", "<base href=https://evil.example>", "<meta http-equiv=refresh content=0>", "%0d%0aX: y", "\t\n", " ",
]  # fmt: skip
TAGS = {
    "html", "head", "meta", "title", "style", "body", "div", "table", "tbody", "thead", "tr", "td", "th", "p", "h1", "h2", "h3", "span",
    "br", "a",
    "img", "wbr", "main", "header", "footer", "section", "details", "summary", "figure", "figcaption", "ul", "ol", "li", "dl", "dt", "dd",
    "script",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "style", "charset", "name", "content", "http-equiv", "class", "role", "align", "valign", "width", "cellpadding", "scope",
    "nowrap",
    "href", "src", "alt", "id", "tabindex", "type", "data-chart", "data-name", "aria-label",
}  # fmt: skip


def hostile(text: str, pictures: bool) -> ReportInput:
    """A report with the same text wherever a text can stand."""
    made = manifest(
        "orders", text, 1, 10, 4, rules=[rule("id.required", text, 4, [text])], verdict="accepted_with_rejects"
    )
    made["outputs"] = {name: {"path": text, "sha256": text, "size": 1} for name in ("accepted", "rejected_csv")}
    made["checks"] = [{"id": text, "message": text, "status": "failed", "value": None, "why": text, "severity": text}]
    rows = [{text or "x": text, "a": text, "n": number} for number in range(3)]
    entity = {
        "entity": text,
        "summary": text,
        "opportunities": text,
        "risks": text,
        "key_anomaly": text,
        "facts": [text],
    }
    found = analysis(
        made, top_reasons=[{"reason": text, "message": text, "count": 1}],
        samples=[sample(7, [text], {text: text}), sample(8, [text], {}, text)],
        findings=[finding(text, severity, text, text, text, rows=rows) for severity in ("critical", text)],
        narrative=narrative(text, text, insights=[insight(text, text, text, text)], anomalies=[anomaly(text, text, text)],
                            recommendations=[advice(text, text, text)], entities=[entity]),
        model={"name": text, "tokens_in": 1, "tokens_out": 1, "cost_usd": 0.1, "fallback": {"message": text, "next": text}},
        profile={"rows": 1, "columns": [{"name": text, "type": text, "min": text, "max": text, "top": [{"value": text, "count": 1}]}]},
    )  # fmt: skip
    found["facts"] = {text: rows, "one": rows[:1]}
    charts = ["bar x=a y=n", f"line x=a y=n color={'a'}"] if pictures else []
    shown: dict[str, Any] = {text: Shown(text, Shown.of("", charts).charts, {"n": text, "a": text})}
    # Where something lies is said by whoever runs Headgate, and may be anywhere.
    where = "" if text.startswith("https:") else text
    lies = [Lies(text, where), Lies(text, f"https://files.example.com/{text}")]
    days, fault = [RecentDay("2025-09-17", 1, 1, 1)], UserMistake(text, where=Place(text, 1))
    return ReportInput(found, made, text, text, text, shown, lies, where, text, days, fault=fault)


def hostile_file(text: str) -> ReportInput:
    """A file that is only described, with the same text in all of its metadata."""
    names = ("name", "media_type", "encoding", "compression", "note")
    metadata = {**dict.fromkeys(names, text), "size": 1, "sha256": text, "records": 1, "columns": [text]}
    made = manifest("file_intake", text, 1, 1, metadata=metadata, contract=None)
    return ReportInput(analysis(made), made, text, text, recent_files=[RecentFile(text, 1), RecentFile(text, 2)])


def faults(html: str) -> set[str]:
    """What a document holds that none of our templates writes."""
    read = Read.of(html)
    found = {f"<{tag}>" for tag, _ in read.tags} - {f"<{tag}>" for tag in TAGS}
    for tag, attributes in read.tags:
        found |= {f"{tag} {name}" for name in set(attributes) - ATTRIBUTES}
        address = urlsplit(attributes.get("href", "") or attributes.get("src", ""))
        if address.scheme not in ("", "cid", "data") and not (
            address.scheme == "https" and address.hostname == "files.example.com"
        ):
            found.add(address.geturl())
    return found | {comment for comment in read.comments if not comment.startswith(("[if mso]>", "<![endif]"))}


def check(report: WrittenReport) -> None:
    assert faults(report.html) == set()
    assert faults(report.page) == set()
    mail, page = Read.of(report.html), Read.of(report.page)
    assert len(mail.named("style")) <= 2
    assert len(page.named("style")) == 1
    assert mail.named("script") == []
    assert all("evil" not in image["src"] for image in mail.named("img") + page.named("img"))
    for line in report.text.splitlines():
        assert line.isprintable()
    assert report.subject.isprintable()
    report.html.encode()
    report.page.encode()


@pytest.mark.parametrize("text", EVIL)
def test_no_text_is_more_than_text(text):
    report = written_run(hostile(text, pictures=text in EVIL[:6] + EVIL[17:25]))
    check(report)
    assert len(Read.of(report.page).named("script")) in (0, 3)


@pytest.mark.parametrize("text", EVIL)
def test_no_name_of_a_described_file_is_more_than_text(text):
    check(written_run(hostile_file(text)))


@settings(max_examples=40)
@given(st.text(max_size=200))
def test_any_text_will_do(text):
    check(written_run(hostile(text, pictures=False)))


def test_what_is_written_can_be_read():
    """Escaped once, not twice, and shown as it is."""
    for text in ("<b>&amp;\"'", "a & b < c", "日本語 – ✓"):
        report = written_run(hostile(text, pictures=False))
        for said in (Read.of(report.html).text, Read.of(report.page).text, report.text):
            assert text in said


def test_lines_of_text_are_not_longer_for_it():
    report = written_run(hostile("x" * 5_000, pictures=False))
    assert sum(len(line) > WIDTH for line in report.text.splitlines()) <= 8
