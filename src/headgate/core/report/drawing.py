"""A chart as a Vega-Lite specification, and as a picture. Text from files is data in it: never a name, never an expression."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate, takewhile
from typing import Any, Literal

from headgate.core.printable import printable
from headgate.core.report.blocks import Chart, Mark
from headgate.core.report.charting import milliseconds
from headgate.core.report.letters import letter_width, text_width
from headgate.core.report.numbers import day_text
from headgate.core.report.png_bytes import smaller
from headgate.core.report.theme import Theme

Spec = dict[str, Any]
Medium = Literal["mail", "page"]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
WIDTH = 480
"""Pixels of a mail's picture; it is drawn with twice as many, and shrinks to two thirds on a phone."""

LARGEST = 45_000
"""Bytes of a picture; a mail has eight at most, and should stay below half a megabyte."""

# The first is inside vl-convert: pictures look the same on every machine.
_FONTS = {
    "mail": "Liberation Sans, Arial, Helvetica, sans-serif",
    "page": "system-ui, -apple-system, 'Segoe UI', Roboto, Arial, sans-serif",
}
_SIZES = {"mail": 14, "page": 12.5}
_STEPS = {"mail": 30, "page": 28}
_SCALES = (2, 1.5, 1)
_TALL, _MILLION, _FEW = 210, 1_000_000, 12
_DAY, _LONGEST = 86_400_000, 80
_CLIP = re.compile(r"((?:url\(#|id=\")clip)(\d+)")
# Heights of a letter.
_WIDEST_NAME, _WIDEST_SERIES = 16.0, 11.0
# Of the room of a name that is cut, for how it ends.
_END = 0.4


def chart_spec(chart: Chart, theme: Theme, medium: Medium) -> Spec:
    """The specification; charts on the page are as wide as their place, and say more when pointed at."""
    lying = chart.kind_of == "bar" and not chart.upright
    layers = _lines(chart, theme) if chart.kind_of == "line" else _bars(chart, theme)
    return {
        "$schema": SCHEMA,
        "width": WIDTH if medium == "mail" else "container",
        "height": _STEPS[medium] * len({mark.at for mark in chart.marks}) if lying else _TALL,
        "autosize": {"type": "fit-x", "contains": "padding"},
        # The name of the last day is wider than its bar.
        "padding": {"left": 0, "right": 18 if chart.temporal and chart.kind_of == "bar" else 4, "top": 4, "bottom": 2},
        "background": theme.card if medium == "mail" else None,
        "data": {"values": _values(chart)},
        "encoding": {**_axes(chart), **_colour(chart, theme), **(_tooltip(chart) if medium == "page" else {})},
        "layer": layers,
        "config": _config(theme, medium),
    }


@lru_cache(maxsize=16)
def png(chart: Chart, theme: Theme) -> bytes:
    """The picture for a mail; the same chart gives the same bytes. One with much detail has fewer pixels."""
    import vl_convert

    for scale in _SCALES:
        picture = smaller(vl_convert.svg_to_png(svg(chart, theme), scale=scale))
        if len(picture) <= LARGEST:
            break
    return picture


# The mail and the page show the same pictures; drawing one is a third of what it costs.
@lru_cache(maxsize=16)
def svg(chart: Chart, theme: Theme) -> str:
    """The picture for a page on which no script runs; the same chart gives the same text."""
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(chart_spec(chart, theme, "mail"), allowed_base_urls=[])
    # The library counts on from the picture before.
    numbers: dict[str, str] = {}
    return _CLIP.sub(lambda found: found[1] + numbers.setdefault(found[2], str(len(numbers))), drawn)


def _values(chart: Chart) -> list[dict[str, Any]]:
    """Field names are ours: one from a file could be read as a path into an object."""
    moments = chart.temporal and chart.kind_of == "line"
    short = _short_labels(chart)
    names, series = _fitting(short, _WIDEST_NAME), _fitting([mark.series for mark in chart.marks], _WIDEST_SERIES)
    values = [
        {
            "at": _drawable(mark.at),
            "x": milliseconds(mark.at) if moments else names[label],
            "v": mark.value,
            "t": _drawable(mark.text),
            "s": series[mark.series],
        }
        for mark, label in zip(chart.marks, short, strict=True)
    ]
    last = {mark.series: place for place, mark in enumerate(chart.marks)}
    for place in last.values():
        values[place]["last"] = _label_side(chart.marks, place)
    return values


