"""Events: CloudEvents 1.0 that carry keys and counts, never rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from headgate.core.identity import event_id


@dataclass(frozen=True)
class Event:
    """One immutable fact.

    Attributes:
        id: hash of type, subject, the causing event's id and a discriminator: the same cause makes the same event.
        type: `file.arrived` …, see flow.py.
        source: who says so, e.g. `headgate/embedded`.
        time: when, UTC, naive.
        subject: the run, or an object key, or pipeline and period.
        correlation_id: given at arrival, carried to the report.
        data: keys and counts, JSON values only.
    """

    id: str
    type: str
    source: str
    time: datetime
    subject: str
    correlation_id: str
    data: Mapping[str, Any] = field(default_factory=dict)

    def next(self, type_: str, subject: str, data: Mapping[str, Any], discriminator: str = "") -> Event:
        """The event that this one causes; the same source, time and correlation id."""
        id_ = event_id(type_, subject, self.id, discriminator)
        return Event(id_, type_, self.source, self.time, subject, self.correlation_id, data)

    def as_cloudevent(self) -> dict[str, Any]:
        """The event as CloudEvents JSON; the correlation id is an extension attribute."""
        return {
            "specversion": "1.0",
            "id": self.id,
            "type": self.type,
            "source": self.source,
            "time": self.time.isoformat() + "Z",
            "subject": self.subject,
            "correlationid": self.correlation_id,
            "datacontenttype": "application/json",
            "data": dict(self.data),
        }
