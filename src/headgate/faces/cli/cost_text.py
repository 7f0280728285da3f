"""What language models cost, as text for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from headgate.core.narrative.scenarios import ALL_ROWS
from headgate.core.printable import printable
from headgate.faces.cli.lists import counted, moment, table
from headgate.faces.cli.runs import SHORT

_PAGE = 30
_TAKEN = ("tokens in", "out", "rows", "USD", "USD for 1,000 rows")
_AT_MOST = "≤ "

Document = Mapping[str, Any]


def cost_text(document: Document) -> str:
    """The page: runs, pipelines, other models, scenarios."""
    return "\n\n".join(_parts(document))


def _parts(document: Document) -> Iterator[str]:
    asked = [one for one in document["runs"] if _was_asked(one)]
    unasked = [one for one in document["runs"] if not _was_asked(one)]
    if asked:
        yield _runs(asked)
    if unasked:
        yield _unasked(unasked)
    if asked:
        yield _pipelines([*document["pipelines"], {"pipeline": "together", **document["total"]}])
        if uncounted := document["total"]["uncounted"]:
            yield _uncounted(uncounted)
    elif not unasked:
        yield "no language model was asked: without one, narratives cost nothing (docs/narrators.md says how to name one)"
    if document["prices"]["from"] is None:
        yield "no prices are known here, so nothing can be compared\n  next: pip install 'headgate[model]'"
        return
    if asked:
        yield f"The same tokens by other models:\n{_models(document['other_models'])}"
    yield f"A month of 30 days by {printable(document['scenarios'][0]['model'])}:\n{_scenarios(document['scenarios'])}"
    yield _all_rows()
    yield _prices(document["prices"])


def _prices(prices: Document) -> str:
    """Of which day they are: by the package itself, never the day on which somebody asks."""
    of = (
        f"the newest price that it dates holds from {prices['newest']}" if prices["newest"] else "it dates none of them"
    )
    return f"Prices are those of {prices['from']}: {of}.\nLater ones: pip install -U genai-prices"


def _was_asked(run: Document) -> bool:
    """Also one whose answer nobody noted: what that cost is not known."""
    return bool(run["attempts"]) or run["cost_usd"] is None


def _unasked(runs: Sequence[Document]) -> str:
    """Narratives for which a model is named, and was not asked, such as when the budget of the day is used up."""
    why = Counter(str(one["fallback"]) for one in runs)
    said = ", ".join(f"{printable(code, 40)} {count:,}" for code, count in why.most_common())
    return f"{counted(len(runs), 'narrative')} without asking the model, by the built-in narrator: {said} (--json)"


def _runs(runs: Sequence[Document]) -> str:
    titles = ("run", "pipeline", "when", "model", *_TAKEN, "written by the built-in narrator")
    shown = [
        [
            one["run"][:SHORT], one["pipeline"], moment(datetime.fromisoformat(one["at"].removesuffix("Z"))), one["model"],
            *_taken(one), one["fallback"],
        ]
        for one in runs[-_PAGE:]
    ]  # fmt: skip
    more = f"\n({counted(len(runs) - _PAGE, 'earlier one')}: --json)" if len(runs) > _PAGE else ""
    return table(titles, shown, _TAKEN) + more


def _pipelines(sums: Sequence[Document]) -> str:
    titles = ("pipeline", "narratives", "by the built-in narrator", *_TAKEN, "of unknown price")
    rows = [
        [one["pipeline"], one["narratives"], one["fallbacks"] or None, *_taken(one), one["without_price"] or None]
        for one in sums
    ]
    return table(titles, rows, titles[1:])


def _taken(one: Document) -> list[str]:
    sums = _usd(one["cost_usd"]), _usd(one["usd_per_1000_rows"], "")
    usd, per_thousand = (_AT_MOST + said if one["uncounted"] and said not in ("", "?") else said for said in sums)
    rows = "" if one["rows"] is None else f"{one['rows']:,}"
    return [f"{one['tokens_in']:,}", f"{one['tokens_out']:,}", rows, usd, per_thousand]


def _uncounted(requests: int) -> str:
    return (
        f"{_AT_MOST}what {counted(requests, 'request')} took is not known: no answer came, or one without a count of tokens.\n"
        "Each is in it, as in the budget, with the most that it can cost."
    )


def _models(models: Sequence[Document]) -> str:
    titles = ("model", "USD per million in", "out", "USD")
    rows = [
        [one["model"], _usd(one["usd_per_million_in"]), _usd(one["usd_per_million_out"]), _usd(one["cost_usd"])]
        for one in models
    ]
    return table(titles, rows, titles[1:])


def _scenarios(scenarios: Sequence[Document]) -> str:
    titles = (
        "runs a day",
        "tokens in/out",
        "claimed",
        "by their prices",
        "by genai-prices",
        "with the tokens taken here",
    )
    rows = [
        [
            one["runs_a_day"], f"{one['tokens_in']:,}/{one['tokens_out']:,}", f"{one['claimed_usd']:.2f}",
            f"{one['by_their_prices_usd']:.2f}", _usd(one["now_usd"], digits=2), _usd(one["here_usd"], "", 2),
        ]
        for one in scenarios
    ]  # fmt: skip
    return table(titles, rows, titles)


def _all_rows() -> str:
    one = ALL_ROWS
    return (
        f"An earlier system sent every row: {one['tokens_in']:,} tokens in and {one['tokens_out']:,} out for 1,000 rows, "
        f"{one['claimed_usd']} USD.\nHere a model gets facts, at most 12,000 characters for any number of rows."
    )


def _usd(usd: float | None, unknown: str = "?", digits: int = 6) -> str:
    if usd is None:
        return unknown
    text = f"{usd:.{digits}f}"
    return text.rstrip("0").ljust(text.index(".") + 3, "0") if digits > 2 else text
