"""When to look again: about as often as wanted, rarely while nothing is heard, soon after a hint."""

import pytest

from bot.polling.poll_schedule import (
    FIRST_AT_ONCE,
    FIRST_EACH_SECOND,
    LONGEST,
    SOONEST,
    PollSchedule,
)


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
def poll_schedule(time: Time) -> PollSchedule:
    return PollSchedule(time.now)


def waits(poll_schedule: PollSchedule, time: Time, key: str = "run") -> float:
    """Measure how long it takes until a key is due."""
    began = time.seconds
    while not poll_schedule.is_due(key):
        time.seconds += 0.1
    waited = time.seconds - began
    time.seconds = began
    return waited


def test_what_was_never_looked_at_is_due(poll_schedule: PollSchedule) -> None:
    assert poll_schedule.is_due("run")
    assert poll_schedule.seconds_until_due(5) == 5


def test_it_is_looked_at_again_after_about_as_long_as_wanted(poll_schedule: PollSchedule, time: Time) -> None:
    seen = set[float]()
    for _ in range(50):
        poll_schedule.schedule_next("run", 10)
        seen.add(round(waits(poll_schedule, time), 1))
    assert min(seen) >= 9
    assert max(seen) <= 11.1
    assert len(seen) > 5


def test_silence_makes_looks_rarer_and_an_answer_brings_them_back(
    poll_schedule: PollSchedule, time: Time
) -> None:
    waited: list[float] = []
    for _ in range(12):
        poll_schedule.schedule_next("run", 2, answered=False)
        waited.append(waits(poll_schedule, time))
    assert waited[0] == pytest.approx(4, rel=0.15)
    assert waited[2] == pytest.approx(16, rel=0.15)
    assert waited[-1] == pytest.approx(LONGEST, rel=0.15)
    poll_schedule.schedule_next("run", 2)
    assert waits(poll_schedule, time) == pytest.approx(2, rel=0.15)


def test_what_is_rare_anyway_is_never_looked_at_sooner_for_its_silence(
    poll_schedule: PollSchedule, time: Time
) -> None:
    poll_schedule.schedule_next("run", 300, answered=False)
    assert waits(poll_schedule, time) >= 269


def test_a_hint_brings_the_look_forward_but_not_again_and_again(
    poll_schedule: PollSchedule, time: Time
) -> None:
    poll_schedule.schedule_next("run", 60)
    poll_schedule.poll_soon("run")
    assert waits(poll_schedule, time) == pytest.approx(SOONEST, abs=0.11)
    time.seconds += 30
    poll_schedule.schedule_next("run", 60)
    time.seconds += 20
    poll_schedule.poll_soon("run")
    assert poll_schedule.is_due("run")
    poll_schedule.poll_soon("other")
    assert poll_schedule.is_due("other")


def test_the_rest_lasts_until_the_next_is_due(poll_schedule: PollSchedule) -> None:
    poll_schedule.schedule_next("one", 3)
    poll_schedule.schedule_next("two", 50)
    assert 2.6 < poll_schedule.seconds_until_due(60) < 3.4
    assert poll_schedule.seconds_until_due(1) == 1


def test_what_is_gone_is_forgotten(poll_schedule: PollSchedule, time: Time) -> None:
    poll_schedule.schedule_next("one", 3)
    poll_schedule.schedule_next("two", 3)
    poll_schedule.retain_only({"two"})
    assert poll_schedule.is_due("one")
    assert not poll_schedule.is_due("two")
    poll_schedule.retain_only(())
    time.seconds += 100
    assert poll_schedule.seconds_until_due(7) == 7


def test_a_hint_during_a_poll_is_kept(poll_schedule: PollSchedule, time: Time) -> None:
    poll_schedule.schedule_next("run", 60)
    time.seconds += 0.2
    poll_schedule.poll_soon("run")
    time.seconds += 0.2
    poll_schedule.schedule_next("run", 60)
    assert waits(poll_schedule, time) == pytest.approx(SOONEST, abs=0.11)
    poll_schedule.schedule_next("run", 60)
    assert waits(poll_schedule, time) > 50


def test_the_first_polls_of_many_services_do_not_come_at_once(
    poll_schedule: PollSchedule, time: Time
) -> None:
    """A start with 500 services asked GitHub 1,500 times at once, which takes 900 requests a minute."""
    keys = [f"service-{number}" for number in range(500)]
    poll_schedule.spread(keys)
    at_once = [key for key in keys if poll_schedule.is_due(key)]
    assert len(at_once) == FIRST_AT_ONCE
    for key in at_once:
        poll_schedule.schedule_next(key, 600)
    poll_schedule.spread(keys)
    time.seconds += 60
    due = [key for key in keys if poll_schedule.is_due(key)]
    assert len(due) == 60 * FIRST_EACH_SECOND


def test_a_hint_does_not_wait_for_the_first_polls_of_others(poll_schedule: PollSchedule) -> None:
    poll_schedule.spread([f"service-{number}" for number in range(500)])
    assert not poll_schedule.is_due("service-499")
    poll_schedule.poll_soon("service-499")
    assert poll_schedule.is_due("service-499")
