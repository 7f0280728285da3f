"""What a stage reads of what an earlier one kept: once it was pruned, only making it anew helps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from headgate.core.errors import Permanent, Place
from headgate.ports import Context


@contextmanager
def still_kept(context: Context, key: str, run: str, start: Literal["gate", "analyze"]) -> Iterator[None]:
    """Says that an object is no longer kept, when it is not there, or damaged, when it can't be read.

    Args:
        start: the stage that makes it.

    Raises:
        Permanent: it is gone, or damaged; it does not come back by trying again.
    """
    try:
        yield
    except FileNotFoundError as gone:
        if any(context.files.found(key)):
            raise
        raise Permanent(
            f"it is no longer kept: retention, or somebody, took it away before run {run} was through",
            where=Place(key),
            who="the owner of the pipeline",
            next=f"headgate replay {run} --from {start}, which makes it anew; then headgate dead discard",
            code="pruned",
        ) from gone
    except ValueError as error:
        raise Permanent(
            f"it is not what Headgate wrote: {error}",
            where=Place(key),
            who="whoever changed it",
            next=f"headgate replay {run} --from {start}, which makes it anew; then headgate dead discard",
            code="damaged",
        ) from error
