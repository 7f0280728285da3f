"""Secrets of a deployed project: from the environment, else from the Parameter Store, read when they are wanted."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping

from headgate.adapters.aws.services import asking, client
from headgate.core.errors import Outside, Transient

_KEPT_SECONDS = 300.0
# For so long again, when there is no answer.
_KEPT_ON_SECONDS = 30.0


class Parameters(Mapping[str, str]):
    """Name → value, for `Secrets`; read anew after five minutes, as a function may live for days after a secret was changed.

    Args:
        names: name in the environment → name of its parameter.
        environment: what stands there is not looked for elsewhere.
        elapsed: seconds that only grow.
    """

    def __init__(
        self,
        names: Mapping[str, str],
        region: str | None,
        environment: Mapping[str, str] = os.environ,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._names, self._region, self._environment, self._elapsed = names, region, environment, elapsed
        self._read: dict[str, tuple[str, float]] = {}
        self._lock = threading.Lock()

    def __getitem__(self, name: str) -> str:
        if given := self._environment.get(name):
            return given
        with self._lock:
            value, until = self._read.get(name, (None, self._elapsed()))
            if value is None or self._elapsed() >= until:
                value, seconds = self._anew(name, value)
                self._read[name] = value, self._elapsed() + seconds
            return value

    def _anew(self, name: str, old: str | None) -> tuple[str, float]:
        """The value, and for how many seconds; the old one as long as the store is busy, but not when it refuses."""
        try:
            return self._ask(self._names[name]), _KEPT_SECONDS
        except Transient as error:
            if old is None or isinstance(error, Outside):
                raise
            return old, _KEPT_ON_SECONDS

    def _ask(self, parameter: str) -> str:
        with asking("the Parameter Store", parameter):
            found = client("ssm", self._region).get_parameter(Name=parameter, WithDecryption=True)
            return str(found["Parameter"]["Value"])

    def __iter__(self) -> Iterator[str]:
        return iter({**self._names, **self._environment})

    def __len__(self) -> int:
        return len({**self._names, **self._environment})
