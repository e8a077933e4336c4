"""The `services:` part: each service becomes the plan that its releases freeze at their start."""

import re
from dataclasses import replace
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field, PrivateAttr, TypeAdapter

from bot.ci import KINDS
from bot.policy.environments import EnvironmentSection, complete
from bot.policy.freezes import FreezeSection
from bot.policy.references import ConnectionName, References, TeamNames, kind_of
from bot.policy.reminders import NotifySection, RemindSection
from bot.policy.tickets import TicketsSection
from bot.policy.waiving import WaiveSection
from bot.schema.diagnostics import Diagnostics, shown
from bot.schema.fields import Part, SectionList, SectionsByName, Text, one_of, pairs, text
from bot.schema.readers import LocatedText
from bot.schema.section import Entry, Section, SectionContext
from bot.schema.words import CHANNEL, URL, WORD
from handlers.command_parsing import release_number
from handlers.plan import BuildSource, Notifying, Plan, unique
from handlers.sign_offs import BY_OPERATORS
from storage.codec import with_fingerprint

VERSION_PLACEHOLDERS = ("run_number", "run_id", "sha", "short_sha")
"""What a version can be made of; every CI's run has all of them."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_STRAY = re.compile(r"[^A-Za-z0-9._+-]")


class BuildsSection(Section):
    """Where a service's builds come from."""

    model_config = ConfigDict(
        json_schema_extra={"dependentRequired": {"workflow": ["ci"], "version": ["ci"]}}
    )

    ci: ConnectionName = Field(default="", description="the CI that announces builds")
    branch: Text = Field(default="", description="the branch whose builds are offered; main by default")
    workflow: Text = Field(default="", description="what makes the builds, as the CI names it")
    version: Text = Field(default="", description='what a build is called, like `"2.4.{run_number}"`')

    _compares: bool | None = PrivateAttr(default=None)

    @property
    def compares(self) -> bool | None:
        """Whether the CI tells the changes between two builds; None if builds come from no CI."""
        return self._compares

    def check(self, context: SectionContext) -> None:
        """Report builds of a CI that announces none, or that lack a name."""
        kind = kind_of(self.ci, context)
        self._compares = kind.compares if kind is not None else None
        if kind is not None and not kind.announces:
            message = "builds cannot come from this kind of CI: remove it, and post them to /api/v1/builds"
            context.diagnostics.error(self.value_position("ci"), message)
        if kind is not None and kind.announces:
            self.need("workflow", "what makes the builds, as the CI names it", context.diagnostics)
            self._check_version(context.diagnostics)
        for key in ("workflow", "version"):
            if self.has(key) and not self.has("ci"):
                message = f"`{key}` says how to read the builds of a CI: name that under `ci`"
                context.diagnostics.error(self.key_position(key), message)

    def _check_version(self, diagnostics: Diagnostics) -> None:
        """Check that a version differs from run to run, as it names one build for ever."""
        if not self.has("version"):
            return
        found = set(_PLACEHOLDER.findall(self.version))
        stray = _STRAY.search(_PLACEHOLDER.sub("", self.version))
        if not found or found - set(VERSION_PLACEHOLDERS) or stray:
            known = ", ".join(f"`{{{each}}}`" for each in VERSION_PLACEHOLDERS)
            diagnostics.error(
                self.value_position("version"),
                f"{shown(self.version)} does not name each build differently: "
                f"use one of {known}, with letters, digits and . _ + -",
            )
        elif release_number(_PLACEHOLDER.sub("7", self.version)):
            message = f"{shown(self.version)} would be read as the number of a release, like r7: begin it differently"
            diagnostics.error(self.value_position("version"), message)

    def source(self) -> BuildSource:
        """Return what the plan keeps."""
        branch = self.branch or BuildSource().branch
        return BuildSource(branch, self.ci, self.workflow, self.version)


class ChangesSection(Section):
    """Where the changes of builds are told, if not where the builds come from."""

    ci: ConnectionName = Field(description="the name of one of those under `ci`")

    def check(self, context: SectionContext) -> None:
        """Report a CI that cannot tell changes."""
        kind = kind_of(self.ci, context)
        if kind is not None and not kind.compares:
            able = ", ".join(f"`{name}`" for name, each in KINDS.items() if each.compares)
            message = (
                f"this kind of CI cannot tell the changes between two commits: name one of the kind {able}"
            )
            context.diagnostics.error(self.value_position("ci"), message)


