from datetime import datetime

import pytest

from handlers.ground import InLine, in_order
from tests.handlers.making import NOW, ground, in_line, later, lock


def test_the_place_in_line_counts_from_one() -> None:
    known = ground(line=in_line(4, 7))
    assert [known.place(number) for number in (4, 7, 9)] == [1, 2, 0]


@pytest.mark.parametrize(
    ("until", "holds"), [(None, True), (later(seconds=1), True), (NOW, False), (later(seconds=-1), False)]
)
def test_a_lock_holds_until_its_end(until: datetime | None, holds: bool) -> None:
    known = lock(until=until)
    assert known.holds(NOW) is holds
    assert ground(lock=known).locked(NOW) is (known if holds else None)


def test_no_lock_is_no_lock() -> None:
    assert ground().locked(NOW) is None


def test_a_line_is_in_order_of_coming_but_rollbacks_go_first() -> None:
    late, early = InLine(3, later(minutes=2)), InLine(8, NOW)
    twin, rollback = InLine(2, later(minutes=2)), InLine(9, later(minutes=5), rollback=True)
    assert in_order((late, early, rollback, twin)) == (rollback, early, twin, late)
