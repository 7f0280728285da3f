"""The function of fetch: one batch of a source."""

from __future__ import annotations

from headgate.hosts.aws.function import handler_of
from headgate.stages.fetch import fetch

handler = handler_of("fetch", fetch)
