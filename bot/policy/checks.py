"""Rules between parts of a policy, each of which is right alone: what would leave a release stuck or unguarded is a fault."""

from bot.policy.environments import WrittenEnvironment, signing_teams, with_next
from bot.policy.faults import Findings, shown
from bot.policy.gates import WrittenRule
from bot.policy.quorum import starved, too_small
from bot.policy.services import WrittenService
from handlers.people import Directory


def check_service(service: WrittenService, directory: Directory, findings: Findings) -> None:
    """Note what does not fit together in a service."""
    _check_names(service, findings)
    for written, plan in zip(service.environments, service.plan.environments, strict=True):
        if plan.protected and not plan.gates:
            findings.fault(written.name.place, _unguarded(plan.name))
        for gates in (written.gates, written.rollback_gates):
            _check_gates(gates, directory, findings)
    for written, after in with_next(service.environments):
        _check_kept(written, after, directory, findings)


def _unguarded(name: str) -> str:
    called = f"{shown(name)} is protected (as the last one and production, prod and live are, unless told otherwise)"
    return f"{called} and has no gate: add `gates: [{{sign_off: TEAM}}]`, or `protected: false`"


def _check_names(service: WrittenService, findings: Findings) -> None:
    seen: set[str] = set()
    for environment in service.environments:
        name = environment.name
        if name.text and name.text in seen:
            findings.fault(
                name.place, f"there is an environment {shown(name.text)} above: choose another name"
            )
        seen.add(name.text)


def _check_gates(gates: tuple[WrittenRule, ...], directory: Directory, findings: Findings) -> None:
    seen: set[str] = set()
    for gate in gates:
        team, needs = gate.rule.team, gate.rule.needs
        if team and team in seen:
            findings.fault(
                gate.place,
                f"{shown(team)} signs for this step already: keep one gate, with `needs: 2` if two should",
            )
        seen.add(team)
        persons = too_small(gate.rule, directory)
        if persons is not None:
            found = f"{needs} of {shown(team)} have to sign, and that is {_persons(persons)}"
            findings.fault(gate.place, f"{found}: add members, or lower `needs`")
    if len(seen) == len(gates):
        _check_together(gates, directory, findings)


def _check_together(gates: tuple[WrittenRule, ...], directory: Directory, findings: Findings) -> None:
    for position in starved([gate.rule for gate in gates], directory):
        gate = gates[position]
        found = f"too few people are left for {shown(gate.rule.team)}, as one person fills one slot of a step"
        findings.fault(gate.place, f"{found}: add members, or `same_person: true` to this gate")


def _check_kept(
    written: WrittenEnvironment, after: WrittenEnvironment | None, directory: Directory, findings: Findings
) -> None:
    signing = signing_teams(after)
    able = f"those are {', '.join(map(shown, signing))}" if signing else "nobody does, so remove `kept`"
    for team in written.kept:
        if team.text in directory.teams and team.text not in signing:
            findings.fault(team.place, f"{shown(team.text)} does not sign for the next environment; {able}")


def _persons(count: int) -> str:
    return "one person" if count == 1 else f"{count} persons"
