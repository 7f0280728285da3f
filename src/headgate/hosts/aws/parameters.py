"""Secrets of a deployed project: from the environment, else from the Parameter Store, read when they are first wanted."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping

from headgate.adapters.aws.services import asking, client


class Parameters(Mapping[str, str]):
    """Name → value, for `Secrets`.

    Args:
        names: name in the environment → name of its parameter.
        environment: what stands there is not looked for elsewhere.
    """

    def __init__(
        self, names: Mapping[str, str], region: str | None, environment: Mapping[str, str] = os.environ
    ) -> None:
        self._names, self._region, self._environment = names, region, environment
        self._read: dict[str, str] = {}
        self._lock = threading.Lock()

    def __getitem__(self, name: str) -> str:
        if given := self._environment.get(name):
            return given
        with self._lock:
            if name not in self._read:
                self._read[name] = self._ask(self._names[name])
            return self._read[name]

    def _ask(self, parameter: str) -> str:
        with asking("the Parameter Store", parameter):
            found = client("ssm", self._region).get_parameter(Name=parameter, WithDecryption=True)
            return str(found["Parameter"]["Value"])

    def __iter__(self) -> Iterator[str]:
        return iter({**self._names, **self._environment})

    def __len__(self) -> int:
        return len({**self._names, **self._environment})
