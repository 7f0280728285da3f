"""What no analysis advises: to give away secrets, follow links, pay, delete, or do what somebody wrote in the data."""

from __future__ import annotations

import re
from collections.abc import Iterable

from headgate.core.narrative.labels import owners_words, words_of
from headgate.core.narrative.request import Matter

_WRITING = r"(?:reviews?|reviewers?|comments?|messages?|notes?|texts?|remarks?|feedback|tweets?|posts?|mails?|e-mails?)"
_SAYS = (
    r"(?:says?|said|asks?|asked|tells?|told|wants?|demands?|demanded|orders?|ordered|requests?|requested|instructs?"
    r"|instructed|requires?|writes?|wrote|commands?|recommends?|advises?|suggests?)"
)
_OBEYS = "it tells to do what somebody wrote in the data, or to leave out what the owner wrote"
_NOT = r"(?<!\bnot )(?<!n't )(?<!n’t )(?<!\bnever )"
_STORED = (
    r"(?:accounts?|archives?|back-?ups?|databases?|data|directory|directories|drives?|files?|folders?|histories|history|logs?"
    r"|mailbox(?:es)?|records|rows|schemas?|tables?|everything)"
)
_PROTECTS = (
    r"(?:alerts?|alarms?|back-?ups?|checks?|controls?|firewalls?|gates?|guards?|monitoring|protections?|rules?|security"
    r"|systems?|servers?)"
)

