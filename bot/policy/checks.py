"""Rules between parts of a policy that are each valid alone.

What would leave a release stuck or unguarded is an error.
"""

from bot.policy.emergency import check_emergency, gates_of
from bot.policy.environments import EnvironmentSection, signing_teams, with_next
from bot.policy.gates import LocatedGate, sign_offs
from bot.policy.quorum import persons_of, too_small, unfillable
from bot.policy.services import ServiceSection
from bot.schema.diagnostics import Diagnostics, shown
from handlers.people import Directory
from handlers.plan import AUTOMATIC, EnvironmentPlan, Plan, unique
from handlers.sign_off_rule import SignOffRule


def check_service(
    service: ServiceSection, plan: Plan, directory: Directory, diagnostics: Diagnostics
) -> None:
    """Report what does not fit together in a service."""
    _check_names(service, diagnostics)
    for written, planned in zip(service.environments, plan.environments, strict=True):
        _check_signed(written, planned, diagnostics)
        for gates in (written.gates, written.rollback_gates, gates_of(written.emergency)):
            _check_sign_offs(sign_offs(gates), directory, diagnostics)
        for gate in sign_offs(written.gates) if planned.start != AUTOMATIC else ():
            _check_asker(gate, unique(plan.starters + plan.operators), directory, diagnostics)
    _check_emergencies(service, directory, diagnostics)
    _check_authors(service, plan, diagnostics)
    for written, after in with_next(service.environments):
        _check_kept(written, after, directory, diagnostics)


def _check_emergencies(service: ServiceSection, directory: Directory, diagnostics: Diagnostics) -> None:
    before: tuple[str, ...] = ()
    for written in service.environments:
        if written.emergency is not None:
            check_emergency(written.emergency, before, directory, diagnostics)
        before = (*before, written.name.text)


def _check_signed(written: EnvironmentSection, planned: EnvironmentPlan, diagnostics: Diagnostics) -> None:
    """Report a protected environment for which nobody signs without a word of it, and a word that a gate belies."""
    if not planned.signed and sign_offs(written.gates):
        diagnostics.error(written.key_position("signed"), _SIGNED_AND_NOT.format(name=shown(planned.name)))
    elif planned.protected and planned.signed and not planned.gates:
        diagnostics.error(written.name.position, _unguarded(planned.name))


_SIGNED_AND_NOT = "{name} says `signed: false`, and has a `sign_off` gate: remove one of the two"


def _check_authors(service: ServiceSection, plan: Plan, diagnostics: Diagnostics) -> None:
    """Report a rule about authors where nothing tells who wrote a build: every release would wait for a waiver."""
    if plan.changes_ci or not service.builds or service.builds.compares is not False:
        return
    for written in service.environments:
        gates = (*written.gates, *written.rollback_gates, *gates_of(written.emergency))
        for gate in sign_offs(gates):
            if gate.rule.bars_authors:
                diagnostics.error(gate.position, _UNTOLD.format(ci=shown(plan.builds.ci)))


_UNTOLD = (
    "`authors_may_sign: false` cannot be held: {ci} does not tell who wrote a build. Name a CI that does under "
    "`changes: {{ci: NAME}}` of the service, or remove the rule"
)


def _unguarded(name: str) -> str:
    called = f"{shown(name)} is protected (as the last one and production, prod and live are, unless set otherwise)"
    remedy = (
        "add `gates: [{sign_off: TEAM}]`, or say `signed: false` if nobody has to sign, or `protected: false`"
    )
    return f"{called} and has no gate: {remedy}"


def _check_names(service: ServiceSection, diagnostics: Diagnostics) -> None:
    seen: set[str] = set()
    for environment in service.environments:
        name = environment.name
        if name.text and name.text in seen:
            diagnostics.error(
                name.position, f"there is an environment {shown(name.text)} above: choose another name"
            )
        seen.add(name.text)


def _check_sign_offs(
    gates: tuple[LocatedGate[SignOffRule], ...], directory: Directory, diagnostics: Diagnostics
) -> None:
    seen: set[str] = set()
    for gate in gates:
        team, needs = gate.rule.team, gate.rule.needs
        if team and team in seen:
            diagnostics.error(
                gate.position,
                f"{shown(team)} signs for this step already: keep one gate, with `needs: 2` if two should",
            )
        seen.add(team)
        if gate.rule.requester_may_sign and "requester" in gate.rule.apart_from:
            message = (
                "`requester_may_sign: true` and `apart_from: [requester]` contradict each other: remove one"
            )
            diagnostics.error(gate.position, message)
        persons = too_small(gate.rule, directory)
        if persons is not None:
            message = f"{needs} of {shown(team)} have to sign, and that is {_persons(persons)}"
            diagnostics.error(gate.position, f"{message}: add members, or lower `needs`")
    if len(seen) == len(gates):
        _check_together(gates, directory, diagnostics)


def _check_together(
    gates: tuple[LocatedGate[SignOffRule], ...], directory: Directory, diagnostics: Diagnostics
) -> None:
    for position in unfillable([gate.rule for gate in gates], directory):
        gate = gates[position]
        message = (
            f"too few people are left for {shown(gate.rule.team)}, as one person fills one slot of a step"
        )
        diagnostics.error(gate.position, f"{message}: add members, or `same_person: true` to this gate")


def _check_kept(
    written: EnvironmentSection,
    after: EnvironmentSection | None,
    directory: Directory,
    diagnostics: Diagnostics,
) -> None:
    signing = signing_teams(after)
    able = f"those are {', '.join(map(shown, signing))}" if signing else "nobody does, so remove `kept`"
    for team in written.kept:
        if team.text in directory.teams and team.text not in signing:
            diagnostics.error(
                team.position, f"{shown(team.text)} does not sign for the next environment; {able}"
            )


def _check_asker(
    gate: LocatedGate[SignOffRule], asking: tuple[str, ...], directory: Directory, diagnostics: Diagnostics
) -> None:
    """Report a gate apart from whoever asks for the step, if everybody who can ask for it would have to sign it."""
    persons, groups = persons_of(gate.rule.team, directory), [persons_of(team, directory) for team in asking]
    askers = {person for group in groups if group is not None for person in group}
    if "asker" not in gate.rule.apart_from or persons is None or None in groups or not askers:
        return
    if askers <= persons and len(persons) == gate.rule.needs:
        message = f"too few of {shown(gate.rule.team)} are left: whoever asks for the step is one of them and may not sign"
        diagnostics.error(gate.position, f"{message}; add members, lower `needs`, or remove `asker`")


def _persons(count: int) -> str:
    return "one person" if count == 1 else f"{count} persons"
