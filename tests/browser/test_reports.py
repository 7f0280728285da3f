"""Reports as people see them: opened in a real browser, in both themes, on a desk and on a phone. Pictures are kept."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from headgate.core.report.written import WrittenReport, written_day, written_run
from tests.browser.bundled import NAMES, bundled
from tests.browser.chromium import Chromium, find_chromium
from tests.core.report.days import quiet_day
from tests.core.report.documents import health_metrics
from tests.core.report.test_hostile import hostile
from tests.core.report.test_sizes import millions

HERE = Path(__file__).parent
PICTURES = HERE / "pictures"
SEEING, CUT_OFF = ((HERE / f"{name}.js").read_text(encoding="utf-8") for name in ("seeing", "cut_off"))
EVIL = "<img src=https://evil.example/x onerror=\"window.evil='yes'\"></script><script>window.evil='yes'</script>"

pytestmark = pytest.mark.slow

EXTREMES: dict[str, Callable[[], WrittenReport]] = {
    "millions": lambda: written_run(millions(health_metrics())),
    "quiet_day": lambda: written_day(quiet_day()),
    "hostile": lambda: written_run(hostile(EVIL, pictures=True)),
    "endless": lambda: written_run(hostile("W" * 4_000, pictures=True)),
}
EVERY = (*NAMES, *EXTREMES)
PAGES, MAILS = (1100, 600, 375), (600, 375)
THEMES = ("light", "dark")


class Shelf:
    """Reports as files that a browser can open: those of the bundled pipelines, and the extremes."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._bundled = folder, bundled(folder)

    def mail(self, name: str, pictures: bool = True) -> Path:
        report = self._report(name)
        html = report.html
        for cid, image in report.images.items():
            data = base64.b64encode(image).decode() if pictures else ""
            html = html.replace(f"cid:{cid}", f"data:image/png;base64,{data}")
        return self._kept(f"{_word(name)}.mail{'' if pictures else '.bare'}.html", html)

    def page(self, name: str) -> Path:
        return self._kept(f"{_word(name)}.page.html", self._report(name).page)

    def _report(self, name: str) -> WrittenReport:
        return self._bundled[name] if name in self._bundled else extreme(name)

    def _kept(self, name: str, html: str) -> Path:
        path = self._folder / name
        path.write_text(html, encoding="utf-8")
        return path


def _word(name: str) -> str:
    return name.partition(".")[0]


@cache
def extreme(name: str) -> WrittenReport:
    return EXTREMES[name]()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    program = find_chromium()
    if program is None and os.environ.get("CI") != "true":
        pytest.skip("there is no Chromium here; CI has one")
    assert program is not None, "CI needs a Chromium: install the system package chromium"
    with Chromium(program, tmp_path_factory.mktemp("profile")) as opened:
        opened.send("Log.enable")
        yield opened


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return Shelf(tmp_path_factory.mktemp("reports"))


def drawn(browser: Chromium, theme: str = "light") -> None:
    """Waits until a page's charts are drawn in a theme."""
    if browser.ask("document.getElementById('charts') !== null"):
        browser.ask(DRAWN.replace("THEME", theme))


DRAWN = """new Promise((done, late) => {
  const look = () => document.documentElement.dataset.drawn === "THEME" ? done(true) : requestAnimationFrame(look);
  setTimeout(() => late(new Error("the charts were not drawn")), 20000);
  look();
})"""


def in_both_themes(browser: Chromium, path: Path, width: int) -> None:
    """Opens a report by day and lets night fall; judges both, and keeps pictures."""
    browser.open(path, width)
    for theme in THEMES:
        browser.change_to(theme)
        drawn(browser, theme)
        shown = f"{path.stem}.{width}.{theme}"
        browser.photograph(PICTURES / f"{shown}.png")
        judged(browser, shown, width)
        broken = "[...document.images].filter((image) => image.checkVisibility() && !image.naturalWidth).length"
        assert browser.ask(broken) == 0, shown


