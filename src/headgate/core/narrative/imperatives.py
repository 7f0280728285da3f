"""What a sentence asks for: its imperatives, and what it says that somebody must do."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from headgate.core.narrative.advising import ADVISES, ALSO_NOUNS, LEAVES_OFF, LOOKS, ONLY_WITH, ORDERS

_KNOWN = ADVISES | LEAVES_OFF | ORDERS

# A word with one of the first behind it is a verb, whatever the word; with one of the others it may be a noun: sales this week.
_OBJECT = r"(?:the|an|our|your|my|his|her|its|their|everyone|everybody|everything|us|me|them)\b"
_PERHAPS = r"(?:a|all|any|both|each|every|it|no|nobody|nothing|one|some|these|this|those|user|order)\b"
_TO_SOMEBODY = re.compile(f"{_OBJECT}|{_PERHAPS}", re.I)
_CLOSED_CLASS = """
    about above across after against all almost along also although amid among an and another any are around as at be
    because been before behind below beside besides between beyond both but by can could despite did does down due
    during each eight either enough even every everyone except few fewer first five for four from given had half has
    here how however if in inside instead into is it its last late later least less like many may might minus more
    most much must near neither never next nine no nobody none nor not nothing now of off often on once one only onto
    opposite or other our out outside over past per perhaps plus quite rather same second seven several shall she
    should since six so some soon still such ten than thanks that the their then there these they third this those
    though three through throughout thus till to together too toward towards twice two under unless unlike until up
    upon versus very via was we were what whatever when where whereas whether which while who whom whose why will with
    within without worth would yet you
"""
_NEVER_VERBS = frozenset(_CLOSED_CLASS.split())
_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|does|did|will|would|may|might|can|could|should|must|isn't|aren't|wasn't|weren't|hasn't"
    r"|haven't|rose|fell|grew|shrank|made|led|came|went|brought|sold|took|gave|got|stood|lay|lies|makes?|brings?|rises?|falls?"
    r"|stands?|remains?|seems?|accounts?\s+for|lie|hold|stay|show|reach|contain|differ|vary|exceed|number|concern|come|cover|go|match|mean"
    r"|\w{3,}ed)\b",
    re.I,
)
_SUBORDINATE = re.compile(
    r"\s(?:that|which|who|whose|whom|if|when|because|as|since|until|before|after|while|where|whether|once|so|unless|what|whatever|why)\s"
    r"|[,;:]\s"
)
_OPENING = re.compile(
    r"(?:(?:please|also|then|now|next|first|second|therefore|thus|hence|so|and|or|but|still|again|instead|besides|moreover|furthermore"
    r"|meanwhile|just|always|better|at\s+once|today|from\s+now\s+on|until\s+then|in\s+short|let's|let\s+us|by\s+all\s+means|otherwise"
    r"|[a-z]+ly)\b,?\s+)+",
    re.I,
)
_LIST_MARK = re.compile(r"(?:\d{1,2}|[a-z])[.)]\s+", re.I)
_BREAK = re.compile(r"[;:–—-]")
_NOT = re.compile(r"(?:do\s+not|don['’]t|never|no\s+longer)\s+", re.I)
# What is not to be done alone, or not yet, is done.
_NOT_YET = re.compile(r"\b(?:alone|only|just|merely|before|until|without|too)\b")
# What stands behind a noun, or in an idiom: share of Asia, ban on sales, put differently.
_OF = re.compile(r"(?:of|per|from|in|on|at|to|with|by|between|among|or|alone|apart|differently|simply)\b", re.I)
_SUPERLATIVE = re.compile(r"the\s+(?:\w+est|most|least|same|first|second|last)\b", re.I)
# With these a phrase that might say something is an order: post the numbers, but not post holiday sales down by 4%.
_PLAINLY = re.compile(
    r"^(?!.*:\s*\d).*\b(?:the|our|my|your|every(?:one|body|thing)?|all|at\s+once|immediately|to(?:day|night|morrow)|now|before|until|\w+ing)\b",
    re.I,
)
_WORD = re.compile(r"[A-Za-z]+(?:-[a-z]+)*(?![\w*'’/])")
_INTO_SUBORDINATE = re.compile(
    r"(?:if|when|whenever|before|after|until|once|since|as|because|given|for|in|on|to|with|while|although|from|at|where|unless)\b",
    re.I,
)
_CUT = re.compile(
    r"\s*(?:[;:–—]|\s-)\s+(?:(?:and|then|so)\s+)*|,\s+(?:(?:and|then|so|or|also)\s+)*|\s(?:and|or)\s+(?:then\s+|also\s+)?"
)
_SOMEBODY = (
    r"\b(?:you|we|everyone|everybody|someone|somebody|nobody|(?:the|our|your|its|all|every)\s+(?:[\w'’-]+\s+)?(?:owners?|teams?|shops?"
    r"|staff|managers?|warehouses?|senders?|suppliers?|analysts?|employees|admins?|administrators?|readers?|buyers?|company|management))"
)
_MUST = r"(?:must|should|shall|ought\s+to|ha(?:s|ve)\s+to|needs?\s+to|(?:is|are)\s+to|can\s+now|may\s+now)"
# Each word in one way only: of two ways, a long row of them would have to be tried in every mixture.
_ADVERB = r"(?:(?:not|now|also|all|always|never|just|first|\w+ly)\s+)*"
_DUTY = re.compile(rf"{_SOMEBODY}\s+{_MUST}\s+({_ADVERB})(?!be\b)([a-z]+(?:-[a-z]+)?)\b\s*", re.I)
_DONE = re.compile(
    rf"\b{_MUST}\s+({_ADVERB})be\s+{_ADVERB}([a-z]+(?:-[a-z]+)?(?:ed|en|ent|old|et|id|ept|ut))\b\s*", re.I
)
_ADVISED = re.compile(
    r"\b(?:recommend(?:s|ed)?|advise[sd]?|suggest(?:s|ed)?|propose[sd]?|(?:best|wise|better|important|necessary|advisable|time|essential)(?=\s+to\b))"
    r"\s+(not\s+)?(?:(to)\s+)?([a-z]+(?:-[a-z]+)?)\b\s*",
    re.I,
)
_OTHERS = re.compile(
    r"(?:^|[,;:]\s+|\b(?:and|then|please|must|should|to|can)\s+)"
    r"(?:ask|tell|urge|instruct|order|get|request|remind|encourage|invite|allow|help)\s+(?:(?!to\b)[\w*'’-]+\s+){1,5}to\s+"
    r"(not\s+)?([a-z]+(?:-[a-z]+)?)\b\s*",
    re.I,
)
_PARTICIPLES = {
    "kept": "keep", "held": "hold", "taken": "take", "given": "give", "found": "find", "seen": "see", "left": "leave", "sent": "send",
    "told": "tell", "sold": "sell", "known": "find", "drawn": "draw", "chosen": "choose", "read": "read", "set": "set", "put": "put",
    "cut": "cut", "written": "write", "worn": "wear", "paid": "pay", "spent": "spend", "met": "meet", "let": "let", "shown": "show",
    "understood": "understand", "thrown": "throw", "withdrawn": "withdraw", "hidden": "hide", "forgiven": "forgive",
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What somebody shall do.

    Attributes:
        verb: its plain form, in lower case.
        after: what stands behind it.
        is_not: whether it shall be left undone.
    """

    verb: str
    after: str
    is_not: bool = False


