"""What a stage reads of what an earlier one kept: once it was pruned, only making it anew helps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from headgate.core.errors import Permanent, Place
from headgate.ports import Context

Start = Literal["gate", "analyze"]


@contextmanager
def still_kept(context: Context, key: str, run: str, start: Start) -> Iterator[None]:
    """Says that an object is no longer kept, when it is not there.

    Args:
        start: the stage that makes it.

    Raises:
        Permanent: it is gone; it does not come back by trying again (`pruned`).
    """
    try:
        yield
    except FileNotFoundError as gone:
        if any(context.files.found(key)):
            raise
        why = f"it is no longer kept: retention, or somebody, took it away before run {run} was through"
        raise Permanent(
            why, where=Place(key), who="the owner of the pipeline", next=_anew(run, start), code="pruned"
        ) from gone


def kept_document(context: Context, key: str, run: str, start: Start) -> Any:
    """The JSON document under a key.

    Raises:
        Permanent: as `still_kept`; or it is no JSON (`damaged`).
    """
    with still_kept(context, key, run, start):
        content = context.files.read(key)
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        why = f"it is not what Headgate wrote: {error}"
        raise Permanent(
            why, where=Place(key), who="whoever changed it", next=_anew(run, start), code="damaged"
        ) from error


def _anew(run: str, start: Start) -> str:
    return f"headgate replay {run} --from {start}, which makes it anew; then headgate dead discard"
