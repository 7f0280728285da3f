"""A narrator without a model: answers written in advance."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from headgate.core.errors import HeadgateError, Permanent
from headgate.core.narrative.model import Draft
from headgate.core.narrative.request import Mending, Request, Spent, Told

Answer = Draft | Mending | HeadgateError


class ScriptedNarrator:
    """`Narrator` that gives its answers one after the other; after the last it gives none.

    Attributes:
        answers: still to be given; an error is given as trouble.
        asked: every request, in order.
    """

    def __init__(self, answers: Iterable[Answer] = (), spent: Spent = Spent(1000, 200, 1)) -> None:  # noqa: B008
        self.answers: deque[Answer] = deque(answers)
        self.asked: list[Request] = []
        self._spent = spent

    def tell(self, request: Request) -> Told:
        self.asked.append(request)
        answer = self.answers.popleft() if self.answers else _nothing_left()
        if isinstance(answer, HeadgateError):
            return Told(None, Spent(attempts=1, unanswered=int(answer.code == "narrator_timeout")), answer)
        if not isinstance(answer, request.form):
            return Told(None, self._spent, _another_form(request), "it is of another form", unusable=True)
        return Told(answer, self._spent)


def _nothing_left() -> Permanent:
    return Permanent(
        "the narrator has no answer: none was written for it",
        who="the author of the script",
        next="write one more answer",
        code="narrator_failed",
    )


def _another_form(request: Request) -> Permanent:
    return Permanent(
        f"the answer is no {request.form.__name__}",
        who="the author of the script",
        next="write the answer that is asked for",
        code="narrator_answer",
    )
