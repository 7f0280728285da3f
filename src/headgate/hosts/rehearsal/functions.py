"""The functions that were deployed: their code unpacked, their processes started as calls come, and kept warm."""

from __future__ import annotations

import hashlib
import io
import itertools
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headgate.hosts.rehearsal.cloud import Cloud
from headgate.hosts.rehearsal.interpreter import find_python, runtime_client
from headgate.hosts.rehearsal.runtime import FunctionFailed, Instance


@dataclass(frozen=True)
class Called:
    """One call of a function, for whoever measures.

    Attributes:
        started: seconds that its process took to start before the call; 0 when it was warm.
        outcome: `ok`, or why there is no answer.
        peak_memory: bytes that its process took at most until then.
    """

    function: str
    seconds: float
    started: float
    outcome: str
    peak_memory: int


class Functions:
    """All functions that were deployed to a rehearsal's cloud.

    Args:
        folder: for code, logs and what functions write to `/tmp`.

    Attributes:
        called: every call, in the order in which they ended.
    """

    def __init__(self, cloud: Cloud, folder: Path) -> None:
        self._cloud, self._folder = cloud, folder
        self._python, self._client = find_python(), runtime_client()
        self._lock, self._unpacking, self._numbers = threading.Lock(), threading.Lock(), itertools.count()
        self._idle: dict[str, list[Instance]] = {}
        self._all: list[tuple[str, Instance]] = []
        self._settings: dict[str, Mapping[str, Any]] = {}
        self._code: dict[str, Path] = {}
        self.called: list[Called] = []

    @property
    def names(self) -> list[str]:
        """Of all functions there are."""
        pages = self._cloud.client("lambda").get_paginator("list_functions").paginate()
        return sorted(str(one["FunctionName"]) for page in pages for one in page["Functions"])

    def knows(self, name: str) -> bool:
        """Whether there is such a function."""
        return name in self._settings or name in self.names

    def unpack(self) -> None:
        """Unpacks all code beforehand, which AWS does out of sight, too."""
        for name in self.names:
            self._unpacked(name)

    def call(self, name: str, given: Any) -> Any:
        """Calls a function, in a process of its own for as long as it takes.

        Raises:
            FunctionFailed: it has no answer.
        """
        settings = self._settings_of(name)
        with self._instance(name, settings) as (instance, is_new):
            outcome = "ok"
            try:
                return instance.call(given, float(settings["Timeout"]))
            except FunctionFailed as error:
                outcome = error.kind
                raise
            finally:
                started = instance.start_seconds if is_new else 0.0
                self.called.append(Called(name, instance.call_seconds, started, outcome, instance.peak_memory))

    def kill(self, name: str) -> None:
        """Ends all processes of a function, whatever they do."""
        with self._lock:
            found = [instance for other, instance in self._all if other == name]
        for instance in found:
            instance.kill()

    def close(self) -> None:
        """Ends all processes."""
        with self._lock:
            found, self._all = self._all, []
            self._idle.clear()
        for _, instance in found:
            instance.close()

    def log(self, name: str) -> Path:
        """The file with what a function says."""
        return self._folder / "logs" / f"{name}.log"

    @contextmanager
    def _instance(self, name: str, settings: Mapping[str, Any]) -> Iterator[tuple[Instance, bool]]:
        with self._lock:
            idle = [one for one in self._idle.pop(name, []) if one.is_alive]
            instance = idle.pop() if idle else None
            self._idle[name] = idle
        is_new = instance is None
        instance = instance or self._started(name, settings)
        try:
            yield instance, is_new
        finally:
            # One that failed by an exception of its own goes on, as on AWS; one that is gone does not come back.
            if instance.is_alive:
                with self._lock:
                    self._idle.setdefault(name, []).append(instance)

    def _settings_of(self, name: str) -> Mapping[str, Any]:
        if name not in self._settings:
            self._settings[name] = self._cloud.client("lambda").get_function_configuration(FunctionName=name)
        return self._settings[name]

    def _started(self, name: str, settings: Mapping[str, Any]) -> Instance:
        code = self._unpacked(name)
        temp = self._folder / "tmp" / f"{name}-{next(self._numbers)}"
        temp.mkdir(parents=True)
        log = self.log(name)
        log.parent.mkdir(exist_ok=True)
        command = [str(self._python), "-m", "awslambdaric", str(settings["Handler"])]
        with log.open("ab") as said:
            instance = Instance(
                command, self._environment(name, settings, code, temp), code, said, settings["FunctionArn"]
            )
        with self._lock:
            self._all.append((name, instance))
        return instance

    def _environment(self, name: str, settings: Mapping[str, Any], code: Path, temp: Path) -> dict[str, str]:
        """What AWS sets, what Terraform sets, and what leads to the rehearsal's cloud; nothing of this machine's."""
        return {
            "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "en_US.UTF-8", "TZ": ":UTC",
            # The runtime client comes after the code, as on AWS: a package may bring its own.
            "PYTHONPATH": f"{code}:{self._client}",
            "LAMBDA_TASK_ROOT": str(code), "_HANDLER": str(settings["Handler"]),
            "AWS_LAMBDA_FUNCTION_NAME": name, "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(settings["MemorySize"]),
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}", "AWS_LAMBDA_LOG_STREAM_NAME": "rehearsal",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand", "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
            **self._cloud.environment, **settings.get("Environment", {}).get("Variables", {}),
            # Each process has a /tmp of its own.
            "TMPDIR": str(temp), "HEADGATE_TEMP": str(temp),
        }  # fmt: skip

    def _unpacked(self, name: str) -> Path:
        """The folder with a function's code; those with the same code share it."""
        # Others go on meanwhile: it takes seconds.
        with self._unpacking:
            if name not in self._code:
                self._code[name] = self._extracted(self._cloud.code(name))
            return self._code[name]

    def _extracted(self, data: bytes) -> Path:
        folder = self._folder / "code" / hashlib.sha256(data).hexdigest()[:16]
        if not folder.exists():
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                archive.extractall(folder)
        return folder
