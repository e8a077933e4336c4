"""Read-only snapshots for queries, cards and the API, each in one transaction.

Cards and commands use the prepared statements of the other files; lists of releases are built as they are filtered.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, select

from handlers.absence import Absence
from handlers.build import Build, Change
from handlers.build_lookup import builds_named
from handlers.environments import EnvironmentState, Loss
from handlers.facts import Capabilities, Facts
from handlers.lineage import NO_MARKS, Marks
from handlers.people import Membership
from handlers.plan import Plan
from handlers.policy import Policy
from handlers.release import Release
from handlers.requests import ResolutionContext
from handlers.step import StepState
from handlers.typed_words import release_named
from storage import absences, builds, environments, history, lineage, release_lists, releases
from storage.codec import EPOCH
from storage.history import Head, HistoryLine
from storage.tables import ReleaseRow, table

MOST_OF_COMMIT = 3
RELEASES_OF_BUILD = 20


@dataclass(frozen=True, slots=True)
class ReleaseSnapshot:
    """A release with everything that is shown about it."""

    release: Release
    facts: Facts
    head: Head
    changes: tuple[Change, ...] = ()
    live: Build | None = None
    marks: Marks = NO_MARKS
    successes: tuple[Build, ...] = ()
    history: tuple[HistoryLine, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceParts:
    """What of a service is read beside its environments and open releases.

    That is so many `builds` and rows of its `history`, or those from `since` to `until`, in microseconds; so many releases
    that ended last, after `ended_since`; and the `version` of a build, or the beginning of its commit.
    """

    builds: int = 0
    history: int = 0
    since: int = 0
    until: int = 0
    ends: int = 0
    ended_since: int = 0
    version: str = ""


@dataclass(frozen=True, slots=True)
class ServiceSnapshot:
    """A service with its environments and open releases, and what else was wanted.

    `builds` are the newest, or those of a wanted version, whose releases are `of_build`. `ends` are the releases that ended
    last; `absences` those of the service, over or not.
    """

    plan: Plan
    environments: dict[str, EnvironmentState]
    releases: tuple[Release, ...] = ()
    builds: tuple[Build, ...] = ()
    history: tuple[HistoryLine, ...] = ()
    ends: tuple[Release, ...] = ()
    of_build: tuple[Release, ...] = ()
    absences: Mapping[str, Absence] = field(default_factory=dict[str, Absence])


@dataclass(frozen=True, slots=True)
class ReadContext:
    """What is known outside the database when a snapshot is made."""

    membership: Membership
    capabilities: dict[str, Capabilities] = field(default_factory=dict[str, Capabilities])
    policy: Policy | None = None
    lost: Mapping[str, Loss] = field(default_factory=dict[str, Loss])


def snapshot(
    connection: Connection, number: int, context: ReadContext, *, with_history: bool = False
) -> ReleaseSnapshot | None:
    """Read a release with everything that its card or the API shows."""
    release = releases.get(connection, number)
    if release is None:
        return None
    states, head = environments.read(connection, release.service)
    environment = release.step.environment
    state = states.get(environment, EnvironmentState(environment))
    since = _since(connection, release, state)
    presence = context.policy.presence(release.service) if context.policy is not None else None
    loss = context.lost.get(release.service)
    membership = absences.known(connection, context.membership, release.service, EPOCH)
    facts = Facts(membership, states, context.capabilities, presence=presence, loss=loss)
    if context.policy is not None:
        facts = replace(facts, calendars=context.policy.calendars_of(release.service))
    facts = lineage.with_lineage(connection, facts, release)
    return ReleaseSnapshot(
        release,
        facts,
        head,
        _changes(connection, release, since),
        since,
        lineage.marks(connection, release.plan, release.build, state),
        builds.successes(connection, release.service, environment),
        tuple(history.of_release(connection, number)) if with_history else (),
    )


def _since(connection: Connection, release: Release, state: EnvironmentState) -> Build | None:
    """Return since which build changes are told: what is live where the release goes, or was before it went live itself."""
    step = release.step
    if step.state is StepState.SUCCEEDED:
        return builds.get(connection, release.service, step.came_after) if step.came_after else None
    return state.live.build if state.live is not None else None


def _changes(connection: Connection, release: Release, since: Build | None) -> tuple[Change, ...]:
    """Return what a release changes where it goes; of the first one that went live there it is what its build changed."""
    if release.step.state is StepState.SUCCEEDED and since is None:
        own = builds.get(connection, release.service, release.build.version)
        return (own.changes or ()) if own is not None else ()
    return lineage.changes_since(connection, release.plan, release.build, release.step.environment, since)


def service(connection: Connection, plan: Plan, parts: ServiceParts) -> ServiceSnapshot:
    """Read a service with its environments and open releases, and what else is wanted of it."""
    name = plan.service
    states, _ = environments.read(connection, name)
    found = _builds(connection, name, parts)
    most = RELEASES_OF_BUILD if parts.version else 3
    of_build = (
        each for build in found for each in release_lists.of_build(connection, name, build.version, most)
    )
    return ServiceSnapshot(
        plan,
        states,
        tuple(releases.open_of_service(connection, name)),
        found,
        _history(connection, name, parts),
        tuple(release_lists.ended(connection, name, parts.ends, parts.ended_since)) if parts.ends else (),
        tuple(of_build),
        absences.of_service(connection, name, EPOCH),
    )


def _builds(connection: Connection, service: str, parts: ServiceParts) -> tuple[Build, ...]:
    """Return the newest builds, or what a version means: exactly that one, else a commit that begins with it."""
    if not parts.version:
        return tuple(builds.newest(connection, service, parts.builds)) if parts.builds else ()
    found = builds.named(connection, service, parts.version)
    return builds_named(parts.version, found)[:MOST_OF_COMMIT]


def _history(connection: Connection, service: str, parts: ServiceParts) -> tuple[HistoryLine, ...]:
    if not parts.history:
        return ()
    if parts.until:
        return tuple(history.between(connection, service, parts.since, parts.until, parts.history))
    return tuple(history.newest(connection, service, parts.history))


def resolution_context(connection: Connection, plan: Plan, environment: str, token: str) -> ResolutionContext:
    """Read what a request for a build is resolved with."""
    states, _ = environments.read(connection, plan.service)
    number = release_named(token)
    return ResolutionContext(
        plan,
        tuple(releases.open_of_service(connection, plan.service)),
        tuple(builds.named(connection, plan.service, token)) if token else (),
        builds.newest_of_branch(connection, plan.service, plan.builds.branch),
        builds.successes(connection, plan.service, environment),
        states.get(environment, EnvironmentState(environment)),
        releases.get(connection, number) if number else None,
    )


@dataclass(frozen=True, slots=True)
class ReleaseFilter:
    """Which releases to list; empty fields do not filter, nor does None for the services that may be seen."""

    service: str = ""
    state: str = ""
    limit: int = 50
    visible: tuple[str, ...] | None = None


def recent(connection: Connection, wanted: ReleaseFilter) -> list[Release]:
    """List releases, newest first."""
    release = table(ReleaseRow)
    newest = select(*releases.COLUMNS).order_by(release.c.number.desc()).limit(wanted.limit)
    if wanted.service:
        newest = newest.where(release.c.service == wanted.service)
    if wanted.visible is not None:
        newest = newest.where(release.c.service.in_(wanted.visible))
    if wanted.state:
        newest = newest.where(release.c.state == wanted.state)
    return releases.read_rows(connection.execute(newest))
