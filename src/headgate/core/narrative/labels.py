"""Labels: what an item of a narrative is of, in words that an owner, a row or everybody uses for it."""

from __future__ import annotations

import re
from collections.abc import Collection

from headgate.core.narrative.request import Matter

_WORD = re.compile(r"[^\W\d_]+")
# With these everybody says what something is about; so with what is made of them: `spender` of `spend`, `bestseller` of both.
_COMMON = """
    a abandon abnormal about above accepted account accuracy achieve across action active activity adjust advice
    affordability affordable aged aggregate agreement alarm alert align all allocation alternative amount analysis and
    anniversary annual anomalies anomaly appointment approach approval arrival assess asset assortment assumption at
    attention atypical audit availability average aware backlog bad balance basic basket batch battery behavior
    behaviour below benchmark benefit best between big book boost bottleneck bottom bound brand breach break budget
    bundle business busy buyer by calm campaign capacity care case cash category cause cell challenge change channel
    cheap check churn claim class cleaning clear client clinic clinical close cluster cohort collect combination
    commit common compare comparison compete competition complaint complete completeness compliance composition
    concentration concern condition confidence conflict connection consist consistency constant consume content
    context contract convert core correction correlation corridor cost count coupling cover coverage credibility cross
    crowd current curve customer cycle daily damage danger data date day deal decide decline decrease deep default
    defect delay deliver delivery demand dense depend depth detail detect develop deviation device diagnosis
    difference difficult digital dip direction discount disease display dispute distribution divergence
    diversification dividend dominant double doubt down downtrend drift driver drop duplicate duration early earning
    east effect efficiency elevated emerging empty end engage engagement entry equal equity error estimate evaluate
    evening event exact examine exception excess exclude exercise expansion expect expense expensive experience
    explain export exposure external extra extreme factor fail fair fall fast fault favorite favourite feature fee
    feedback fever field figure file filter final finance financial find first fitness fix flagship flat flow
    fluctuation focus follow followup for forecast format fraction fragment fraud free freight frequency from
    fulfillment fulfilment full function future gain gap general geography give goal good grade gradual group growth
    halt handle happiness hard health heart heartbeat heavy help hidden high higher highest hint history hold holiday
    home hot hotspot hour hypertension id imbalance immediate impact import improve in incident income incomplete
    inconsistent increase index individual industry infection inflow influence information ingestion initial input
    inquiry insight inspection instability install instant insurance intake integrity intensity interest internal
    interval inventory invest investigation investment invoice isolate issue item job join journey jump keep key kind
    knowledge label lack lag large largest late latest launch lead leader leading lean learn least leave lender length
    level lift light limit line link liquidity list live load local location lock logic logistic long lookout loss low
    lower lowest loyal loyalty luxury machine main maintenance major make malfunction management manual map margin
    market marketing mass maximum mean measure measurement median medical meeting member metric mid middle mild
    minimum minor mismatch missing mistake mix mixed model moderate momentum money monitor month monthly more morning
    most move movement mover multiple name narrow near need negative net neutral new news next night noise normal
    north note null number observe occasion odd of offer office old on once one online open operation opinion
    opportunity optimism order origin other out outage outlier outlook output over overall overview oxygen pace pack
    pair panel paradox part partner pass past path patient pattern pay payment peak people perfect perform performance
    period person phone place placement plan planning plausible play point policy poor popular popularity portfolio
    position positive possible post potential power predict prefer premium prepare present pressure prevent price
    pricing primary print priority probable problem process processing procurement produce product profile profit
    profitability progress project promotion proof proportion prospect protect protection proven provider public pull
    pulse purchase push quality quantity quarter question quick quiet quote random range rank ranking rapid rare rate
    rating ratio raw reach react reading ready real reason rebalance rebound recent recognition recommendation record
    recover reduce reference refill region regional regular reject rejected rejection relate relation relative release
    reliability reliable remark remind remove renew reorder repeat repeated replace replenishment report reputation
    request require research reserve reset resistance resolve resource respiration response rest restocking restore
    restrict result retention return revenue review rise rising risk role rotation round route row rule run safety
    salary sale same sample satisfaction save scale scarcity schedule scope score screen search season seasonality
    secondary sector security segment segmentation select sell seller sender sense sensor sentiment separate sequence
    serious service session set severe severity shape share sharp shelf shift shipment shipping shop shopper short
    side signal significant similar simple single site size skew slow small smartphone soft solid source south special
    speed spend spending spike split spot spread stability staff stage stale standard start state statistic status
    stay steady step stock stop storage store strategy stream strength stress string strong structure study subject
    success sudden summary supplier supply support surge surplus survey suspicious sustain swing switch symbol system
    table tail target task team technical temperature tension term test text the threshold tight time timing title to
    tool top total touch tour track trade trading traffic trail train transaction transit transport treat trend triage
    trigger triple trough trust turbulence turnover twin type typical uncertain unclear under unhappy uniform unique
    unit unknown unlike unsold unusual update upper upsell upside uptrend urgent usage use user usual vague valid
    validation valuation value variability variance variation variety various vary verification verify version view
    visit vital volatility volume vulnerable wait warehouse warning watch watchlist wave weak weakness wear week
    weekly weight west wide widespread win winner wish with without word work workload worry worst worth wrong year
    yield zero zone
"""


