"""The `environments:` of a service: read as they are written, then completed with what follows from their order."""

from dataclasses import dataclass, replace

from bot.policy.deploy import read_deploy
from bot.policy.gates import WrittenRule, read_gates
from bot.policy.readers import Written
from bot.policy.references import References
from bot.policy.section import Section
from bot.policy.words import URL
from handlers.plan import AUTOMATIC, ON_REQUEST, Deploy, EnvironmentPlan, SignOffRule, unique

_PROTECTED_NAMES = frozenset({"production", "prod", "live"})


@dataclass(frozen=True, slots=True)
class WrittenEnvironment:
    """An environment as it is written, before the defaults that depend on its neighbours."""

    plan: EnvironmentPlan
    name: Written
    section: Section
    kept: tuple[Written, ...]
    gates: tuple[WrittenRule, ...]
    rollback_gates: tuple[WrittenRule, ...]


def read_environments(service: Section, references: References) -> tuple[WrittenEnvironment, ...]:
    """Read the environments in the order of the journey."""
    return tuple(_environment(each, references) for each in service.sections("environments", "environment"))


def complete(written: tuple[WrittenEnvironment, ...], branch: str) -> tuple[EnvironmentPlan, ...]:
    """Fill in what is not set: who keeps an environment, which are protected, and whose builds they take."""
    return tuple(_completed(each, after, branch) for each, after in with_next(written))


def with_next(
    written: tuple[WrittenEnvironment, ...],
) -> tuple[tuple[WrittenEnvironment, WrittenEnvironment | None], ...]:
    """Pair each environment with the one after it."""
    return tuple(zip(written, (*written[1:], None), strict=False))


def signing_teams(environment: WrittenEnvironment | None) -> tuple[str, ...]:
    """Name the teams that sign for an environment, each once."""
    return unique(tuple(each.rule.team for each in environment.gates)) if environment else ()


def _environment(section: Section, references: References) -> WrittenEnvironment:
    section.need(
        name="what it is called, like `staging`",
        deploy="how a build gets there, like `{ci: here, command: [./deploy.sh]}`",
    )
    name = section.name("name")
    kept = references.teams(section, "kept")
    gates, rollback_gates = read_gates(section, references), _rollback_gates(section, references)
    deploy = section.section("deploy", "this `deploy`")
    plan = EnvironmentPlan(
        name=name.text,
        deploy=read_deploy(deploy, references) if deploy else Deploy(ci=""),
        url=section.text("url", URL),
        protected=section.flag("protected", default=name.text in _PROTECTED_NAMES),
        branches=tuple(each.text for each in section.texts("branches")),
        start=AUTOMATIC if section.choice("start", (ON_REQUEST, AUTOMATIC)) == AUTOMATIC else ON_REQUEST,
        kept=tuple(each.text for each in kept),
        gates=_rules(gates),
        rollback_gates=_rules(rollback_gates),
    )
    section.close()
    return WrittenEnvironment(plan, name, section, kept, gates, rollback_gates)


def _rollback_gates(section: Section, references: References) -> tuple[WrittenRule, ...]:
    rollback = section.section("rollback", "`rollback`")
    if rollback is None:
        return ()
    rollback.need(gates="what a rollback has to pass, or `[]` for nothing")
    gates = read_gates(rollback, references)
    rollback.close()
    return gates


def _rules(gates: tuple[WrittenRule, ...]) -> tuple[SignOffRule, ...]:
    return tuple(each.rule for each in gates)


def _completed(written: WrittenEnvironment, after: WrittenEnvironment | None, branch: str) -> EnvironmentPlan:
    last = after is None and "protected" not in written.section
    return replace(
        written.plan,
        protected=written.plan.protected or last,
        branches=written.plan.branches or (branch,),
        kept=written.plan.kept or signing_teams(after),
    )
