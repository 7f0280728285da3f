"""Reports read back in: the sections and sentences of a text, the tables of a web page, and the numbers in them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
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
    return {title: " ".join(" ".join(lines).split()) for title, lines in text_lines(text).items()}


def text_lines(text: str) -> dict[str, list[str]]:
    """Title → the lines below it."""
    parts = [part.split("\n") for part in text.partition("\n\n")[2].split("\n\n")]
    return {lines[0]: lines[1:] for lines in parts}


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
        return found is not None and is_rounded(found, [float(value)])
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


# --- sentences --------------------------------------------------------------------------------------------------

ITEM = {"IN SHORT": re.compile(r"(?!)"), "ONE BY ONE": re.compile(r"  (?=\S)")}
BULLET = re.compile(r"  - ")
RATING = re.compile(r" \((?:high|medium|low)(?: priority| confidence)?, [^()]+\)$")
LABEL = re.compile(r" (Opportunities|Risks|Key anomaly): ")
SENTENCE_END = re.compile(r"(?<=[.!?]) (?=[A-Z*\d])")


def sentences(text: str, title: str) -> list[str]:
    """Those of a section of prose, without ratings.

    One by one each begins with what it is about, and with its label where it has one: `KO: `, `KO, Risks: `.
    """
    items = [""]
    for line in text_lines(text).get(title, []):
        if ITEM.get(title, BULLET).match(line):
            items.append(BULLET.sub("", line).strip())
        else:
            items[-1] = f"{items[-1]} {line.strip()}".strip()
    cut = by_entity if title == "ONE BY ONE" else by_end
    return [sentence for item in items for sentence in cut(RATING.sub("", item))]


def by_end(item: str) -> list[str]:
    return SENTENCE_END.split(item) if item else []


def by_entity(item: str) -> Iterator[str]:
    entity, _, said = item.partition(": ")
    summary, *labelled = LABEL.split(said)
    yield from (f"{entity}: {sentence}" for sentence in by_end(summary))
    for label, more in zip(labelled[::2], labelled[1::2], strict=True):
        yield from (f"{entity}, {label}: {sentence}" for sentence in by_end(more))


MARK = re.compile(r"([#@$])(\w+)|([][<>|])")
FORMS = {
    "#": r"[-−+]?\d[\d,]*(?:\.\d+)?(?: million| billion)?",
    "@": rf"\d{{1,2}} (?:{'|'.join(MONTHS)}) \d{{4}}(?:, \d\d:\d\d)?",
    "$": r".+?",
}
SIGNS = {"[": "(?:", "]": ")?", "<": "(?:", "|": "|", ">": ")"}


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A sentence with marks: `#number`, `@moment`, `$text`, `[may be left out]`, `<one|other>`.

    A name that stands a second time stands for the same.
    """
    parts, at, named = [], 0, set()
    for mark in MARK.finditer(pattern):
        kind, name, sign = mark.groups()
        new = f"(?P<{name}>{FORMS.get(kind, '')})"
        again = f"(?P={name})"
        parts += [re.escape(pattern[at : mark.start()]), SIGNS[sign] if sign else again if name in named else new]
        named.add(name)
        at = mark.end()
    return re.compile("".join(parts) + re.escape(pattern[at:]))


def prose_faults(said: Sequence[str], expected: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[str]:
    """What is wrong with sentences: each is to fit one pattern alone, and to hold what is expected of it in its place.

    Args:
        said: the sentences.
        expected: pattern → the values of its marks, once for each sentence that is to fit it, in their order.
    """
    faults = []
    found: dict[str, list[dict[str, str | None]]] = {pattern: [] for pattern in expected}
    for sentence in said:
        fits = {pattern: fit.groupdict() for pattern in expected if (fit := compiled(pattern).fullmatch(sentence))}
        faults += [] if len(fits) == 1 else [f"{len(fits)} patterns fit: {sentence}"]
        for pattern, shown in fits.items():
            found[pattern].append(shown)
    for pattern, rows in expected.items():
        shown_rows = found[pattern]
        faults += [] if len(shown_rows) == len(rows) else [f"{len(shown_rows)} times, not {len(rows)}: {pattern}"]
        for shown, row in zip(shown_rows, rows, strict=False):
            faults += [f"{name} is {row[name]}, not {shown[name]}: {pattern}" for name in wrong_names(shown, row)]
    return faults


def wrong_names(shown: Mapping[str, str | None], row: Mapping[str, Any]) -> list[str]:
    return [name for name, text in shown.items() if not tells(text, row[name])]


def tells(text: str | None, value: Any) -> bool:
    """Whether a part of a sentence tells a value; what is left out tells None."""
    if text is None or value is None:
        return text is value
    if isinstance(value, list):
        return re.split(", | and ", text) == value
    if isinstance(value, dt.date):
        day = f"{value.day} {MONTHS[value.month - 1]} {value.year}"
        return text == (f"{day}, {value:%H:%M}" if isinstance(value, dt.datetime) else day)
    if isinstance(value, int | float | Decimal):
        found = NUMBER.fullmatch(text)
        return found is not None and is_rounded(found, [float(value)]) and is_fine(found, float(value))
    return text == value


def is_fine(shown: re.Match[str], value: float) -> bool:
    """Whether a number is exact, or has two decimals or two digits that count, as every number in a report."""
    bare = shown[0].removesuffix(shown["scale"] or "").replace(",", "").replace("−", "-")
    digits = bare.lstrip("-+0.").replace(".", "")
    exact = abs(float(bare) * SCALES[shown["scale"]] - value) < 1e-9
    return exact or len(digits) > 1 or len(bare.partition(".")[2]) > 1
