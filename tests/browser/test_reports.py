"""Reports as people see them: opened in a real browser, in both themes, on a desk and on a phone. Pictures are kept."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from headgate.core.report.written import WrittenReport, written_day, written_run
from tests.browser.chromium import Chromium, find_chromium
from tests.core.report.days import busy_day, quiet_day
from tests.core.report.documents import EVERY, health_metrics
from tests.core.report.test_hostile import hostile
from tests.core.report.test_sizes import millions

HERE = Path(__file__).parent
PICTURES = HERE / "pictures"
SEEING = (HERE / "seeing.js").read_text(encoding="utf-8")
EVIL = "<img src=https://evil.example/x onerror=\"window.evil='yes'\"></script><script>window.evil='yes'</script>"

pytestmark = pytest.mark.slow

MAKERS: dict[str, Callable[[], WrittenReport]] = {
    **{make.__name__: lambda make=make: written_run(make()) for make in EVERY},  # type: ignore[misc]
    "millions": lambda: written_run(millions(health_metrics())),
    "busy_day": lambda: written_day(busy_day()),
    "quiet_day": lambda: written_day(quiet_day()),
    "hostile": lambda: written_run(hostile(EVIL, pictures=True)),
    "endless": lambda: written_run(hostile("W" * 4_000, pictures=True)),
}
PAGES, MAILS = (1100, 600, 375), (600, 375)


@dataclass(frozen=True)
class Shelf:
    """Reports as files that a browser can open."""

    folder: Path

    def mail(self, name: str, pictures: bool = True) -> Path:
        report = written(name)
        html = report.html
        for cid, image in report.images.items():
            data = base64.b64encode(image).decode() if pictures else ""
            html = html.replace(f"cid:{cid}", f"data:image/png;base64,{data}")
        return self._kept(f"{name}.mail{'' if pictures else '.bare'}.html", html)

    def page(self, name: str) -> Path:
        return self._kept(f"{name}.page.html", written(name).page)

    def _kept(self, name: str, html: str) -> Path:
        path = self.folder / name
        path.write_text(html, encoding="utf-8")
        return path


@cache
def written(name: str) -> WrittenReport:
    return MAKERS[name]()


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


def opened(browser: Chromium, path: Path, width: int, dark: bool = False) -> None:
    """Opens a report, waits until its charts are drawn, and keeps a picture."""
    browser.open(path, width, dark)
    if ".page." in path.name and browser.ask("document.getElementById('charts') !== null"):
        browser.ask(DRAWN)
    browser.photograph(PICTURES / f"{path.stem}.{width}.{'dark' if dark else 'light'}.png")


DRAWN = """new Promise((done, late) => {
  const look = () => document.documentElement.dataset.drawn ? done(true) : requestAnimationFrame(look);
  setTimeout(() => late(new Error("the charts were not drawn")), 20000);
  look();
})"""


def judged(browser: Chromium, name: str, width: int) -> None:
    """What holds for every report in every size and theme."""
    overflow = browser.ask("document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0, f"{name} is {overflow} pixels wider than {width}"
    outside = "[...document.querySelectorAll('.value, .fact')].filter((e) => e.scrollWidth > e.clientWidth + 1).length"
    assert browser.ask(outside) == 0, f"a number of {name} is wider than its place"
    seen = browser.ask(SEEING)
    assert len(seen) > 5
    assert [one for one in seen if one["contrast"] < 4.5] == []
    assert browser.ask("[...document.images].filter((image) => !image.alt.trim()).length") == 0
    assert browser.requests == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", MAKERS)
def test_a_mail_can_be_read_on_a_desk_and_on_a_phone(browser, shelf, name, dark):
    for width in MAILS:
        opened(browser, shelf.mail(name), width, dark)
        judged(browser, name, width)
        broken = "[...document.images].filter((image) => image.checkVisibility() && !image.naturalWidth).length"
        assert browser.ask(broken) == 0


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", MAKERS)
def test_a_page_can_be_read_on_a_desk_and_on_a_phone(browser, shelf, name, dark):
    for width in PAGES:
        opened(browser, shelf.page(name), width, dark)
        judged(browser, name, width)
        assert complaints(browser) == []


def complaints(browser: Chromium) -> list[str]:
    """What the browser found wrong: a script that failed, something that the page's policy forbids."""
    texts = [event["params"]["entry"]["text"] for event in browser.events("Log.entryAdded")]
    texts += [event["params"]["exceptionDetails"]["text"] for event in browser.events("Runtime.exceptionThrown")]
    return texts + [str(event["params"]["args"]) for event in browser.events("Runtime.consoleAPICalled")]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_mail_shows_the_pictures_of_its_theme_only(browser, shelf, dark):
    opened(browser, shelf.mail("orders"), 600, dark)
    shown = browser.ask(
        "[...document.images].filter((i) => i.checkVisibility()).map((i) => i.closest('.by-day') ? 'day' : 'night')"
    )
    assert set(shown) == {"night" if dark else "day"}


def test_without_pictures_a_mail_says_what_they_show(browser, shelf):
    opened(browser, shelf.mail("orders", pictures=False), 375)
    judged(browser, "orders", 375)
    assert browser.ask("document.images[0].alt").startswith("Bar chart, Revenue by size class. small: 102,092;")


def test_charts_of_a_page_answer_when_pointed_at(browser, shelf):
    opened(browser, shelf.page("stocks"), 1100)
    said = pointed_at(browser, 0)
    assert "AAPL" in said
    assert "-1.6%" in said


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
    opened(browser, shelf.page("stocks"), 1100)
    day = browser.ask("document.querySelector('[data-chart] svg .mark-rect path').getAttribute('fill')")
    browser.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    browser.ask(DRAWN.replace("dataset.drawn ?", "dataset.drawn === 'dark' ?"))
    assert browser.ask("document.querySelector('[data-chart] svg .mark-rect path').getAttribute('fill')") != day


def test_a_page_on_which_no_script_runs_has_its_pictures(browser, shelf):
    browser.send("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(shelf.page("stocks"), 600)
        browser.photograph(PICTURES / "stocks.page.no-script.png")
    finally:
        browser.send("Emulation.setScriptExecutionDisabled", value=False)
    shown = browser.ask(
        "[...document.images].filter((image) => image.checkVisibility() && image.naturalWidth > 300).length"
    )
    assert shown == 2


def test_text_that_wants_to_be_a_script_is_text(browser, shelf):
    for path in (shelf.mail("hostile"), shelf.page("hostile")):
        opened(browser, path, 600)
        assert browser.ask("window.evil") is None
        assert browser.ask("document.querySelectorAll('[onerror], [src*=evil]').length") == 0
        assert browser.ask("document.body.innerText.includes('<img src=https://evil')")
    opened(browser, shelf.page("hostile"), 1100)
    assert "<img" in pointed_at(browser, -1)
    assert browser.ask("window.evil") is None
    assert browser.requests == []
