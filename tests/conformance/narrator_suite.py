"""What every narrator promises; each implementation inherits these tests."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from headgate.core.errors import Permanent, Transient
from headgate.core.narrative.model import Draft, Insight, Summary
from headgate.core.narrative.request import Mended, Mending, Request
from headgate.ports import Narrator

Serve = Callable[..., None]
Seen = Callable[[], list[str]]

REQUEST = Request("Write of stocks.", '<data>\nfact symbols\n["TSLA",379.3]\n</data>')
MEND = Request("Mend it.", "<data>\n1: x\n</data>", Mending)
DRAFT = Draft(
    summary=Summary(text="TSLA closed at 379.3.\nIt is the only one.", facts=("symbols",)),
    insights=(Insight(type="close", description="TSLA closed at 379.3.", confidence="high", facts=("symbols",)),),
)
OTHER = Draft(summary=Summary(text="Nothing happened.", facts=("symbols",)))
MENDING = Mending(sentences=(Mended(number=1, text="TSLA closed at 379.30.", facts=("symbols",)),))


class NarratorSuite:
    @pytest.fixture
    def serve(self) -> Serve:
        """Lays down what is answered, in order: answers, or errors that the provider gives each time from then on."""
        raise NotImplementedError

    @pytest.fixture
    def narrator(self, serve: Serve) -> Narrator:
        raise NotImplementedError

    @pytest.fixture
    def seen(self, serve: Serve) -> Seen:
        """Instructions and material of every request that came, together."""
        raise NotImplementedError

    @pytest.mark.parametrize(("request_", "answer"), [(REQUEST, DRAFT), (MEND, MENDING)])
    def test_the_answer_has_the_form_that_was_asked_for(self, serve, narrator, request_, answer):
        serve(answer)
        told = narrator.tell(request_)
        assert (told.answer, told.trouble) == (answer, None)

    def test_each_request_has_its_own_answer(self, serve, narrator):
        serve(DRAFT, OTHER)
        assert [narrator.tell(REQUEST).answer for _ in range(2)] == [DRAFT, OTHER]

    def test_instructions_and_material_arrive_whole(self, serve, narrator, seen):
        serve(DRAFT)
        narrator.tell(REQUEST)
        assert seen() == [REQUEST.instructions + REQUEST.material]

    def test_what_was_taken_is_told(self, serve, narrator):
        serve(DRAFT)
        spent = narrator.tell(REQUEST).spent
        assert (spent.tokens_in, spent.tokens_out, spent.attempts) == (1000, 200, 1)

    @pytest.mark.parametrize("error", [Permanent, Transient])
    def test_trouble_is_told_and_never_raised(self, serve, narrator, error):
        serve(error("it is not to be had", who="somebody", next="wait", code="narrator_x"))
        told = narrator.tell(REQUEST)
        assert told.answer is None
        assert isinstance(told.trouble, error)
        assert told.trouble.who
        assert told.trouble.next
        assert told.spent.attempts >= 1
        assert (told.spent.tokens_in, told.spent.cost_usd) == (0, Decimal(0))

    def test_an_answer_of_another_form_is_no_answer(self, serve, narrator):
        serve(MENDING)
        told = narrator.tell(REQUEST)
        assert told.answer is None
        assert isinstance(told.trouble, Permanent)
        assert told.trouble.code == "narrator_answer"
        assert told.fault
        assert (told.spent.tokens_in, told.spent.attempts) == (1000, 1)
