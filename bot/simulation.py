"""Says what would hold a build on its way to an environment at some moment: every gate is asked as for a real release.

Nothing is written, and neither Slack nor a CI is asked: whoever the policy names counts as a full member.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from handlers.build import Build
from handlers.environments import EnvironmentState
from handlers.evaluation import evaluate_gates
from handlers.events import Started
from handlers.facts import Facts
from handlers.gate import GateResult, Reason
from handlers.people import AccountStatus, Group, Member, Membership
from handlers.plan import Plan
from handlers.policy import Policy
from handlers.release import Release
from handlers.slots import cannot_sign
from handlers.starting import new_release
from handlers.step import OVER, StepState
from handlers.why import why
from storage import builds, environments, lineage, releases
from storage.database import Connection

UNBORN = 999_999_999
"""The number of a release that is not there: a gate that compares numbers finds it nowhere."""

_GATED = frozenset({StepState.PENDING, StepState.WAITING})


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked: a build of a service to an environment, from what is known at a moment; `by` would start it.

    `branch` is that of a build that is not known; by default the one that is released.
    """

    service: str
    version: str
    environment: str
    at: datetime
    by: str = ""
    branch: str = ""


@dataclass(frozen=True, slots=True)
class SimulatedStep:
    """One environment on the way, with what every gate says of it.

    `lies_there` means that the build is live there, untouched; `over` that its release has been there. `starts_at` is when
    windows and freezes let it start; None if that is not known.
    """

    environment: str
    lies_there: bool
    over: bool
    results: tuple[GateResult, ...]
    reasons: tuple[Reason, ...]
    starts_at: datetime | None
    cannot_sign: Mapping[str, frozenset[str]]
    holder: Release | None = None

    @property
    def open(self) -> bool:
        """Whether nothing holds it."""
        return not self.reasons


@dataclass(frozen=True, slots=True)
class Simulation:
    """The answer: the steps to the environment, of the open release of the build, or of one that would be new.

    `known` is whether the database has the build; `read` whether there is a database.
    """

    case: Case
    release: Release
    known: bool
    read: bool
    steps: tuple[SimulatedStep, ...]


class AmbiguousBuildError(Exception):
    """Several builds are named alike; the message lists them."""


def simulate(connection: Connection | None, policy: Policy, case: Case) -> Simulation:
    """Ask every gate on the way to an environment; without a database as if nothing had happened there.

    Raises AmbiguousBuildError.
    """
    plan = policy.plans[case.service]
    build = None if connection is None else _known(connection, case)
    release = _open_release(connection, case, build) or _new(plan, case, build)
    states = environments.read(connection, case.service)[0] if connection is not None else {}
    facts = Facts(
        _membership(policy, release, case.at),
        states,
        presence=policy.presence(case.service),
        calendars=policy.calendars_of(case.service),
    )
    steps = tuple(_steps(connection, policy, release, facts, case))
    return Simulation(case, release, build is not None, connection is not None, steps)


def _known(connection: Connection, case: Case) -> Build | None:
    found = builds.named(connection, case.service, case.version)
    if len(found) > 1:
        raise AmbiguousBuildError(", ".join(build.version for build in found))
    return found[0] if found else None


def _open_release(connection: Connection | None, case: Case, build: Build | None) -> Release | None:
    """Return the open release of the build that is to go there."""
    if connection is None or build is None:
        return None
    found = releases.open_of_service(connection, case.service)
    same = (each for each in found if each.build.version == build.version)
    return next((each for each in same if each.step_in(case.environment) is not None), None)


def _new(plan: Plan, case: Case, build: Build | None) -> Release:
    assumed = build or Build(case.service, case.version, "", case.branch or plan.builds.branch)
    requesters = (case.by,) if case.by else ()
    return new_release(UNBORN, Started(assumed, case.environment, case.by, requesters), plan, case.at)


def _membership(policy: Policy, release: Release, at: datetime) -> Membership:
    """Return everybody as a full member; in a user group is who signed for its team."""
    teams = policy.directory.teams.values()
    signed = [sign_off for step in release.steps for sign_off in step.sign_offs]
    users = {
        *release.requesters,
        *(each.user for each in signed),
        *(user for team in teams for user in team.members),
    }
    groups = {
        team.usergroup: Group(frozenset(each.user for each in signed if each.team == team.name), at)
        for team in teams
        if team.usergroup
    }
    members = {user: Member(AccountStatus.FULL, at) for user in users}
    return Membership(policy.directory, members, groups)


def _steps(
    connection: Connection | None, policy: Policy, release: Release, facts: Facts, case: Case
) -> Iterator[SimulatedStep]:
    """Simulate one step after the other, each as if those before it had succeeded."""
    for index, step in enumerate(release.steps):
        over = step.state in OVER
        known = facts if connection is None or over else lineage.with_lineage(connection, facts, release)
        current = step.state in _GATED
        results = evaluate_gates(release, step, known, case.at) if current else ()
        reasons = tuple(reason for result in results for reason in result.reasons)
        if not over and not current:
            reasons = why(release, known, case.at)
        state = facts.environment_state(step.environment)
        yield SimulatedStep(
            step.environment,
            state.has_untouched(release.build),
            over,
            results,
            reasons,
            policy.calendar(case.service, step.environment).starts_at(case.at),
            {} if over else cannot_sign(release, known, case.at),
            _holder(connection, state),
        )
        if step.environment == case.environment:
            return
        release = release.with_step(index, state=StepState.SUCCEEDED)


def _holder(connection: Connection | None, state: EnvironmentState) -> Release | None:
    number = state.holder or (state.queue[0].release if state.queue else 0)
    return releases.get(connection, number) if connection is not None and number else None
