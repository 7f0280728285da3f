"""Analyses in the table, for a week: whoever listens to it hears of each, and where its document lies."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from headgate.adapters.aws.dynamo import DynamoTable
from headgate.core.events import Event

_EPOCH = datetime(1970, 1, 1)


class Analyses:
    """Keeps what `analysis.completed` tells of.

    Args:
        kept: how long; the document stays in the store as long as the project says.
    """

    def __init__(self, table: DynamoTable, kept: timedelta) -> None:
        self._table, self._kept = table, kept

    def keep(self, event: Event) -> None:
        """Told again, it is the same item."""
        self._table.put({
            "pk": f"analysis#{event.data['run']}", "sk": event.id, "pipeline": event.data["pipeline"],
            "event": json.dumps(event.as_cloudevent()), "s3": event.data["analysis"],
            "expires_at": int((event.time + self._kept - _EPOCH).total_seconds()),
        })  # fmt: skip
