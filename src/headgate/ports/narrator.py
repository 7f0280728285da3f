"""A language model that writes."""

from __future__ import annotations

from typing import Protocol

from headgate.core.narrative.request import Request, Told


class Narrator(Protocol):
    """A language model that writes."""

    def tell(self, request: Request) -> Told:
        """Asks for one answer in the form of the request.

        What the model or its provider does wrong is no error but `Told.trouble`: a model never fails a run.
        """
        ...
