from datetime import datetime

import pytest

from handlers.environments import EnvironmentState
from handlers.evaluation import gate_context
from handlers.gate import GateResult, Reason, Verdict
from handlers.gates import turn
from handlers.release import Release
from tests.handlers.builders import NOW, environment_state, facts, in_queue, later, release, rollback, waiting

OPEN = (GateResult("turn", "turn", Verdict.OPEN),)
R1 = release()
R1_QUEUED = release(waiting("staging", queued_since=later(seconds=-59)))


def check(known: Release, place: EnvironmentState) -> tuple[GateResult, ...]:
    return turn.check(gate_context(known, known.step, facts(place), NOW))


@pytest.mark.parametrize(
    ("known", "place"),
    [
        (R1, environment_state()),
        (R1, environment_state(holder=1)),
        (R1, environment_state(holder=1, queue=in_queue(4))),
        (R1_QUEUED, environment_state(queue=in_queue(1))),
        (R1_QUEUED, environment_state(queue=in_queue(9, 1)[1:])),
        (rollback(), environment_state("production", queue=in_queue(3, 4))),
        (R1, environment_state("production", holder=4)),
    ],
)
def test_the_holder_and_the_first_in_the_queue_may_go(known: Release, place: EnvironmentState) -> None:
    assert check(known, place) == OPEN


@pytest.mark.parametrize(
    ("known", "place", "first", "held", "rank"),
    [
        (R1, environment_state(holder=4), "r4", "yes", "1"),
        (R1, environment_state(holder=4, queue=in_queue(2, 3)), "r4", "yes", "3"),
        (R1, environment_state(queue=in_queue(2, 3)), "r2", "no", "3"),
        (R1_QUEUED, environment_state(queue=(*in_queue(2), *in_queue(0, 1)[1:])), "r2", "no", "2"),
        (R1, environment_state(queue=in_queue(7, rollbacks=(7,))), "r7", "no", "2"),
        (rollback(), environment_state("production", holder=4), "r4", "yes", "1"),
        (rollback(), environment_state("production", queue=in_queue(4, rollbacks=(4,))), "r4", "no", "2"),
    ],
)
def test_the_others_are_told_their_place(
    known: Release, place: EnvironmentState, first: str, held: str, rank: str
) -> None:
    where = known.step.environment
    values = {"holder": first, "held": held, "environment": where, "place": rank}
    reason = Reason("turn", values, (), None, f"{first} leaves {where}")
    assert check(known, place) == (GateResult("turn", "turn", Verdict.WAITING, (reason,)),)


def ahead(known: Release, place: EnvironmentState, now: datetime = NOW) -> list[int]:
    context = gate_context(known, known.step, facts(place), now)
    return [entry.release for entry in turn.ahead_of(context)]


def test_who_came_first_goes_first_and_a_newcomer_last() -> None:
    place = environment_state(queue=in_queue(2, 1, 3))
    assert ahead(R1_QUEUED, place) == [2]
    assert ahead(release(number=4), place, later(minutes=1)) == [2, 1, 3]


def test_of_two_that_came_at_once_the_older_release_goes_first() -> None:
    place = environment_state(queue=in_queue(2))
    at_once = later(seconds=-60)
    assert [ahead(release(number=number), place, at_once) for number in (1, 3)] == [[], [2]]
