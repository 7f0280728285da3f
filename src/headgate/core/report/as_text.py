"""A report as plain text, for mail programs and people that want no more; no line has more than 78 characters."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable
from typing import Any

from headgate.core.printable import and_more
from headgate.core.report.blocks import (
    Block,
    Cards,
    Chart,
    Examples,
    Figures,
    Notice,
    Notices,
    Pair,
    Pairs,
    Points,
    Prose,
    Report,
    Section,
    Seen,
    Shares,
    Steps,
    Table,
)
from headgate.core.report.fitting import columns_within, kept_rows, left_out, widths

WIDTH = 78
_ROWS, _ITEMS, _NOTICES, _POINTS, _CARDS, _LABEL, _GAP = 12, 5, 12, 12, 12, 20, 2


def plain_text(report: Report) -> str:
    """What the web page says, but for its pictures, what is folded there, and the rest of long lists."""
    head = [report.title, "=" * min(len(report.title), WIDTH), "", *wrapped(report.headline)]
    head += wrapped(" · ".join(report.about))
    head += wrapped(", ".join(badge.text for badge in report.badges))
    sections = [line for section in report.sections if not section.folded for line in _section(section)]
    foot = [line for pair in report.foot for line in _pair(pair, _LABEL)]
    return "\n".join([*head, *sections, "", "-" * WIDTH, *foot, ""])


def _section(section: Section) -> list[str]:
    title = section.title if section.part else section.title.upper()
    lines = [line for block in section.blocks for line in _block(block)]
    alone = [] if lines else [block for block in section.blocks if isinstance(block, Chart)]
    return ["", *wrapped(title), *lines, *(line for chart in alone for line in _marks(chart))]


def _block(block: Block) -> list[str]:
    write: Callable[[Any], list[str]] = _WRITERS[type(block)]
    return write(block)


def _figures(block: Figures) -> list[str]:
    width = max(len(figure.label) for figure in block.items) + _GAP
    return [
        line
        for figure in block.items
        for line in _pair(Pair(figure.label, f"{figure.value} ({figure.note})" if figure.note else figure.value), width)
    ]


def _table(block: Table) -> list[str]:
    """As many columns as there is room for; the first is a name, what follows stands in columns below each other."""
    count = columns_within(block, WIDTH, _GAP)
    needs = list(map(int, widths(block)))[:count]
    # A last column of text may be as wide as the line, and is broken where it ends.
    if not block.columns[count - 1].numeric:
        needs[-1] = max(needs[-1], WIDTH - sum(needs[:-1]) - _GAP * count)
    numeric = [column.numeric for column in block.columns[:count]]
    heads = [column.label for column in block.columns[:count]]
    lines = _row(heads, needs, numeric, at_end=True)
    for row in kept_rows(block, _ROWS):
        lines += _row(row[:count], needs, numeric)
    more = left_out(block, _ROWS, count, "")
    return lines + ([f"  {more}"] if more else [])


def _row(cells: Iterable[str], needs: list[int], numeric: list[bool], at_end: bool = False) -> list[str]:
    """A row of cells, each broken into lines of its column's width."""
    broken = [textwrap.wrap(cell, need) or [""] for cell, need in zip(cells, needs, strict=True)]
    height = max(map(len, broken))
    full = [[""] * (height - len(one)) + one if at_end else one + [""] * (height - len(one)) for one in broken]
    lines = []
    for parts in zip(*full, strict=True):
        cut = [
            f"{part:>{need}}" if right else f"{part:<{need}}"
            for part, need, right in zip(parts, needs, numeric, strict=True)
        ]
        lines.append((" " * _GAP + (" " * _GAP).join(cut)).rstrip())
    return lines


def _pairs(block: Pairs) -> list[str]:
    width = min(max((len(pair.label) for pair in block.items), default=0), 30) + _GAP
    return [line for pair in block.items for line in _pair(pair, width, whole=block.code)]