class ServiceSection(Section):
    """A service: who may release it, and where its builds go."""

    noun: ClassVar[str] = "service"

    channel: Annotated[str, text(CHANNEL)] = Field(
        description="the id of the Slack channel where its cards go, like C0RELEASES"
    )
    starters: TeamNames = Field(description="the teams that may start a release, like `[developers]`")
    operators: TeamNames = Field(
        description="the teams that may also roll back, lock and settle, like `[ops]`"
    )
    environments: SectionList[EnvironmentSection] = Field(description="where a build goes, first to last")
    builds: Part[BuildsSection] = Field(
        default=None, description="where builds come from; without it they are posted to /api/v1/builds"
    )
    changes: Part[ChangesSection] = Field(
        default=None, description="where it is told who wrote a build, if not where builds come from"
    )
    repository: Annotated[str, text(WORD)] = Field(
        default="",
        description="the repository that a CI deploys and compares, like `tailspin/space-game-web`",
    )
    links: Annotated[tuple[tuple[LocatedText, str], ...], pairs(URL)] = Field(
        default=(), description="further links on cards, like `{Test plan: https://example.org/plan}`"
    )
    may_hold: Annotated[str, one_of(("everyone",))] = Field(
        default="",
        description="`everyone`: any full member may hold a release; else gate teams, starters and operators",
    )
    waive: Part[WaiveSection] = Field(
        default=None,
        description="who waives what is not known of a build, and how many; operators by default",
    )
    tickets: Part[TicketsSection] = Field(
        default=None, description="how titles of commits name tickets, and where those are read"
    )
    freezes: SectionList[FreezeSection] = Field(
        default=(), description="when nothing of this service starts, like the last weeks of a year"
    )

    remind: Part[RemindSection] = Field(
        default=None, description="when people are reminded of what waits for them; never without it"
    )
    notify: Part[NotifySection] = Field(
        default=None, description="who is told of the end, beside those who signed and test it"
    )

    def check(self, context: SectionContext) -> None:
        """Report a missing repository that a CI needs."""
        deploys = (each.deploy for each in self.environments)
        named = (
            self.builds.ci if self.builds else "",
            self.changes.ci if self.changes else "",
            *(each.ci for each in deploys if each),
        )
        wanted = (kind.repository for ci in named if (kind := kind_of(ci, context)) is not None)
        hint = next(filter(None, wanted), "")
        if hint:
            self.need("repository", hint, context.diagnostics)

    def plan(self, name: str) -> Plan:
        """Return the plan, with its fingerprint."""
        builds = self.builds.source() if self.builds else BuildSource()
        environments = complete(self.environments, builds.branch)
        watched = unique(tuple(branch for each in environments if each.protected for branch in each.branches))
        builds = replace(builds, branches=tuple(each for each in watched if each != builds.branch))
        plan = Plan(
            service=name,
            channel=self.channel,
            starters=tuple(team.text for team in self.starters),
            operators=tuple(team.text for team in self.operators),
            environments=environments,
            builds=builds,
            may_hold="everyone" if self.may_hold else "",
            waiving=self.waive.waiving() if self.waive else BY_OPERATORS,
            changes_ci=self.changes.ci if self.changes else "",
            repository=self.repository,
            links=tuple((title.text, address) for title, address in self.links),
            tickets=self.tickets.tickets() if self.tickets else None,
            remind=self.remind.reminding() if self.remind else None,
            notify=self.notify.notifying() if self.notify else Notifying(),
        )
        return with_fingerprint(plan)


_SERVICES: TypeAdapter[dict[str, ServiceSection | None]] = TypeAdapter(SectionsByName[ServiceSection])


def read_services(entry: Entry, context: References) -> dict[str, ServiceSection]:
    """Read the services by name."""
    named = _SERVICES.validate_python(entry, context=context)
    return {name: service for name, service in named.items() if service is not None}
