"""What is asked of AWS again is asked ever later, and not for ever."""

from __future__ import annotations

from headgate.adapters.aws.services import tries


def test_the_first_try_waits_for_nothing_and_the_others_ever_longer_up_to_a_bound():
    pauses: list[float] = []
    assert list(tries(6, 0.2, 1.0, pauses.append)) == [0, 1, 2, 3, 4, 5]
    whole = [0.2, 0.4, 0.8, 1.0, 1.0]
    assert len(pauses) == 5
    assert all(bound / 2 <= pause <= bound for pause, bound in zip(pauses, whole, strict=True))


def test_who_breaks_off_waits_no_more():
    pauses: list[float] = []
    next(iter(tries(6, 0.2, 1.0, pauses.append)))
    assert pauses == []
