"""Why a source gave nothing is told safely, and waiting has bounds."""

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from headgate.core.errors import Permanent, UserMistake
from headgate.core.source.failure import patience, reason_of, without_key


def test_a_reason_always_says_who_acts_and_what_to_do_next_and_breaks_no_line():
    assert reason_of(Permanent("a\r\nBcc: x@y.org\x1b[2J", code="c")) == {
        "code": "c",
        "message": "a\\r\\nBcc: x@y.org\\x1b[2J",
        "who": "the owner of the pipeline",
        "next": "correct the `source` section of pipeline.yaml",
    }
    told = reason_of(UserMistake("m", who="w", next="n"))
    assert (told["code"], told["who"], told["next"]) == ("user_mistake", "w", "n")


@given(
    st.text(max_size=40)
    | st.integers().map(str)
    | st.datetimes().map(lambda at: at.strftime("%a, %d %b %Y %H:%M:%S GMT"))
)
def test_whatever_a_source_asks_for_it_is_waited_for_a_second_at_least_and_a_day_at_most(text):
    assert 1 <= patience({"retry-after": text}, datetime(2026, 1, 2)) <= 86_400


def test_a_key_is_masked_also_where_it_stands_in_a_url_but_a_short_one_is_no_secret():
    assert without_key("k+y=1234 k%2By%3D1234 k", "k+y=1234") == "*** *** k"
    assert without_key("a demonstration", "demo") == "a demonstration"
