"""Builders with a default for every input of a decision, so that a test names only what it is about."""
# ruff: noqa: ANN401 - fields are given as to dataclasses.replace

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from handlers import events
from handlers.build import Build
from handlers.decide import decide
from handlers.draft import Draft
from handlers.effects import Announce, Effect
from handlers.facts import Capabilities, Facts
from handlers.gates.verdict import Asked, Reason
from handlers.ground import Ground, InLine, Live, Lock
from handlers.outcome import Decision, Refusal
from handlers.people import Directory, Group, Member, Person, Roll, Standing, Team
from handlers.plan import Deploy, EnvironmentPlan, Plan, SignOffRule
from handlers.release import Kind, Release
from handlers.step import Intent, Run, SignOff, Step, StepState, Testing

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)

ANDY, MARA, AMITA, TOM, TIM = "U0ANDY", "U0MARA", "U0AMITA", "U0TOM", "U0TIM"
OLGA, OLGA_TOO, GUEST, STRANGER = "U0OLGA", "U0OLGATOO", "U0GUEST", "U0STRANGER"
EVERYBODY = (ANDY, MARA, AMITA, TOM, TIM, OLGA, OLGA_TOO, GUEST, STRANGER)

SERVICE = "website"
CORRELATION = "corr1"
ANNOUNCED = Announce(SERVICE, "2.1.0")
"""What has the announcement of r1's build drawn anew."""

LOGS_IN = "Log in works"

PEOPLE = (
    Person("Mara", (MARA,), "mara-dev", "mara@example.org"),
    Person("Andy", (ANDY,), "andy-dev"),
    Person("Olga", (OLGA, OLGA_TOO), "olga"),
    Person("Bot", (), "robot"),
)
TEAMS = {
    "developers": Team("developers", (ANDY, MARA)),
    "testers": Team("testers", (AMITA, TOM, OLGA, GUEST)),
    "ops": Team("ops", (TIM, OLGA_TOO), "S0OPS"),
}


def later(**parts: float) -> datetime:
    """Give a time after NOW, in the parts of a timedelta."""
    return NOW + timedelta(**parts)


def build(order: int = 1, **fields: Any) -> Build:
    """Give the build 2.<order>.0 of main."""
    sha = f"{order:07x}".ljust(40, "a")
    given = Build(SERVICE, f"2.{order}.0", sha, "main", order, digest=f"sha256:{order}")
    return replace(given, **fields)


def rule(team: str = "testers", **fields: Any) -> SignOffRule:
    """Give a sign-off rule."""
    return SignOffRule(team, **fields)


STAGING = EnvironmentPlan("staging", Deploy("here", 600), kept=("testers",))
PRODUCTION = EnvironmentPlan(
    "production",
    Deploy("remote", 3600),
    protected=True,
    branches=("main",),
    gates=(rule("testers"), rule("ops")),
)


def plan(*environments: EnvironmentPlan, **fields: Any) -> Plan:
    """Give a plan: staging, then production behind testers and ops."""
    starters, operators = ("developers", "ops"), ("ops",)
    places = environments or (STAGING, PRODUCTION)
    given = Plan(SERVICE, "C0RELEASES", starters, operators, places, fingerprint="plan1")
    return replace(given, **fields)


def production(**fields: Any) -> EnvironmentPlan:
    """Give the plan of production with some fields replaced."""
    return replace(PRODUCTION, **fields)


def staging(**fields: Any) -> EnvironmentPlan:
    """Give the plan of staging with some fields replaced."""
    return replace(STAGING, **fields)


def directory(teams: Mapping[str, Team] | None = None, people: tuple[Person, ...] = PEOPLE) -> Directory:
    """Give who is in which team, and which ids are one person."""
    return Directory(TEAMS if teams is None else teams, people)


def roll(
    now: datetime = NOW,
    *,
    standing: Mapping[str, Standing] | None = None,
    unknown: Iterable[str] = (),
    teams: Mapping[str, Team] | None = None,
    group: frozenset[str] | None = frozenset(),
) -> Roll:
    """Give the roll as of `now`: everybody is a full member but the guest; `group` None is a group nobody knows."""
    named = {GUEST: Standing.GUEST, **(standing or {})}
    members = {
        user: Member(named.get(user, Standing.FULL), now) for user in EVERYBODY if user not in set(unknown)
    }
    groups = {} if group is None else {"S0OPS": Group(group, now)}
    return Roll(directory(teams), members, groups)


def facts(*grounds: Ground, **fields: Any) -> Facts:
    """Give the facts: an authoritative `here`, a `remote` that is not, and the grounds named."""
    capabilities = {"here": Capabilities(authoritative_search=True), "remote": Capabilities()}
    given = Facts(roll(), {each.environment: each for each in grounds}, capabilities)
    return replace(given, **fields)


def facts_at(now: datetime, *grounds: Ground, **fields: Any) -> Facts:
    """Give the facts as of a later time."""
    return facts(*grounds, **{"roll": roll(now), **fields})


