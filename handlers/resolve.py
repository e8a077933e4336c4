"""From words to an event: which build or release a journey means, and to which build a rollback goes."""

from dataclasses import dataclass, field

from handlers.build import Build
from handlers.commands.command import release_number
from handlers.events import RollbackStarted, Started, StepAsked
from handlers.ground import Ground
from handlers.outcome import Refusal
from handlers.plan import Plan
from handlers.release import Kind, Release
from handlers.wishes import Journey, RollbackWanted

SHORTEST_SHA = 7


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a resolution looks at: a service's open releases, newest builds, and what succeeded in an environment."""

    plan: Plan
    open_releases: tuple[Release, ...] = ()
    builds: tuple[Build, ...] = ()
    newest: Build | None = None
    successes: tuple[Build, ...] = ()
    ground: Ground = field(default_factory=lambda: Ground(""))


def resolve_journey(wish: Journey, ledger: Ledger) -> Started | StepAsked | Refusal:
    """Find the build or release that a journey means; nothing defaults to production."""
    number = release_number(wish.token)
    if number:
        return StepAsked(number, wish.environment, wish.actor)
    first = ledger.plan.environments[0].name
    if wish.token:
        build = _named(wish.token, ledger)
        return build if isinstance(build, Refusal) else _with_build(wish, ledger, build)
    if wish.environment != first:
        return _waiting_for(wish, ledger)
    if ledger.newest is None:
        values = {"service": wish.service, "branch": ledger.plan.builds.branch}
        return Refusal("no_build", values)
    return _with_build(wish, ledger, ledger.newest)


def _named(token: str, ledger: Ledger) -> Build | Refusal:
    """A version before a commit prefix; a prefix that fits several builds is refused."""
    by_version = [build for build in ledger.builds if build.version == token]
    if by_version:
        return by_version[0]
    lowered = token.lower()
    by_sha = [
        build for build in ledger.builds if len(token) >= SHORTEST_SHA and build.sha.startswith(lowered)
    ]
    if len(by_sha) > 1:
        return Refusal(
            "ambiguous_build", {"token": token, "builds": ", ".join(build.version for build in by_sha)}
        )
    return by_sha[0] if by_sha else Refusal("unknown_build", {"token": token, "service": ledger.plan.service})


def _with_build(wish: Journey, ledger: Ledger, build: Build) -> Started | StepAsked | Refusal:
    for release in ledger.open_releases:
        if release.kind is Kind.NORMAL and release.build.version == build.version:
            return StepAsked(release.number, wish.environment, wish.actor)
    first = ledger.plan.environments[0].name
    if wish.environment != first:
        values = {
            "environment": wish.environment,
            "missing": first,
            "version": build.version,
            "service": wish.service,
        }
        return Refusal("skipped_environment", values)
    return Started(build, first, wish.actor, (wish.actor,), wish.note)


def _waiting_for(wish: Journey, ledger: Ledger) -> StepAsked | Refusal:
    """The one release whose previous step succeeded; several are listed, none is refused."""
    fitting = [release for release in ledger.open_releases if _next_is(release, wish.environment)]
    if len(fitting) == 1:
        return StepAsked(fitting[0].number, wish.environment, wish.actor)
    values = {"environment": wish.environment, "service": wish.service}
    if not fitting:
        return Refusal("nothing_ready", {**values, "missing": ledger.plan.environments[0].name})
    named = ", ".join(f"r{release.number} ({release.build.version})" for release in fitting)
    return Refusal("several_ready", {**values, "releases": named})


def _next_is(release: Release, environment: str) -> bool:
    return release.kind is Kind.NORMAL and not release.ended and release.step.environment == environment


def resolve_rollback(
    wish: RollbackWanted, ledger: Ledger, *, cancel_holder: bool
) -> RollbackStarted | Refusal:
    """Find the build that a rollback goes to: the named one, or the one that the rule names."""
    values = {"environment": wish.environment, "service": wish.service, "version": wish.version}
    if not wish.version:
        target = default_target(ledger)
    else:
        target = next((build for build in reversed(ledger.successes) if build.version == wish.version), None)
    if target is None:
        return Refusal("never_succeeded_there" if wish.version else "nothing_to_roll_back_to", values)
    return RollbackStarted(target, wish.environment, wish.actor, wish.reason, cancel_holder)


def default_target(ledger: Ledger) -> Build | None:
    """The last success if the newest attempt failed, else the build live before the live one's first success: no ping-pong."""
    successes, live = ledger.successes, ledger.ground.live
    if not successes or live is None:
        return None
    if ledger.ground.failed:
        return successes[-1]
    versions = [build.version for build in successes]
    if live.build.version not in versions:
        return successes[-1]
    first = versions.index(live.build.version)
    return successes[first - 1] if first > 0 else None
