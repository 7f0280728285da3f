"""What a function tells while it works: lines for people and programs, and numbers."""

from __future__ import annotations

import time
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from aws_lambda_powertools import Logger

from headgate.core.errors import HeadgateError
from headgate.core.events import Event
from headgate.core.memory import peak_memory
from headgate.hosts.aws.metrics import give, of_call, of_run
from headgate.hosts.failures import as_error, as_json
from headgate.hosts.secrets import Secrets
from headgate.hosts.stage_log import StageRun, log_record


class Telling:
    """One call of a function; an `Observer`. What it fails with is raised anew, without secrets.

    Args:
        deployment: its prefix.
        context: what AWS says of the call; None outside of a function.
    """

    def __init__(
        self, stage: str, deployment: str, secrets: Secrets, clock: Callable[[], datetime], context: Any = None
    ) -> None:
        self._stage, self._deployment, self._secrets, self._clock = stage, deployment, secrets, clock
        self._memory_mb = int(getattr(context, "memory_limit_in_mb", 0) or 0)
        self._logger = Logger(service=f"{deployment}-{stage}", use_rfc3339=True, utc=True, location=None)
        self._logger.clear_state()
        if context is not None:
            self._logger.append_keys(function_request_id=getattr(context, "aws_request_id", None))

    def __enter__(self) -> Self:
        self._started = time.perf_counter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._memory_mb:
            seconds = time.perf_counter() - self._started
            give(of_call(self._stage, seconds, self._memory_mb, peak_memory()), self._deployment)
        if isinstance(error, Exception):
            said = as_error(error)
            self.failed(said)
            raise self._masked(said) from None

    def _masked(self, error: HeadgateError) -> HeadgateError:
        """As Lambda may write it into its own log."""
        mask = self._secrets.mask
        said = copy(error)
        said.message, said.next = mask(error.message), mask(error.next) if error.next else None
        said.args = (said.message,)
        said.where = replace(error.where, file=mask(error.where.file)) if error.where else None
        return said

    def __call__(self, run: StageRun) -> None:
        if run.is_idle:
            return
        record = log_record(run, self._clock(), self._secrets.mask)
        message = f"{record['stage']} {record['outcome']}: {record['subject']}"
        self._write(record.pop("level"), message, record.pop("correlation_id"), record)
        give(of_run(run), self._deployment)

    def failed(self, error: HeadgateError, event: Event | None = None) -> None:
        """What is no outcome of a stage run: a message nobody understands, a call that can't be."""
        said = {"stage": self._stage, "error": as_json(error, self._secrets.mask), "event": event.id if event else None}
        self._write("error", self._secrets.mask(error.message), event.correlation_id if event else None, said)

    def _write(self, level: str, message: str, correlation_id: str | None, said: dict[str, Any]) -> None:
        self._logger.set_correlation_id(correlation_id)
        write = {"info": self._logger.info, "warning": self._logger.warning}.get(level, self._logger.error)
        write(message, extra=said)
