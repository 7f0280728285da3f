"""What the analysis of one run may use, and how much of its results is kept."""

from __future__ import annotations

from dataclasses import dataclass, field

from headgate.core.gate.session import Budget


@dataclass(frozen=True)
class Limits:
    """What the analysis of one run may use, and how much of its results is kept.

    Attributes:
        budget: memory and threads of the engine.
        seconds: that one query, or the scoring of texts, may take.
        rows: of one fact that are kept.
        text: characters of one text in a fact or a flagged row that are kept.
        findings: different findings of one file and severity that are kept.
        flagged: rows of one finding that are kept.
        texts: different texts that are scored for sentiment(); of more, a sample is.
    """

    budget: Budget = field(default_factory=Budget)
    seconds: float = 60
    rows: int = 500
    text: int = 500
    findings: int = 50
    flagged: int = 20
    texts: int = 20_000
