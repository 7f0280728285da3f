"""Analyses in the table, for a week: whoever listens to it hears of each, and finds it there."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from headgate.adapters.aws.dynamo import DynamoTable
from headgate.core.events import Event
from headgate.ports import Files

_EPOCH = datetime(1970, 1, 1)
# An item may have 400 KB; what is larger stays where it is kept anyway.
_MOST = 300_000


class Analyses:
    """Keeps what `analysis.completed` tells of.

    Args:
        kept: how long; the document itself stays in the store as long as the project says.
    """

    def __init__(self, table: DynamoTable, files: Files, kept: timedelta) -> None:
        self._table, self._files, self._kept = table, files, kept

    def keep(self, event: Event) -> None:
        """Told again, it is the same item."""
        key, pipeline = event.data["analysis"], event.data["pipeline"]
        document = self._files.read(key)
        item: dict[str, Any] = {
            "pk": f"analysis#{event.data['run']}", "sk": event.id, "gpk": f"analysis#{pipeline}",
            "gsk": event.time.isoformat(), "event": json.dumps(event.as_cloudevent()), "s3": key,
            "expires_at": int((event.time + self._kept - _EPOCH).total_seconds()),
        }  # fmt: skip
        if len(document) <= _MOST:
            item["document"] = document.decode()
        self._table.put(item)
