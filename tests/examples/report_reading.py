"""Reports read back in: the sections of a text, the tables of a web page, and the numbers that stand in them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
DAY_IN_WORDS = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(MONTHS)}) (\d{{4}})\b")
MOMENT = re.compile(r"\b\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?")
CLOCK = re.compile(r"\b\d\d:\d\d\b")
NUMBER = re.compile(r"(?<![\w.,*])[-−+]?\d[\d,]*(?:\.\d+)?(?P<scale> (?:million|billion)\b)?")
SCALES = {" million": 10**6, " billion": 10**9, None: 1}
NOTHING = "–"


# --- the text -----------------------------------------------------------------------------------------------


def text_sections(text: str) -> dict[str, str]:
    """Title → what stands below it, in one line; a title that is broken into lines is not found."""
    parts = [part.split("\n") for part in text.partition("\n\n")[2].split("\n\n")]
    return {lines[0]: " ".join(" ".join(lines[1:]).split()) for lines in parts}


# --- the page -----------------------------------------------------------------------------------------------


@dataclass
class PageSections(HTMLParser):
    """What each section of a page holds.

    Attributes:
        tables: title → the rows of its table, without the heads.
        figures: title → its figures, label and value.
    """

    tables: dict[str, list[list[str]]] = field(default_factory=dict)
    figures: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    _title: str = ""
    _inside: str = ""
    _said: str = ""
    _label: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    @classmethod
    def of(cls, page: str) -> PageSections:
        read = cls()
        read.feed(page)
        read.close()
        return read

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kind = dict(attrs).get("class") or ""
        if tag == "tr":
            self.tables.setdefault(self._title, []).append([])
        inside = tag if tag in ("h2", "h3", "td") else kind if kind in ("label", "fact") else ""
        if inside:
            self._inside, self._said = inside, ""

    def handle_data(self, data: str) -> None:
        self._said += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "wbr" or not self._inside or tag not in ("h2", "h3", "td", "div"):
            return
        inside, self._inside = self._inside, ""
        if inside in ("h2", "h3"):
            self._title = self._said
        elif inside == "td":
            self.tables[self._title][-1].append(self._said)
        elif inside == "label":
            self._label = self._said
        else:
            self.figures.setdefault(self._title, []).append((self._label, self._said))


# --- what a number may be -------------------------------------------------------------------------------------


def says(cell: str, value: Any) -> bool:
    """Whether a cell shows a value, rounded to the digits that it has."""
    if value is None or isinstance(value, bool):
        return cell == {None: NOTHING, True: "yes", False: "no"}[value]
    if isinstance(value, int | float | Decimal):
        found = NUMBER.match(cell)
        return bool(found) and is_rounded(found, [float(value)])  # type: ignore[arg-type]
    if isinstance(value, dt.datetime):
        return cell == f"{value:%Y-%m-%d %H:%M}"
    return cell == str(value)


def is_rounded(shown: re.Match[str], values: Iterable[float]) -> bool:
    """Whether a number that is shown is one of the values, rounded."""
    scale = SCALES[shown["scale"]]
    digits = shown[0].removesuffix(shown["scale"] or "").replace(",", "").replace("−", "-")
    places = len(digits.partition(".")[2])
    margin = 0.5 * 10**-places * scale * (1 + 1e-9) + 1e-9
    return any(abs(float(digits) * scale - value) <= margin for value in values)


@dataclass
class Known:
    """What may be said: numbers, days and moments, and texts that have digits of their own."""

    numbers: set[float] = field(default_factory=set)
    moments: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)

    def learn(self, value: Any) -> Known:
        """Takes in a value, or everything in a list or a dict."""
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, list | tuple | set | frozenset):
            for one in value:
                self.learn(one)
        elif isinstance(value, dt.date | dt.datetime):
            self.moments |= {f"{value:%Y-%m-%d}", f"{value:%Y-%m-%d %H:%M}"}
        elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            self.numbers.add(float(value))
        elif isinstance(value, str) and re.search(r"\d", value):
            self.texts.add(" ".join(value.split()))
        return self

    def unsupported(self, text: str) -> list[str]:
        """The numbers, days and moments of a text that are none of these."""
        text = self._without_texts(text)
        wrong = [found[0] for found in MOMENT.finditer(text) if found[0][:16].replace("T", " ") not in self.moments]
        for found in DAY_IN_WORDS.finditer(text):
            day = f"{found[3]}-{MONTHS.index(found[2]) + 1:02}-{int(found[1]):02}"
            wrong += [] if day in self.moments else [found[0]]
        rest = DAY_IN_WORDS.sub(" ", MOMENT.sub(" ", text))
        clocks = {moment[11:] for moment in self.moments}
        wrong += [found for found in CLOCK.findall(rest) if found not in clocks]
        rest = CLOCK.sub(" ", rest)
        return wrong + [found[0] for found in NUMBER.finditer(rest) if not self._holds(found)]

    def _without_texts(self, text: str) -> str:
        for one in sorted(self.texts, key=len, reverse=True):
            text = text.replace(one, " ")
        return text

    def _holds(self, shown: re.Match[str]) -> bool:
        """The sign may stand in a word: it fell by 6 %."""
        return is_rounded(shown, [*self.numbers, *(-number for number in self.numbers)])
