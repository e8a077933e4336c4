"""Builders with a default for every input of a decision, so that a test names only what it is about."""
# ruff: noqa: ANN401 - fields are given as to dataclasses.replace

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from handlers import events
from handlers.attempt import Failure, Intent, Run
from handlers.build import Build
from handlers.decide import decide, decide_environment
from handlers.draft import Draft
from handlers.effects import Announce, Effect
from handlers.environments import EnvironmentState, Live, Lock, QueueEntry
from handlers.facts import Capabilities, Facts
from handlers.gate import GateResult, Reason
from handlers.hold import Hold
from handlers.lineage import Authorship
from handlers.outcome import Decision, Refusal
from handlers.people import AccountStatus, Directory, Group, Member, Membership, Person, Team
from handlers.plan import Deploy, EnvironmentPlan, Plan
from handlers.release import Kind, Release
from handlers.sign_off_rule import SignOffRule
from handlers.sign_offs import SignOff, Testing, Waiver
from handlers.step import Step, StepState

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)

ANDY, MARA, AMITA, TOM, TIM = "U0ANDY", "U0MARA", "U0AMITA", "U0TOM", "U0TIM"
OLGA, OLGA_TOO, GUEST, STRANGER = "U0OLGA", "U0OLGATOO", "U0GUEST", "U0STRANGER"
EVERYBODY = (ANDY, MARA, AMITA, TOM, TIM, OLGA, OLGA_TOO, GUEST, STRANGER)

SERVICE = "website"
CORRELATION = "corr1"
ANNOUNCED = Announce(SERVICE, "2.1.0")
"""Redraws the announcement of r1's build."""

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
UNGROUPED = {**TEAMS, "ops": Team("ops", (TIM, OLGA_TOO))}
"""The same without a user group, which is looked at every minute."""


def later(**parts: float) -> datetime:
    """Return a time after NOW; the arguments are those of a timedelta."""
    return NOW + timedelta(**parts)


def build(order: int = 1, **fields: Any) -> Build:
    """Return the build 2.<order>.0 of main."""
    sha = f"{order:07x}".ljust(40, "a")
    given = Build(
        SERVICE, f"2.{order}.0", sha, "main", order, digest=f"sha256:{order}", changes=(), position=order
    )
    return replace(given, **fields)


def rule(team: str = "testers", **fields: Any) -> SignOffRule:
    """Return a sign-off rule."""
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
    """Return a plan: staging, then production behind testers and ops."""
    starters, operators = ("developers", "ops"), ("ops",)
    places = environments or (STAGING, PRODUCTION)
    given = Plan(SERVICE, "C0RELEASES", starters, operators, places, fingerprint="plan1")
    return replace(given, **fields)


def production(**fields: Any) -> EnvironmentPlan:
    """Return the plan of production with some fields replaced."""
    return replace(PRODUCTION, **fields)


def staging(**fields: Any) -> EnvironmentPlan:
    """Return the plan of staging with some fields replaced."""
    return replace(STAGING, **fields)


def directory(teams: Mapping[str, Team] | None = None, people: tuple[Person, ...] = PEOPLE) -> Directory:
    """Return who is in which team, and which ids belong to one person."""
    return Directory(TEAMS if teams is None else teams, people)


def membership(
    now: datetime = NOW,
    *,
    account_status: Mapping[str, AccountStatus] | None = None,
    unknown: Iterable[str] = (),
    teams: Mapping[str, Team] | None = None,
    group: frozenset[str] | None = frozenset(),
) -> Membership:
    """Return the membership as of `now`: everybody but the guest is a full member; `group` None is an unknown group."""
    named = {GUEST: AccountStatus.GUEST, **(account_status or {})}
    members = {
        user: Member(named.get(user, AccountStatus.FULL), now)
        for user in EVERYBODY
        if user not in set(unknown)
    }
    groups = {} if group is None else {"S0OPS": Group(group, now)}
    return Membership(directory(teams), members, groups)


def facts(*environments: EnvironmentState, **fields: Any) -> Facts:
    """Return facts: an authoritative CI `here`, a `remote` one that is not, and these environments."""
    capabilities = {"here": Capabilities(authoritative_search=True), "remote": Capabilities()}
    given = Facts(membership(), {each.environment: each for each in environments}, capabilities)
    return replace(given, **fields)


def facts_at(now: datetime, *environments: EnvironmentState, **fields: Any) -> Facts:
    """Return the facts as of a later time."""
    return facts(*environments, **{"membership": membership(now), **fields})


def written_by(*authors: str, **fields: Any) -> dict[str, Authorship]:
    """Return that these authors wrote what would be deployed to production; all of it is known."""
    return {"production": replace(Authorship(authors, own=authors), **fields)}


def environment_state(environment: str = "staging", **fields: Any) -> EnvironmentState:
    """Return an environment's state."""
    return EnvironmentState(environment, **fields)


def lock(by: str = TIM, **fields: Any) -> Lock:
    """Return a lock without an end."""
    return replace(Lock(by, NOW, "incident"), **fields)


def hold(by: str = TIM, **fields: Any) -> Hold:
    """Return a hold of now without an end."""
    return replace(Hold(by, NOW, "legal looks"), **fields)


def live(order: int = 1, release: int = 9) -> Live:
    """Return a live build."""
    return Live(build(order), release, NOW)


def in_queue(*numbers: int, rollbacks: Iterable[int] = ()) -> tuple[QueueEntry, ...]:
    """Return a queue in which releases arrived one second apart, the first of them a minute ago."""
    ahead = set(rollbacks)
    return tuple(
        QueueEntry(number, later(seconds=place - 60), number in ahead) for place, number in enumerate(numbers)
    )


