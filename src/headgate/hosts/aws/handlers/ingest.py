"""The function of ingest: files that arrived through their gate."""

from __future__ import annotations

from headgate.hosts.aws.function import handler_of
from headgate.stages.ingest import ingest

handler = handler_of("ingest", ingest)
