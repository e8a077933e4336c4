"""The main story end to end, in the simulated world: builds go to production and back."""

from handlers import events
from handlers.actions import testing
from handlers.actions.approve import SignedOff
from handlers.actions.cancel import CancelRequested
from handlers.actions.rollback import RollbackStarted
from handlers.actions.unlock import Unlocked
from handlers.build import Build
from handlers.outcome import Decision
from handlers.release import ReleaseState
from handlers.step import StepState
from tests.handlers import builders
from tests.handlers.builders import AMITA, ANDY, MARA, TIM, codes
from tests.handlers.life.world import World


def deploy(world: World, how: int = 0) -> None:
    """Send every request, have it accepted, and let every run succeed."""
    world.perform_all()
    for worker in list(world.workers):
        world.post(worker, how)
        world.report(worker)
    for run in world.ci.runs:
        run.state = "succeeded" if run.state == "running" else run.state
    for release in world.open_releases():
        world.poll(release)
    world.perform_all()
    world.invariants.check()


def started(world: World) -> Build:
    """Have the next build of main ready, and start its release."""
    history = world.knowledge.history
    history.commit("main", ("mara-dev",))
    world.ready(history.make("main"))
    ready = world.builds[-1]
    world.deliver(events.Started(ready, "staging", ANDY, (ANDY,)))
    return ready


def shipped(world: World, number: int) -> Build:
    ready = started(world)
    deploy(world)
    for event in (
        testing.TestingStarted(number, AMITA),
        SignedOff(number, AMITA),
        events.StepRequested(number, MARA, "production"),
        SignedOff(number, TIM),
    ):
        assert isinstance(world.deliver(event), Decision)
    deploy(world)
    assert world.releases[number].state is ReleaseState.DONE
    return ready


def live(world: World, environment: str) -> str:
    there = world.environment_state(environment).live
    return there.build.version if there is not None else ""


def test_from_a_build_to_production_and_back() -> None:
    world = World(builders.plan())
    good = shipped(world, 1)
    shipped(world, 2)
    assert (live(world, "staging"), live(world, "production")) == ("2.2.0", "2.2.0")

    world.deliver(RollbackStarted(good, "production", TIM, "checkout is broken"))
    deploy(world)
    assert world.releases[3].state is ReleaseState.DONE
    assert live(world, "production") == "2.1.0"
    [lock] = world.environment_state("production").locks
    assert (lock.owner, lock.reason, lock.release) == (TIM, "checkout is broken", 3)

    assert isinstance(world.apply(Unlocked("website", ("production",), TIM)), Decision)
    assert world.environment_state("production").locks == ()


def test_what_waits_says_for_what() -> None:
    world = World(builders.plan())
    started(world)
    deploy(world)
    waits = world.releases[1]
    assert codes(world.reasons(waits)) == ["sign_off_missing", "sign_off_missing", "not_asked"]
    assert world.environment_state("staging").holder == 1
    world.deliver(SignedOff(1, AMITA))
    assert world.environment_state("staging").holder == 0


def test_a_cancel_stops_the_run_first() -> None:
    world = World(builders.plan())
    started(world)
    world.perform_all()
    (worker,) = world.workers
    world.post(worker, 0)
    world.report(worker)
    world.deliver(CancelRequested(1, ANDY, "wrong build"))
    assert world.releases[1].state is ReleaseState.CANCELLING
    world.ci.runs[0].state = "cancelled"
    world.poll(world.releases[1])
    assert world.releases[1].state is ReleaseState.CANCELLED
    assert [step.state for step in world.releases[1].steps] == [StepState.SKIPPED, StepState.SKIPPED]


def test_a_lost_answer_is_found_and_nothing_is_sent_twice() -> None:
    world = World(builders.plan())
    started(world)
    deploy(world, how=2)
    assert live(world, "staging") == ""
    deploy(world)
    assert live(world, "staging") == "2.1.0"
    assert list(world.ci.posts.values()) == [1]
