"""The words of a sentence: tokens, stems, and the small vocabulary that claims are made of."""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass

# A masked name, such as ***2, is a word.
_TOKEN = re.compile(r"\*{3}\d+|[^\W_]+")
# Tried in this order; what is left has three letters or more.
_SUFFIXES = ("ures", "ure", "ings", "ing", "ies", "ean", "an", "ed", "es", "s", "y", "e", "a")


def word_list(words: str) -> tuple[str, ...]:
    """The words of a list that is written as one text: `"up down"`."""
    return tuple(words.split())


def word_set(words: str) -> frozenset[str]:
    """The same, where their order doesn't matter."""
    return frozenset(words.split())


UP = word_set(
    "rise rises rose risen rising grow grows grew grown growing growth gain gains gained gaining increase increases "
    "increased increasing climb climbs climbed climbing jump jumps jumped jumping surge surges surged surging add adds "
    "added adding up advance advances advanced recover recovers recovered improve improves improved improving soar "
    "soars soared soaring expand expanded rallied rally picked higher upward uptrend positive booming boomed skyrocket "
    "skyrockets skyrocketed skyrocketing rocketed spike spikes spiked spiking shot leapt swelled ballooned recovering"
)
DOWN = word_set(
    "fall falls fell fallen falling drop drops dropped dropping decline declines declined declining lose loses lost "
    "losing loss slip slips slipped slipping shrink shrinks shrank shrunk shrinking decrease decreases decreased "
    "decreasing down dip dips dipped slide slides slid gave giving lower plunge plunges plunged sink sinks sank weaken "
    "weakened reduce reduced reduction retreat retreated ease eased downward downtrend negative minus shed tumbled "
    "loser losers worsen worsened collapsed collapse collapsing crashed crashing dropping slipping sliding dipping plunging "
    "sinking tumble tumbles tumbling plummet plummets plummeted plummeting slump slumps slumped slumping nosedived dived "
    "weakening shrinks easing cratered"
)
STILL = word_set("flat steady stable unchanged constant still")
NOT = word_set("no not none never neither nor nobody nothing without hardly cannot didn isn wasn doesn aren")

# Words that a code may be spelled like: the symbols A, ALL, IT, ON.
FUNCTION = word_set(
    "a about after all also am an and any are as at away back be been before best big but by can case cost did do does each "
    "ever every far fast few first for from get go good had has have he her here high him his hour how i if in is it its just "
    "key large last late least less like long low main make many mean me more most much my near new next nice no none not now "
    "of off old on once one only open or our out over own per play real same say see self set she side size so some such team "
    "than that the them then there they this time to too top two under until up us very was way we well were what when which "
    "while who why will with year yes yet you"
)

# A word that people say → words of column names that it may stand for.
_MEANS: dict[str, str] = {
    "earn earned earns earning brought bring brings took take takes generated generate generates contributed spent "
    "spend spends worth sale sales turnover income takings made": "revenue amount sales total value",
    "cost costs costing priced sells sell expensive cheap cheaper cheapest pricier": "price cost close",
    "buyer buyers bought buy buys chose purchase purchases sold placed popular often frequent frequently common rare "
    "rarest": "orders items readings",
    "rose risen rise rises gained advanced climbed winners gainers": "rising up gainers",
    "fell fallen fall falls lost declined dropped losers": "falling down losers",
    "performer performed": "gainer loser",
    "sold sells sell moved units pieces": "items quantity orders",
    "stock stocks ticker tickers": "symbol",
    "outsold outsells outsell": "orders items quantity",
    "outnumber outnumbers outnumbered": "orders",
    "outperformed outperforms outperform": "change",
    "outspent outearned": "revenue",
    "closed closes trades traded ended trading price prices": "close",
    "traded hands": "volume",
    "loss losses gain gained gains rose rise rises fell fall falls lost loses lose moved move moves slipped added gave up down "
    "change changed grew shrank gainer loser": "change",
    "average averages averaged mean means typical per each apiece": "mean",
    "typical": "median",
    "usual usually": "usual mean",
    "oxygen saturation": "spo2",
    "pulse beats bpm": "heart",
    "fever": "temp",
    "walk walks walked": "steps",
    "temperature": "temp",
    "pressure mmhg": "bp pressure",
    "share percentage percent proportion": "percent share rate",
    "rate": "rate percent",
    "volatile deviation": "volatility",
    "equal identical": "same",
    "differ differs": "different",
    "liked satisfied loved favourite score scores happier happiest": "satisfaction happy",
    "unhappier unhappiest": "satisfaction unhappy",
    "large larger largest big bigger biggest size small smaller smallest mb gb kb": "bytes size",
    "took long longer longest slow slower slowest fast faster fastest": "seconds duration",
    "rejects rejections refused": "rejected reject",
    "failures failure": "failed",
    "highest maximum peak peaked top most": "max",
    "lowest minimum least": "min",
    "latest last": "latest last",
    "threshold ceiling cap bound": "limit",
    "today now": "today this",
    "yesterday": "before",
    "weekly week": "seven",
}


@dataclass(frozen=True)
class Token:
    """A word or a number of a text."""

    text: str
    start: int
    end: int

    @property
    def low(self) -> str:
        return self.text.casefold()

    @property
    def stem(self) -> str:
        return stem(self.text)


# Letters that a search without regard to case takes for others.
_LOOKALIKES = str.maketrans("ſıİK", "siIK")


def plain(text: str) -> str:
    """A text with plain letters and digits for those that are found in their place: a long s is an s, a raised 2 is a 2."""
    return "".join(map(_plain_number, text.translate(_LOOKALIKES)))


def _plain_number(character: str) -> str:
    is_other = not character.isascii() and character.isnumeric()
    return unicodedata.normalize("NFKC", character) if is_other else character


def tokens(text: str) -> list[Token]:
    """The words and numbers of a text, in their order; punctuation and underscores part them."""
    return [Token(found[0], found.start(), found.end()) for found in _TOKEN.finditer(text)]


@functools.lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """What words of one family share; words with digits stay as they are."""
    low = word.casefold()
    if not low.isalpha():
        return low
    for suffix in _SUFFIXES:
        if low.endswith(suffix) and len(low) - len(suffix) >= 3 and not (suffix == "s" and low.endswith("ss")):
            return low[: -len(suffix)]
    return low


def stem_set(words: str) -> frozenset[str]:
    """The stems of a list of words."""
    return frozenset(map(stem, words.split()))


def stems(text: str) -> tuple[str, ...]:
    """The stems of a text's words."""
    return tuple(token.stem for token in tokens(text))


@functools.lru_cache(maxsize=1)
def _meanings() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for said, columns in _MEANS.items():
        for word in said.split():
            found.setdefault(stem(word), set()).update(stem(one) for one in columns.split())
    return {word: frozenset(means) for word, means in found.items()}


def meant(stemmed: str) -> frozenset[str]:
    """The words of column names that a word may stand for, itself included; stems."""
    return _meanings().get(stemmed, frozenset()) | {stemmed}
