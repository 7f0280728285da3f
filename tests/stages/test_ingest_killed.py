"""ingest, killed anywhere: the next attempt ends as if nobody had killed it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from headgate.stages.ingest import ingest
from tests.stages.arriving import WAYS, Way, left
from tests.stages.stage import Isolated


class Killed(BaseException):
    """The process ends here."""


WATCHED = {
    "files": ("upload", "write", "discard", "move", "download", "digest", "copy"),
    "ledger": ("claim", "commit", "fail", "close", "hold", "let_go"),
}


class Killer:
    """Kills after the n-th call of a port, which is before the next one; counts the calls when nobody is killed."""

    def __init__(self, stage: Isolated, boundary: int | None) -> None:
        self.crossed, self._boundary = 0, boundary
        for part, names in WATCHED.items():
            for name in names:
                self._wrap(getattr(stage, part), name)

    def _wrap(self, part: Any, name: str) -> None:
        plain = getattr(part, name)

        def watched(*given: Any) -> Any:
            answer = plain(*given)
            self.crossed += 1
            if self.crossed == self._boundary:
                raise Killed
            return answer

        setattr(part, name, watched)

    def rest(self) -> None:
        self._boundary = None


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_killed_after_any_step_the_next_attempt_tells_the_same_and_leaves_the_same(way: Way, tmp_path: Path):
    whole = Isolated(tmp_path / "whole")
    arrived = way(whole)
    killer = Killer(whole, None)
    told = ingest(arrived, whole.context)
    for boundary in range(1, killer.crossed + 1):
        stage = Isolated(tmp_path / str(boundary))
        arrived = way(stage)
        dying = Killer(stage, boundary)
        with pytest.raises(Killed):
            ingest(arrived, stage.context)
        dying.rest()
        again = ingest(arrived, stage.context)
        assert [one.as_cloudevent() for one in again] == [one.as_cloudevent() for one in told], boundary
        assert left(stage) == left(whole), boundary
