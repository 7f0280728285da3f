"""A report as a web page in one file: charts that answer when pointed at, and nothing that is loaded from anywhere."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headgate.core.report.blocks import Chart, Report, Table
from headgate.core.report.drawing import chart_spec, svg
from headgate.core.report.fitting import columns_within, left_out
from headgate.core.report.input import OwnTemplate
from headgate.core.report.letters import text_width
from headgate.core.report.templates import follows_title, module, rendered
from headgate.core.report.theme import DARK, LIGHT, Theme

if TYPE_CHECKING:
    from markupsafe import Markup

_THEMES: dict[str, Theme] = {"light": LIGHT, "dark": DARK}
# Pixels: what is inside the margins of a phone, what a letter is high, and what a column has as margin.
_PHONE, _LETTER, _MARGIN = 339, 13.5, 14
_DRAWS = Path(__file__).parent / "templates" / "page.js"
# Inside a script these could end it, or begin a comment that hides its end.
_ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


@dataclass(frozen=True)
class _Script:
    """A script of the page; `kind` when it is data."""

    text: Markup
    kind: str = ""

    @property
    def allowed(self) -> str:
        """How the page's policy names it."""
        return f"'sha256-{base64.b64encode(sha256(self.text.encode()).digest()).decode()}'"


@dataclass(frozen=True)
class _PageMedium:
    """What the page's templates ask for."""

    charts: tuple[Chart, ...]

    def number(self, chart: Chart) -> int:
        """Which of those that a script draws it is."""
        return self.charts.index(chart)

    def picture(self, chart: Chart, theme: str) -> str:
        """The chart as it stands there before a script draws it, or where none runs."""
        return f"data:image/svg+xml;base64,{base64.b64encode(svg(chart, _THEMES[theme]).encode()).decode()}"

    def stacks(self, table: Table) -> bool:
        """Whether a phone has no room for its columns beside each other."""
        return columns_within(table, _PHONE, _MARGIN, least=1, measure=_pixels) < len(table.columns)

    def left_out(self, table: Table) -> str:
        """What is not shown, in words."""
        return left_out(table, len(table.rows), len(table.columns), "")


def _pixels(text: str) -> float:
    return text_width(text) * _LETTER


@cache
def made_library() -> str:
    """Vega, Vega-Lite and Vega-Embed in one, from the package that draws the pictures; the first time takes seconds."""
    import vl_convert

    bundle: str = vl_convert.javascript_bundle()  # type: ignore[call-arg]  # its stub knows no default
    return bundle


def library_version() -> str:
    """What makes two libraries the same."""
    import vl_convert

    return str(vl_convert.__version__)  # type: ignore[attr-defined]  # its stub lacks it


def page_html(
    report: Report,
    own: OwnTemplate | None = None,
    data: Mapping[str, Any] | None = None,
    library: Callable[[], str] = made_library,
) -> str:
    """A report as a web page: about 0.9 MB with charts that answer, as the library that draws them is inside.

    Args:
        data: what a pipeline's own template may look at besides the report.
        library: gives that library; asked only when there are charts that answer.

    Raises:
        UserMistake: the own template is wrong.
    """
    # The library makes a page of 0.9 MB: not for a small picture of each of very many files.
    live = tuple(chart for chart in report.charts if not chart.still)
    medium = _PageMedium(live)
    blocks = module("page_blocks.html.j2")
    values = {
        **(data or {}), "report": report, "medium": medium, "light": LIGHT, "dark": DARK, "page": "",
        "scripts": _scripts(live, library()) if live else (),
        "show": lambda section: blocks.section(section, medium, follows_title(report, section)),
    }  # fmt: skip
    return rendered("page.html.j2", values, own)


def _scripts(charts: tuple[Chart, ...], library: str) -> tuple[_Script, ...]:
    from markupsafe import Markup

    specs = [{name: chart_spec(chart, theme, "page") for name, theme in _THEMES.items()} for chart in charts]
    data = _Script(Markup(_as_script(specs)), "application/json")
    return (_Script(Markup(library)), data, _Script(Markup(_DRAWS.read_text(encoding="utf-8"))))


def _as_script(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    for character, escape in _ESCAPED.items():
        text = text.replace(character, escape)
    return text
