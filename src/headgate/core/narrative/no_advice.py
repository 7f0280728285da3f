"""What no analysis advises: to give away secrets, follow links, pay, delete, let bad rows in, or do what somebody wrote in the data."""

from __future__ import annotations

import re
from collections.abc import Iterable

from headgate.core.narrative.guards import as_read
from headgate.core.narrative.imperatives import unadvised
from headgate.core.narrative.labels import owners_words, words_of
from headgate.core.narrative.reassurance import talked_away
from headgate.core.narrative.request import Matter

_WRITING = r"(?:reviews?|reviewers?|comments?|messages?|notes?|texts?|remarks?|feedback|tweets?|posts?|mails?|e-mails?)"
_SAYS = (
    r"(?:says?|said|asks?|asked|tells?|told|wants?|demands?|demanded|orders?|ordered|requests?|requested|instructs?"
    r"|instructed|requires?|writes?|wrote|commands?|recommends?|advises?|suggests?)"
)
_OBEYS = "it tells to do what somebody wrote in the data, or to leave out what the owner wrote"
_ASKS = "it asks to `{verb}`: an analysis advises to look, ask, correct, plan or stock"
_TALKS_AWAY = "it says that something is in order or approved, which no fact says"
_ITEM, _END = re.compile(r"\n\s*(?=[-*\d#\n])"), re.compile(r"(?<=[.!?])\s")
_RECOMMENDS = re.compile(r"\b(?:recommend|advis|suggest|propos)", re.I)
_FORBIDS = re.compile(r"\b(?:no|not|never|nobody|nothing|without|don['’]t|avoid)\b", re.I)
_NOT = r"(?<!\bnot )(?<!n't )(?<!n’t )(?<!\bnever )"
_STORED = (
    r"(?:accounts?|archives?|back-?ups?|databases?|data|directory|directories|drives?|files?|folders?|histories|history|logs?"
    r"|mailbox(?:es)?|records|rows|schemas?|tables?|everything)"
)
_PROTECTS = (
    r"(?:alerts?|alarms?|back-?ups?|checks?|controls?|firewalls?|gates?|guards?|monitoring|protections?|rules?|security"
    r"|systems?|servers?)"
)
_CHECKING = (
    r"(?:validat(?:ing|ions?)|verif(?:ying|ications?)|check(?:s|ing)|reject(?:ing|ions?)|enforc(?:ing|ement)|monitoring"
    r"|contract(?:\s+checks?)?)"
)
_KEPT_OUT = r"\s+(?:[\w'’-]+\s+){0,3}(?:rejected|failed|failing|invalid|refused|bad|faulty)\s+(?:rows?|records?|lines?|files?|entries)"
_PEOPLE = r"(?:customers?|users?|buyers?|patients?|employees?|people|clients?|winners?)"
_GIVES = (
    r"(?:send|provide|give|share|export|print|publish|post|mail|e-?mail|copy|upload|forward|hand|reveal|disclose|show|tell|transfer"
    r"|keep|write|collect|put|include|add)"
)
_VOUCHED = (
    r"as\s+(?:being\s+)?(?:\w+ly\s+)?(?:valid|good|correct|accepted|genuine|passed|approved|clean|checked|verified|trusted|safe|true|right|fine|ok|okay)"
    r"(?=\s*(?:[.,;!]|$)|\s+(?:and|from|for|now|at|without|even)\b)"
)
_ATTENTION = r"\s+(?:[\w'’-]+\s+){0,2}attention\b"
_MONEY = (
    r"(?:[$€£]\s?\d[\d.,]*|\d[\d.,]*\s?(?:[$€£]|usd|eur|gbp|dollars?|euros?|pounds?)|money|funds?|amounts?|sums?|payments?|cash"
    r"|savings|revenues?)"
)
_GOODS = r"(?:units?|pieces?|items?|boxes|pallets?)\b"
_REPEATED = (
    r"\s+(?:of\s+)?(?:(?:the|these|all|any)\s+)?"
    r"(?:repeated|duplicated?|redundant|identical)\s+(?:rows?|records?|lines?|entries|orders?|readings?)\b"
)
_WATCHED = (
    r"\s+(?:the\s+)?(?:new\s+)?(?:reviews|feedback)\s+(?:of|on|about)\s+[\w\s'’-]{1,60}\b(?:closely|over\s+time)\b"
)
_RELIANCE = rf"\s+in\s+(?:the\s+)?{_WRITING}\s+(?:is|was|has|rose|fell|grew|remains)\b"

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
                r"(?:administrator|admin|unlock|door|alarm|supplier|master)['’]?s?\s+codes?",
                r"(?:the|their|your|his|her|its|a)\s+pins?(?=\s*[.,;!]|\s+(?:and|to|by|of)\b|$)",
                r"(?:remote\s+desktops?|admin(?:istrator)?\s+rights)",
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
                r"(?:open|visit|follow|use|try|see|go\s+to|copy|paste|scan)\s+(?:[\w'’-]+\s+){0,3}(?:links?|web\s?sites?|web\s?pages?)",
                r"(?:open|visit|follow|go\s+to|copy|scan)\s+(?:[\w'’-]+\s+){0,3}(?:sites?|forms?)",
                r"(?:use|try|see)\s+(?:this|that|our|my|his|her|their)\s+(?:[\w'’-]+\s+){0,2}(?:sites?|forms?)",
                r"(?:sites?|forms?)\s+(?:below|above|here)",
                r"(?:open|visit|see|follow|use)\s+(?:[\w'’-]+\s+){0,2}(?:shared|linked|enclosed)\s+(?:documents?|files?|folders?|tables?)",
                r"[\w-]+\.(?:exe|bat|msi|dmg|scr|ps1)",
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
                r"(?:your|the\s+customer'?s?)\s+(?:accounts?|identity|personal\s+data|phone\s+numbers?)",
                r"(?:call|dial|ring|phone|text|fax|contact)\s+(?:the|our|their|this|a)\s+(?:[\w-]+\s+)?(?:hotlines?|helplines?|help\s+desks?|call\s+cent(?:re|er)s?)",
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
                r"gift\s+cards?",
                r"(?:credit|debit|bank)\s+cards?\s+(?:details?|numbers?|data|codes?)",
                r"(?:enter|provide|send|share|give|charge|hand\s+over)\s+(?:[\w'’-]+\s+){0,3}(?:credit|debit|bank)\s+cards?",
                r"card\s+numbers?",
                r"ransoms?",
                # As an order only: customers pay, and so does what is worth it.
                rf"(?:^|[.;:!?,]\s+|\b(?:and|then|please|must|should|now|to)\s+)(?:re-?pay|pay|settle)(?!{_ATTENTION})\s+"
                rf"(?:(?:the|all|this|that|an?|its|their|our|any|every|each|open|outstanding|remaining|due)\s+)*"
                rf"(?:{_MONEY}|[$€£]?\d[\d.,]*+(?!\s+{_GOODS})|invoices?|bills?|balances?|debts?|fees?|suppliers?|vendors?|sellers?|senders?)",
                r"(?:wir(?:e|ing)|transfer(?:ring)?|remit(?:ting)?|pay(?:ing)?|deposit(?:ing)?|refund(?:ing)?)"
                rf"(?!{_ATTENTION})\s+(?:[^.;]{{0,60}}\s)?(?:accounts?|wallets?)",
                # Goods go to key accounts, and people look at accounts; money goes to an account.
                r"send(?:ing)?\s+(?:[^.;]{0,60}\s)?(?:to|into)\s+(?:[\w'’-]+\s+){0,4}(?:account|wallet)(?!\s+(?:teams?|managers?|owners?))",
                rf"send(?:ing)?\s+(?:[^.;]{{0,60}}\s)?{_MONEY}\s+(?:[^.;]{{0,60}}\s)?(?:accounts|wallets)",
                rf"(?:wire|transfer|remit)\s+(?:(?:the|all|this|that|a|an|some|its|their)\s+)*(?:{_MONEY}|[$€£]?\d[\d.,]*+(?!\s+{_GOODS}))",
            ),
        ),
        (
            "it gives away who people are",
            (
                rf"{_GIVES}\s+[^.;]*?\b(?:{_PEOPLE}['’]?s?['’]?\s+(?:lists?|names?|addresses|data|details|records|(?:phone\s+)?numbers)"
                rf"|(?:lists?|names?|addresses|data|details|records|numbers)\s+(?:of|for)\s+(?:(?:all|the|our|every|masked)\s+)*{_PEOPLE})",
                r"behind\s+(?:the\s+)?mask(?:s|ed)",
                r"(?:unmask|de-?anonymi[sz]e)(?:s|ed|ing)?",
            ),
        ),
        (
            "it is about treatment, which no analysis gives",
            (
                r"medications?",
                r"medicines?",
                r"dos(?:es?|ages?)",
                r"insulin",
                r"aspirin",
                r"antibiotics?",
                r"prescri(?:be|bes|bed|ptions?)",
                r"ambulances?",
            ),
        ),
        (
            "it is about letting through what was kept out, which only a mended contract or a mended row does",
            (
                rf"(?:mark|treat|count|regard|re-?classify|let|pass){_KEPT_OUT}\s+(?:as|through|in)\b(?!\s+(?:rejected|bad|lost|faulty))",
                rf"(?:accept|approve|admit){_KEPT_OUT}",
                r"(?:accept|admit)\s+(?:every|all|any)\s+(?:[\w-]+\s+){0,2}?(?:rows?|records?|files?|orders?|readings?)",
                rf"(?:mark|treat|count|regard|consider|class|classify|record|label|declare|flag|accept)\s+[^.;]*?\b(?:as\s+)?{_VOUCHED}",
                r"(?:load|process|accept|use|ship|import|keep|pass)\s+[^.;]*\b(?:anyway|regardless|nonetheless|all\s+the\s+same|even\s+(?:if|though)\s+"
                r"(?:they|it)\s+(?:fails?|is|are))",
                r"(?:consider|deem|call|declare|presume|assume)\s+(?!whether|if\b)[^.;,]*?\b(?:correct|right|valid|genuine|fine|in\s+order|resolved|settled)"
                r"(?=\s*(?:[.,;!]|$))",
                r"(?:contract|validation|checks?|rules?|limits?|gate)\s+(?:no\s+longer\s+appl(?:y|ies)|(?:is|are|was|were|has\s+been|have\s+been)\s+"
                r"(?:now\s+)?(?:switched\s+off|turned\s+off|disabled|suspended|waived|lifted|void))",
                r"(?:until|so\s+that)\s+(?:nothing|no\s+\w+|all\s+\w+|every\s+\w+|everything)\s+(?:(?:is|are|can\s+be|gets?)\s+)?"
                r"(?:rejected|refused|accepted|pass(?:es)?|let\s+through)",
                _NOT + rf"(?:stop|cease|skip|quit|avoid|suspend|pause|drop)\s+(?:the\s+|all\s+|any\s+)?{_CHECKING}",
            ),
        ),
        (
            "it is about deleting or switching something off, which no analysis advises",
            (
                rf"delet(?:e|ing|ion)(?!{_REPEATED})",
                r"delet(?:es|ed|ions)",
                r"eras(?:e|es|ed|ing)",
                r"wip(?:e|es|ed|ing)\s+(?:out|the|all|every|this|that)",
                r"(?:purge|shred|destroy|overwrite)(?:s|d|ing)?",
                rf"(?:drop|remove|empty|clear|truncate|discard|throw\s+away)\s+(?:the|all|every|any|this|these|our|your)\s+(?:[\w'’-]+\s+)?{_STORED}",
                r"(?:remove|drop|take|strike|cut|clear)\s+(?:out\s+)?(?:all|every|any|each|the)\s+(?!(?:repeated|duplicated?|redundant|identical)\b)"
                r"(?:[\w-]+\s+){0,2}?(?:orders?|rows?|readings?|records?|customers?|users?|sales|findings?|entries)\b[^.;]*?"
                r"\bfrom\s+(?:the|this|our|all|every|any)\s+(?:[\w-]+\s+)?(?:tables?|data|files?|databases?|reports?|lists?|records?|system|books)",
                r"format\s+(?:[\w-]+\s+){0,2}(?:drives?|disks?|servers?)",
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
                _NOT + rf"(?:follow(?!\s+up)(?!{_WATCHED})|trust(?!{_RELIANCE})|believe|execute|carry\s+out)"
                rf"\s+(?:[\w'’-]+\s+){{0,5}}?{_WRITING}",
                rf"as\s+(?:[\w'’-]+\s+){{0,3}}?{_WRITING}\s+{_SAYS}",
                _NOT + r"(?:ignore|disregard|forget|override|overrule|bypass)\s+(?:[\w'’-]+\s+){0,3}?"
                r"(?:what|everything|anything|owners?|analysts?|reports?|facts|findings|rules?|polic(?:y|ies)|guidelines?|limits)",
            ),
        ),
    )
)
# A pipeline may be about one of these; then its owner calls a fact or a column so. None is about obeying. Verbs are among
# them: who has accounts has no payments yet.
_TOPIC = re.compile(
    r"(password|passphrase|passcode|credential|login|token|click|hyperlink|url|link|website|site|form|attach|download|software"
    r"|account|iban|bitcoin|crypto|cryptocurrency|wallet|wir|transferr?|pay|remitt?|deposit|refund|gift|card|ransom"
    r"|medicat|medicin|dos|dosag|insulin|aspirin|antibiotic|prescrib|prescription|ambulanc|approv|authoris|authoriz|certifi|vett"
    r"|verifi|audit|delet|eras|purg|cancell?|instruction)(?:e|ed|er|ing|ion|ment|ation|able)?"
)


