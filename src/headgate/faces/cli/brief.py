"""The essential of a report, for a screen that shows several: what came, in short, what stands out, what to do."""

from __future__ import annotations

from collections.abc import Iterator

from headgate.core.printable import and_more
from headgate.core.report.as_text import WIDTH, wrapped
from headgate.core.report.blocks import Block, Notices, Points, Prose, Report, Table

_REASONS, _NOTICES, _POINTS = 3, 3, 3
_SUMMARY_LINES, _ITEM_LINES = 10, 2


def brief(report: Report, page: str) -> list[str]:
    """Lines of at most 78 characters, except for the path to its web page."""
    blocks = {section.name: section.blocks for section in report.sections}
    went = ", ".join(badge.text for badge in report.badges)
    lines = [ruled(report.title), *wrapped(" · ".join([report.headline, *report.about[:1], went]))]
    for name in ("reasons", "summary", "findings", "recommendations"):
        lines += [line for block in blocks.get(name, ()) for line in _part(block)]
    return [*lines, f"Open  {page}"]


def ruled(title: str = "") -> str:
    """A line across, with a title in it."""
    return (f"── {title} " if title else "").ljust(WIDTH, "─")


def _part(block: Block) -> list[str]:
    if isinstance(block, Table):
        return _reasons(block)
    if isinstance(block, Prose):
        return _in_short(block)
    if isinstance(block, Notices):
        return ["What stands out", *_noticed(block)]
    return ["What to do", *_advised(block)] if isinstance(block, Points) else []


def _reasons(table: Table) -> list[str]:
    """Rows and reason, the most frequent first."""
    said = "; ".join(f"{count} × {reason}" for count, reason in table.rows[:_REASONS])
    more = "; …" if len(table.rows) > _REASONS or table.more else ""
    return wrapped(f"Rejected: {said}{more}", rest="  ", most=_ITEM_LINES)


def _in_short(prose: Prose) -> list[str]:
    """Whole paragraphs, as many as there is room for; the first in any case."""
    lines = wrapped(prose.paragraphs[0], "  ")
    for paragraph in prose.paragraphs[1:]:
        more = wrapped(paragraph, "  ")
        if len(lines) + len(more) > _SUMMARY_LINES:
            break
        lines += more
    return ["In short", *lines]


def _noticed(block: Notices) -> Iterator[str]:
    for notice in block.items[:_NOTICES]:
        yield from wrapped(f"{notice.level.upper()}  {notice.label}", "  ", "    ")
        yield from wrapped(notice.items[0].text, "    ", most=_ITEM_LINES)
    yield from and_more(len(block.items) - _NOTICES)


def _advised(block: Points) -> Iterator[str]:
    for point in block.items[:_POINTS]:
        yield from wrapped(f"- {point.text}", "  ", "    ", _ITEM_LINES)
    yield from and_more(len(block.items) - _POINTS)