def _drawable(text: str) -> str:
    """A character that XML has no place for would not fail the drawing, but end the process."""
    return printable(text, _LONGEST)


def _fitting(texts: Sequence[str], room: float) -> dict[str, str]:
    """Each text as far as there is room for it; two that begin alike stay two."""
    cut: dict[str, str] = {}
    for text in texts:
        if text not in cut:
            short = _cut(text, room)
            cut[text] = short if short not in cut.values() else f"{short} ({len(cut) + 1})"
    return cut


def _cut(text: str, room: float) -> str:
    """Without its middle, where there is no room: names often differ at their ends, and limits stand there.

    Cut here, as the library may cut through the middle of a character, and then fails.
    """
    drawable = _drawable(text)
    if text_width(drawable) <= room:
        return drawable
    room -= letter_width("…")
    end = _fits(reversed(drawable), room * _END)
    return (
        drawable[: max(_fits(drawable, room * (1 - _END)), 1)].rstrip() + "…" + drawable[len(drawable) - end :].lstrip()
    )


def _fits(letters: Iterable[str], room: float) -> int:
    """How many letters there is room for."""
    widths = accumulate(map(letter_width, letters))
    return sum(1 for _ in takewhile(lambda width: width <= room, widths))


def _label_side(marks: Sequence[Mark], place: int) -> str:
    """Where the line does not run through the label."""
    falls = place > 0 and (marks[place].value or 0) < (marks[place - 1].value or 0)
    return "below" if falls else "above"


def _short_labels(chart: Chart) -> list[str]:
    """Days as `15 Sep`; with their year, or as they stand, where that would make two days one."""
    full = [mark.at for mark in chart.marks]
    if not chart.temporal:
        return full
    for year in (False, True):
        short = [day_text(at, year) for at in full]
        if len(set(short)) == len(set(full)):
            return short
    return [at[:16].replace("T", " ") for at in full]


def _axes(chart: Chart) -> Spec:
    if chart.kind_of == "line":
        return {"x": _time(chart.marks) if chart.temporal else _names(chart), "y": _measure(chart)}
    names, amounts = _names(chart), _amounts(chart)
    return {"x": names, "y": amounts} if chart.upright else {"y": names, "x": amounts}


def _names(chart: Chart) -> Spec:
    """In the order of the rows: Vega-Lite would sort them."""
    axis: Spec = {
        "title": None,
        "ticks": False,
        "domain": chart.upright or chart.kind_of == "line",
        "labelAngle": 0,
        "labelPadding": 6,
    }
    if chart.upright or chart.kind_of == "line":
        axis |= {"labelOverlap": "greedy", "labelSeparation": 8}
    return {"field": "x", "type": "nominal", "sort": None, "axis": axis}


def _time(marks: Sequence[Mark]) -> Spec:
    moments = [milliseconds(mark.at) or 0 for mark in marks]
    days = (max(moments) - min(moments)) / _DAY
    form = "%H:%M" if days < 2 else "%-d %b" if days < 400 else "%b %Y"
    axis = {"title": None, "format": form, "grid": False, "tickCount": 5, "labelOverlap": "greedy", "labelFlush": True}
    return {"field": "x", "type": "temporal", "scale": {"type": "utc"}, "axis": axis}


def _amounts(chart: Chart) -> Spec:
    """Numbers stand at the ends of the bars, so that nobody measures them on an axis; many or stacked ones don't fit."""
    if not _is_labelled(chart):
        return _measure(chart, zero=True)
    return {"field": "v", "type": "quantitative", "axis": None, "scale": {"domain": _domain(chart), "nice": False}}


