"""In every state that releases come through, all that people read of it agrees, and is so."""

from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from handlers.environments import Loss
from handlers.policy import Presence
from handlers.release import Kind, ReleaseState
from handlers.step import StepState
from tests.bot.blocks.truth.oracles import ORACLES, WORLD_ORACLES, undone_in
from tests.bot.blocks.truth.walk import Moment, SeenWorld, lives, moment
from tests.profile import size

LIVES, LENGTH = size((130, 40), (130, 40), (500, 45))
EVERY = size(8, 6, 2)
"""Of so many new states, one is looked at without its place in the policy too, and with records lost."""

FINE = size(False, False, True)
"""Whether states that differ in details only are looked at one by one."""

GONE = ({"presence": Presence(frozenset(), frozenset())}, {"loss": Loss("website:9", 7)})


def state_of(at: Moment) -> tuple[object, ...]:
    """Return what of a moment decides what people read; a state that was looked at once is not looked at again."""
    release, step, here = at.release, at.release.step, at.state
    features = frozenset(name for name, is_so in FEATURES.items() if is_so(at))
    roughly = (features, step.environment, frozenset(each.code for each in at.view.reasons))
    if not FINE:
        return roughly
    return (
        *roughly,
        (
            release.automatic,
            release.again,
            release.worked_on,
            step.requested,
            step.unrequested_by,
            step.holding,
        ),
        (len(step.unspent), len(step.failures), step.run.state if step.run is not None else ""),
        (bool(here.holder), here.place(release.number), len(here.current_locks(at.world.now)), here.failed),
        (at.view.missing, at.view.is_live, at.view.since == release.build.version),
    )


def seen() -> Iterator[tuple[SeenWorld, list[Moment]]]:
    """Yield each world in which something is new, with what is."""
    known: set[tuple[object, ...]] = set()
    for world in lives(LIVES, LENGTH):
        fresh: list[Moment] = []
        for release in world.releases.values():
            at = moment(world, release)
            if (state := state_of(at)) in known:
                continue
            known.add(state)
            fresh.append(at)
            if len(known) % EVERY == 0:
                fresh += [moment(world, release, **gone) for gone in GONE]
        if fresh:
            yield world, fresh


FEATURES: dict[str, Callable[[Moment], object]] = {
    **{
        f"step {each}": lambda at, each=each: at.release.step.state is each
        for each in StepState
        if each is not StepState.PENDING
    },
    **{f"release {each}": lambda at, each=each: at.release.state is each for each in ReleaseState},
    "a rollback": lambda at: at.release.kind is Kind.ROLLBACK,
    "locked": lambda at: at.view.lock is not None,
    "locked with missing sign-offs": lambda at: at.view.lock is not None and at.view.missing,
    "in line": lambda at: at.state.place(at.release.number),
    "in line behind another one": lambda at: at.state.place(at.release.number) > 1,
    "one sign-off missing": lambda at: at.view.signatures == 1,
    "two sign-offs missing": lambda at: at.view.signatures > 1,
    "somebody tests": lambda at: at.release.step.testing,
    "waived": lambda at: at.release.step.waivers,
    "failed again": lambda at: at.release.step.state is StepState.FAILED and at.view.tries > 1,
    "failed and may be there in part": lambda at: (
        at.release.step.state is StepState.FAILED and at.release.step.may_have_deployed
    ),
    "failed and untouched": lambda at: (
        at.release.step.state is StepState.FAILED and not at.release.step.may_have_deployed
    ),
    "settled as deployed": lambda at: any(step.settled_by for step in at.release.steps),
    "rolled back later": lambda at: at.release.ended and undone_in(at),
    "a sign-off that counts no more": lambda at: any(not each.counts for each in at.release.step.sign_offs),
    "takes over in its turn": lambda at: (
        at.release.state is ReleaseState.WAITING
        and bool(at.release.rules(at.release.step))
        and not any(each.gate == "sign_off" for each in at.view.gate_results)
    ),
    "taken over": lambda at: any(step.taken_over for step in at.release.steps),
    "unsigned": lambda at: not at.release.environment.signed,
    "called off": lambda at: at.release.step.unrequested_by and not at.release.step.requested,
    "ended after a failure": lambda at: at.release.failed_step is not None,
    "waits at the CI": lambda at: at.view.waits_at_ci,
    "out of the policy": lambda at: at.view.barred and at.view.lost is None,
    "failed where a newer build takes its place": lambda at: (
        at.release.step.state is StepState.FAILED
        and at.release.step.holding
        and not at.release.holds_when_failed
    ),
    "records lost": lambda at: at.view.lost is not None,
}


RARE = {
    "a sign-off that counts no more",
    "takes over in its turn",
    "failed where a newer build takes its place",
    "in line behind another one",
    "failed again",
    "settled as deployed",
    "waits at the CI",
    "somebody tests",
}
"""What a short walk may not come by."""


@pytest.mark.slow
def test_all_that_people_read_of_a_state_is_so() -> None:
    wrong: dict[tuple[str, str], str] = {}
    reached: Counter[str] = Counter()
    looked = 0
    for world, fresh in seen():
        looked += len(fresh)
        for at in fresh:
            reached.update(name for name, is_so in FEATURES.items() if is_so(at))
            for oracle in ORACLES:
                for told in oracle(at):
                    wrong.setdefault((oracle.__name__, told[:40]), f"r{at.release.number}: {told}")
        for oracle in WORLD_ORACLES:
            for told in oracle(world):
                wrong.setdefault((oracle.__name__, told[:40]), told)
    assert not wrong, "\n".join(f"{name}: {told}" for (name, _), told in wrong.items())
    assert not [name for name in FEATURES if not reached[name] and (name not in RARE or FINE)]
    assert looked > 120