class NoAdvice:
    """Objects to sentences that no analysis writes: a narrative says what is in the data, and what to look at.

    The names of rows make no difference: whoever names a row chooses its words.
    """

    def __init__(self, matter: Matter) -> None:
        self._topics = _topics(owners_words(matter))
        self._verbs = _wished(matter.wishes)

    def objection(self, sentence: str) -> str:
        """Why a sentence can't stay; empty when it can."""
        sentence = as_read(sentence)
        found = ((reason, hit) for reason, words in _RULES for hit in words.finditer(sentence))
        of_a_topic = (reason for reason, hit in found if reason == _OBEYS or not self._is_topic(hit[0]))
        return next(of_a_topic, "") or self._asks(sentence) or self._talks_away(sentence)

    def _asks(self, sentence: str) -> str:
        verb = unadvised(sentence, self._verbs)
        return _ASKS.format(verb=verb) if verb and not self._is_topic(verb) else ""

    def _talks_away(self, sentence: str) -> str:
        said = talked_away(sentence)
        return _TALKS_AWAY if said and not self._is_topic(said) else ""

    def _is_topic(self, said: str) -> bool:
        """Whether all that it is about is the owner's topic."""
        about = _topics(words_of(said))
        return bool(about) and about <= self._topics


def _wished(wishes: str) -> frozenset[str]:
    """The words of an owner's sentences on what to recommend; of one that forbids something none."""
    said = (one for item in _ITEM.split(wishes) for one in _END.split(" ".join(item.split())))
    wanted = (one for one in said if _RECOMMENDS.search(one) and not _FORBIDS.search(one))
    return frozenset(word for one in wanted for word in re.findall(r"[a-z]+(?:-[a-z]+)*", one.casefold()))


def _topics(words: Iterable[str]) -> frozenset[str]:
    """Of what they are, whatever the form of the words: deletions, deleted and deletes are one."""
    found = (_TOPIC.fullmatch(word) for word in words)
    return frozenset(_ONE_FORM.get(one[1], one[1]) for one in found if one)


_ONE_FORM = {"transferr": "transfer", "remitt": "remit", "cancell": "cancel"}
