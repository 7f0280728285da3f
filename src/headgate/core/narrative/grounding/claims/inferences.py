"""What a sentence adds to the facts: a cause, or a meaning given to a figure. No fact holds either."""

from __future__ import annotations

import re

from headgate.core.narrative.grounding.numbers.counts import words_of_rows
from headgate.core.narrative.grounding.reading.degrees import COMPARATIVE, SUPERLATIVE
from headgate.core.narrative.grounding.reading.directions import direction_of
from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.words import meant, stem, stem_set, word_set

# Verbs by which one thing acts on another: with a name or a column as their object, they tell a cause.
# `made a change` acts on nothing.
_ACTS = re.compile(
    r"\b(?!ma[dk]es?\s+(?:an?|no|any)\b)(?:lift(?:s|ed)?|push(?:es|ed)?|pull(?:s|ed)?|drag(?:s|ged)?|boost(?:s|ed)?|raise[sd]?|drives?|drove|driven|propel(?:s|led)?"
    r"|cuts?|hurts?|help(?:s|ed)?|ma[dk]es?|br(?:ings?|ought)|sen(?:ds?|t)|forced?|broke|breaks?|sank|weigh(?:s|ed)? on|slow(?:s|ed)"
    r"|reduce[sd]?|increase[sd]?|lower(?:s|ed)|improve[sd]?|support(?:s|ed)?|depress(?:es|ed)|inflate[sd]?|attract(?:s|ed)?)\s+"
    r"(?:up\s+|down\s+)?(?!(?:for|by|to|on|in|at|from|of|with|when|and|or|as|against|during|since|per)\b)",
    re.I,
)
_OBJECT_WORDS = 4
_AGENTLESS = word_set("it they this that these those which who we you i he she year day week month quarter there")
_PASSIVE = word_set("was were been be being is are get got to")
_BEFORE_NUMBER = re.compile(r"(?:all|the|its|about|over|only|in|up|to|\s|[$€£+-])*", re.I)
_STATISTIC = re.compile(r"(?:the|its|their)\s+(?:mean|average)\s+(?:up|down)\b", re.I)
_POINTS_BACK = re.compile(r"\s*(?:the|this|that|these|those)\b", re.I)

_AS = re.compile(
    r",?\s+as\s+(?:(?:more|fewer|many|several|some|most|new|the)\s+)?"
    r"(?:(?P<many>[a-z]{3,}s)\s+[a-z]+|(?:an?|the)\s+[a-z]+\s+(?:is|was|has|had)\s+\w+(?:ing|ed|en)\b)"
)
_NO_AGENTS = stem_set("as this its his thus times always is was has does less")
_BECAUSE = re.compile(r"\b(?:because|since|given that|seeing that|now that)\s+(?!of\b)", re.I)
_AFTER = re.compile(
    r"(?:(?:^|,)\s*|\w\s+)(?<!the )\b(?:after|following)\s+(?=(?:an?|the|its|some|strong|weak|\w+)\s+[a-z])", re.I
)
_PRONOUN = re.compile(r"(?:it|its|they|their|this|these|those|that|he|she)\b", re.I)
_ADVICE = re.compile(
    r"\W*(?:please\s+|first,?\s+)?(?:check|look|ask|stock|keep|confirm|review|consider|investigate|monitor|watch|verify|contact|promote"
    r"|examine|inspect|reorder|order|focus|prioriti[sz]e|correct|fix|repair|resend|send|compare|follow|find|talk|call|clean|track|treat"
    r"|study|audit|test|validate|re-?check|re-?measure|offer|feature|recommend|reduce|increase|add|remove|let)\b",
    re.I,
)
_SHOULD = re.compile(r"\b(?:should|must|needs? to|ought to|worth|recommend\w*|advis\w+)\b", re.I)

_THAT = r"(?:mean|show|indicat|suggest|prov|impl|signal|demonstrat|reveal|confirm|tell)"
_MEANS = re.compile(rf"\b{_THAT}(?:s|es|ed|ies|ied|ing|e|y|t|ling)?\s+(?:us\s+)?(?:that|how|why)\b", re.I)
_IS_SAID_TO_BE = re.compile(r"(?<!\bby )\bmeans\s+(?!that\b|of\b|to\b)", re.I)
_HINTS = re.compile(
    r"\b(?:indicat|suggest|impl|signal|reflect)(?:s|es|ed|ies|ied|ing|e|y|ling|led)?\s+(?!that\b)"
    r"|\b(?:points?|pointing|pointed) to(?:wards?)?\s+|\bhint(?:s|ing|ed)? at\s+|\b(?:a (?:clear )?sign|evidence|proof) (?:of|that)\s+",
    re.I,
)


def unfounded_inference(scene: Scene) -> str:
    """Why a sentence says more than facts can; empty when it doesn't."""
    return _meaning(scene) or _acting(scene) or _reasoned(scene)


# -- meanings --------------------------------------------------------------------------------------------------------


def _meaning(scene: Scene) -> str:
    """`a score of 0.4 means that people are content`: what is meant names, counts and compares nothing."""
    for found in (*_MEANS.finditer(scene.text), *_IS_SAID_TO_BE.finditer(scene.text)):
        if _says_figure(scene, found.start()) and not _is_claim(scene, found.end(), len(scene.text)):
            return f"facts don't say what a figure means: `{found[0]}`"
    for found in _HINTS.finditer(scene.text):
        if _says_figure(scene, found.start()) and not _is_named(scene, found.end(), len(scene.text)):
            return f"facts don't say what a figure means: `{found[0].strip()}`"
    return ""


