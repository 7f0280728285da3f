"""The function of load: accepted rows into tables."""

from __future__ import annotations

from headgate.hosts.aws.function import handler_of
from headgate.stages.load import load

handler = handler_of("load", load)
