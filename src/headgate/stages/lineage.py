"""Which runs stand for one file: a run, what replays it, and what was resubmitted to any of these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from headgate.ports import Ledger, Run


def back_to_first(run: Run, ledger: Ledger) -> list[Run]:
    """The run, the one that it replays, the one that this replays, and so on."""
    found = [run]
    while found[-1].replays and (earlier := ledger.run(found[-1].replays)):
        found.append(earlier)
    return found


def last_of(family: Sequence[Run]) -> Run:
    """Of the committed runs of one file the one whose rows stand in place of those of all that it replays."""
    return max((run for run in family if not run.parent), key=lambda run: run.replay)


def with_rows(family: Sequence[Run]) -> list[Run]:
    """The last replay, and what was resubmitted: a replay leaves those rows out."""
    return [last_of(family), *(run for run in family if run.parent)]


def standing(runs: Iterable[Run]) -> list[Run]:
    """Of many runs the committed ones, and of a run and its replays the last; in the same order."""
    known = list(runs)
    replays = {run.run: run.replays for run in known}
    last: dict[str, Run] = {}
    for run in sorted((run for run in known if run.state == "committed"), key=lambda run: (run.replay, run.claimed_at)):
        last[_first(run.run, replays)] = run
    kept = {run.run for run in last.values()}
    return [run for run in known if run.run in kept]


def _first(run: str, replays: Mapping[str, str | None]) -> str:
    seen = {run}
    while (before := replays.get(run)) and before not in seen:
        seen.add(before)
        run = before
    return run
