"""HTTP without a network: answers written in advance."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping

from headgate.core.errors import HeadgateError, Outside, Place
from headgate.ports import Answer


class ScriptedWeb:
    """`Web` that gives its answers one after the other; after the last nobody answers.

    Attributes:
        answers: still to be given; an error is raised.
        asked: every URL with its parameters, in order.
    """

    def __init__(self, answers: Iterable[Answer | HeadgateError] = ()) -> None:
        self.answers = deque(answers)
        self.asked: list[tuple[str, dict[str, str]]] = []

    def get(self, url: str, parameters: Mapping[str, str]) -> Answer:
        self.asked.append((url, dict(parameters)))
        answer = self.answers.popleft() if self.answers else _nobody(url)
        if isinstance(answer, HeadgateError):
            raise answer
        return Answer(answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.body)


def _nobody(url: str) -> Outside:
    return Outside(
        "no whole answer came: none was written for it",
        where=Place(url),
        who="the author of the script",
        next="write one more answer",
        code="unreachable",
    )
