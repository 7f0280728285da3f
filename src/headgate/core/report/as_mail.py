"""A report as an HTML mail: styles on the elements, pictures beside it, little enough that no mail program cuts it off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from headgate.core.report.address import web_address
from headgate.core.report.blocks import Block, Chart, Column, Prose, Report, Section, Table
from headgate.core.report.drawing import png
from headgate.core.report.fitting import columns_within, kept_rows, left_out, widths
from headgate.core.report.input import OwnTemplate
from headgate.core.report.letters import text_width
from headgate.core.report.numbers import counted
from headgate.core.report.templates import follows_title, module, rendered
from headgate.core.report.theme import DARK, LIGHT, Theme

_THEMES: dict[str, Theme] = {"light": LIGHT, "dark": DARK}
# Pixels: what is inside the margins of a mail and of a phone, and what a letter is high and a column has as margin.
_ROOM, _PHONE, _LETTER, _MARGIN = 512, 339, 13, 10
_NAMED, _WHOLE = 6, 135
# Bytes. Some mail programs cut off what comes behind 102,000.
_LONGEST = 95_000


@dataclass(frozen=True)
class _Room:
    """How many of each a mail shows; the web page shows all. `beside` are rows of a table below a chart."""

    facts: int = 6
    charts: int = 4
    rows: int = 7
    beside: int = 4
    notices: int = 8
    items: int = 3
    points: int = 6
    cards: int = 8


_ROOMS = (
    _Room(),
    _Room(facts=5, charts=3, rows=5, beside=3, notices=5, items=2, points=4, cards=4),
    _Room(facts=3, charts=2, rows=3, beside=2, notices=3, items=1, points=3, cards=2),
)


@dataclass(frozen=True)
class MailBody:
    """The HTML, and its pictures (PNG) by the content id that it names them by."""

    html: str
    images: Mapping[str, bytes]


NO_MAIL = MailBody("", {})


@dataclass(frozen=True)
class _Head:
    """A column that is shown; `wide` when a phone has no room beside the others, `whole` when its cells are not broken."""

    place: int
    column: Column
    wide: bool
    whole: bool


@dataclass(frozen=True)
class _MailMedium:
    """What the mail's templates ask for.

    Attributes:
        where: says where the rest is.
        images: content id → picture.
    """

    key: str
    charts: tuple[Chart, ...]
    where: str
    room: _Room
    images: dict[str, bytes] = field(default_factory=dict)

    def picture(self, chart: Chart, theme: str) -> str:
        """The address of a picture; it is drawn when somebody asks for it."""
        id_ = f"chart-{self.charts.index(chart) + 1}-{theme}.{self.key}@headgate"
        if id_ not in self.images:
            self.images[id_] = png(chart, _THEMES[theme])
        return f"cid:{id_}"

    def columns(self, table: Table) -> list[_Head]:
        """Those there is room for on a desk."""
        fitting = columns_within(table, _ROOM, _MARGIN, measure=_pixels)
        narrow = columns_within(table, _PHONE, _MARGIN, least=1, measure=_pixels)
        short = [width <= _WHOLE for width in widths(table, _pixels)]
        columns = enumerate(table.columns[:fitting])
        return [_Head(place, column, place >= narrow, short[place]) for place, column in columns]

    def rows(self, beside: Sequence[Block]) -> int:
        """How many rows of a table; a chart beside it says most of it already."""
        return self.room.beside if any(isinstance(block, Chart) for block in beside) else self.room.rows

    def kept(self, table: Table, rows: int) -> tuple[tuple[str, ...], ...]:
        """The rows that are shown."""
        return kept_rows(table, rows)

    def left_out(self, table: Table, rows: int) -> str:
        """What is not shown, in words."""
        return left_out(table, rows, len(self.columns(table)), self.where)


def _pixels(text: str) -> float:
    return text_width(text) * _LETTER


def mail_body(
    report: Report, key: str, page: str = "", own: OwnTemplate | None = None, data: Mapping[str, Any] | None = None
) -> MailBody:
    """A report as a mail; where there is too much of everything, with less of each.

    Args:
        key: letters and digits that make the content ids of its pictures its own.
        page: where the web page lies; a link to it when that is a URL.
        data: what a pipeline's own template may look at besides the report.

    Raises:
        UserMistake: the own template is wrong.
    """
    for room in _ROOMS:
        body = _in_room(report, room, key, page, own, data)
        if len(body.html.encode()) <= _LONGEST:
            break
    return body


def _in_room(
    report: Report, room: _Room, key: str, page: str, own: OwnTemplate | None, data: Mapping[str, Any] | None
) -> MailBody:
    where = " on the web page" if web_address(page) else ""
    shown = _for_mail(report, where, room)
    medium = _MailMedium(key, shown.charts, where, room)
    blocks = module("mail_blocks.html.j2")
    values = {
        **(data or {}), "report": shown, "medium": medium, "light": LIGHT, "dark": DARK, "page": web_address(page),
        "show": lambda section: blocks.section(section, medium, follows_title(shown, section)),
    }  # fmt: skip
    return MailBody(_inlined(rendered("mail.html.j2", values, own)), medium.images)


def _for_mail(report: Report, where: str, room: _Room) -> Report:
    """Without what is folded, and with the first facts and charts only."""
    facts = [section for section in report.sections if section.name.startswith("fact-")]
    dropped, charts = facts[room.facts :], report.charts[: room.charts]
    kept: list[Section] = []
    for section in report.sections:
        if section not in dropped and not section.folded:
            kept.append(_with_charts(section, charts))
        if dropped and section is facts[-1]:
            kept.append(_not_here(dropped, where))
    return replace(report, sections=tuple(kept))


def _not_here(facts: Sequence[Section], where: str) -> Section:
    titles = "; ".join(section.title for section in facts[:_NAMED])
    tail = "; …" if len(facts) > _NAMED else ""
    return Section(
        "facts-more", "", (Prose((), f"{counted(len(facts), 'more fact')}{where}: {titles}{tail}"),), part=True
    )


def _with_charts(section: Section, charts: Sequence[Chart]) -> Section:
    return replace(section, blocks=tuple(one for one in section.blocks if not isinstance(one, Chart) or one in charts))


def _inlined(html: str) -> str:
    """Media queries stay where they are; everything else goes onto the elements, as some mail programs drop styles."""
    import css_inline

    return css_inline.inline(html, keep_at_rules=True, load_remote_stylesheets=False)
