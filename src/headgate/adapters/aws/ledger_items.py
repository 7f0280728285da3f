"""How the ledger's records stand in the table.

| pk | sk | what | in the index |
|---|---|---|---|
| `run#<run>` | `run` | a run; `holder` and `held_until` while somebody is at it | `run#<pipeline>` by its first claim |
| `run#<run>` | `attempt#<number>` | the end of an attempt at it | `attempt#<pipeline>` by time |
| `arrival#<event>` | `arrival` | an arrival | `arrival#<pipeline>` by when it came |
| `arrival#<event>` | `hold#<name>` | that this arrival may hold a name | |
| `hold#<name>` | `hold` | who holds a name | |
| `kin#<run>` | `<run>` | a committed run that replays the first, or was resubmitted to it | |
| `pipeline#<pipeline>` | `open#<run>` | a run that is neither committed nor failed | |
| `pipeline#<pipeline>` | `ordinary#<first claim>#<run>` | a committed run that is neither replay nor resubmission | |
| `pipeline#<pipeline>` | `replay#<number>` | the number of a committed replay | |
| `pipelines` | `<pipeline>` | that there is, or was, such a pipeline | |

Runs, arrivals and holds have a `version`, which grows with each change: whoever changes one names the version that he read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from headgate.adapters.aws.dynamo import Removal, Write
from headgate.ports import Arrival, Attempt, Run

Item = Mapping[str, Any]
Key = tuple[str, str]
# Behind every text that begins as the one before it.
_LAST = "\uffff"


def written(at: datetime) -> str:
    """A time, so that texts are in the order of times."""
    return at.isoformat(timespec="microseconds")


def time_of(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def next_version(item: Item | None) -> int:
    return int(item["version"]) + 1 if item else 1


def unchanged(item: Item | None) -> dict[str, Any]:
    """The condition that an item is as it was read; None: that there is none yet."""
    return {"version": item["version"] if item else None}


def run_key(run: str) -> Key:
    return f"run#{run}", "run"


def arrival_key(event: str) -> Key:
    return f"arrival#{event}", "arrival"


def run_item(run: Run, version: int, terms: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A run; with the terms on which somebody holds it, if somebody does."""
    return {
        "pk": f"run#{run.run}", "sk": "run", "gpk": f"run#{run.pipeline}", "gsk": f"{written(run.claimed_at)}#{run.run}",
        "version": version, **(terms or {}),
        "run": run.run, "pipeline": run.pipeline, "file": run.file, "state": run.state, "verdict": run.verdict,
        "counts": dict(run.counts), "attempts": run.attempts, "claimed_at": written(run.claimed_at), "event": run.event,
        "settled_at": run.settled_at and written(run.settled_at), "reason": _json(run.reason), "parent": run.parent,
        "replay": run.replay, "replays": run.replays,
    }  # fmt: skip


def run_of(item: Item) -> Run:
    return Run(
        item["run"], item["pipeline"], item["file"], item["state"], item.get("verdict"), item["counts"],
        item["attempts"], datetime.fromisoformat(item["claimed_at"]), item["event"], time_of(item.get("settled_at")),
        _parsed(item.get("reason")), item.get("parent"), item["replay"], item.get("replays"),
    )  # fmt: skip


def arrival_item(arrival: Arrival, version: int) -> dict[str, Any]:
    return {
        "pk": f"arrival#{arrival.event}", "sk": "arrival", "gpk": f"arrival#{arrival.pipeline or ''}",
        "gsk": f"{written(arrival.at)}#{arrival.event}", "version": version,
        "event": arrival.event, "at": written(arrival.at), "pipeline": arrival.pipeline, "key": arrival.key,
        "file": arrival.file, "size": arrival.size, "run": arrival.run, "outcome": arrival.outcome,
    }  # fmt: skip


def arrival_of(item: Item) -> Arrival:
    return Arrival(
        item["event"], datetime.fromisoformat(item["at"]), item.get("pipeline"), item["key"], item["file"],
        item.get("size"), item.get("run"), item.get("outcome"),
    )  # fmt: skip


def attempt_item(attempt: Attempt) -> dict[str, Any]:
    return {
        "pk": f"run#{attempt.run}", "sk": f"attempt#{attempt.number:06}", "gpk": f"attempt#{attempt.pipeline}",
        "gsk": f"{written(attempt.at)}#{attempt.run}#{attempt.number:06}",
        "run": attempt.run, "pipeline": attempt.pipeline, "file": attempt.file, "number": attempt.number,
        "event": attempt.event, "outcome": attempt.outcome, "reason": _json(attempt.reason), "at": written(attempt.at),
    }  # fmt: skip


def attempt_of(item: Item) -> Attempt:
    return Attempt(
        item["run"], item["pipeline"], item["file"], item["number"], item["event"], item["outcome"],
        _parsed(item.get("reason")), datetime.fromisoformat(item["at"]),
    )  # fmt: skip


def opened(run: Run) -> Write:
    """Somebody begins with a run, or takes it up again."""
    return Write({"pk": f"pipeline#{run.pipeline}", "sk": f"open#{run.run}", "run": run.run})


def closed(run: Run) -> Removal:
    """A run came to its end."""
    return Removal(f"pipeline#{run.pipeline}", f"open#{run.run}")


def placed(run: Run) -> list[Write]:
    """Where a committed run is found beside its own key: with its kin, in the order of the ordinary ones, as a replay."""
    pk = f"pipeline#{run.pipeline}"
    older = dict.fromkeys(one for one in (run.parent, run.replays) if one)
    writes = [Write({"pk": f"kin#{one}", "sk": run.run}) for one in older]
    if run.replay:
        writes.append(Write({"pk": pk, "sk": f"replay#{run.replay:06}", "number": run.replay}))
    elif run.parent is None:
        writes.append(Write({"pk": pk, "sk": f"ordinary#{written(run.claimed_at)}#{run.run}", "run": run.run}))
    return writes


def ordinary_until(at: datetime) -> str:
    """Behind the last ordinary run of this time, and before any later one."""
    return f"ordinary#{written(at)}#{_LAST}"


def _json(reason: Mapping[str, Any] | None) -> str | None:
    return None if reason is None else json.dumps(dict(reason))


def _parsed(text: str | None) -> Any:
    return None if text is None else json.loads(text)
