"""What is allowed and probably not meant: said by `shiproom check` and at the start, and never in the way."""

from collections.abc import Iterable

from bot.policy.environments import WrittenEnvironment
from bot.policy.faults import Findings, shown
from bot.policy.gates import WrittenRule
from bot.policy.quorum import persons_of
from bot.policy.readers import Written
from bot.policy.references import References
from bot.policy.services import WrittenService
from handlers.people import Directory


def advise_on_unused(part: str, names: Iterable[Written], references: References, findings: Findings) -> None:
    """Warn of each team or CI that no service names."""
    for name in names:
        if not references.is_named(part, name.text):
            findings.warn(name.place, f"no service names {shown(name.text)} of `{part}`")


def advise_on_service(service: WrittenService, directory: Directory, findings: Findings) -> None:
    """Warn of gates that some of those who start releases would leave shut, and of settings without effect."""
    starting = _all_persons(service.plan.starters, directory)
    operating = _all_persons(service.plan.operators, directory)
    for written, plan in zip(service.environments, service.plan.environments, strict=True):
        for gate in written.gates:
            _advise_on_signers(f"{plan.name}/{gate.rule.team}", gate, starting, directory, findings)
        for gate in written.rollback_gates:
            _advise_on_signers(f"{plan.name}/rollback/{gate.rule.team}", gate, operating, directory, findings)
        if not plan.protected:
            _advise_on_branches(written, findings)


def _all_persons(teams: tuple[str, ...], directory: Directory) -> frozenset[str]:
    """Give the persons of teams that are named one by one; who else is in a user group is not known here."""
    described = (directory.teams[team] for team in teams if team in directory.teams)
    return frozenset(directory.person_of(member) for team in described for member in team.members)


def _advise_on_signers(
    path: str, gate: WrittenRule, starting: frozenset[str], directory: Directory, findings: Findings
) -> None:
    rule, persons = gate.rule, persons_of(gate.rule.team, directory)
    if persons is None or rule.requester_may_sign or len(persons) != rule.needs or not persons & starting:
        return
    names = " and ".join(sorted(persons))
    if rule.needs == 1:
        message = f"{path}: only {names} can sign; what he starts nobody can sign"
    else:
        starters = " or ".join(sorted(persons & starting))
        message = (
            f"{path}: only {names} can sign, and all of them have to; what {starters} starts they cannot sign"
        )
    findings.warn(gate.place, message)


def _advise_on_branches(environment: WrittenEnvironment, findings: Findings) -> None:
    if "branches" in environment.section:
        place = environment.section.key_place("branches")
        findings.warn(
            place, f"{shown(environment.name.text)} is not protected and takes builds of every branch"
        )
