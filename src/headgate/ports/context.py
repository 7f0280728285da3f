"""What a host hands to a stage."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from headgate.core.contract.model import Contract
from headgate.core.project import Project
from headgate.ports.files import Files
from headgate.ports.ledger import Ledger
from headgate.ports.mailer import Mailer
from headgate.ports.narrator import Narrator
from headgate.ports.notices import Notices
from headgate.ports.payments import Payments
from headgate.ports.tables import Tables
from headgate.ports.web import Web

if TYPE_CHECKING:
    # They are dear to import, and commands that only look need none.
    from headgate.core.analysis.queries import Queries
    from headgate.core.gate.session import Engine
    from headgate.core.narrative.voice import Voice


@dataclass(frozen=True)
class Context:
    """What a host hands to a stage.

    Attributes:
        contracts: pipeline name → its contract; a metadata pipeline has none.
        secret: a secret by its name in the environment; None when it is not set.
        now: the time of this call, UTC, naive: stages have no clock of their own.
        queries: pipeline name → its facts and findings in SQL.
        voices: pipeline name → how its narratives are told; without one, by the built-in narrator.
        narrators: pipeline name → the language model that tells; without one, no model is asked.
        engine: gives an engine that is started already; without it, a file gets its own.
        largest_file: bytes that a file may have where this host runs; None where there is room for any.
        alerted: who hears of every alert besides whom the project names; the host's mailer knows how to reach them.
        is_deployed: whether all processes of this host read one deployed project, so that none beside it has read another.
    """

    project: Project
    contracts: Mapping[str, Contract]
    files: Files
    ledger: Ledger
    notices: Notices
    mailer: Mailer
    tables: Tables
    web: Web
    payments: Payments
    secret: Callable[[str], str | None]
    now: datetime
    queries: Mapping[str, Queries] = field(default_factory=dict)
    voices: Mapping[str, Voice] = field(default_factory=dict)
    narrators: Mapping[str, Narrator] = field(default_factory=dict)
    engine: Callable[[], Engine] | None = None
    largest_file: int | None = None
    alerted: Sequence[str] = ()
    is_deployed: bool = False
