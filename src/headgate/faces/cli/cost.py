"""`headgate cost`: what language models took, and what they would take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from headgate.faces.cli.lists import OfPipeline, Since, iso, of_known_pipeline, since_time
from headgate.faces.cli.options import AsJson, Environment, ProjectDir, Quiet, Target
from headgate.faces.cli.said import echo_json

if TYPE_CHECKING:
    from headgate.hosts.desk import Desk
    from headgate.ports import Payment

_DECIMALS = 8
_TAKEN = ("tokens_in", "tokens_out", "attempts", "uncounted", "prompt_characters")


def cost(
    pipeline: OfPipeline = None,
    since: Since = None,
    project: ProjectDir = Path("."),
    target: Target = "local",
    environment: Environment = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Show what language models cost: by run, by pipeline, for 1,000 rows, and by other models."""
    from headgate.faces.cli.cost_text import cost_text
    from headgate.hosts.targets import desk_at

    with desk_at(target, project, environment) as desk:
        now = desk.clock()
        document = cost_document(desk, now, pipeline, since_time(since, now))
    if as_json:
        echo_json(document)
    elif not quiet:
        typer.echo(cost_text(document))


def cost_document(desk: Desk, now: datetime, pipeline: str | None, since: datetime | None) -> dict[str, Any]:
    """All of it as JSON."""
    from headgate.core.narrative.scenarios import other_models, scenarios

    payments = desk.payments.payments(since, pipeline)
    if pipeline and not payments:
        of_known_pipeline(desk.project, pipeline, (one.pipeline for one in desk.payments.payments()))
    runs = [_run(one, _rows(desk, one.run)) for one in payments]
    total = _sum(runs)
    return {
        "at": iso(now),
        "since": iso(since),
        "pipeline": pipeline,
        "runs": runs,
        "pipelines": [{"pipeline": name, **_sum(of_it)} for name, of_it in _by_pipeline(runs).items()],
        "total": total,
        "prices": _prices(now),
        "other_models": other_models(total["tokens_in"], total["tokens_out"], now),
        "scenarios": scenarios(now, _mean(runs)),
    }


def _prices(now: datetime) -> dict[str, str | None]:
    """Where prices are from, and from which day the newest of them holds."""
    from headgate.core.narrative.cost import newest_price, prices_from

    newest = newest_price(now)
    return {"from": prices_from(), "newest": newest.isoformat() if newest else None}


def _rows(desk: Desk, run: str) -> int | None:
    found = desk.ledger.run(run)
    return found.counts.get("records") if found else None


def _run(payment: Payment, rows: int | None) -> dict[str, Any]:
    model, fallback = payment.model, payment.model.get("fallback")
    usd = model.get("cost_usd")
    return {
        "run": payment.run,
        "pipeline": payment.pipeline,
        "at": iso(payment.at),
        "model": model["name"],
        **{name: model.get(name) or 0 for name in _TAKEN},
        "rows": rows,
        "cost_usd": usd,
        "usd_per_1000_rows": _per_thousand(usd, rows),
        "fallback": fallback and fallback["code"],
    }


def _by_pipeline(runs: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for run in runs:
        found.setdefault(run["pipeline"], []).append(run)
    return dict(sorted(found.items()))


def _sum(runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Narratives that were asked for, and what they took together; the rows are those of priced narratives only."""
    rows = _rows_of(run for run in runs if _is_priced(run))
    usd_for_rows = sum(run["cost_usd"] or 0 for run in runs if run["rows"])
    usd = round(sum(run["cost_usd"] or 0 for run in runs), _DECIMALS)
    return {
        "narratives": len(runs),
        "fallbacks": sum(run["fallback"] is not None for run in runs),
        **{name: sum(run[name] for run in runs) for name in ("tokens_in", "tokens_out")},
        "rows": rows,
        "cost_usd": usd,
        "uncounted": sum(run["uncounted"] for run in runs if run["cost_usd"] is not None),
        "usd_per_1000_rows": _per_thousand(usd_for_rows, rows),
        "without_price": sum(run["cost_usd"] is None for run in runs),
    }


def _is_priced(run: Mapping[str, Any]) -> bool:
    """Whether a model wrote at a known price: no other rows tell what rows cost."""
    return run["cost_usd"] is not None and run["fallback"] is None


def _rows_of(runs: Iterable[Mapping[str, Any]]) -> int:
    """The rows of a run that was told twice count once."""
    return sum({run["run"]: run["rows"] or 0 for run in runs}.values())


def _per_thousand(usd: float | None, rows: int | None) -> float | None:
    return round(usd * 1000 / rows, _DECIMALS) if usd is not None and rows else None


def _mean(runs: Sequence[Mapping[str, Any]]) -> tuple[float, float] | None:
    """Tokens in and out of one narrative that a model wrote, of those that are counted."""
    written = [run for run in runs if run["fallback"] is None and not run["uncounted"]]
    if not written:
        return None
    return tuple(sum(run[name] for run in written) / len(written) for name in ("tokens_in", "tokens_out"))
