from datetime import datetime

import pytest

from handlers.environments import QueueEntry, in_queue_order
from tests.handlers.builders import NOW, environment_state, in_queue, later, lock


def test_the_place_in_the_queue_counts_from_one() -> None:
    known = environment_state(queue=in_queue(4, 7))
    assert [known.place(number) for number in (4, 7, 9)] == [1, 2, 0]


@pytest.mark.parametrize(
    ("until", "holds"), [(None, True), (later(seconds=1), True), (NOW, False), (later(seconds=-1), False)]
)
def test_a_lock_holds_until_its_end(until: datetime | None, holds: bool) -> None:
    known = lock(until=until)
    assert known.in_force(NOW) is holds
    other = lock("U2")
    assert environment_state(locks=(known, other)).current_locks(NOW) == (
        (known, other) if holds else (other,)
    )


def test_no_lock_is_no_lock() -> None:
    assert environment_state().current_locks(NOW) == ()


def test_a_queue_is_in_order_of_time_but_rollbacks_go_first() -> None:
    late, early = QueueEntry(3, later(minutes=2)), QueueEntry(8, NOW)
    twin, rollback = QueueEntry(2, later(minutes=2)), QueueEntry(9, later(minutes=5), rollback=True)
    assert in_queue_order((late, early, rollback, twin)) == (rollback, early, twin, late)
