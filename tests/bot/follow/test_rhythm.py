"""When to look again: about as often as wanted, rarely while nothing is heard, soon after a hint."""

import pytest

from bot.follow.rhythm import LONGEST, SOONEST, Rhythm


class Time:
    """Seconds that a test turns."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def now(self) -> float:
        return self.seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def rhythm(time: Time) -> Rhythm:
    return Rhythm(time.now)


def waits(rhythm: Rhythm, time: Time, key: str = "run") -> float:
    """Measure how long it takes until a key is due."""
    began = time.seconds
    while not rhythm.is_due(key):
        time.seconds += 0.1
    waited = time.seconds - began
    time.seconds = began
    return waited


def test_what_was_never_looked_at_is_due(rhythm: Rhythm) -> None:
    assert rhythm.is_due("run")
    assert rhythm.rest(5) == 5


def test_it_is_looked_at_again_after_about_as_long_as_wanted(rhythm: Rhythm, time: Time) -> None:
    seen = set[float]()
    for _ in range(50):
        rhythm.looked("run", 10)
        seen.add(round(waits(rhythm, time), 1))
    assert min(seen) >= 9
    assert max(seen) <= 11.1
    assert len(seen) > 5


def test_silence_makes_looks_rarer_and_an_answer_brings_them_back(rhythm: Rhythm, time: Time) -> None:
    waited: list[float] = []
    for _ in range(12):
        rhythm.looked("run", 2, heard=False)
        waited.append(waits(rhythm, time))
    assert waited[0] == pytest.approx(4, rel=0.15)
    assert waited[2] == pytest.approx(16, rel=0.15)
    assert waited[-1] == pytest.approx(LONGEST, rel=0.15)
    rhythm.looked("run", 2)
    assert waits(rhythm, time) == pytest.approx(2, rel=0.15)


def test_what_is_rare_anyway_is_never_looked_at_sooner_for_its_silence(rhythm: Rhythm, time: Time) -> None:
    rhythm.looked("run", 300, heard=False)
    assert waits(rhythm, time) >= 269


def test_a_hint_brings_the_look_forward_but_not_again_and_again(rhythm: Rhythm, time: Time) -> None:
    rhythm.looked("run", 60)
    rhythm.hint("run")
    assert waits(rhythm, time) == pytest.approx(SOONEST, abs=0.11)
    time.seconds += 30
    rhythm.looked("run", 60)
    time.seconds += 20
    rhythm.hint("run")
    assert rhythm.is_due("run")
    rhythm.hint("other")
    assert rhythm.is_due("other")


def test_the_rest_lasts_until_the_next_is_due(rhythm: Rhythm) -> None:
    rhythm.looked("one", 3)
    rhythm.looked("two", 50)
    assert 2.6 < rhythm.rest(60) < 3.4
    assert rhythm.rest(1) == 1


def test_what_is_gone_is_forgotten(rhythm: Rhythm, time: Time) -> None:
    rhythm.looked("one", 3)
    rhythm.looked("two", 3)
    rhythm.keep({"two"})
    assert rhythm.is_due("one")
    assert not rhythm.is_due("two")
    rhythm.keep(())
    time.seconds += 100
    assert rhythm.rest(7) == 7
