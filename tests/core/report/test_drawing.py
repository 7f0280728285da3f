"""Charts as Vega-Lite specifications and as pictures."""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import replace
from typing import Any

import pytest

from headgate.core.report.blocks import Chart, Mark
from headgate.core.report.drawing import chart_spec, png, svg
from headgate.core.report.png_bytes import smaller
from headgate.core.report.run_report import run_report
from headgate.core.report.theme import DARK, LIGHT
from tests.core.report.documents import EVERY

HOSTILE = ["</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "a.b[0]['c']", "datum.v", "'+alert(1)+'",
           "\\u0022", "javascript:alert(1)", "{{7*7}}", "日本語 – ✓ 🦊", "%s%n", "\x00", "\x1b[31m", "\uffff", "\ud800"]  # fmt: skip


def bars(*marks: Mark, **more: Any) -> Chart:
    return replace(Chart("bar", "Orders by brand", "Brand", "Orders", marks, "in words"), **more)


TWO = bars(Mark("a", 3.0, "3"), Mark("b", -5.0, "-5"))
DAYS = bars(Mark("2025-09-09", 3.0, "3"), Mark("2025-09-10", 5.0, "5"), temporal=True, upright=True)


def every_chart() -> list[Chart]:
    return [chart for make in EVERY for chart in run_report(make()).charts]


def values(spec: dict) -> list[dict]:
    return spec["data"]["values"]


def test_every_chart_of_every_pipeline_is_a_small_picture_of_the_right_width():
    charts = every_chart()
    assert len(charts) > 8
    for chart in charts:
        picture = png(chart, LIGHT)
        assert struct.unpack(">I", picture[16:20]) == (960,), chart.title
        assert len(picture) < 60_000, chart.title


def test_the_same_chart_gives_the_same_bytes_and_another_theme_others():
    picture = png(TWO, LIGHT)
    svg.cache_clear()
    png.cache_clear()
    assert png(TWO, LIGHT) == picture
    assert png(TWO, LIGHT) != png(TWO, DARK)
    first = svg(TWO, LIGHT)
    svg.cache_clear()
    assert svg(TWO, LIGHT) == first


def test_packing_a_picture_anew_changes_none_of_its_pixels():
    import vl_convert

    given = vl_convert.vegalite_to_png(chart_spec(TWO, LIGHT, "mail"), scale=2)
    packed = smaller(given)
    assert len(packed) < len(given) / 2
    assert png(TWO, LIGHT) == packed
    assert pixels(packed) == pixels(given)
    assert packed[:29] == given[:29]


def pixels(picture: bytes) -> bytes:
    place, found = 8, b""
    while place < len(picture):
        (length,) = struct.unpack_from(">I", picture, place)
        kind, data = picture[place + 4 : place + 8], picture[place + 8 : place + 8 + length]
        assert struct.unpack_from(">I", picture, place + 8 + length) == (zlib.crc32(kind + data),)
        found += data if kind == b"IDAT" else b""
        place += 12 + length
    return zlib.decompress(found)


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_a_file_is_data_and_nothing_else(text):
    """Not a field's name, an expression or a path: the rest of the specification does not depend on it."""
    hostile = bars(Mark(text, 3.0, text, text), Mark("b", 5.0, "5", "y"), x=text, y=text, title=text)
    harmless = bars(Mark("a", 3.0, "3", "x"), Mark("b", 5.0, "5", "y"), x="A", y="B", title="C")
    specs = [chart_spec(chart, LIGHT, "page") for chart in (hostile, harmless)]
    for spec in specs:
        spec["data"] = None
        spec["encoding"]["color"]["scale"]["domain"] = None
        for field in spec["encoding"]["tooltip"]:
            field["title"] = None
    assert specs[0] == specs[1]
    assert png(hostile, LIGHT)[:4] == b"\x89PNG"
    assert "<script" not in svg(hostile, LIGHT)
    assert "<img" not in svg(hostile, LIGHT)


