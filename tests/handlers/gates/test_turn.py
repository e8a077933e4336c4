import pytest

from handlers.gates import turn
from handlers.gates.verdict import Asked, Reason, Verdict
from handlers.ground import Ground
from handlers.release import Release
from tests.handlers.making import NOW, facts, ground, in_line, later, release, rollback, waiting

OPEN = (Asked("turn", "turn", Verdict.OPEN),)
R1 = release()
R1_IN_LINE = release(waiting("staging", in_line_since=later(seconds=-59)))


def ask(known: Release, place: Ground) -> tuple[Asked, ...]:
    return turn.check(known, known.step, facts(place), NOW)


@pytest.mark.parametrize(
    ("known", "place"),
    [
        (R1, ground()),
        (R1, ground(holder=1)),
        (R1, ground(holder=1, line=in_line(4))),
        (R1_IN_LINE, ground(line=in_line(1))),
        (R1_IN_LINE, ground(line=in_line(9, 1)[1:])),
        (rollback(), ground("production", line=in_line(3, 4))),
        (R1, ground("production", holder=4)),
    ],
)
def test_the_holder_and_the_first_in_line_may_go(known: Release, place: Ground) -> None:
    assert ask(known, place) == OPEN


@pytest.mark.parametrize(
    ("known", "place", "first", "held", "rank"),
    [
        (R1, ground(holder=4), "r4", "yes", "1"),
        (R1, ground(holder=4, line=in_line(2, 3)), "r4", "yes", "3"),
        (R1, ground(line=in_line(2, 3)), "r2", "no", "3"),
        (R1_IN_LINE, ground(line=(*in_line(2), *in_line(0, 1)[1:])), "r2", "no", "2"),
        (R1, ground(line=in_line(7, rollbacks=(7,))), "r7", "no", "2"),
        (rollback(), ground("production", holder=4), "r4", "yes", "1"),
        (rollback(), ground("production", line=in_line(4, rollbacks=(4,))), "r4", "no", "2"),
    ],
)
def test_the_others_are_told_their_place(
    known: Release, place: Ground, first: str, held: str, rank: str
) -> None:
    where = known.step.environment
    values = {"holder": first, "held": held, "environment": where, "place": rank}
    reason = Reason("turn", values, (), None, f"{first} leaves {where}")
    assert ask(known, place) == (Asked("turn", "turn", Verdict.WAITING, (reason,)),)


def test_who_came_first_goes_first_and_a_newcomer_last() -> None:
    place = ground(line=in_line(2, 1, 3))
    known = R1_IN_LINE
    assert [entry.release for entry in turn.ahead_of(known, known.step, place, NOW)] == [2]
    newcomer = release(number=4)
    late = later(minutes=1)
    assert [entry.release for entry in turn.ahead_of(newcomer, newcomer.step, place, late)] == [2, 1, 3]


def test_of_two_that_came_at_once_the_older_release_goes_first() -> None:
    place = ground(line=in_line(2))
    at_once = later(seconds=-60)
    assert [turn.ahead_of(release(number=n), R1.step, place, at_once) for n in (1, 3)] == [(), place.line]