def judged(browser: Chromium, shown: str, width: int) -> None:
    """What holds for every report in every size and theme."""
    overflow = browser.ask("document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0, f"{shown} is {overflow} pixels wider than {width}"
    outside = "[...document.querySelectorAll('.value, .fact')].filter((e) => e.scrollWidth > e.clientWidth + 1).length"
    assert browser.ask(outside) == 0, f"a number of {shown} is wider than its place"
    assert browser.ask(CUT_OFF) == [], shown
    seen = browser.ask(SEEING)
    assert len(seen) > 5
    assert [one for one in seen if one["contrast"] < 4.5] == [], shown
    assert browser.ask("[...document.images].filter((image) => !image.alt.trim()).length") == 0, shown
    assert browser.requests == [], shown


@pytest.mark.parametrize("width", MAILS)
@pytest.mark.parametrize("name", EVERY)
def test_a_mail_can_be_read_on_a_desk_and_on_a_phone(browser, shelf, name, width):
    in_both_themes(browser, shelf.mail(name), width)


@pytest.mark.parametrize("width", PAGES)
@pytest.mark.parametrize("name", EVERY)
def test_a_page_can_be_read_on_a_desk_and_on_a_phone(browser, shelf, name, width):
    in_both_themes(browser, shelf.page(name), width)
    assert complaints(browser) == []


def complaints(browser: Chromium) -> list[str]:
    """What the browser found wrong: a script that failed, something that the page's policy forbids."""
    texts = [event["params"]["entry"]["text"] for event in browser.events("Log.entryAdded")]
    texts += [event["params"]["exceptionDetails"]["text"] for event in browser.events("Runtime.exceptionThrown")]
    return texts + [str(event["params"]["args"]) for event in browser.events("Runtime.consoleAPICalled")]


@pytest.mark.parametrize("theme", THEMES)
def test_a_mail_shows_the_pictures_of_its_theme_only(browser, shelf, theme):
    browser.open(shelf.mail("orders_dirty.csv"), 600, theme)
    shown = browser.ask(
        "[...document.images].filter((i) => i.checkVisibility()).map((i) => i.closest('.by-day') ? 'light' : 'dark')"
    )
    assert shown == [theme, theme]


def test_a_number_that_begins_a_row_has_its_name_on_a_phone(browser, shelf):
    browser.open(shelf.mail("day"), 375)
    assert browser.ask(
        "[...document.querySelectorAll('.stacks .first')].map((cell) => cell.innerText).filter((said) => /\\d$/.test(said))[0]"
    ).startswith("Rows")
    browser.open(shelf.page("day"), 375)
    number = "document.querySelector('.stacks td.n:first-child')"
    assert browser.ask(f"getComputedStyle({number}, '::before').content + {number}.dataset.name") == '"Rows"Rows'


def test_without_pictures_a_mail_says_what_they_show(browser, shelf):
    path = shelf.mail("orders_dirty.csv", pictures=False)
    browser.open(path, 375)
    judged(browser, path.stem, 375)
    browser.photograph(PICTURES / f"{path.stem}.png")
    assert browser.ask("document.images[0].alt").startswith("Bar chart, Revenue by size class. small: 6,301; medium: ")


def test_charts_of_a_page_answer_when_pointed_at(browser, shelf):
    browser.open(shelf.page("stocks_dirty.json"), 1100)
    drawn(browser)
    first = browser.ask("JSON.parse(document.getElementById('charts').textContent)[0].light.data.values[0]")
    assert pointed_at(browser, 0) == f"Datetime{first['at']}Median change{first['t']}"


def pointed_at(browser: Chromium, bar: int) -> str:
    """What a bar of the first chart says when somebody points at it."""
    place = browser.ask(BAR.replace("PLACE", str(bar)))
    browser.move_to(place["x"], place["y"])
    return str(browser.ask(TOOLTIP))


BAR = """(() => {
  const bar = [...document.querySelectorAll('[data-chart="0"] svg .mark-rect path')].at(PLACE);
  bar.scrollIntoView({ block: "center" });
  const box = bar.getBoundingClientRect();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
})()"""
TOOLTIP = """new Promise((done, late) => {
  const look = () => {
    const tip = document.querySelector("#vg-tooltip-element.visible");
    tip ? done(tip.textContent) : requestAnimationFrame(look);
  };
  setTimeout(() => late(new Error("no tooltip")), 5000);
  look();
})"""


def test_charts_of_a_page_are_drawn_anew_when_night_falls(browser, shelf):
    page = shelf.page("stocks_dirty.json")
    browser.open(page, 1100)
    drawn(browser)
    day = browser.ask(FILL)
    browser.change_to("dark")
    drawn(browser, "dark")
    night = browser.ask(FILL)
    browser.open(page, 1100, "dark")
    drawn(browser, "dark")
    assert browser.ask(FILL) == night != day


FILL = "document.querySelector('[data-chart] svg .mark-rect path').getAttribute('fill')"


def test_a_page_on_which_no_script_runs_has_its_pictures(browser, shelf):
    browser.send("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(shelf.page("stocks_dirty.json"), 600)
        browser.photograph(PICTURES / "stocks_dirty.page.no-script.png")
    finally:
        browser.send("Emulation.setScriptExecutionDisabled", value=False)
    shown = browser.ask(
        "[...document.images].filter((image) => image.checkVisibility() && image.naturalWidth > 300).length"
    )
    assert shown == 2


def test_text_that_wants_to_be_a_script_is_text(browser, shelf):
    for path in (shelf.mail("hostile"), shelf.page("hostile")):
        browser.open(path, 600)
        assert browser.ask("window.evil") is None
        assert browser.ask("document.querySelectorAll('[onerror], [src*=evil]').length") == 0
        assert browser.ask("document.body.innerText.includes('<img src=https://evil')")
    drawn(browser)
    assert "<img" in pointed_at(browser, -1)
    assert browser.ask("window.evil") is None
    assert browser.requests == []
