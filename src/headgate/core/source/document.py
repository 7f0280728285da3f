"""The document that answers become: one JSON object, a member for each symbol."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from headgate.core.source.answer import Unit


def kept_answer(units: Mapping[str, Unit]) -> bytes:
    """One answer as it is kept until the others are there."""
    kept = {symbol: {"text": unit.text, "error": unit.error} for symbol, unit in units.items()}
    return json.dumps(kept).encode()


def read_kept_answer(data: bytes) -> dict[str, Unit]:
    """What `kept_answer` wrote."""
    return {symbol: Unit(**kept) for symbol, kept in json.loads(data).items()}


def document_pieces(units: Iterable[tuple[str, Unit]]) -> Iterator[str]:
    """The whole document, piece by piece: the same answers give the same bytes."""
    opening = "{"
    for symbol, unit in units:
        yield f"{opening}\n  {json.dumps(symbol)}: {unit.text}"
        opening = ","
    yield "\n}\n"