def unadvised(sentence: str, allowed: Collection[str] = ()) -> str:
    """The verb by which a sentence asks for something that no analysis asks for; empty when there is none.

    Args:
        allowed: further verbs, such as the owner's.
    """
    return next((one.verb for one in _asked(sentence) if not _is_advice(one, allowed)), "")


def reads_as_order(name: str) -> bool:
    """Whether a name reads as if it told its reader to do something, such as *Cancel all orders*."""
    text, is_not = _without_opening(name)
    found = _WORD.match(text)
    if is_not or not found:
        return is_not
    return found[0].lower() in _KNOWN and bool(_TO_SOMEBODY.match(text[found.end() :].lstrip()))


def _is_advice(one: Asked, allowed: Collection[str] = ()) -> bool:
    if one.verb in LEAVES_OFF:
        return _leaves_off_soundly(one)
    if one.is_not:
        return one.verb not in LOOKS or bool(_NOT_YET.search(one.after))
    if one.verb in ONLY_WITH:
        return bool(re.match(ONLY_WITH[one.verb], one.after, re.I))
    return one.verb in ADVISES or one.verb in allowed


def _leaves_off_soundly(one: Asked) -> bool:
    """To leave off what would be advice is advice, too, but where that is a look at something."""
    found = re.match(r"(?:from\s+)?([a-z]+ing)\b\s*", one.after)
    if not found:
        return one.verb in ("avoid", "pause", "refrain")
    left_off = Asked(_known(_stems(found[1])), one.after[found.end() :])
    return one.is_not or (left_off.verb not in LOOKS and _is_advice(left_off))


