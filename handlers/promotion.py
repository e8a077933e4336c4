"""A request to start a build's release, or for its next step, and the build or release that it means."""

from dataclasses import dataclass
from datetime import datetime

from handlers.build import Build
from handlers.build_lookup import builds_named
from handlers.command_parsing import release_number
from handlers.events import Started, StepRequested
from handlers.outcome import Refusal
from handlers.plan import unique
from handlers.release import Kind, Release
from handlers.requests import BuildRequest, ResolutionContext
from handlers.step import StepState


@dataclass(frozen=True, slots=True)
class StartOrPromote(BuildRequest):
    """Asks to start a build's release, or for its next step.

    `token` is a version, a commit prefix, a release, or empty. With `again` the build is deployed once more where it lies. A
    release has to be one of the service where that was named with it, as in `cart@r4`. It starts no earlier than `at`.
    """

    token: str = ""
    note: str = ""
    again: bool = False
    service_named: bool = False
    at: datetime | None = None

    @property
    def named_build(self) -> str:
        """The token."""
        return self.token

    def resolve(self, context: ResolutionContext) -> Started | StepRequested | Refusal:
        """Find the build or release that is meant; nothing defaults to production."""
        number = release_number(self.token)
        if number:
            release = context.release
            if self.service_named and release is not None and release.service != self.service:
                names = {"release": self.token, "service": self.service, "environment": self.environment}
                return Refusal("release_of_another", names)
            return StepRequested(number, self.actor, self.environment, self.at)
        first_environment = context.plan.environments[0].name
        if self.token:
            build = build_named(self.token, context)
            return build if isinstance(build, Refusal) else self._with_build(context, build)
        if self.environment != first_environment and not self.again:
            return self._waiting_for(context)
        if context.newest is None:
            values = {"service": self.service, "branch": context.plan.builds.branch}
            return Refusal("no_build", values)
        return self._with_build(context, context.newest)

    def _with_build(self, context: ResolutionContext, build: Build) -> Started | StepRequested | Refusal:
        for release in context.open_releases:
            if release.kind is Kind.NORMAL and release.build.version == build.version:
                if self.again:
                    return _again_open(release, self.environment, context)
                return StepRequested(release.number, self.actor, self.environment, self.at)
        first = context.plan.environments[0].name
        if self.again and self.environment != first:
            values = {"service": self.service, "version": build.version, "first": first}
            return Refusal("again_begins_first", values)
        requesters = (self.actor,)
        return Started(
            build, self.environment, self.actor, requesters, self.note, again=self.again, at=self.at
        )

    def _waiting_for(self, context: ResolutionContext) -> StepRequested | Refusal:
        """Find the one release whose previous step succeeded.

        If several match, the refusal lists them; if none does, it says so.
        """
        fitting = [release for release in context.open_releases if _next_is(release, self.environment)]
        if len(fitting) == 1:
            return StepRequested(fitting[0].number, self.actor, self.environment, self.at)
        values = {"environment": self.environment, "service": self.service}
        if not fitting:
            return Refusal("nothing_ready", {**values, "missing": context.plan.environments[0].name})
        named = ", ".join(f"r{release.number} ({release.build.version})" for release in fitting)
        return Refusal("several_ready", {**values, "releases": named})


def _again_open(release: Release, environment: str, context: ResolutionContext) -> Refusal:
    """Return why a build with an open release is not deployed again: it has yet to be, or who can end or go on with that."""
    step, plan = release.step, release.plan
    values = {
        "release": f"r{release.number}",
        "version": release.build.version,
        "environment": step.environment,
        "state": step.state.value,
    }
    if step.state is StepState.FAILED:
        return Refusal("again_failed", values, plan.steering_teams(release.environment))
    if step.state not in {StepState.PENDING, StepState.WAITING}:
        return Refusal("again_under_way", values)
    if step.environment == environment and not step.may_have_deployed:
        place = context.environment_state.place(release.number)
        return Refusal("again_in_line" if place else "again_waits", values)
    teams = (
        plan.steering_teams(release.environment) if step.holding else unique(plan.starters + plan.operators)
    )
    return Refusal("again_open", values, teams)


def build_named(token: str, context: ResolutionContext) -> Build | Refusal:
    """Find the build that is named; a prefix that matches several commits is refused."""
    found = builds_named(token, context.builds)
    if len(found) == 1:
        return found[0]
    versions = ", ".join(build.version for build in found)
    if versions:
        return Refusal("ambiguous_build", {"token": token, "builds": versions})
    return Refusal("unknown_build", {"token": token, "service": context.plan.service})


def _next_is(release: Release, environment: str) -> bool:
    return release.kind is Kind.NORMAL and not release.ended and release.step.environment == environment
