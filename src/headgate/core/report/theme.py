"""The colours of reports, light and dark; every text has a contrast of at least 4.5 to 1 on what it stands on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Theme:
    """One set of colours.

    Attributes:
        page, card, panel: behind everything, behind a report, behind what is set off in it.
        ink, muted, line, link: text, lesser text, rules, links.
        good, warning, critical, info: text of that meaning; with `_panel` what it stands on.
        series: of charts, told apart by the colour-blind (after Okabe and Ito, 2008).
        negative: of bars below zero.
    """

    page: str
    card: str
    panel: str
    ink: str
    muted: str
    line: str
    link: str
    good: str
    good_panel: str
    warning: str
    warning_panel: str
    critical: str
    critical_panel: str
    info: str
    info_panel: str
    accepted: str
    rejected: str
    series: tuple[str, ...]
    negative: str


LIGHT = Theme(
    page="#eef1f4", card="#ffffff", panel="#f5f7f9", ink="#17212b", muted="#586573", line="#dde3e9", link="#0a5c9e",
    good="#0b6b45", good_panel="#e5f4ec", warning="#875000", warning_panel="#fdf2dd",
    critical="#b3241a", critical_panel="#fdeae8", info="#2c5f8a", info_panel="#e8f1f8",
    accepted="#0072b2", rejected="#d55e00",
    series=("#0072b2", "#d55e00", "#009e73", "#b5609a", "#b07a00", "#3f95c9"), negative="#d55e00",
)  # fmt: skip
DARK = Theme(
    page="#0d1217", card="#161d24", panel="#1e2730", ink="#e8edf2", muted="#a3b0bd", line="#2f3b46", link="#7cc0f5",
    good="#6fd6a4", good_panel="#14302a", warning="#f3c26b", warning_panel="#33290f",
    critical="#ff9d94", critical_panel="#3a1e1d", info="#9accf2", info_panel="#17293a",
    accepted="#56b4e9", rejected="#f0904a",
    series=("#56b4e9", "#f0904a", "#33c79b", "#e6a3cb", "#e8c547", "#9fb8ff"), negative="#f0904a",
)  # fmt: skip
