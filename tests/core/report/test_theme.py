"""Every text can be read on what it stands on, by day and by night (WCAG 2.2: 4.5 to 1, graphics 3 to 1)."""

from __future__ import annotations

import pytest

from headgate.core.report.theme import DARK, LIGHT, Theme


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_texts_stand_out_from_what_is_behind_them(theme: Theme):
    pairs = [
        (ink, paper) for ink in (theme.ink, theme.muted, theme.link) for paper in (theme.card, theme.panel, theme.page)
    ]
    for level in ("good", "warning", "critical", "info"):
        ink = getattr(theme, level)
        pairs += [(ink, getattr(theme, f"{level}_panel")), (ink, theme.panel), (ink, theme.card)]
    for ink, paper in pairs:
        assert contrast(ink, paper) >= 4.5, (ink, paper)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_bars_and_lines_stand_out_too(theme: Theme):
    for colour in (*theme.series, theme.accepted, theme.rejected, theme.negative):
        assert contrast(colour, theme.card) >= 3, colour