def _pair(pair: Pair, width: int, whole: bool = False) -> list[str]:
    """What is to be copied stays whole, however long it is."""
    label = f"{pair.label:<{width}}"
    if whole and len(label) + len(pair.text) + _GAP > WIDTH:
        return [*wrapped(pair.label, "  "), f"    {pair.text}"]
    return wrapped(f"{label}{pair.text}", "  ", "  " + " " * width)


def _chart(block: Chart) -> list[str]:
    """The table below it says the same."""
    return []


def _marks(block: Chart) -> list[str]:
    """A chart without a table, in words."""
    width = max(len(mark.at) for mark in block.marks) + _GAP
    return [line for mark in block.marks for line in _pair(Pair(mark.at, mark.text), width)]


def _shares(block: Shares) -> list[str]:
    return []


def _notices(block: Notices) -> list[str]:
    return [line for notice in block.items[:_NOTICES] for line in _notice(notice)] + and_more(
        len(block.items) - _NOTICES
    )


def _notice(notice: Notice) -> list[str]:
    lines = wrapped(f"{notice.level.upper()}  {notice.label}", "  ", "    ")
    for seen in notice.items[:_ITEMS]:
        lines += _seen(seen)
    more = notice.more + sum(seen.rows for seen in notice.items[_ITEMS:])
    return lines + ([f"    and {more:,} more like these"] if more else [])


def _seen(seen: Seen) -> list[str]:
    compared = [
        f"expected {seen.expected}" if seen.expected else "",
        f"observed {seen.observed}" if seen.observed else "",
    ]
    said = "; ".join(one for one in compared if one)
    return wrapped(seen.text, "    ") + (wrapped(said, "      ") if said else [])


def _prose(block: Prose) -> list[str]:
    paragraphs = [*block.paragraphs, *([block.note] if block.note else [])]
    return [line for paragraph in paragraphs for line in wrapped(paragraph, "  ")]


def _points(block: Points) -> list[str]:
    lines = []
    for point in block.items[:_POINTS]:
        marks = ", ".join(one for one in (point.label, point.about) if one)
        lines += wrapped(f"- {point.text}" + (f" ({marks})" if marks else ""), "  ", "    ")
    return lines + and_more(len(block.items) - _POINTS)


def _cards(block: Cards) -> list[str]:
    lines: list[str] = []
    for card in block.items[:_CARDS]:
        lines += wrapped(f"{card.title}: {card.text}", "  ", "    ")
        lines += [line for one in card.lines for line in wrapped(f"{one.label}: {one.text}", "    ", "      ")]
    return lines + and_more(len(block.items) - _CARDS)


def _examples(block: Examples) -> list[str]:
    lines: list[str] = []
    for example in block.items:
        lines += wrapped(f"{example.place}: {'; '.join(example.reasons)}", "  ", "    ")
        cells = " · ".join(f"{cell.label}={cell.text}" for cell in example.cells)
        lines += wrapped(example.raw or cells, "    ")
    return lines


def _steps(block: Steps) -> list[str]:
    lines: list[str] = []
    for number, step in enumerate(block.items, 1):
        lines += wrapped(f"{number}. {step.label}", "  ", "     ")
        lines += [f"     {step.text}"] if step.text else []
    return lines


_WRITERS: dict[type, Callable[[Any], list[str]]] = {
    Figures: _figures, Shares: _shares, Table: _table, Pairs: _pairs, Chart: _chart, Notices: _notices, Prose: _prose,
    Points: _points, Cards: _cards, Examples: _examples, Steps: _steps,
}  # fmt: skip


def wrapped(text: str, first: str = "", rest: str | None = None, most: int | None = None) -> list[str]:
    """A text in lines of at most `WIDTH` characters; long words are broken: a line must end somewhere.

    Args:
        first: what the first line begins with.
        rest: what the others begin with, if something else.
        most: how many lines there may be; a text that needs more ends in an ellipsis.
    """
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=first if rest is None else rest,
        break_on_hyphens=False, max_lines=most, placeholder=" …",
    )  # fmt: skip
