"""The function of summarize: the report of a day."""

from __future__ import annotations

from headgate.hosts.aws.function import handler_of
from headgate.stages.summarize import summarize

handler = handler_of("summarize", summarize)
