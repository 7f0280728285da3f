"""What part of the things that one name has, or all of them, are so: `most of A's reviews are unhappy`, `all are malformed`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.tables import Column, Measure, Table
from headgate.core.narrative.grounding.reading.words import stem, stem_set, stems

_OF = r"(?:of\s+)?(?:(?:the|its|their|these|all)\s+){0,4}+"
_HAVE = r"(?:have|had|has|show(?:s|ed)?)"
_IS = rf"\b(?:(?:is|are|was|were)|{_HAVE}(?:\s+(?:an?|some))?)\s+(?P<said>\w+)|\b(?P<verb>differ)\b"
_ALMOST = r"(?:almost|nearly|virtually|practically)"
_SAID = re.compile(
    rf"\b(?:(?P<nearly>{_ALMOST}\s+(?:all|every|each))|(?P<all>all|(?<!of )(?<!in )every|each)"
    r"|(?P<most>(?<!the )(?<!at )most|(?:the|a)\s+(?:\w+\s+)?majority)"
    rf"|(?P<few>(?:hardly|scarcely|barely)\s+any|(?:{_ALMOST}|next\s+to)\s+(?:none|no)|(?:only|just)\s+a\s+few|(?<!the )(?<!a )few)"
    r"|(?P<none>none|no))\s+"
    # Not longer than a name with what is said of it: a sentence may begin a hundred times.
    rf"{_OF}(?P<of>(?:(?!\b(?:and|but|while|that|which|who)\b)[^,;:]){{0,150}}?)(?:{_IS})",
    re.I,
)
_ARE_ALL = re.compile(
    rf"\s(?:are|were|have\s+been)\s+(?:(?P<nearly>{_ALMOST}\s+all)|(?P<all>all|without\s+exception))\s+(?P<said>\w+)",
    re.I,
)
_ONLY = re.compile(rf"\b{_HAVE}\s+(?:only|nothing but)\s+(?P<said>\w+)\s+(?P<of>\w+)\b", re.I)
_NOT = re.compile(r"\bnot\s+$", re.I)
_NEARLY_ALL, _FEW = 0.9, 0.2
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
    said = (*_SAID.finditer(scene.text), *_ARE_ALL.finditer(scene.text), *_ONLY.finditer(scene.text))
    return next((reason for found in said if (reason := _not_so_many(scene, found))), "")


def _not_so_many(scene: Scene, found: re.Match[str]) -> str:
    said, of = _words_of(scene, found)
    if not of or _NOT.search(scene.text[: found.start()]):
        return ""
    for there in scene.tables:
        for name, fraction in _fractions(there, of, said, _rows(scene, there)):
            is_opposite = (found.groupdict()["said"] or "").lower() in _OPPOSITE
            if not _is_enough(found, 1 - fraction if is_opposite else fraction):
                return f"`{name}` in `{there.name}` makes up {100 * fraction:.4g} %"
    return ""


def _words_of(scene: Scene, found: re.Match[str]) -> tuple[str, frozenset[str]]:
    """What is said, and the words that may say of what; of `its reviews are all unhappy` they stand before."""
    groups = found.groupdict()
    said = "different" if groups.get("verb") else _OTHER_NAMES.get(groups["said"].lower(), groups["said"])
    start, _ = scene.clause(found.start())
    return stem(said), frozenset(stems(groups.get("of", scene.text[start : found.start()])))


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
    if groups.get("few"):
        return fraction <= _FEW
    if groups.get("nearly"):
        return fraction >= _NEARLY_ALL
    return fraction == 0 if groups.get("none") else fraction >= 1
