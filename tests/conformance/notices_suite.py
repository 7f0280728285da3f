"""What every keeper of notices promises; each implementation inherits these tests."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, get_args

import pytest

from headgate.ports import HeldAlert, MailState, Missing, Notices

AT = datetime(2026, 1, 2, 3, 4, 5)
LATER = AT + timedelta(minutes=10)
MONDAY = Missing("orders", "2026-01-05", datetime(2026, 1, 5, 9))


def alert(event: str = "e1", **given: Any) -> HeldAlert:
    plain = HeldAlert(event, "file.failed/orders/empty_file", "orders", "Headgate: x", "a text\n– ü", AT, f"c-{event}")
    return replace(plain, **given)


def of_eight_at_once(call: Callable[[str], bool]) -> list[bool]:
    with ThreadPoolExecutor(8) as pool:
        return sorted(pool.map(call, [f"number {number}" for number in range(8)]))


class NoticesSuite:
    @pytest.fixture
    def notices(self) -> Notices:
        raise NotImplementedError

    def test_a_mail_nobody_knows_is_nowhere(self, notices: Notices):
        assert dict(notices.mail("m1")) == {}

    def test_each_recipient_of_a_mail_is_as_far_as_was_noted_last(self, notices: Notices):
        notices.mark_mail("m1", ["a@x.org", "b@x.org", "c@x.org"], "sending", AT)
        notices.mark_mail("m1", ["a@x.org"], "sent", AT)
        notices.mark_mail("m1", ["b@x.org"], "refused", LATER)
        notices.mark_mail("m2", ["c@x.org"], "sent", LATER)
        notices.mark_mail("m1", [], "sent", LATER)
        assert dict(notices.mail("m1")) == {"a@x.org": "sent", "b@x.org": "refused", "c@x.org": "sending"}

    @pytest.mark.parametrize("state", get_args(MailState))
    def test_every_state_of_a_mail_can_be_noted_and_is_overtaken_by_the_next(self, notices: Notices, state: MailState):
        notices.mark_mail("m1", ["a@x.org"], state, AT)
        assert dict(notices.mail("m1")) == {"a@x.org": state}
        notices.mark_mail("m1", ["a@x.org"], "sent", LATER)
        assert dict(notices.mail("m1")) == {"a@x.org": "sent"}

    def test_alerts_are_held_as_they_were_given_the_oldest_first(self, notices: Notices):
        given = [
            alert("late", at=LATER),
            alert("early", pipeline=None),
            alert("half", at=AT.replace(microsecond=500_000)),
        ]
        for one in given:
            notices.hold(one)
        assert notices.held() == [given[1], given[2], given[0]]

    def test_the_same_event_is_one_alert_also_after_it_was_told(self, notices: Notices):
        notices.hold(alert())
        notices.hold(alert(text="another text"))
        assert [one.text for one in notices.held()] == ["a text\n– ü"]
        notices.told(["e1", "unheard of"])
        notices.hold(alert())
        assert notices.held() == []

    def test_gathered_alerts_are_held_until_they_are_told(self, notices: Notices):
        notices.hold(alert("e1"))
        notices.hold(alert("e2"))
        assert notices.gather([alert("e1")], "m1", LATER)
        assert notices.held() == [alert("e1", mail="m1", tried_at=LATER), alert("e2")]
        notices.told(["e1"])
        assert notices.held() == [alert("e2")]

    def test_a_group_s_last_mail_is_the_last_new_one_not_the_last_attempt(self, notices: Notices):
        group = alert().group
        notices.hold(alert("e1"))
        notices.hold(alert("e2", group="another"))
        assert notices.last_mail(group) is None
        notices.gather([alert("e1")], "m1", AT)
        assert notices.gather([alert("e1", mail="m1", tried_at=AT)], "m1", LATER)
        assert notices.last_mail(group) == AT
        assert notices.last_mail("another") is None
        notices.told(["e1"])
        assert notices.last_mail(group) == AT

    @pytest.mark.parametrize("seen", [alert("e2"), alert("e2", mail="m1", tried_at=LATER), alert("unheard of")])
    def test_what_somebody_else_is_at_is_not_gathered_and_nothing_else_with_it(self, notices: Notices, seen: HeldAlert):
        notices.hold(alert("e1"))
        notices.hold(alert("e2"))
        assert notices.gather([alert("e2")], "m1", AT)
        before = notices.held()
        assert not notices.gather([alert("e1"), seen], "m2", LATER)
        assert notices.held() == before

    def test_what_was_told_is_not_gathered(self, notices: Notices):
        notices.hold(alert("e1"))
        notices.told(["e1"])
        assert not notices.gather([alert("e1")], "m1", AT)

    def test_of_several_at_once_one_gathers(self, notices: Notices):
        notices.hold(alert())
        assert of_eight_at_once(lambda mail: notices.gather([alert()], mail, AT)) == [False] * 7 + [True]

    def test_something_is_watched_since_it_was_first_asked_for(self, notices: Notices):
        assert notices.watched_since("orders daily", AT) == AT
        assert notices.watched_since("orders daily", LATER) == AT
        assert notices.watched_since("orders daily", AT - timedelta(days=1)) == AT
        assert notices.watched_since("orders weekly", LATER) == LATER

    def test_a_missing_file_is_news_once(self, notices: Notices):
        assert notices.miss(MONDAY, "tick 1")
        assert not notices.miss(MONDAY, "tick 2")
        assert notices.missing() == [MONDAY]

    def test_an_event_that_comes_again_after_a_crash_brings_its_news_again(self, notices: Notices):
        assert notices.miss(MONDAY, "tick 1")
        assert notices.miss(MONDAY, "tick 1")
        assert notices.find(MONDAY, "tick 2")
        assert notices.missing("tick 2") == [MONDAY]
        assert notices.find(MONDAY, "tick 2")
        assert notices.missing("tick 3") == []
        assert not notices.find(MONDAY, "tick 3")

    def test_a_file_that_was_found_is_never_missing_again(self, notices: Notices):
        notices.miss(MONDAY, "tick 1")
        notices.find(MONDAY, "tick 2")
        assert notices.missing() == []
        assert not notices.miss(MONDAY, "tick 3")
        assert notices.missing() == []

    def test_what_was_never_missing_is_not_found(self, notices: Notices):
        assert not notices.find(MONDAY, "tick 1")
        assert notices.missing() == []
        assert notices.miss(MONDAY, "tick 2")

    def test_missing_files_stand_apart_by_pipeline_and_period_the_oldest_first(self, notices: Notices):
        tuesday = replace(MONDAY, period="2026-01-06", due=MONDAY.due + timedelta(days=1))
        guests = replace(MONDAY, pipeline="guests", due=MONDAY.due - timedelta(microseconds=1))
        assert all(notices.miss(one, "tick") for one in (tuesday, MONDAY, guests))
        assert notices.missing() == [guests, MONDAY, tuesday]
        notices.find(MONDAY, "tick 2")
        assert notices.missing() == [guests, tuesday]

    def test_of_several_at_once_one_has_the_news(self, notices: Notices):
        assert of_eight_at_once(lambda tick: notices.miss(MONDAY, tick)) == [False] * 7 + [True]
