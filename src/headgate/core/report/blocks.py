"""What a report is made of: sections of blocks. Every text in them is formatted and safe to print; a medium only sets it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

Level = Literal["plain", "good", "info", "warning", "critical"]
ChartKind = Literal["bar", "line"]


@dataclass(frozen=True)
class Figure:
    """A number that is seen first."""

    label: str
    value: str
    note: str = ""
    level: Level = "plain"


@dataclass(frozen=True)
class Figures:
    """Numbers side by side; `small` when there are many and none of them comes first."""

    items: tuple[Figure, ...]
    small: bool = False
    kind: ClassVar[str] = "figures"

    @property
    def is_long(self) -> bool:
        """Whether one is so long that a phone has no room for three in a row, and a mail none for four."""
        return any(len(figure.value) > 7 for figure in self.items)


@dataclass(frozen=True)
class Share:
    """A part of a whole, in percent."""

    label: str
    percent: float
    colour: Literal["accepted", "rejected"]


@dataclass(frozen=True)
class Shares:
    """A bar of two parts."""

    parts: tuple[Share, ...]
    kind: ClassVar[str] = "shares"


@dataclass(frozen=True)
class Column:
    """The head of a column."""

    label: str
    numeric: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of cells.

    Attributes:
        more: how many there are besides these.
        noun: what a row is.
        ends: whether the last ones matter most, as of days in their order.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    more: int = 0
    noun: str = "row"
    ends: bool = False
    kind: ClassVar[str] = "table"


@dataclass(frozen=True)
class Pair:
    """A name and what belongs to it; `href` where a reader can follow it."""

    label: str
    text: str
    href: str = ""


@dataclass(frozen=True)
class Pairs:
    """Names and values below each other."""

    items: tuple[Pair, ...]
    code: bool = False
    kind: ClassVar[str] = "pairs"


@dataclass(frozen=True)
class Mark:
    """One bar, or one point of a line.

    Attributes:
        at: its place on the axis: a label, or an ISO date on an axis of time.
        value: None where there is a gap.
        text: the value as people read it.
        series: which line or part of a bar it belongs to.
    """

    at: str
    value: float | None
    text: str
    series: str = ""


@dataclass(frozen=True)
class Chart:
    """A picture of numbers.

    Attributes:
        x, y: what the axes show.
        upright: whether bars stand; else they lie, with room for long names.
        temporal: whether `at` is a time.
        percent: whether values are percent.
        alt: the same in words.
        note: what is not drawn.
        still: whether it is a picture on the web page, too, which then needs no library to draw it.
    """

    kind_of: ChartKind
    title: str
    x: str
    y: str
    marks: tuple[Mark, ...]
    alt: str
    upright: bool = False
    temporal: bool = False
    percent: bool = False
    note: str = ""
    still: bool = False
    kind: ClassVar[str] = "chart"


@dataclass(frozen=True)
class Seen:
    """What was seen, and where it helps, what had been expected; `rows` are those that it is said of."""

    text: str
    expected: str = ""
    observed: str = ""
    rows: int = 1


@dataclass(frozen=True)
class Notice:
    """Something that somebody should see.

    Attributes:
        more: rows of what was seen besides these.
        rows: what it is about.
    """

    level: Level
    label: str
    items: tuple[Seen, ...]
    more: int = 0
    rows: Table | None = None


@dataclass(frozen=True)
class Notices:
    """Things that somebody should see, the worst first."""

    items: tuple[Notice, ...]
    kind: ClassVar[str] = "notices"


@dataclass(frozen=True)
class Prose:
    """Paragraphs; a note on where they come from."""

    paragraphs: tuple[str, ...]
    note: str = ""
    kind: ClassVar[str] = "prose"


@dataclass(frozen=True)
class Point:
    """One statement: its level (`high`), what it is of (`price`), and the titles of the facts that it rests on."""

    text: str
    label: str = ""
    about: str = ""
    level: Level = "plain"
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Points:
    """Statements below each other."""

    items: tuple[Point, ...]
    kind: ClassVar[str] = "points"


@dataclass(frozen=True)
class Card:
    """What is to be said of one thing."""

    title: str
    text: str
    lines: tuple[Pair, ...]


@dataclass(frozen=True)
class Cards:
    """Several things, one after the other."""

    items: tuple[Card, ...]
    kind: ClassVar[str] = "cards"


@dataclass(frozen=True)
class Example:
    """One row as it came: where, why it was rejected, what is in it."""

    place: str
    reasons: tuple[str, ...]
    cells: tuple[Pair, ...]
    raw: str = ""


@dataclass(frozen=True)
class Examples:
    """A few rows as they came."""

    items: tuple[Example, ...]
    kind: ClassVar[str] = "examples"


@dataclass(frozen=True)
class Steps:
    """What to do, in order; a step is a sentence, and a command to type where there is one."""

    items: tuple[Pair, ...]
    kind: ClassVar[str] = "steps"


Block = Figures | Shares | Table | Pairs | Chart | Notices | Prose | Points | Cards | Examples | Steps


@dataclass(frozen=True)
class Section:
    """Blocks under a heading.

    Attributes:
        name: stable, for templates and anchors.
        title: empty where none is needed.
        part: whether it stands under the heading of the section before.
        folded: detail that only the web page shows, folded.
    """

    name: str
    title: str
    blocks: tuple[Block, ...]
    part: bool = False
    folded: bool = False


@dataclass(frozen=True)
class Badge:
    """A word that says how it went."""

    level: Level
    text: str


@dataclass(frozen=True)
class Report:
    """A report, before it is set as mail, text or page.

    Attributes:
        title: whose report it is.
        subject: of the mail.
        headline: the one sentence for somebody who reads no other.
        teaser: what a list of mails shows behind the subject.
        about: file, size, time: short texts in one line.
        foot: ids, for those who ask.
    """

    title: str
    subject: str
    headline: str
    teaser: str
    badges: tuple[Badge, ...]
    about: tuple[str, ...]
    sections: tuple[Section, ...]
    foot: tuple[Pair, ...]
    description: str = ""

    @property
    def level(self) -> Level:
        """The worst of its badges."""
        return max((badge.level for badge in self.badges), key=get_args(Level).index)

    @property
    def charts(self) -> tuple[Chart, ...]:
        """All pictures, in order."""
        return tuple(block for section in self.sections for block in section.blocks if isinstance(block, Chart))
