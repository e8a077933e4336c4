"""The matrix that every run of the tests tells, and that it notices what it is for; `make crash` tells more of it."""

import pytest

from tests.crash.matrix import KINDS, REAL, Matrix, run_matrix
from tests.crash.matrix_cells import Moments
from tests.crash.matrix_proxy import Behaviour
from tests.crash.seeded import BUGS, Bug
from tests.profile import size

GITHUB, OTHERS = size((1, 1), (4, 1), (20, 3))
"""Runs of each cell, for GitHub and for each other kind of CI; `make crash` makes 20 of each."""

BRIEF = size(REAL, REAL, frozenset[str]())
"""A real CI builds in real time, a second or two for each run: short of `full` it gets the moments of doubt only."""

PLANTED = BUGS[: size(1, 3, 3)]
TWO_BOTS = size((Moments.WRITTEN,), (Moments.WRITTEN, Moments.ANSWER), tuple(Moments))

CELLS = len(Moments) * len(Behaviour)


@pytest.mark.slow
@pytest.mark.long(1.5)
@pytest.mark.timeout(3600)
async def test_no_kill_deploys_twice_loses_a_run_or_keeps_a_doubt_quiet(seed: int) -> None:
    runs = {kind: GITHUB if kind == "github" else OTHERS for kind in KINDS}
    seen = await run_matrix(Matrix(runs, brief=BRIEF, seed=seed))
    print(seen)
    assert not seen.failures, "\n".join(seen.failures)
    assert not seen.lacking, "\n".join(seen.lacking)
    assert len(seen.wanted) >= CELLS * len(set(KINDS) - BRIEF)
    assert seen.total("asked") > CELLS


@pytest.mark.slow
@pytest.mark.long(0.4)
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("moment", TWO_BOTS)
async def test_either_of_two_bots_may_be_killed_and_the_other_goes_on(moment: Moments, seed: int) -> None:
    """Each takeover is timed by the shared clock: see TAKEN_OVER."""
    seen = await run_matrix(Matrix({"github": 1}, only=moment.value, pair=True, seed=seed))
    print(seen)
    assert not seen.failures, "\n".join(seen.failures)
    assert not seen.lacking, "\n".join(seen.lacking)
    assert len(seen.gaps) == len(seen.told) > 0


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("bug", PLANTED, ids=lambda bug: bug.name)
async def test_a_planted_bug_is_noticed(bug: Bug) -> None:
    seen = await run_matrix(Matrix({"github": 2}, only=bug.cells, bug=bug.name, workers=1))
    assert any(bug.found in failure for failure in seen.failures), seen.failures
