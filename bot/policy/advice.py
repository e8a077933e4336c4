"""Warnings about what is allowed but probably not meant.

`shiproom check` and the start of the bot print them; they never stop anything.
"""

from collections.abc import Iterable

from bot.policy.environments import EnvironmentSection
from bot.policy.gates import LocatedGate, sign_offs
from bot.policy.quorum import persons_of
from bot.policy.references import References
from bot.policy.services import ServiceSection
from bot.schema.diagnostics import Diagnostics, shown
from bot.schema.readers import LocatedText
from handlers.people import Directory
from handlers.plan import AUTOMATIC, EnvironmentPlan, Plan
from handlers.sign_off_rule import SignOffRule


def advise_on_unused(
    part: str, names: Iterable[LocatedText], references: References, diagnostics: Diagnostics
) -> None:
    """Warn of each team or CI that no service names."""
    for name in names:
        if not references.is_named(part, name.text):
            diagnostics.warn(name.position, f"no service names {shown(name.text)} of `{part}`")


def advise_on_service(
    service: ServiceSection, plan: Plan, directory: Directory, diagnostics: Diagnostics
) -> None:
    """Warn of gates that releases of some starters could never pass, and of settings without effect."""
    starting = _all_persons(plan.starters, directory)
    operating = _all_persons(plan.operators, directory)
    if plan.environments and all(each.start == AUTOMATIC for each in plan.environments):
        diagnostics.warn(service.position, _ALL_AUTOMATIC.format(service=shown(plan.service)))
    for written, planned in zip(service.environments, plan.environments, strict=True):
        for gate in sign_offs(written.gates):
            _advise_on_signers(f"{planned.name}/{gate.rule.team}", gate, starting, directory, diagnostics)
        for gate in sign_offs(written.rollback_gates):
            path = f"{planned.name}/rollback/{gate.rule.team}"
            _advise_on_signers(path, gate, operating, directory, diagnostics)
        _advise_on_emergency(written, plan, directory, diagnostics)
        if not planned.protected:
            _advise_on_branches(written, diagnostics)
        _advise_on_signed(written, planned, diagnostics)


def _advise_on_emergency(
    written: EnvironmentSection, plan: Plan, directory: Directory, diagnostics: Diagnostics
) -> None:
    """Warn of who could not sign what they start, and of an `alone_after` that helps nobody who may start one."""
    section = written.emergency
    if section is None:
        return
    lane, where = section.plan(), f"{written.name.text}/emergency"
    may, operating = _all_persons(lane.may, directory), _all_persons(plan.operators, directory)
    named = all(persons_of(team, directory) is not None for team in (*lane.may, *plan.operators))
    for gate in sign_offs(section.gates):
        signing = persons_of(gate.rule.team, directory)
        able = signing is None or not named or may & operating & signing
        if not lane.alone_after or not able:
            _advise_on_signers(f"{where}/{gate.rule.team}", gate, may, directory, diagnostics)
        if lane.alone_after and not able:
            message = (
                f"{where}: `alone_after` helps nobody: nobody who may start one is an operator and in "
                f"{shown(gate.rule.team)}; add somebody, or remove it"
            )
            diagnostics.warn(section.key_position("alone_after"), message)


def _advise_on_signed(
    written: EnvironmentSection, planned: EnvironmentPlan, diagnostics: Diagnostics
) -> None:
    """Warn once that nobody signs, and that nobody decides at all where it starts by itself."""
    if planned.signed:
        return
    position, name = written.key_position("signed"), shown(planned.name)
    if not planned.protected:
        diagnostics.warn(position, f"{name} is not protected, so `signed: false` says nothing: remove it")
    elif planned.start == AUTOMATIC:
        message = "with `start: automatic` whoever holds a build token deploys there"
        diagnostics.warn(position, f"{name} is protected, and nobody signs for it: {message}")
    else:
        message = "starters and operators deploy there by asking for it"
        diagnostics.warn(position, f"{name} is protected, and nobody signs for it: {message}")


_ALL_AUTOMATIC = (
    "{service}: every environment has `start: automatic`, so each new build goes through all of them as soon as their gates "
    "are open, and nobody has to ask for it"
)


def _all_persons(teams: tuple[str, ...], directory: Directory) -> frozenset[str]:
    """Return the persons that teams list by name; members of user groups are not known here."""
    described = (directory.teams[team] for team in teams if team in directory.teams)
    return frozenset(directory.person_of(member) for team in described for member in team.members)


def _advise_on_signers(
    path: str,
    gate: LocatedGate[SignOffRule],
    starting: frozenset[str],
    directory: Directory,
    diagnostics: Diagnostics,
) -> None:
    rule, persons = gate.rule, persons_of(gate.rule.team, directory)
    if persons is None or not rule.bars_requester or len(persons) != rule.needs or not persons & starting:
        return
    names = " and ".join(sorted(persons))
    if rule.needs == 1:
        message = (
            f"{path}: only {names} can sign; nobody can sign what they start{_nor_stand_ins(rule, directory)}"
        )
    else:
        starters = " or ".join(sorted(persons & starting))
        message = (
            f"{path}: only {names} can sign, and all of them have to; they cannot sign what {starters} starts"
            f"{_nor_stand_ins(rule, directory)}"
        )
    diagnostics.warn(gate.position, message)


def _nor_stand_ins(rule: SignOffRule, directory: Directory) -> str:
    """Return that stand-ins do not help: what bars a person bars whoever stands in for them."""
    return ", and stand-ins cannot either" if directory.teams[rule.team].stand_ins else ""


def _advise_on_branches(environment: EnvironmentSection, diagnostics: Diagnostics) -> None:
    if environment.has("branches"):
        position = environment.key_position("branches")
        diagnostics.warn(
            position, f"{shown(environment.name.text)} is not protected and takes builds of every branch"
        )
