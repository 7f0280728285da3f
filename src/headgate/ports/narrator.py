"""A language model that writes."""

from __future__ import annotations

from typing import Protocol

from headgate.core.narrative.request import Request, Told


class Narrator(Protocol):
    """A language model that writes."""

    def tell(self, request: Request) -> Told:
        """Asks for one answer in the form of the request, until it is answered or may be billed; never for a second one.

        An answer of another form is trouble, with `Told.fault`. After an attempt that came to nothing and may stand on the
        bill, such as an answer that came too late, it is for the caller to ask again, with `Request.tried`.
        What the model or its provider does wrong is no error but `Told.trouble`: a model never fails a run.
        """
        ...