def busy(environment: str, **fields: Any) -> EnvironmentState:
    """Return the state of an environment that has everything but a lock: holder, queue, live build, failed attempt."""
    return environment_state(
        environment, **{"holder": 4, "queue": in_queue(5), "live": live(), "failed": True, **fields}
    )


def signed(team: str, user: str, **fields: Any) -> SignOff:
    """Return a sign-off."""
    return replace(SignOff(team, user, NOW), **fields)


BOTH = (signed("testers", AMITA), signed("ops", TIM))
"""The sign-offs that production needs."""


CALLED_NOW = (("testers", NOW), ("ops", NOW))
"""When the teams of production were called, if that was now."""


def waiver(by: str = TIM, **fields: Any) -> Waiver:
    """Return a waiver of nothing."""
    return replace(Waiver(by, NOW, "Mara looked"), **fields)


def intent(**fields: Any) -> Intent:
    """Return a grant of now that was not sent."""
    return replace(Intent(CORRELATION, NOW), **fields)


def sent(**fields: Any) -> Intent:
    """Return a grant that was marked as sent now."""
    return replace(intent(sent_at=NOW, tries=1), **fields)


def on_test(user: str) -> Testing:
    """Return a note that a user is testing since now."""
    return Testing(user, NOW)


def run(**fields: Any) -> Run:
    """Return a run that is followed since now."""
    return replace(Run("remote", "run1", seen_at=NOW), **fields)


def release(*steps: Step, **fields: Any) -> Release:
    """Return r1 of build 1, started by Andy: staging waits, production is pending."""
    journey = steps or (waiting("staging"), Step("production"))
    return replace(Release(1, Kind.NORMAL, build(), plan(), (ANDY,), NOW, journey), **fields)


def waiting(environment: str, **fields: Any) -> Step:
    """Return a requested step that waits, whose teams were called."""
    asked = Step(environment, StepState.WAITING, 1, requested=True, requested_by=ANDY, waiting_since=NOW)
    called = ("testers", "ops") if environment == "production" else ()
    return replace(asked, **{"called": called, **fields})


def granted(environment: str = "staging", **fields: Any) -> Step:
    """Return a step that was granted now."""
    given = waiting(environment, state=StepState.GRANTED, intent=intent(), holding=True)
    return replace(given, **fields)


def under_way(state: StepState, environment: str = "staging", **fields: Any) -> Step:
    """Return a step whose request was sent; it has a run if it is running."""
    given = waiting(environment, state=state, intent=sent(), may_have_deployed=True, holding=True)
    return replace(given, **{"run": run() if state is StepState.RUNNING else None, **fields})


def failed(environment: str = "staging", **fields: Any) -> Step:
    """Return a step whose run failed."""
    failure = Failure("run_failed", "exit 1")
    given = under_way(StepState.FAILED, environment, failure=failure, run=run(), ended_at=NOW)
    return replace(given, **fields)


def succeeded(environment: str = "staging", **fields: Any) -> Step:
    """Return a step that succeeded and still holds its environment."""
    old = sent(correlation="corr0")
    ran = run(id="run0", state="succeeded")
    given = under_way(StepState.SUCCEEDED, environment, intent=old, run=ran, ended_at=NOW)
    return replace(given, **fields)


def in_production(**fields: Any) -> Release:
    """Return r1 after staging: production waits, unrequested; staging is still held."""
    step = waiting("production", **{"requested": False, "requested_by": "", **fields})
    return release(succeeded(), step)


def production_step(step: Step, **fields: Any) -> Release:
    """Return r1 with this step in production; staging is released."""
    return release(succeeded(holding=False), step, **fields)


def rollback(step: Step | None = None, **fields: Any) -> Release:
    """Return r5, which rolls production back to build 1."""
    only = step or waiting("production", requested_by=TIM)
    return replace(release(only, number=5, kind=Kind.ROLLBACK, requesters=(TIM,)), **fields)


def draft(of: Release | None = None, known: Facts | None = None, now: datetime = NOW) -> Draft:
    """Return the draft of a decision."""
    return Draft(of or release(), known or facts(), now, "seed")


DecidedEvent = events.StartsRelease | events.ReleaseEvent


def decided(of: Release, event: DecidedEvent, known: Facts | None = None, now: datetime = NOW) -> Decision:
    """Decide, and expect a decision."""
    outcome = decide(of, event, known or facts_at(now), now, seed="seed")
    assert isinstance(outcome, Decision), outcome
    return outcome


def refused(of: Release, event: DecidedEvent, known: Facts | None = None, now: datetime = NOW) -> Refusal:
    """Decide, and expect a refusal."""
    outcome = decide(of, event, known or facts_at(now), now, seed="seed")
    assert isinstance(outcome, Refusal), outcome
    return outcome


def decided_environment(event: events.EnvironmentEvent, known: Facts) -> Decision:
    """Decide on an event of environments, and expect a decision."""
    outcome = decide_environment(plan(), event, known, NOW)
    assert isinstance(outcome, Decision), outcome
    return outcome


def after(decision: Decision) -> Release:
    """Return the release as a decision leaves it."""
    assert decision.release is not None
    return decision.release


def of_kind(effects: Iterable[Effect], *kinds: type[Any]) -> list[Any]:
    """Return the effects of some kinds."""
    return [effect for effect in effects if isinstance(effect, kinds)]


def codes(answers: Iterable[GateResult | Reason]) -> list[str]:
    """Return the codes of reasons, or of the reasons of gate results."""
    found: list[str] = []
    for each in answers:
        found.extend(codes(each.reasons) if isinstance(each, GateResult) else [each.code])
    return found
