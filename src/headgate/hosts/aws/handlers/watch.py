"""The function of watch: the files that should be here by now."""

from __future__ import annotations

from headgate.hosts.aws.function import handler_of
from headgate.stages.watch import watch

handler = handler_of("watch", watch)
