"""The function of analyze: what is in the rows of a run."""

from __future__ import annotations

from headgate.hosts.aws.function import handler_of
from headgate.stages.analyze import analyze

handler = handler_of("analyze", analyze)
