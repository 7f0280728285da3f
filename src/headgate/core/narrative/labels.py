"""Labels: what an item of a narrative is of, in words that an owner, a row or everybody uses for it."""

from __future__ import annotations

import re
from collections.abc import Collection

from headgate.core.narrative.request import Matter

_WORD = re.compile(r"[^\W\d_]+")
# With these everybody says what something is about.
_COMMON = """
a about above abnormal accepted account accuracy across action activity advice affordability aggregate alert all
allocation amount analysis and anomalies anomaly assortment at attention audit availability average balance basket
battery behavior behaviour below best between brand budget business buyer by campaign capacity care cash category cell
change channel check class cleaning client clinical close cohort comparison competition completeness composition
concentration concern consistency content contract correction cost count coverage credibility customer daily data date
day deal decline decrease delivery demand detail deviation device difference digital direction discount distribution
diversification downtrend drift driver drop duplicate duration earning efficiency empty engagement entry error evening
event exception experience expansion expense exposure extreme fall favourite favorite feedback file finance financial
fitness flagship flow focus follow followup for forecast format fraud free frequency from fulfilment fulfillment gain
general geography good group growth happiness health heart heavy high higher highest history hour id immediate in
incident income increase industry inflow information ingestion insight inspection integrity intake inventory
investigation investment invoice issue item key label lack large largest late latest launch leader leading least
length level line list liquidity logistic long loss low lower lowest loyalty maintenance management margin market
marketing mean measure measurement median medical metric mid middle missing mix model momentum money month monthly
more morning most move movement name negative new news night noise normal note null number of on operation opinion
opportunity order other outage outlier outlook output overall overview oxygen partner patient pattern payment peak
people performance period person place placement planning plan point popular popularity portfolio position positive
possible potential premium pressure price pricing priority process processing procurement product profile profit
profitability promotion protection public purchase quality quantity quarter range ranking rank rate rating ratio
reading recommendation record region regional reject rejected rejection relation reliability replenishment report
repeated repeat reputation research response restocking result retention return revenue review rise rising risk role
row safety sale sample satisfaction schedule season seasonality security segment segmentation sender sensor sentiment
service session severity share shift shipment shipping shop short signal size slow small smartphone source spend
spending spike spread stability staff standard state statistic status steady stock store strategy strength strong
summary supplier supply support surge suspicious symbol system target technical temperature test text the time timing
to top total trade trading traffic transaction transport trend turbulence turnover type typical under unhappy unit
unusual update uptrend usage user usual validation valuation value variability variance variation variety verification
view visit vital volatility volume warehouse warning watch watchlist weak weakness week weekly weight with without
word workload worst year yield
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
    """Whether a label says nothing but what an owner, a row or everybody calls things."""
    said = label.casefold()
    for name in sorted(names, key=len, reverse=True):
        if name in said:
            said = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", said)
    return all(word in vocabulary or word in _LABELS for word in words_of(said))


_LABELS = frozenset(map(singular, _COMMON.split()))