def _asked(sentence: str) -> Iterator[Asked]:
    yield from _imperatives(sentence)
    for found in _DUTY.finditer(sentence):
        if found[2].lower() in _KNOWN:
            yield Asked(found[2].lower(), sentence[found.end() :], "not" in found[1] or "never" in found[1])
    for found in _DONE.finditer(sentence):
        verb, is_not = _known(_stems(found[2].lower())), "not" in found[1] or "never" in found[1]
        # Of a passive nobody can tell who does what; only what is plainly an order is one.
        if verb in (LOOKS if is_not else ORDERS | {"cancel", "skip", "stop"}):
            yield Asked(verb, "", is_not)
    for found in _ADVISED.finditer(sentence):
        stems = {found[3].lower()} if found[2] else _stems(found[3].lower()) if found[3].endswith("ing") else set()
        if stems:
            yield Asked(_known(stems), sentence[found.end() :], bool(found[1]))
    for found in _OTHERS.finditer(sentence):
        if (verb := found[2].lower()) in _KNOWN:
            yield Asked(verb, sentence[found.end() :], bool(found[1]))


def _imperatives(sentence: str) -> Iterator[Asked]:
    """Of the sentence, and of the parts behind a comma, a dash or an *and* of one that begins with an imperative or with an *if*."""
    text = sentence.strip(" \t\"'“”‘’*_()-–•")
    text = text[mark.end() :] if (mark := _LIST_MARK.match(text)) else text
    text = text.capitalize() if text.isupper() else text
    first = _imperative(text, may_be_noun=True)
    if first:
        yield first
    if not (first or _begins_as_order(text) or _INTO_SUBORDINATE.match(text) or re.search(r"[;:–—]|,\s+so\b", text)):
        return
    for cut in _CUT.finditer(text):
        further = _imperative(text[cut.end() :], may_be_noun=False)
        # With a capital it may be a name, but where something new begins.
        if further and (text[cut.end()].islower() or _BREAK.search(cut[0])):
            yield further


def _begins_as_order(text: str) -> bool:
    found = _WORD.match(_without_opening(text)[0])
    return found is not None and found[0].lower() in _KNOWN


def _without_opening(text: str) -> tuple[str, bool]:
    text = text[opening.end() :] if (opening := _OPENING.match(text)) else text
    return (text[found.end() :], True) if (found := _NOT.match(text)) else (text, False)


def _imperative(text: str, *, may_be_noun: bool) -> Asked | None:
    text, is_not = _without_opening(text)
    found = _WORD.match(text)
    if not found:
        return None
    verb, after = found[0].lower(), text[found.end() :].lstrip()
    is_code = len(found[0]) > 1 and found[0].isupper()
    if is_code and not (verb in _KNOWN and _TO_SOMEBODY.match(after)):
        return None
    asked = Asked(verb, after, is_not)
    if is_not or (verb in ORDERS | LEAVES_OFF and verb not in ALSO_NOUNS):
        return asked
    if verb in _NEVER_VERBS or re.search(r"(?:ing|(?<!\bfe)ed|(?<!app)(?<!supp)(?<!rep)ly)$", verb):
        return None
    if re.match(_OBJECT, after, re.I):
        return asked if verb in _KNOWN or not _SUPERLATIVE.match(after) else None
    if not may_be_noun or _says_something(verb, after):
        return None
    is_verb = verb in ORDERS | LEAVES_OFF or verb in ONLY_WITH or bool(re.match(_PERHAPS, after, re.I))
    return asked if is_verb and len(after.split()) > 1 and not _FINITE.search(_main(after)) else None


def _says_something(verb: str, after: str) -> bool:
    """Whether a word that may be a verb is another one there: *open positions in two stocks*."""
    is_noun = verb in ALSO_NOUNS and not (_PLAINLY.search(after) or re.match(_PERHAPS, after, re.I))
    return not after or is_noun or (verb in ALSO_NOUNS | ONLY_WITH.keys() and bool(_OF.match(after)))


def _main(text: str) -> str:
    """Without what is subordinate."""
    return text[: found.start()] if (found := _SUBORDINATE.search(text)) else text


def _stems(word: str) -> set[str]:
    """What a word with *-ed* or *-ing* may be a form of."""
    if word in _PARTICIPLES:
        return {_PARTICIPLES[word]}
    bare = re.sub(r"(?:ed|ing)$", "", word)
    forms = {bare, f"{bare}e", word}
    if len(bare) > 2 and bare[-1] == bare[-2]:
        forms.add(bare[:-1])
    if bare.endswith("i"):
        forms.add(f"{bare[:-1]}y")
    return forms


def _known(stems: set[str]) -> str:
    """The one of them that is known, advice before anything else."""
    return min(stems, key=lambda one: (one not in ADVISES, one not in ORDERS, one))