def test_a_chart_loads_nothing():
    spec = json.dumps([chart_spec(chart, LIGHT, "page") for chart in every_chart()])
    assert '"url"' not in spec
    assert '"href"' not in spec
    assert spec.count("http") == spec.count("https://vega.github.io/schema/vega-lite/")


def test_days_have_short_names_and_their_year_where_it_matters():
    assert [value["x"] for value in values(chart_spec(DAYS, LIGHT, "mail"))] == ["9 Sep", "10 Sep"]
    years = replace(DAYS, marks=(Mark("2024-09-09", 1.0, "1"), Mark("2025-09-09", 2.0, "2")))
    assert [value["x"] for value in values(chart_spec(years, LIGHT, "mail"))] == ["9 Sep 2024", "9 Sep 2025"]
    hours = replace(DAYS, marks=(Mark("2025-09-09T06:00:00", 1.0, "1"), Mark("2025-09-09T07:00:00", 2.0, "2")))
    assert [value["x"] for value in values(chart_spec(hours, LIGHT, "mail"))] == [
        "2025-09-09 06:00",
        "2025-09-09 07:00",
    ]


def test_a_line_over_time_is_drawn_in_utc_and_says_its_last_value():
    line = replace(DAYS, kind_of="line")
    spec = chart_spec(line, LIGHT, "mail")
    assert spec["encoding"]["x"]["scale"] == {"type": "utc"}
    assert [value["x"] for value in values(spec)] == [1757376000000, 1757462400000]
    assert [value.get("last") for value in values(spec)] == [None, "above"]


def test_numbers_stand_at_the_ends_of_few_bars_and_on_an_axis_of_many():
    assert chart_spec(TWO, LIGHT, "mail")["encoding"]["x"]["axis"] is None
    many = bars(*(Mark(str(n), float(n), str(n)) for n in range(20)), upright=True)
    assert chart_spec(many, LIGHT, "mail")["encoding"]["y"]["axis"]["title"] is None


def test_below_zero_a_bar_has_another_colour():
    assert chart_spec(TWO, LIGHT, "mail")["encoding"]["color"]["condition"]["value"] == LIGHT.negative
    assert "condition" not in chart_spec(DAYS, LIGHT, "mail")["encoding"]["color"]


def test_equal_and_zero_values_can_be_drawn():
    for value in (0.0, 7.0, -7.0, 1e300):
        assert png(bars(Mark("a", value, "t"), Mark("b", value, "t")), LIGHT)[:4] == b"\x89PNG"


def test_names_that_begin_and_end_alike_stay_two_bars():
    """Cut to the same text they would be drawn on top of each other."""
    names = [f"The same long beginning of {one} name that ends alike" for one in ("a", "another")]
    spec = chart_spec(bars(Mark(names[0], 1.0, "1"), Mark(names[1], 2.0, "2")), LIGHT, "mail")
    assert [value["x"] for value in values(spec)] == ["The same long…ends alike", "The same long…ends alike (2)"]
    parts = bars(Mark("x", 1.0, "1", names[0]), Mark("x", 2.0, "2", names[1]))
    assert chart_spec(parts, LIGHT, "mail")["encoding"]["color"]["scale"]["domain"] == [
        "The same…alike",
        "The same…alike (2)",
    ]
    assert [value["x"] for value in values(chart_spec(parts, LIGHT, "mail"))] == ["x", "x"]


def test_of_a_long_name_the_end_is_seen_where_its_limit_stands():
    names = [f"systolic pressure of a resting person above {limit}" for limit in (140, 160)]
    spec = chart_spec(bars(Mark(names[0], 1.0, "1"), Mark(names[1], 2.0, "2")), LIGHT, "mail")
    assert [value["x"][-10:] for value in values(spec)] == ["…above 140", "…above 160"]


def test_a_long_name_in_any_script_is_drawn():
    """The library would cut it through the middle of a character, and fail."""
    for letter in ("🦊", "日", "W", "i", "👨‍👩‍👧", "ก"):
        assert png(bars(Mark(letter * 40, 3.0, "3"), Mark("b", 5.0, letter * 40)), LIGHT)[:4] == b"\x89PNG"
