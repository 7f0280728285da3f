"""The runs before one that is analyzed: what drift compares it with, and whose rows queries see as `history`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from headgate.core.manifest import Manifest
from headgate.ports import Ledger, Run
from headgate.stages.lineage import with_rows


class EarlierRuns:
    """Asks the ledger for no more runs than are wanted: a pipeline may have very many."""

    def __init__(self, ledger: Ledger, pipeline: str, run: str, manifest: Manifest) -> None:
        self._ledger, self._pipeline, self._run = ledger, pipeline, run
        self._until = datetime.fromisoformat(manifest["observed"]["claimed_at"].removesuffix("Z"))

    def ordinary(self, count: int) -> list[Run]:
        """The last committed runs that are neither replays nor resubmissions, oldest first."""
        found = self._ledger.ordinary(self._pipeline, self._until, count + 1)
        return [run for run in found if run.run != self._run][-count:] if count else []

    def with_rows(self, count: int) -> Iterator[tuple[Run, Run]]:
        """The runs whose rows count, of the last `count` files, the newest first, each behind the first run of its file."""
        # One more, since a replay leaves out the file that it replays itself.
        families = ((root, self._ledger.family(root.run)) for root in reversed(self.ordinary(count + 1)))
        of_others = ((root, family) for root, family in families if not self._replays(family))
        for root, family in islice(of_others, count):
            yield from ((root, run) for run in with_rows(family) if run.run != self._run)

    def _replays(self, family: Sequence[Run]) -> bool:
        """A run takes the place of those that it replays."""
        return any(run.run == self._run and run.replay for run in family)
