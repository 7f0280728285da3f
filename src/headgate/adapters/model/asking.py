"""Asking a model once, by pydantic-ai: one request, one answer, and what it took by the provider's count."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from pydantic_ai import Agent, capture_run_messages
from pydantic_ai.messages import ModelMessage, ModelResponse
from pydantic_ai.models import Model

from headgate.adapters.model.connecting import connect, settings_for
from headgate.adapters.model.fault import fault_of
from headgate.adapters.model.trouble import WRONG_FORM, may_be_billed, retry_after_of, trouble_of
from headgate.core.config.narrator_settings import NarratorSettings, Price
from headgate.core.narrative.model import Draft
from headgate.core.narrative.request import Mending, Request, Spent, Told


class Asking:
    """One model, asked once or more often.

    Attributes:
        retry_after: seconds that the provider asked to wait the last time; 0 when it didn't.
    """

    def __init__(self, settings: NarratorSettings, secret: Callable[[str], str | None]) -> None:
        self._settings, self._secret = settings, secret
        self.retry_after = 0.0
        self._model: Model[Any] | None = None

    def ask(self, request: Request) -> Told:
        """Asks, in a thread of its own, since this one may run an event loop already."""
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(lambda: asyncio.run(self._told(request))).result()

    async def _told(self, request: Request) -> Told:
        self.retry_after = 0.0
        answer: Draft | Mending | None = None
        failure: Exception | None = None
        with capture_run_messages() as messages:
            try:
                answer = await self._answer(request)
            except Exception as error:
                # Whatever it is, a model never fails a run.
                failure = error
        responses = [message for message in messages if isinstance(message, ModelResponse)]
        spent = _spent(responses, self._settings.price)
        return Told(answer, spent) if failure is None else self._failed(failure, spent, bool(responses))

    def _failed(self, failure: Exception, spent: Spent, answered: bool) -> Told:
        self.retry_after = retry_after_of(failure)
        trouble = trouble_of(failure, self._settings, answered)
        fault = fault_of(failure) if answered and trouble.code == WRONG_FORM else ""
        return Told(None, replace(spent, unanswered=int(may_be_billed(failure))), trouble, fault, unusable=answered)

    async def _answer(self, request: Request) -> Draft | Mending:
        self._model = self._model or connect(self._settings, self._secret)
        agent = Agent[None, Draft | Mending](
            self._model,
            output_type=request.form,
            instructions=request.instructions,
            # Tried again with all that was said before, a request would grow without limit.
            retries={"output": 0},
            model_settings=settings_for(self._settings),
        )
        async with agent:
            return (await agent.run(request.material)).output


def _spent(responses: Sequence[ModelMessage], price: Price | None) -> Spent:
    """By the provider's count; the price of each answer is that of the settings, or the library's, cached tokens included.

    Some servers count no tokens.
    """
    spent = Spent()
    for response in responses:
        if isinstance(response, ModelResponse):
            usage = response.usage
            if not usage.input_tokens and not usage.output_tokens:
                spent += Spent(without_count=1)
                continue
            cost = price.of(usage.input_tokens, usage.output_tokens) if price else usage.cost
            spent += Spent(usage.input_tokens, usage.output_tokens, cost_usd=cost)
    return spent
