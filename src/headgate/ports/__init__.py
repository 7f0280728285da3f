"""What stages and hosts need from the outside. Each port has at least two implementations and one conformance suite."""

from headgate.ports.context import Context
from headgate.ports.files import Copy, Files, Found, Provenance
from headgate.ports.ledger import (
    Arrival,
    ArrivalOutcome,
    Attempt,
    AttemptOutcome,
    Claim,
    Commitment,
    Ledger,
    Run,
    RunState,
    held_claim,
)
from headgate.ports.mailer import Mailer, Refusal
from headgate.ports.narrator import Narrator
from headgate.ports.notices import HAS_MAIL, HeldAlert, MailState, Missing, Notices
from headgate.ports.payments import Payment, Payments
from headgate.ports.queue import DeadLetter, Delivery, Depth, Handling, Progress, Queue
from headgate.ports.tables import Loaded, Table, Tables
from headgate.ports.web import Answer, Web

__all__ = [
    "HAS_MAIL",
    "Answer",
    "Arrival",
    "ArrivalOutcome",
    "Attempt",
    "AttemptOutcome",
    "Claim",
    "Commitment",
    "Context",
    "Copy",
    "DeadLetter",
    "Delivery",
    "Depth",
    "Files",
    "Found",
    "Handling",
    "HeldAlert",
    "Ledger",
    "Loaded",
    "MailState",
    "Mailer",
    "Missing",
    "Narrator",
    "Notices",
    "Payment",
    "Payments",
    "Progress",
    "Provenance",
    "Queue",
    "Refusal",
    "Run",
    "RunState",
    "Table",
    "Tables",
    "Web",
    "held_claim",
]
