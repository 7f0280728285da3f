"""Processes that hear signals, also where the shell that started the tests ignores some, as under `nohup` or in the background."""

from __future__ import annotations

import signal


def hears_signals() -> None:
    """For `preexec_fn`: what is ignored is passed on to what is started."""
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)
