"""Messages that hold none of our events: what S3 says of the inbox, and what schedules say."""

from __future__ import annotations

from datetime import datetime

from headgate.adapters.aws.messages import Envelope
from headgate.core.errors import Permanent
from headgate.core.events import Event
from headgate.core.project import Project
from headgate.hosts.aws.arrivals import CREATED, arrived, of_bus
from headgate.hosts.aws.ticks import ticked


class Foreign:
    """Reads them; a `Reader`.

    Args:
        storage: URL of what the zones lie under.
    """

    def __init__(self, project: Project, storage: str) -> None:
        self._project, self._storage = project, storage

    def __call__(self, stage: str, envelope: Envelope, at: datetime) -> list[Event]:
        """The events of a message; none where it is of no concern.

        Raises:
            Permanent: it is neither of S3 nor of a schedule.
        """
        if envelope.type != CREATED:
            return ticked(envelope, self._project, at)
        try:
            put = of_bus(envelope)
        except (KeyError, TypeError) as error:
            raise Permanent(
                f"a message does not say what S3 says: {type(error).__name__}: {error}", who="whoever sent it",
                next="look at what it says; when it is of no use: headgate dead discard", code="bad_message",
            ) from error  # fmt: skip
        found = arrived(put, self._project, self._storage)
        return [found] if found else []
