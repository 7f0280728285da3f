"""What part of the things that one name has, or all of them, are so: `most of A's reviews are unhappy`, `all are malformed`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from headgate.core.narrative.grounding.scene import Scene
from headgate.core.narrative.grounding.tables import Column, Measure, Table
from headgate.core.narrative.grounding.words import stem, stem_set, stems

_OF = r"(?:of\s+)?(?:(?:the|its|their|these|all)\s+)*"
_HAVE = r"(?:have|had|has|show(?:s|ed)?)"
_IS = rf"\b(?:(?:is|are|was|were)|{_HAVE}(?:\s+(?:an?|some))?)\s+(?P<said>\w+)|\b(?P<verb>differ)\b"
_SAID = re.compile(
    r"\b(?:(?P<all>all|every|each)|(?P<most>(?<!the )(?<!at )most|(?:the|a)\s+(?:\w+\s+)?majority)|(?P<none>none|no))\s+"
    rf"{_OF}(?P<of>(?:(?!\b(?:and|but|while|that|which|who)\b)[^,;:])*?)(?:{_IS})",
    re.I,
)
_ONLY = re.compile(rf"\b{_HAVE}\s+(?:only|nothing but)\s+(?P<said>\w+)\s+(?P<of>\w+)\b", re.I)
_ALMOST = re.compile(r"\b(?:almost|nearly|virtually|not)\s+$", re.I)
_OTHER_NAMES = {
    "well": "malformed",
    "valid": "malformed",
    "intact": "malformed",
    "broken": "malformed",
    "normal": "abnormal",
}
_OPPOSITE = ("well", "valid", "intact", "normal")
_PERCENT = stem_set("percent share")


def unsupported_fraction(scene: Scene) -> str:
    """Why not as many of the things of one name are so; empty when they are, or nothing is said."""
    for found in (*_SAID.finditer(scene.text), *_ONLY.finditer(scene.text)):
        if _ALMOST.search(scene.text[: found.start()]):
            continue
        said, of = _words_of(found)
        for there in scene.tables if of else ():
            for name, fraction in _fractions(there, of, said, _rows(scene, there)):
                is_opposite = (found.groupdict()["said"] or "").lower() in _OPPOSITE
                if not _is_enough(found, 1 - fraction if is_opposite else fraction):
                    return f"`{name}` in `{there.name}` makes up {100 * fraction:.4g} %"
    return ""


def _words_of(found: re.Match[str]) -> tuple[str, frozenset[str]]:
    """What is said, and the words that may say of what."""
    groups = found.groupdict()
    said = "different" if groups.get("verb") else _OTHER_NAMES.get(groups["said"].lower(), groups["said"])
    return stem(said), frozenset(stems(groups["of"]))


def _rows(scene: Scene, there: Table) -> list[frozenset[int]]:
    """The rows of each thing that is named; where nothing is, all of them together."""
    if any(scene.is_bound(other) for other in scene.tables):
        named = [one for several in scene.clusters(there).values() for one in several if not one.is_weak]
        return [one.rows(there) for one in named] if there.size > 1 else []
    return [frozenset(range(there.size))]


def _fractions(
    there: Table, of: frozenset[str], said: str, groups: list[frozenset[int]]
) -> Iterator[tuple[str, float]]:
    """The parts that are so, each with the name of its column: by two counts, else by a percentage."""
    wholes = [one for one in there.counts if len(one.words) == 1 and one.words <= of]
    parts = [one for one in there.counts if said in one.words and one.words - {said} <= of]
    pairs = [(part, whole) for part in parts for whole in wholes if _is_part(part, whole, said)]
    for rows in groups:
        for part, whole in pairs:
            if (total := sum(whole.present(rows))) and part.present(rows):
                yield part.name, sum(part.present(rows)) / total
        for share in _percentages(there, said, of) if wholes and not parts and len(rows) == 1 else ():
            yield from ((share.name, value / 100) for value in share.present(rows))


def _is_part(part: Column, whole: Column, said: str) -> bool:
    """`abnormal` is a part of the readings, and `users_with_abnormal` one of the users."""
    return part is not whole and part.words - {said} in (frozenset(), whole.words)


def _percentages(there: Table, said: str, of: frozenset[str]) -> list[Column]:
    """The percentage of what is said: of unhappy reviews, `percent_unhappy`."""
    shares = [one for one in there.numeric if one.measure is Measure.PERCENT]
    return [one for one in shares if said in one.words and one.words - _PERCENT - {said} <= of]


def _is_enough(found: re.Match[str], fraction: float) -> bool:
    groups = found.groupdict()
    if groups.get("most"):
        return fraction > 0.5
    return fraction == 0 if groups.get("none") else fraction >= 1
