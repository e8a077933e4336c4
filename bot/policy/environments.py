"""The `environments:` of a service: read as written, then completed from their order."""

from dataclasses import replace
from typing import Annotated, ClassVar, cast

from pydantic import Field

from bot.policy.deploy import DeploySection
from bot.policy.emergency import EmergencySection
from bot.policy.gates import Gates, LocatedGate, sign_offs
from bot.policy.references import EnvironmentWindows, TeamNames
from bot.schema.fields import Flag, Name, Part, Url, one_of, texts
from bot.schema.section import Section
from bot.schema.words import TEXT
from handlers.gate import GateSettings
from handlers.plan import AUTOMATIC, ON_REQUEST, Deploy, EnvironmentPlan, unique

_PROTECTED_NAMES = frozenset({"production", "prod", "live"})


class RollbackSection(Section):
    """What a rollback of an environment has to pass."""

    gates: Gates = Field(description="what a rollback has to pass, or `[]` for nothing")


class EnvironmentSection(Section):
    """An environment as written, before the defaults that depend on its neighbours."""

    noun: ClassVar[str] = "environment"

    name: Name = Field(description="what it is called, like `staging`")
    deploy: Part[DeploySection] = Field(
        description="how a build gets there, like `{ci: here, command: [./deploy.sh]}`"
    )
    kept: TeamNames = Field(
        default=(),
        description="it stays this release's until these teams have signed; by default all that sign for the next environment",
    )
    gates: Gates = Field(
        default=(), description="what has to be open before a build goes there, like `[{sign_off: ops}]`"
    )
    rollback: Part[RollbackSection] = Field(
        default=None, description="what a rollback has to pass; nothing by default"
    )
    emergency: Part[EmergencySection] = Field(
        default=None, description="how a build gets there in an emergency; not at all by default"
    )
    url: Url = Field(default="", description="where it can be seen, for links on cards")
    protected: Flag = Field(
        default=False,
        description="true for the last environment, and for production, prod and live, unless it is set",
    )
    signed: Flag = Field(
        default=True, description="false says aloud that nobody signs for a protected environment"
    )
    branches: Annotated[tuple[str, ...], texts(TEXT)] = Field(
        default=(),
        description="a protected environment takes builds of these only; by default the branch of `builds`",
    )
    contains_live: Annotated[str, one_of(("required",))] = Field(
        default="", description="`required`: a build has to contain what is live there"
    )
    start: Annotated[str, one_of((ON_REQUEST, AUTOMATIC))] = Field(
        default=ON_REQUEST,
        description="`automatic`: a step starts by itself once its gates are open; `on_request` by default",
    )
    windows: EnvironmentWindows = Field(
        default=(),
        description="when a deployment may start: a list, or the name of one at the top of the file",
    )

    @property
    def rollback_gates(self) -> tuple[LocatedGate[object], ...]:
        """What a rollback has to pass."""
        return self.rollback.gates if self.rollback else ()

    def plan(self) -> EnvironmentPlan:
        """Return the plan of this environment alone."""
        return EnvironmentPlan(
            name=self.name.text,
            deploy=self.deploy.deploy() if self.deploy else Deploy(ci=""),
            url=self.url,
            protected=self.protected if self.has("protected") else self.name.text in _PROTECTED_NAMES,
            branches=self.branches,
            contains_live=self.contains_live == "required",
            signed=self.signed,
            start=AUTOMATIC if self.start == AUTOMATIC else ON_REQUEST,
            kept=tuple(team.text for team in self.kept),
            gates=_settings(self.gates),
            rollback_gates=_settings(self.rollback_gates),
            emergency=self.emergency.plan() if self.emergency else None,
        )


def complete(written: tuple[EnvironmentSection, ...], branch: str) -> tuple[EnvironmentPlan, ...]:
    """Fill in the defaults: who keeps an environment, which are protected, and their branches."""
    return tuple(_completed(each, after, branch) for each, after in with_next(written))


def with_next(
    written: tuple[EnvironmentSection, ...],
) -> tuple[tuple[EnvironmentSection, EnvironmentSection | None], ...]:
    """Pair each environment with the one after it."""
    return tuple(zip(written, (*written[1:], None), strict=False))


def signing_teams(environment: EnvironmentSection | None) -> tuple[str, ...]:
    """Return the teams that sign for an environment, each once."""
    return unique(tuple(each.rule.team for each in sign_offs(environment.gates))) if environment else ()


def _settings(gates: tuple[LocatedGate[object], ...]) -> tuple[GateSettings, ...]:
    return tuple(cast(GateSettings, each.rule) for each in gates)


def _completed(written: EnvironmentSection, after: EnvironmentSection | None, branch: str) -> EnvironmentPlan:
    plan = written.plan()
    last = after is None and not written.has("protected")
    return replace(
        plan,
        protected=plan.protected or last,
        branches=plan.branches or (branch,),
        kept=plan.kept or signing_teams(after),
    )
