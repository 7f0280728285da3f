"""What is said of several at once, said of each: `A, B and C fell` is true when A fell, B fell and C fell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from headgate.core.narrative.grounding.reading.degrees import SUPERLATIVE
from headgate.core.narrative.grounding.reading.naming import Named
from headgate.core.narrative.grounding.reading.scene import Scene

_BETWEEN = re.compile(
    r"(?:\s+[a-z]+)?(?:\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or|as well as)\s+)(?:(?:both|the|in|on|its)\s+)*", re.I
)
_BOTH = re.compile(r"\bboth\s+(?:the\s+)?$", re.I)
_EACH = re.compile(r"\s+(?:all|both|each|alike)\b", re.I)
_TOGETHER = re.compile(
    r"\b(?:together|combined|between|altogether|total(?:s|ling)?|sum|same|equal\w*|respectively|differ\w*|each other|neither"
    r"|instead|among|rank\w*|first|second|third|only|from)\b",
    re.I,
)


def singles(scene: Scene) -> Iterator[str]:
    """The sentences that a sentence about several things stands for; none when it says a number, a rank or a sum."""
    if scene.numbers or scene.has_not or _TOGETHER.search(scene.text) or SUPERLATIVE.search(scene.text):
        return
    listed = lists(scene)
    for names in listed if len(listed) == 1 else ():
        begin, end = names[0].start, names[-1].end
        start, stop = scene.clause(begin)[0], scene.clause(end)[1]
        before = _BOTH.sub("", scene.text[start:begin])
        after = _EACH.sub("", scene.text[end:stop], count=1)
        for one in names:
            yield f"{before}{scene.text[one.start : one.end]}{after}".strip()


def lists(scene: Scene) -> list[list[Named]]:
    """Names of one column that follow each other with nothing but commas and an `and` between them."""
    found: list[list[Named]] = []
    for one in scene.own:
        last = found[-1][-1] if found else None
        is_next = last and _BETWEEN.fullmatch(scene.text[last.end : one.start]) and _are_alike(scene, last, one)
        if is_next:
            found[-1].append(one)
        else:
            found.append([one])
    return [names for names in found if len(names) > 1]


def _are_alike(scene: Scene, first: Named, second: Named) -> bool:
    """Whether two names stand in one column, or are two dates."""
    if first.when or second.when:
        return bool(first.when and second.when)
    return any(set(first.columns(there)) & set(second.columns(there)) for there in scene.tables)