# Why a sentence can't stay → what it says, by whole words.
_RULES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (reason, re.compile("|".join(rf"\b{one}\b" for one in words), re.I))
    for reason, words in (
        (
            "it is about secrets, which no analysis asks for",
            (
                r"pass(?:words?|phrases?|codes?)",
                r"credentials?",
                r"log-?ins?",
                r"log(?:ging)?\s+(?:in|on)(?=\s+(?:to|with|at|there|here|now|again|as)\b|\s*(?:[.,;:!?]|$))",
                r"sign(?:ing)?\s+in(?=\s+(?:to|with|at|there|here|now|again|as)\b|\s*(?:[.,;:!?]|$))",
                r"(?:pin|access|security|verification|one-time)\s+(?:codes?|numbers?|tokens?)",
                r"(?:api|access|private|secret)\s+keys?",
                r"social\s+security\s+numbers?",
            ),
        ),
        (
            "it is about links or things sent along, which no analysis opens",
            (
                r"click(?:s|ed|ing)?",
                r"hyperlinks?",
                r"urls?",
                r"qr\s+codes?",
                r"links?\s+(?:in|of|from|below|above|here|that|which)",
                r"(?:open|visit|follow|use|try|see|go\s+to|copy|paste|scan)\s+(?:[\w'’-]+\s+){0,3}(?:links?|web\s?sites?|web\s?pages?|sites?|forms?)",
                r"attach(?:ments?|ed|ing)",
                r"download(?:s|ed|ing)?",
                r"(?:install|execute|launch|run|start)\s+(?:[\w'’-]+\s+){0,3}(?:programs?|programmes?|software|scripts?|macros?|commands?|tools?|installers?|code|apps?)",
            ),
        ),
        (
            "it is about answering somebody who is not there",
            (
                r"(?:reply|respond|write\s+back)\s+with",
                r"(?:reply|respond|answer|write\s+back)\s+(?:to\s+)?(?:this|that)\s+(?:[\w'’-]+\s+)?(?:e-?mails?|mails?|messages?|reports?)",
                r"(?:reply|respond|answer)\s+(?:to\s+)?the\s+(?:e-?mails?|mails?)",
                r"forward\s+(?:[\w'’-]+\s+){0,2}(?:e-?mails?|mails?|messages?|reports?)",
                r"(?:call|dial|ring|phone|text|fax)\s+(?:us|me|now|(?:the|this)\s+number|[+(]?\d[\d ()-]{3,})",
            ),
        ),
        (
            "it is about payments, which no analysis makes",
            (
                r"bank\s+(?:accounts?|details?|data|transfers?)",
                r"account\s+(?:details?|numbers?)",
                r"iban",
                r"bitcoins?",
                r"crypto(?:currency|currencies)?",
                r"(?:gift|credit|debit)\s+cards?",
                r"ransoms?",
                r"(?:wir(?:e|ing)|transfer(?:ring)?|remit(?:ting)?|pay(?:ing)?|send(?:ing)?|deposit(?:ing)?|refund(?:ing)?)\s+(?:[^.;]{0,60}\s)?(?:accounts?|wallets?)",
                r"(?:wire|transfer|remit)\s+(?:(?:the|all|this|that|a|an|some|its|their)\s+)*(?:[$€£]?\d[\d.,]*|money|funds?|amounts?|sums?|payments?|cash|revenue)",
            ),
        ),
        (
            "it is about deleting or switching something off, which no analysis advises",
            (
                r"delet(?:e|es|ed|ing|ion)",
                r"eras(?:e|es|ed|ing)",
                r"wip(?:e|es|ed|ing)\s+(?:out|the|all|every|this|that)",
                r"(?:purge|shred|destroy|overwrite)(?:s|d|ing)?",
                rf"(?:drop|remove|empty|clear|truncate|discard|throw\s+away)\s+(?:the|all|every|any|this|these|our|your)\s+(?:[\w'’-]+\s+)?{_STORED}",
                rf"(?:disable|deactivate|switch\s+off|turn\s+off|shut\s+down|stop)\s+(?:the|all|every|any|this|these|our|your)?\s*(?:[\w'’-]+\s+)?{_PROTECTS}",
                r"(?:cancel|refund|reverse)\s+(?:every|all|each|any)",
                r"(?:grant|give)\s+(?:[\w'’-]+\s+){0,3}(?:access|permissions?|rights)",
            ),
        ),
        ("it is about instructions, not about the facts", (r"instructions?",)),
        (
            _OBEYS,
            (
                rf"accounts?\s+(?:(?:named|given|mentioned)\s+)?(?:in|from|of)\s+(?:the|this|that|a|these|those)\s+(?:[\w'’-]+\s+)?{_WRITING}",
                _NOT + r"(?:obey|heed|comply\s+with)",
                rf"do(?:ing)?\s+(?:exactly\s+|just\s+|only\s+)?(?:what|whatever|everything|as)\s+(?:[\w'’-]+\s+){{1,4}}?{_SAYS}",
                _NOT + rf"(?:follow(?!\s+up)|trust|believe|execute|carry\s+out)\s+(?:[\w'’-]+\s+){{0,5}}?{_WRITING}",
                rf"as\s+(?:[\w'’-]+\s+){{0,3}}?{_WRITING}\s+{_SAYS}",
                _NOT + r"(?:ignore|disregard|forget|override|overrule|bypass)\s+(?:[\w'’-]+\s+){0,3}?"
                r"(?:what|everything|anything|owners?|analysts?|reports?|facts|findings|rules?|polic(?:y|ies)|guidelines?|limits)",
            ),
        ),
    )
)
# A pipeline may be about one of these; then its owner calls a fact or a column so. None is about obeying.
_TOPICS = frozenset(
    words_of(
        """
        password passphrase passcode credential login click hyperlink url link website attachment download account iban
        bitcoin crypto cryptocurrency wallet transfer refund deletion deleted erased instruction
        """
    )
)


class NoAdvice:
    """Objects to sentences that no analysis writes: a narrative says what is in the data, and what to look at.

    Args:
        names: those that rows are about; what they are called is nothing that a sentence says.
    """

    def __init__(self, matter: Matter, names: Iterable[str] = ()) -> None:
        self._topics = _TOPICS & owners_words(matter)
        # A single word may stand in any sentence.
        self._names = sorted((name for name in names if " " in name), key=len, reverse=True)

    def objection(self, sentence: str) -> str:
        """Why a sentence can't stay; empty when it can."""
        if not self._broken(sentence):
            return ""
        return self._broken(self._without_names(sentence))

    def _broken(self, sentence: str) -> str:
        found = ((reason, hit) for reason, words in _RULES for hit in words.finditer(sentence))
        return next((reason for reason, hit in found if reason == _OBEYS or not self._is_topic(hit[0])), "")

    def _is_topic(self, said: str) -> bool:
        return bool(self._topics.intersection(words_of(said)))

    def _without_names(self, sentence: str) -> str:
        said = sentence.casefold()
        for name in self._names:
            said = said.replace(name, " ")
        return said
