"""Property-based test of releases: events come at any time, twice or late; the invariants hold after every step."""

import os
from collections import Counter
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.handlers import builders
from tests.handlers.life.absences import ABSENCES
from tests.handlers.life.calendars import CALENDAR
from tests.handlers.life.chapters import CHAPTERS
from tests.handlers.life.draw import Draw
from tests.handlers.life.emergencies import URGENT
from tests.handlers.life.holds import HOLDING
from tests.handlers.life.operations import CLOCK, LINEAGE, MACHINERY, ORGANIZATION, PEOPLE, PLANS, push
from tests.handlers.life.world import World
from tests.profile import size

LENGTH = 100
LIVES = int(os.environ.get("SHIPROOM_LIVES") or size(90, 360, 1200))
ENOUGH = LIVES * LENGTH * 85 // 100
"""The least number of steps in all: few examples are shorter than `LENGTH`."""

draws = st.builds(Draw, st.integers(0, 59), st.integers(0, 6), st.sampled_from(builders.EVERYBODY))


class Life(RuleBasedStateMachine):
    """A state machine over one simulated world."""

    steps = 0
    seen: ClassVar[Counter[str]] = Counter()
    """How often happened what the invariants are about."""

    @initialize(plan=st.sampled_from(sorted(PLANS)), chapter=st.sampled_from(sorted(CHAPTERS)), draw=draws)
    def chapter(self, plan: str, chapter: str, draw: Draw) -> None:
        self.world = World(PLANS[plan], grouped=draw.at % 3 > 0)
        CHAPTERS[chapter](self.world, draw)

    @rule(draw=draws)
    def push(self, draw: Draw) -> None:
        push(self.world, draw)

    @rule(draw=draws, times=st.integers(2, 4))
    def push_on(self, draw: Draw, times: int) -> None:
        for _ in range(times):
            push(self.world, draw)

    @rule(what=st.sampled_from(sorted(PEOPLE)), draw=draws)
    def somebody(self, what: str, draw: Draw) -> None:
        PEOPLE[what](self.world, draw)

    @rule(what=st.sampled_from(sorted(PEOPLE)), draw=draws)
    def somebody_else(self, what: str, draw: Draw) -> None:
        PEOPLE[what](self.world, draw)

    @rule(what=st.sampled_from(sorted(ORGANIZATION)), draw=draws)
    def organization(self, what: str, draw: Draw) -> None:
        ORGANIZATION[what](self.world, draw)

    @rule(what=st.sampled_from(sorted(MACHINERY)), draw=draws)
    def machine(self, what: str, draw: Draw) -> None:
        MACHINERY[what](self.world, draw)

    @rule(what=st.sampled_from(sorted(MACHINERY)), draw=draws)
    def another_machine(self, what: str, draw: Draw) -> None:
        MACHINERY[what](self.world, draw)

    @rule(what=st.sampled_from(sorted(LINEAGE)), draw=draws)
    def lineage(self, what: str, draw: Draw) -> None:
        LINEAGE[what](self.world, draw)

    @rule(what=st.sampled_from(sorted(ABSENCES)), draw=draws)
    def absence(self, what: str, draw: Draw) -> None:
        ABSENCES[what](self.world, draw)

    @rule(what=st.sampled_from(sorted(URGENT)), draw=draws)
    def emergency(self, what: str, draw: Draw) -> None:
        URGENT[what](self.world, draw)

    @rule(what=st.sampled_from(sorted(CALENDAR)), draw=draws)
    def calendar(self, what: str, draw: Draw) -> None:
        CALENDAR[what](self.world, draw)

    @rule(what=st.sampled_from(sorted(HOLDING)), draw=draws)
    def holding(self, what: str, draw: Draw) -> None:
        HOLDING[what](self.world, draw)

    @rule(what=st.sampled_from(sorted(CLOCK)), draw=draws)
    def clock(self, what: str, draw: Draw) -> None:
        CLOCK[what](self.world, draw)

    @invariant()
    def everything_holds(self) -> None:
        Life.steps += 1
        self.world.invariants.check()

    def teardown(self) -> None:
        Life.seen.update(self.world.invariants.seen)


@pytest.mark.slow
@pytest.mark.long(1)
@pytest.mark.timeout(7200)
def test_whatever_happens_every_invariant_holds(
    request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    lives = settings(
        max_examples=LIVES,
        stateful_step_count=LENGTH,
        deadline=None,
        phases=tuple(phase for phase in Phase if phase is not Phase.explain),
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much),
    )
    Life.steps = 0
    Life.seen.clear()
    run_state_machine_as_test(Life, settings=lives)
    with capsys.disabled():
        request.config.get_terminal_writer().line(f"\n{Life.steps} steps in the life of releases")
        seen = ", ".join(f"{each} {count}" for each, count in sorted(Life.seen.items()))
        request.config.get_terminal_writer().line(seen)
    assert Life.steps >= ENOUGH