def _says_figure(scene: Scene, stop: int) -> bool:
    """Whether something of the facts is said before a place: a number, a name, a column."""
    columns = frozenset[str]().union(*(column.words for there in scene.tables for column in there.columns))
    is_named = any(0 <= one.start < stop for one in scene.own) or any(one.start < stop for one in scene.numbers)
    return is_named or bool(scene.clause_words(0, stop) & columns)


def _is_claim(scene: Scene, start: int, stop: int) -> bool:
    """Whether a part of a sentence can be held against the facts: it counts, or ranks, compares or moves a name."""
    if any(start <= one.start < stop for one in scene.numbers):
        return True
    moves = any(start <= word.start < stop and direction_of(scene, word) is not None for word in scene.words)
    compares = SUPERLATIVE.search(scene.text, start, stop) or COMPARATIVE.search(scene.text, start, stop)
    return (moves or bool(compares)) and any(start <= one.start < stop for one in scene.own)


def _is_named(scene: Scene, start: int, stop: int) -> bool:
    places = [*(one.start for one in scene.own), *(one.start for one in scene.numbers)]
    return any(start <= place < stop for place in places)


# -- causes ----------------------------------------------------------------------------------------------------------


def _acting(scene: Scene) -> str:
    """`price cuts lifted revenue`: what no fact names does something to what one does."""
    for found in _ACTS.finditer(scene.text):
        start, stop = scene.clause(found.start())
        is_sum = _STATISTIC.match(scene.text, found.end()) and _is_counted(scene, found.start())
        if not is_sum and _is_agent(scene, start, found.start()) and _is_acted_on(scene, found.end(), stop):
            return f"facts don't say why: `{found[0].strip()}`"
    return ""


def _is_counted(scene: Scene, stop: int) -> bool:
    """Whether the word before a place is what facts count: in `large orders pull the mean up`, arithmetic is told."""
    before = [word for word in scene.words if word.end <= stop]
    return bool(before) and before[-1].stem in scene.nouns


def _is_agent(scene: Scene, start: int, stop: int) -> bool:
    """Whether who acts is named by no fact: no name, no date, no pronoun; an order has nobody who acts."""
    words = [word for word in scene.words if start <= word.start < stop]
    if not words or any(start <= one.start < stop for one in scene.own) or _SHOULD.search(scene.text[start:stop]):
        return False
    if scene.carried and _POINTS_BACK.match(scene.text, start):
        return False
    if words[-1].low.endswith("s") and any(words[-1].stem in words_of_rows(there) for there in scene.tables):
        # `the flags raised` are rows, and nobody who acts.
        return False
    # `flags were raised` names nobody who acts.
    return words[-1].low not in _AGENTLESS | _PASSIVE and not _ADVICE.match(scene.text[start:stop])


def _is_acted_on(scene: Scene, start: int, stop: int) -> bool:
    """Whether the next words are a name or a column, and no number."""
    if any(_BEFORE_NUMBER.fullmatch(scene.text, start, one.start) for one in scene.numbers if one.start >= start):
        return False
    near = [word for word in scene.words if start <= word.start < stop][:_OBJECT_WORDS]
    end = near[-1].end if near else start
    columns = frozenset[str]().union(*(column.words for there in scene.tables for column in there.columns))
    named = any(start <= one.start < end for one in scene.own)
    return named or any(meant(word.stem) & columns for word in near)


def _reasoned(scene: Scene) -> str:
    """`fell as investors sold`: a reason that names and counts nothing."""
    for found in _AFTER.finditer(scene.text):
        comma = scene.text.find(",", found.end())
        stop = scene.clause(found.end())[1]
        if not _knows_any(scene, found.end(), min(stop, comma) if comma >= 0 else stop):
            return f"facts don't say why: `{found[0].strip(' ,')}`"
    for found in (*_AS.finditer(scene.text), *_BECAUSE.finditer(scene.text)):
        if "many" in found.re.groupindex and stem(found["many"] or "") in _NO_AGENTS:
            continue
        if not _is_founded(scene, found):
            return f"facts don't say why: `{found[0].strip(' ,')}`"
    return ""


def _knows_any(scene: Scene, start: int, stop: int) -> bool:
    """Whether a part of a sentence says anything of the facts: a number, a name, a column."""
    columns = frozenset[str]().union(*(there.words for there in scene.tables))
    said = frozenset(word.stem for word in scene.words if start <= word.start < stop)
    return _is_named(scene, start, stop) or bool(said & columns)


def _is_founded(scene: Scene, found: re.Match[str]) -> bool:
    """Whether a reason can be held against the facts, or advice is given for what was said before."""
    _, stop = scene.clause(found.end())
    start = found.end() if found.re is _BECAUSE else found.start()
    if any(start <= one.start < stop for one in scene.numbers) or any(start <= one.start < stop for one in scene.own):
        return True
    is_advice = _ADVICE.match(scene.text) or _SHOULD.search(scene.text[: found.start()])
    return bool(is_advice) and bool(_PRONOUN.match(scene.text, found.end()))
