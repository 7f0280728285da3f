"""Secrets come from the environment by name, and are known here so that nothing shows them by mistake."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from urllib.parse import quote, quote_plus

MASK = "****"
# What is shorter guards nothing, and masking it would make texts unreadable.
_SHORTEST = 4


class Secrets:
    """Gives secrets by name (`Context.secret`) and masks those it gave."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._environment = environment
        self._given: frozenset[str] = frozenset()
        self._lock = threading.Lock()

    def __call__(self, name: str) -> str | None:
        """A secret by its name in the environment; None when it is not set, or empty."""
        value = self._environment.get(name) or None
        if value is not None and len(value) >= _SHORTEST:
            with self._lock:
                self._given |= {value, quote(value, safe=""), quote_plus(value)}
        return value

    def mask(self, text: str) -> str:
        """The text without any secret, also where one stands in a URL."""
        # The longest first: one secret may hold another.
        for secret in sorted(self._given, key=lambda one: (-len(one), one)):
            text = text.replace(secret, MASK)
        return text
