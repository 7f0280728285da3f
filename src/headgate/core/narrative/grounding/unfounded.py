"""What no fact can hold: why something came about, and what will come."""

from __future__ import annotations

import re

_CAUSE = re.compile(
    r"\b(?:because of|due to|owing to|thanks to|caused by|driven by|fuelled by|triggered by|as a result of"
    r"|in response to|led to|(?:has|have) caused|caused the)\b",
    re.I,
)
_FORECAST = re.compile(
    r"\b(?:will (?:likely |probably |soon |continue to |keep )?(?:be|rise|fall|grow|recover|reach|increase|decrease|drop"
    r"|decline|continue|improve|last|exceed|remain|rising|falling)"
    r"|(?:is|are) (?:expected|likely|set|bound|forecast|projected) to|next (?:week|month|quarter|year)|in the coming)\b",
    re.I,
)


def unfounded(text: str) -> str:
    """Why a sentence can't stay whatever the facts are; empty when it may."""
    if found := _CAUSE.search(text):
        return f"facts don't say why: `{found[0]}`"
    if found := _FORECAST.search(text):
        return f"facts don't say what will be: `{found[0]}`"
    return ""
