"""HTTP, as far as a stage needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Answer:
    """What a server answered; headers' names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Web(Protocol):
    """HTTP."""

    def get(self, url: str, parameters: Mapping[str, str]) -> Answer:
        """One GET; any status is an answer.

        Raises:
            Transient: nobody answers, or not in time.
        """
        ...
