"""The kills that every run of the tests makes; `make crash` makes more."""

from dataclasses import replace

import pytest

from tests.crash.campaign import Orders, campaign
from tests.profile import size

ENOUGH = size(1, 1, 20)
"""Kills at each await of the path; `make crash` makes as many as one likes (`python -m tests.crash --runs 50`)."""

ALSO = size(0, 1, 1)
"""Kills at each of these awaits on the other database, at whose own awaits there are `ENOUGH` too."""

FIRST = Orders("sqlite", ENOUGH, ENOUGH, seconds=3300, part=(0, 2))
SECOND = Orders("sqlite", ENOUGH, ENOUGH, seconds=3300, part=(1, 2))
POSTGRES = Orders("postgresql", ENOUGH, ALSO, seconds=3300)
ORDERS = [
    pytest.param(FIRST, marks=pytest.mark.long(4), id="sqlite, one half"),
    pytest.param(SECOND, marks=pytest.mark.long(4), id="sqlite, the other half"),
    pytest.param(POSTGRES, marks=pytest.mark.long(2), id="postgresql"),
]


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("orders", ORDERS)
async def test_no_kill_breaks_a_guarantee(orders: Orders, seed: int) -> None:
    result = await campaign(replace(orders, seed=seed))
    print(result)
    assert not result.failures, "\n".join(result.failures)
    assert not result.lacking, "\n".join(result.lacking)
    assert len(result.path) > 100
    assert len(result.eluding) < len(result.path) // 20, "\n".join(result.eluding)