def _measure(chart: Chart, zero: bool = False) -> Spec:
    axis: Spec = {"title": None, "tickCount": 4, "domain": False, "ticks": False}
    if max(abs(mark.value or 0) for mark in chart.marks) >= _MILLION:
        axis["labelExpr"] = "replace(format(datum.value, '.3~s'), 'G', 'B')"
    elif chart.percent:
        axis["labelExpr"] = "datum.label + '%'"
    return {"field": "v", "type": "quantitative", "axis": axis, "scale": {"zero": zero}}


def _domain(chart: Chart) -> list[float]:
    """With room for the numbers behind the ends."""
    values = [mark.value or 0 for mark in chart.marks]
    low, high = min(0.0, *values), max(0.0, *values)
    room = 0.1 if chart.upright else 0.04 + 0.032 * max(len(mark.text) for mark in chart.marks)
    pad = (high - low or 1) * room
    return [low - pad if low < 0 else 0, high + pad if high > 0 else 0]


def _is_labelled(chart: Chart) -> bool:
    return len(chart.marks) <= _FEW and not any(mark.series for mark in chart.marks)


def _colour(chart: Chart, theme: Theme) -> Spec:
    names = [name for name in _fitting([mark.series for mark in chart.marks], _WIDEST_SERIES).values() if name]
    if names:
        scale = {"domain": names, "range": [theme.series[place % len(theme.series)] for place in range(len(names))]}
        # More than three beside each other have no room on a phone.
        legend = {"orient": "top", "title": None, "columns": 3}
        return {"color": {"field": "s", "type": "nominal", "scale": scale, "legend": legend}}
    if chart.kind_of == "bar" and any((mark.value or 0) < 0 for mark in chart.marks):
        return {"color": {"condition": {"test": "datum.v < 0", "value": theme.negative}, "value": theme.series[0]}}
    return {"color": {"value": theme.series[0]}}


def _tooltip(chart: Chart) -> Spec:
    told = [("at", chart.x), ("s", " "), ("t", chart.y)]
    fields = [{"field": field, "type": "nominal", "title": _drawable(title)} for field, title in told]
    return {"tooltip": fields if any(mark.series for mark in chart.marks) else [fields[0], fields[2]]}


def _bars(chart: Chart, theme: Theme) -> list[Spec]:
    size = "width" if chart.upright else "height"
    layers: list[Spec] = [{"mark": {"type": "bar", size: {"band": 0.7}, "cornerRadiusEnd": 2}}]
    if _is_labelled(chart):
        layers.append({"mark": _end_label(chart), "encoding": {"text": {"field": "t"}, "color": {"value": theme.ink}}})
    return layers


def _end_label(chart: Chart) -> Spec:
    """Beyond the end of its bar, also where the bar goes the other way."""
    if chart.upright:
        return {"type": "text", "dy": {"expr": "datum.v < 0 ? 10 : -8"}}
    return {"type": "text", "dx": {"expr": "datum.v < 0 ? -6 : 6"}, "align": {"expr": "datum.v < 0 ? 'right' : 'left'"}}


def _lines(chart: Chart, theme: Theme) -> list[Spec]:
    """The last value is what most people look for."""
    dots = len(chart.marks) <= _FEW * 3
    layers: list[Spec] = [{"mark": {"type": "line", "strokeWidth": 2.2, "point": {"size": 26} if dots else False}}]
    if not any(mark.series for mark in chart.marks):
        side = {"expr": "datum.last === 'below' ? 14 : -11"}
        label = {"type": "text", "align": "right", "dy": side, "fontWeight": "bold"}
        encoding = {"text": {"field": "t"}, "color": {"value": theme.ink}}
        layers.append({"transform": [{"filter": "isValid(datum.last)"}], "mark": label, "encoding": encoding})
    return layers


def _config(theme: Theme, medium: Medium) -> Spec:
    size = _SIZES[medium]
    return {
        "font": _FONTS[medium],
        "view": {"stroke": None},
        "text": {"fontSize": size, "color": theme.ink},
        "axis": {
            "labelFontSize": size, "labelLimit": 0, "labelColor": theme.ink, "gridColor": theme.line, "domainColor": theme.line,
            "tickColor": theme.line,
        },
        "legend": {"labelFontSize": size, "labelLimit": 0, "labelColor": theme.ink, "symbolType": "square"},
    }  # fmt: skip
