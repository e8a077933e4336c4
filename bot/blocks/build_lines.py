"""Says of one build what became of it and where it is, for every query that names a version."""

from collections.abc import Iterator

from bot.blocks.endings import ending_line, fate
from bot.blocks.names import plural
from bot.blocks.query_words import QueryResult, ServiceView
from bot.blocks.service_lines import stage_line
from bot.blocks.standing import standing_line, whom_to_ask
from bot.blocks.taken_back import build_taken_back
from bot.blocks.text import escape
from handlers.build import Build
from handlers.environments import EnvironmentState
from handlers.release import Release

MOST_RELEASES = 5


def releases_of(service: ServiceView, build: Build) -> list[Release]:
    """Return the releases of a build, newest first."""
    return [each for each in service.of_build if each.build.version == build.version]


def build_name(build: Build) -> str:
    """Return the service and version of a build."""
    return f"{escape(build.service, 24)} {escape(build.version, 40)}"


def became_of(service: ServiceView, build: Build, found: QueryResult) -> Iterator[str]:
    """Yield a line for each release of a build, newest first; for none, that nobody has released it."""
    releases, names = releases_of(service, build), found.names
    for release in releases[:MOST_RELEASES]:
        view = found.view_of(release.number)
        if view is not None:
            yield f"{standing_line(view)}. {whom_to_ask(view)}".rstrip()
        else:
            yield ending_line(release, service.environments, names)
    if len(releases) > MOST_RELEASES:
        yield f"and {plural(len(releases) - MOST_RELEASES, 'earlier release')}"
    if not releases:
        since = f" since {names.clock(build.ready_at)}" if build.ready_at is not None else ""
        yield f"{build_name(build)} is ready{since}; nobody has released it."
        yield stage_line(service, names)


def is_live(state: EnvironmentState, build: Build) -> bool:
    """Return whether this very build is live in an environment, as far as is known of what was deployed from outside."""
    if state.live is None:
        return False
    there = state.live.build
    named = there.version in {"", build.version} and there.digest in {"", build.digest}
    return named and there.sha == build.sha


def lies_in(service: ServiceView, build: Build, found: QueryResult) -> str:
    """Return in which environments a build is live, since when and by which release; empty if in none."""
    parts = [
        f"{escape(each.name, 24)} since {found.names.clock(state.live.since)}"
        + (f" (r{state.live.release})" if state.live.release else " (from outside)")
        for each in service.plan.environments
        if (state := service.environments.get(each.name)) is not None
        and state.live is not None
        and is_live(state, build)
    ]
    return f"It is live in {' and '.join(parts)}." if parts else ""


def mark_of(service: ServiceView, build: Build, found: QueryResult) -> str:
    """Return the worst that is known of a build: that it failed, was rejected or rolled back; empty if nothing is."""
    order = [each.name for each in service.plan.environments]
    taken = build_taken_back(build, service.environments, order)
    return fate(releases_of(service, build), taken, order[-1], found.names)
