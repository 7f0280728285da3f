"""The function of notify: the report of a run."""

from __future__ import annotations

from headgate.hosts.aws.function import handler_of
from headgate.stages.notify import notify

handler = handler_of("notify", notify)