def ground(environment: str = "staging", **fields: Any) -> Ground:
    """Give an environment's ground."""
    return Ground(environment, **fields)


def lock(by: str = TIM, **fields: Any) -> Lock:
    """Give a lock without an end."""
    return replace(Lock(by, NOW, "incident"), **fields)


def live(order: int = 1, release: int = 9) -> Live:
    """Say which build is live."""
    return Live(build(order), release, NOW)


def in_line(*numbers: int, rollbacks: Iterable[int] = ()) -> tuple[InLine, ...]:
    """Give a line in which every release came a second after the one before, the first of them a minute ago."""
    ahead = set(rollbacks)
    return tuple(
        InLine(number, later(seconds=place - 60), number in ahead) for place, number in enumerate(numbers)
    )


def signed(team: str, user: str, **fields: Any) -> SignOff:
    """Give a sign-off."""
    return replace(SignOff(team, user, NOW), **fields)


BOTH = (signed("testers", AMITA), signed("ops", TIM))
"""The sign-offs that production needs."""


def intent(**fields: Any) -> Intent:
    """Give a grant of now that was not sent."""
    return replace(Intent(CORRELATION, NOW), **fields)


def sent(**fields: Any) -> Intent:
    """Give a grant that was marked sent now."""
    return replace(intent(sent_at=NOW, tries=1), **fields)


def on_test(user: str) -> Testing:
    """Say that somebody tests since now."""
    return Testing(user, NOW)


def run(**fields: Any) -> Run:
    """Give a run that started now."""
    return replace(Run("remote", "run1", started_at=NOW), **fields)


def release(*steps: Step, **fields: Any) -> Release:
    """Give r1 of build 1, started by Andy: staging waits, production is to come."""
    journey = steps or (waiting("staging"), Step("production"))
    return replace(Release(1, Kind.NORMAL, build(), plan(), (ANDY,), NOW, journey), **fields)


def waiting(environment: str, **fields: Any) -> Step:
    """Give a step that waits, asked for."""
    asked = Step(environment, StepState.WAITING, 1, requested=True, requested_by=ANDY, waiting_since=NOW)
    return replace(asked, **fields)


def granted(environment: str = "staging", **fields: Any) -> Step:
    """Give a step that was granted now."""
    given = waiting(environment, state=StepState.GRANTED, intent=intent(), holding=True)
    return replace(given, **fields)


def under_way(state: StepState, environment: str = "staging", **fields: Any) -> Step:
    """Give a step whose request was sent; running ones have a run."""
    given = waiting(environment, state=state, intent=sent(), touched=True, holding=True)
    return replace(given, **{"run": run() if state is StepState.RUNNING else None, **fields})


def succeeded(environment: str = "staging", **fields: Any) -> Step:
    """Give a step that succeeded and is still held."""
    old = sent(correlation="corr0")
    ran = run(id="run0", state="succeeded")
    given = under_way(StepState.SUCCEEDED, environment, intent=old, run=ran, ended_at=NOW)
    return replace(given, **fields)


def in_production(**fields: Any) -> Release:
    """Give r1 after staging: production waits, not asked for; staging is still held."""
    step = waiting("production", **{"requested": False, "requested_by": "", **fields})
    return release(succeeded(), step)


def production_step(step: Step, **fields: Any) -> Release:
    """Give r1 with this step in production; staging is left."""
    return release(succeeded(holding=False), step, **fields)


def rollback(step: Step | None = None, **fields: Any) -> Release:
    """Give r5, which brings build 1 back to production."""
    only = step or waiting("production", requested_by=TIM)
    return replace(release(only, number=5, kind=Kind.ROLLBACK, requesters=(TIM,)), **fields)


def draft(of: Release | None = None, known: Facts | None = None, now: datetime = NOW) -> Draft:
    """Give the working copy of a decision."""
    return Draft(of or release(), known or facts(), now, "seed")


Deed = events.Starting | events.ReleaseEvent


def decided(of: Release, event: Deed, known: Facts | None = None, now: datetime = NOW) -> Decision:
    """Decide, and expect a yes."""
    outcome = decide(of, event, known or facts_at(now), now, seed="seed")
    assert isinstance(outcome, Decision), outcome
    return outcome


def refused(of: Release, event: Deed, known: Facts | None = None, now: datetime = NOW) -> Refusal:
    """Decide, and expect a no."""
    outcome = decide(of, event, known or facts_at(now), now, seed="seed")
    assert isinstance(outcome, Refusal), outcome
    return outcome


def after(decision: Decision) -> Release:
    """Give the release that came of a decision."""
    assert decision.release is not None
    return decision.release


def of_kind(effects: Iterable[Effect], *kinds: type[Any]) -> list[Any]:
    """Pick the effects of some kinds."""
    return [effect for effect in effects if isinstance(effect, kinds)]


def codes(answers: Iterable[Asked | Reason]) -> list[str]:
    """Name the reasons of answers, or reasons, by their codes."""
    found: list[str] = []
    for each in answers:
        found.extend(codes(each.reasons) if isinstance(each, Asked) else [each.code])
    return found
