"""What no fact can hold: why something came about, what will come, and what has been ever since."""

from __future__ import annotations

import re

_CAUSE = re.compile(
    r"\b(?:because of|due to|amid(?:st)?|owing to|thanks to|caused by|driven by|fuel(?:l)?ed by|triggered by|boosted by|helped by|hurt by"
    r"|lifted by|dragged down by|supported by|attribut(?:ed|able) to|as a (?:result|consequence) of|result(?:s|ed|ing)? (?:in|from)"
    r"|in response to|l(?:ed|eads?|eading) to|caus(?:es|ed|ing)|stem(?:s|med|ming)? from|on the back of|in the wake of"
    r"|explain(?:s|ed)? (?:by|why|the)|the (?:main |likely )?(?:reason|cause) (?:is|was|for|behind)|prompt(?:s|ed|ing)"
    r"|spark(?:s|ed|ing)|spur(?:s|red|ring)|brought about|gave rise to|giving rise to)\b",
    re.I,
)
_FORECAST = re.compile(
    r"\b(?:will (?:likely |probably |soon |continue to |keep )?(?:be|rise|fall|grow|recover|reach|increase|decrease|drop"
    r"|decline|continue|improve|last|exceed|remain|rising|falling)"
    r"|(?:is|are) (?:expected|likely|set|bound|forecast|projected) to|next (?:week|month|quarter|year)|in the coming)\b",
    re.I,
)
_EVER = re.compile(
    r"\ball[- ]time\s+(?:high|low|record|best|worst)\b|\b(?:high|low|large|small|great|old|new|b|w)(?:i?est|est|orst)\s+(?:\w+\s+)?ever\b"
    r"|\b(?:on record|since records began|in (?:its|their|the company['’]s) history|record[- ](?:high|low)s?)\b",
    re.I,
)


def unfounded(text: str) -> str:
    """Why a sentence can't stay whatever the facts are; empty when it may."""
    if found := _CAUSE.search(text):
        return f"facts don't say why: `{found[0]}`"
    if found := _FORECAST.search(text):
        return f"facts don't say what will be: `{found[0]}`"
    if found := _EVER.search(text):
        return f"facts don't go back so far: `{found[0]}`"
    return ""
