"""Faults of AWS, as a rehearsal wishes them: requests that are refused, or held back until they are let go."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass
class Fault:
    """What is to go wrong.

    Attributes:
        target: how the request's `X-Amz-Target`, or its path, begins.
        holds: what its body must hold.
        times: how often it goes wrong.
        status, code, message: the answer.
        held: whether the request waits until `let_go`, and is answered as ever then.
        met: how often it went wrong so far.
    """

    target: str
    holds: str = ""
    times: int = 1
    status: int = 400
    code: str = "ThrottlingException"
    message: str = "not now"
    held: bool = False
    met: int = 0
    gone: threading.Event = field(default_factory=threading.Event, repr=False)


class Faults:
    """Those that are still to come, and those that were."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wished: list[Fault] = []

    def wish(self, fault: Fault) -> None:
        with self._lock:
            self._wished.append(fault)

    def meets(self, target: str, path: str, body: str) -> Fault | None:
        """The fault that this request runs into, if any."""
        with self._lock:
            for fault in self._wished:
                named = target.startswith(fault.target) or path.startswith(fault.target)
                if named and fault.holds in body and fault.met < fault.times:
                    fault.met += 1
                    return fault
        return None

    def met(self) -> list[int]:
        """How often each was met, in the order in which they were wished."""
        with self._lock:
            return [fault.met for fault in self._wished]

    def let_go(self) -> None:
        """Ends all of them; what is held back goes on."""
        with self._lock:
            for fault in self._wished:
                fault.gone.set()
            self._wished.clear()
