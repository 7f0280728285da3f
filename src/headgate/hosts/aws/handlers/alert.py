"""The function of alert: what a person must know."""

from __future__ import annotations

from headgate.hosts.aws.function import handler_of
from headgate.stages.alert import alert

handler = handler_of("alert", alert)
