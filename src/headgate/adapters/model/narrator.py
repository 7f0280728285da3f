"""A language model as narrator: asked again when it may help, and given up when it can't."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace

from headgate.adapters.model.lacking import not_installed
from headgate.core.backoff import backoff
from headgate.core.config.narrator_settings import NarratorSettings
from headgate.core.errors import HeadgateError, Transient
from headgate.core.narrative.request import ANSWERS, Request, Spent, Told

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
        spent, answers, asking = Spent(), ANSWERS, Asking(self._settings, self._secret)
        for attempt in range(1, self._settings.max_attempts + 1):
            told = asking.ask(request, answers)
            spent += replace(told.spent, attempts=1)
            answers -= asking.answers
            if not self._again(told.trouble, attempt, answers, asking.retry_after):
                break
        return replace(told, spent=spent)

    def _again(self, trouble: HeadgateError | None, attempt: int, answers: int, retry_after: float) -> bool:
        """Waits for the next attempt; whether there is one."""
        if not isinstance(trouble, Transient) or attempt == self._settings.max_attempts or answers < 1:
            return False
        pause = backoff(attempt, _FIRST, _LONGEST, self._chance())
        self._wait(max(pause, min(retry_after, _MOST_PATIENCE)))
        return True