def owners_words(matter: Matter) -> frozenset[str]:
    """The words, without their plural, with which the owner of a pipeline calls it, its facts and their columns."""
    columns = {column for rows in matter.facts.values() for column in (rows[0] if rows else ())}
    flagged = {column for one in matter.findings for row in list(one.get("rows") or ())[:1] for column in row}
    said = [matter.title, matter.description, *matter.names, *columns, *flagged]
    for name, shown in matter.shown.items():
        said += [name, shown.title, *shown.units.values()]
    return frozenset(word for text in said for word in words_of(text))


def words_of(text: str) -> list[str]:
    """The words of a text, in lower case and without their plural."""
    return [singular(word) for word in _WORD.findall(text.casefold())]


def singular(word: str) -> str:
    """`categories` and `category` are one word, `prices` and `price` too."""
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


def known_label(label: str, vocabulary: Collection[str], names: Collection[str]) -> bool:
    """Whether a label says nothing but what an owner, a row or everybody calls things.

    A brand that no row has is none of these: what matters is that a model can't bring in a name.
    """
    said = label.casefold()
    for name in sorted(names, key=len, reverse=True):
        if name in said:
            said = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", said)
    return all(word in vocabulary or _is_ordinary(word) for word in words_of(said))


def _is_ordinary(word: str) -> bool:
    """Whether everybody says it: it is common, made of a common word by an ending, or put together from two such words."""
    cuts = range(_LEAST, len(word) - _LEAST + 1)
    return _is_common(word) or any(_is_part(word[:cut]) and _is_common(word[cut:]) for cut in cuts)


def _is_part(word: str) -> bool:
    return word in _BEFORE or _is_common(word)


def _is_common(word: str) -> bool:
    return word in _STEMS or _stem(word) in _STEMS


def _stem(word: str) -> str:
    """A word without an ending that English puts behind a verb, a noun or an adjective; short words keep theirs."""
    return _ENDING.sub("", word)


_LEAST = 3
_BEFORE = frozenset(("dis", "mis", "non", "pre", "sub", "super", "multi", "inter", "anti"))
_ENDING = re.compile(
    r"(?<=\w{4})(?:abilit(?:y|ies)|ation|ition|ion|ance|ence|ment|ness|ship|ing|ity|ty|able|ible|ive|al|ly|ed|er|or|e)$"
)
_LABELS = frozenset(map(singular, _COMMON.split()))
_STEMS = _LABELS.union(map(_stem, _LABELS))
