"""A language model as narrator: asked again when it may help, and given up when it can't."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace

from headgate.adapters.model.lacking import not_installed
from headgate.core.backoff import backoff
from headgate.core.config.narrator_settings import NarratorSettings
from headgate.core.errors import Transient
from headgate.core.narrative.request import Request, Spent, Told

_FIRST, _LONGEST = 1.0, 20.0
# A provider may ask for more patience than that, but not for any.
_MOST_PATIENCE = 60.0


class ModelNarrator:
    """`Narrator` by a language model.

    Args:
        settings: of the pipeline; a model is named in them.
        secret: gives a secret by its name in the environment.
        wait: waits so many seconds.
        chance: a number from 0 to 1.
    """

    def __init__(
        self,
        settings: NarratorSettings,
        secret: Callable[[str], str | None],
        wait: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._settings, self._secret = settings, secret
        self._wait, self._chance = wait, chance

    def tell(self, request: Request) -> Told:
        try:
            from headgate.adapters.model.asking import Asking
        except ImportError:
            return Told(None, trouble=not_installed(self._settings.model))
        spent, asking, most = Spent(), Asking(self._settings, self._secret), self._settings.max_attempts
        for attempt in range(min(request.tried, most - 1), most):
            self._pause(attempt, asking.retry_after)
            told = asking.ask(request)
            spent += replace(told.spent, attempts=1)
            # What may stand on the bill is for the caller to count before there is another attempt.
            if not isinstance(told.trouble, Transient) or told.spent.unanswered:
                break
        return replace(told, spent=spent)

    def _pause(self, failed: int, retry_after: float) -> None:
        """Waits after so many attempts that failed."""
        if failed:
            pause = backoff(failed, _FIRST, _LONGEST, self._chance())
            self._wait(max(pause, min(retry_after, _MOST_PATIENCE)))
