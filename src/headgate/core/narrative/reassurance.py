"""Talking a finding away: that something is fine, needs no check or was approved is no fact of an analysis."""

from __future__ import annotations

import re

_CHECK = (
    r"(?:(?:further|more|additional|manual|human|other)\s+)*"
    r"(?:checks?|checking|validation|verification|review|reviewing|attention|inspection|investigation|approval|scrutiny)"
)
_LOOKED = r"(?:checked|verified|validated|reviewed|inspected|questioned|examined|looked\s+(?:at|into)|confirmed|doubted|investigated)"
_GOOD = (
    r"(?:fine|ok|okay|correct|right|legitimate|genuine|harmless|authentic|trustworthy|flawless|faultless|in\s+(?:good\s+)?order"
    r"|beyond\s+doubt|as\s+(?:it|they)\s+should\s+be|(?:an?\s+)?false\s+alarms?|not\s+(?:a\s+problem|wrong|suspicious|an?\s+errors?))"
)
_IS = r"(?:is|are|was|were|looks?|seems?|appears?)"
_ALL = r"(?:(?:all|both|also|quite|just|in\s+fact|indeed|therefore|thus|hence|now|of\s+course|\w+ly)\s+)*"
_AUTHORITY = (
    r"(?:approv|authori[sz]|certifi|clear|vett|audit|endors|verifi|confirm|inspect|validat|guarante|accept|release|check|review"
    r"|sign(?=ed\s+off)|double-check)(?:ed|d)(?:\s+off)?"
)
_TEAM = (
    r"(?:team|department|headquarters|head\s+office|managers?|management|owners?|auditors?|officers?|engineers?|administrators?|admins?"
    r"|security|legal|compliance|finance|bank|board|director|authorit(?:y|ies)|regulators?|experts?|specialists?|doctors?|vendor|manufacturer"
    r"|partner|colleagues?|us|me)"
)
_WHO = rf"(?:{_TEAM}|support)"
_THING = r"(?:reports?|files?|data|lists?|figures?|prices?|rows?|senders?|suppliers?|partners?|records?|findings?|readings?|orders?)"
# Behind these nobody says that it is so.
_OPEN = re.compile(
    r"\b(?:whether|if|unless|until|once|when|before|after|check(?:s|ed|ing)?\s+that|(?:make|making|be|is)\s+sure(?:\s+that)?|ensur\w+(?:\s+that)?"
    r"|may|might|could|whichever|which|what|not|how|confirm\s+that|verify\s+that|see\s+that)\b[^,;:.]*$",
    re.I,
)
_TALK = tuple(
    re.compile(rf"\b{one}\b", re.I)
    for one in (
        rf"{_IS}\s+{_ALL}{_GOOD}(?=\s*(?:[.,;!]|$)|\s+(?:and|so|but|as|or|to|for|after|because)\b)",
        rf"{_IS}\s+(?:completely|perfectly|entirely|absolutely)\s+(?:normal|usual|safe|sound|sure)",
        rf"(?:findings?|problems?|anomal(?:y|ies)|doubts?)\s+(?:{_IS}|ha(?:s|ve)\s+been)\s+{_ALL}(?:resolved|closed|settled|cleared|dealt\s+with)",
        r"(?:was|were|been|is|are)\s+(?:already\s+)?agreed\s+with",
        rf"findings?\b[^.;]*\s{_IS}\s+(?:an?\s+(?:mistakes?|errors?|bugs?)|mistaken|wrong|meaningless)",
        rf"{_THING}\s+(?:ha(?:s|ve)|is|are)\s+(?:[\w-]+\s+)?(?:permission|permitted|exempt(?:ed)?|entitled)",
        rf"{_TEAM}\s+(?:ha(?:s|ve)\s+)?found\s+(?:no|nothing)",
        # In analyses support is also what sales and prices have.
        r"support\s+(?:ha(?:s|ve)\s+)?found\s+(?:nothing|no\s+(?:\w+\s+)?(?:faults?|problems?|errors?|mistakes?|reasons?))",
        rf"(?:was|were|been)\s+(?:(?:all|already)\s+)*{_LOOKED}\s+(?:by\s+(?:hand|phone)|manually|yesterday|already)",
        r"rest\s+assured",
        r"without\s+(?:(?:a|any|further|more|another)\s+)*(?:check(?:s|ing)?|looking\s+at|review(?:ing)?|verifying|verification|validation)",
        rf"needs?\s+no\s+{_CHECK}",
        rf"(?:requires?|deserves?|calls?\s+for)\s+no\s+{_CHECK}",
        rf"no\s+{_CHECK}\s+(?:of\s+[^.,;]+\s+)?(?:is|are)\s+(?:needed|required|necessary)",
        rf"(?:need(?:s)?\s+not|needn['’]t|(?:do|does)(?:\s+not|n['’]t)\s+(?:need|have)\s+to)\s+be\s+{_LOOKED}",
        rf"no(?:body|\s+one|\s+[\w-]+)\s+(?:needs?|has|have)\s+to\s+(?:be\s+{_LOOKED}|check|look|verify|review|ask|question|worry|investigate)",
        r"(?:there\s+is\s+)?no\s+(?:need|reason|cause)\s+(?:to|for)\s+(?:check|look|verify|review|doubt|worry|question|concern|alarm|investigate|suspicion)\w*",
        r"nothing\s+(?:is\s+)?(?:wrong|suspicious|amiss|to\s+worry\s+about)(?:\s+with)?",
        r"(?:can|may)\s+(?:(?:now|safely|simply|also)\s+)*be\s+(?:(?:safely|fully|simply|blindly)\s+)*"
        r"(?:ignored|trusted|disregarded|accepted|skipped|waived|bypassed|let\s+through)",
        r"trusted\s+(?:partners?|senders?|sources?|suppliers?)",
        rf"{_IS}\s+(?:only\s+|just\s+|merely\s+)?(?:an?\s+tests?|\w+\s+and\s+(?:harmless|genuine|legitimate|fine|correct))",
        r"(?:and|it|they|this|which)\s+means?\s+nothing",
        rf"(?:been|was|were|is|are)\s+(?:\w+ly\s+|already\s+)*{_AUTHORITY}\s+by\s+(?:[\w'’-]+\s+){{0,4}}?{_WHO}",
        rf"(?:{_WHO})\s+(?:has|have)\s+(?:already\s+)?{_AUTHORITY}",
        rf"{_THING}\s+(?:(?:has|have)\s+(?:(?:already|all|since|\w+ly)\s+)*been|{_IS})\s+(?:(?:already|all|\w+ly)\s+)*"
        r"(?:approved|authori[sz]ed|certified|cleared|verified|vetted|signed\s+off|double-checked)",
    )
)


def talked_away(sentence: str) -> str:
    """The words that say that something is in order, which no fact does: a check says what it found, not that all is well."""
    found = (hit for one in _TALK for hit in one.finditer(sentence) if not _OPEN.search(sentence[: hit.start()]))
    return next((hit[0] for hit in found), "")
