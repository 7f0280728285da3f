"""What is going to be asked: which requests, at what pace, at what cost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from headgate.core.config.mistakes import unknown_name
from headgate.core.config.source_settings import Source
from headgate.core.errors import UserMistake
from headgate.core.identity import digest
from headgate.core.project import Project

KEY_PARAMETER = "apikey"
MASK = "***"

# The API takes no more symbols in one request.
_MOST_SYMBOLS = 120
# About 8 MB of answer, which is held in memory as a whole.
_MOST_BARS = 50_000
# A minute by the API's clock, and the time that a request takes to get there.
MINUTE = timedelta(seconds=65)


@dataclass(frozen=True)
class Request:
    """One request: what is asked, and the parameters that ask it, without the key."""

    symbols: tuple[str, ...]
    parameters: Mapping[str, str]


@dataclass(frozen=True)
class Plan:
    """Everything one fetch asks.

    Attributes:
        url: without parameters.
        pause: between the start of one request and the next.
    """

    url: str
    requests: tuple[Request, ...]
    pause: timedelta

    @property
    def symbols(self) -> tuple[str, ...]:
        """All of them, in the order they are asked for."""
        return tuple(symbol for request in self.requests for symbol in request.symbols)

    @property
    def credits(self) -> int:
        """What the API charges for it: one credit for each symbol."""
        return len(self.symbols)

    @property
    def duration(self) -> timedelta:
        """From the first request to the last."""
        return self.pause * (len(self.requests) - 1)

    @property
    def identity(self) -> str:
        """The same for plans that ask the same, in hex."""
        return digest(self.url, json.dumps([dict(request.parameters) for request in self.requests]))

    def masked_urls(self) -> list[str]:
        """Each request as a URL to show to people, its key masked."""
        return [
            f"{self.url}?{urlencode({**request.parameters, KEY_PARAMETER: MASK}, safe=',:/*')}"
            for request in self.requests
        ]

    def as_json(self) -> dict[str, Any]:
        """The plan for people and programs: URLs, symbols, credits, and seconds from the first request to the last."""
        return {
            "requests": [
                {"url": url, "symbols": list(request.symbols)}
                for url, request in zip(self.masked_urls(), self.requests, strict=True)
            ],
            "symbols": len(self.symbols),
            "credits": self.credits,
            "seconds": int(self.duration.total_seconds()),
        }


def source_of(project: Project, pipeline: str) -> Source:
    """The source of a pipeline.

    Raises:
        UserMistake: there is no such pipeline, or it has no source.
    """
    if pipeline not in project.pipelines:
        hint = unknown_name(pipeline, project.pipelines) if project.pipelines else "there are none"
        raise UserMistake(f"there is no pipeline {pipeline}; {hint}", next="headgate config show", code="no_pipeline")
    found = project.pipelines[pipeline]
    if found.source is None:
        raise UserMistake(
            "the pipeline has no `source`, so there is nothing to ask",
            where=found.place(),
            who="the owner of the pipeline",
            next="add a `source` section to pipeline.yaml",
            code="no_source",
        )
    return found.source


def plan_of(source: Source) -> Plan:
    """The requests that a source's settings ask for, as many symbols in each as its plan allows in a minute."""
    size = max(1, min(source.credits_per_minute, _MOST_SYMBOLS, _MOST_BARS // source.outputsize))
    starts = range(0, len(source.symbols), size)
    requests = tuple(_request(source, source.symbols[start : start + size]) for start in starts)
    return Plan(source.url, requests, MINUTE / (source.credits_per_minute // size))


def _request(source: Source, symbols: tuple[str, ...]) -> Request:
    parameters = {"symbol": ",".join(symbols), "interval": source.interval, "outputsize": str(source.outputsize)}
    return Request(symbols, parameters)
