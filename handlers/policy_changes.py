"""Compares two policies: what became weaker, and what else changed, service by service.

Weaker is whatever lets a release reach an environment with fewer checks, or more people decide.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from handlers.calendar_changes import calendar_changes
from handlers.effects import PostToChannel
from handlers.gate_changes import Found, added, emergency_changes, gates_changed
from handlers.people import Directory, Person
from handlers.plan import (
    AUTOMATIC,
    EnvironmentPlan,
    Plan,
    unique,
)
from handlers.policy import Policy


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """One difference for a service: a stable code with its values, and whether it made the policy weaker."""

    service: str
    code: str
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    weaker: bool = True


def policy_changes(old: Policy, new: Policy) -> tuple[PolicyChange, ...]:
    """List what differs from an older policy, weakenings first within a service."""
    found: list[PolicyChange] = []
    for service in sorted({*old.plans, *new.plans}):
        before, after = old.plans.get(service), new.plans.get(service)
        if before is None:
            found.append(PolicyChange(service, "service_added", weaker=False))
        elif after is None:
            found.append(PolicyChange(service, "service_removed"))
        else:
            times = [
                PolicyChange(service, code, values, weaker=weaker)
                for code, values, weaker in calendar_changes(service, old, new)
            ]
            pair = _Pair(before, old.directory), _Pair(after, new.directory)
            found += sorted([*_of_service(*pair, times), *times], key=lambda each: not each.weaker)
    return tuple(found)


def announcements(old: Policy | None, new: Policy, at: datetime) -> list[PostToChannel]:
    """Return what tells of a weaker policy, in the channel that a service had and in the one that it has.

    What an old policy says is not known if it is None: this version cannot read it.
    """
    values = {"number": str(new.number), "at": at.isoformat()}
    if old is None:
        return [PostToChannel(service, "policy_unreadable_before", values) for service in new.plans]
    weaker: dict[str, list[PolicyChange]] = {}
    for change in policy_changes(old, new):
        if change.weaker:
            weaker.setdefault(change.service, []).append(change)
    posts: list[PostToChannel] = []
    for service, changes in weaker.items():
        told = {**values, "changes": json.dumps([[each.code, dict(each.values)] for each in changes])}
        channels = [policy.plans[service].channel for policy in (old, new) if service in policy.plans]
        posts += [
            PostToChannel(service, "policy_weaker", told, channel) for channel in unique(tuple(channels))
        ]
    return posts


def older_file(policy: Policy, number: int, of_file: int) -> list[PostToChannel]:
    """Return what tells operators, once in each channel, that a start does not go back to an older policy."""
    values = {"number": str(number), "of_file": str(of_file)}
    plans = {plan.channel: plan for plan in policy.plans.values()}
    return [
        PostToChannel(plan.service, "older_policy_file", values, teams=plan.operators)
        for plan in plans.values()
    ]


@dataclass(frozen=True, slots=True)
class _Pair:
    """A plan and the people that it is read with."""

    plan: Plan
    directory: Directory


def _of_service(old: _Pair, new: _Pair, times: Sequence[PolicyChange]) -> list[PolicyChange]:
    """Return what differs besides windows and freezes, of which `times` tells."""
    service = new.plan.service
    weaker = chain(
        _of_plan(old.plan, new.plan), _of_teams(old, new), _of_people(old.directory, new.directory)
    )
    found = [PolicyChange(service, code, values) for code, values in weaker]
    if old.plan.channel != new.plan.channel:
        values = {"before": old.plan.channel, "after": new.plan.channel}
        found.append(PolicyChange(service, "channel_changed", values, weaker=False))
    if (
        not found
        and not times
        and (old.plan.fingerprint != new.plan.fingerprint or old.directory != new.directory)
    ):
        found.append(PolicyChange(service, "otherwise_changed", weaker=False))
    return found


def _of_plan(old: Plan, new: Plan) -> Found:
    yield from added("starters_added", old.starters, new.starters)
    yield from added("operators_added", old.operators, new.operators)
    yield from _of_waiving(old, new)
    names = [each.name for each in new.environments]
    kept = [each for each in old.environments if each.name in names]
    for gone in old.environments:
        if gone not in kept:
            yield "environment_removed", {"environment": gone.name}
    if [each.name for each in kept] != [name for name in names if old.environment(name) is not None]:
        yield "order_changed", {"environments": ", ".join(names)}
    for before in kept:
        after = next(each for each in new.environments if each.name == before.name)
        for code, values in _of_environment(before, after):
            yield code, {"environment": before.name, **values}


def _of_waiving(old: Plan, new: Plan) -> Found:
    """List who else waives what is not known, and that fewer people have to."""
    if old.waiving.by or new.waiving.by:
        yield from added("waivers_added", old.waiving_teams, new.waiving_teams)
    if new.waiving.needs < old.waiving.needs:
        yield "waive_needs_fewer", {"before": str(old.waiving.needs), "after": str(new.waiving.needs)}


def _of_environment(old: EnvironmentPlan, new: EnvironmentPlan) -> Found:
    for code, holds in _WEAKENED.items():
        if not holds(old) and holds(new):
            yield code, {}
    if old.protected and old.signed and not new.signed:
        yield "signing_removed", {}
    yield from added("kept_removed", new.kept, old.kept)
    if new.protected:
        yield from added("branches_added", old.branches, new.branches)
    yield from gates_changed(old.gates, new.gates)
    for code, values in gates_changed(old.rollback_gates, new.rollback_gates):
        yield code, {**values, "rollback": "yes"}
    yield from emergency_changes(old.emergency, new.emergency)


_WEAKENED: dict[str, Callable[[EnvironmentPlan], bool]] = {
    "protection_removed": lambda environment: not environment.protected,
    "automatic_start": lambda environment: environment.start == AUTOMATIC,
    "claim_removed": lambda environment: not environment.deploy.claim,
    "contains_live_removed": lambda environment: not environment.contains_live,
}
"""What makes an environment weaker once it holds."""


def _of_teams(old: _Pair, new: _Pair) -> Found:
    """List who joined a team that already counted, and user groups that count now."""
    for name in sorted(_teams(old.plan) & _teams(new.plan)):
        before, after = old.directory.teams.get(name), new.directory.teams.get(name)
        if before is None or after is None:
            continue
        for code, values in added("members_added", before.members, after.members):
            yield code, {"team": name, **values}
        for code, values in (
            *added("stand_ins_added", before.stand_ins, after.stand_ins),
            *added("fallback_added", before.fallback, after.fallback),
        ):
            yield code, {"team": name, **values}
        if after.handover > before.handover:
            yield (
                "handover_longer",
                {"team": name, "before": str(before.handover), "after": str(after.handover)},
            )
        if after.usergroup not in {"", before.usergroup}:
            yield "usergroup_changed", {"team": name, "usergroup": after.usergroup}


def _teams(plan: Plan) -> set[str]:
    return {
        *plan.starters,
        *plan.operators,
        *plan.waiving.by,
        *(team for each in plan.environments for team in each.teams),
    }


def _of_people(old: Directory, new: Directory) -> Found:
    """List who counts as another person: whose accounts became several persons, and whose commits another person's."""
    for person in old.people:
        if len({new.person_of(account) for account in person.slack}) > 1:
            yield "accounts_split", {"person": person.name}
        if _moved(person, old, new):
            yield "commits_moved", {"person": person.name}


def _moved(person: Person, old: Directory, new: Directory) -> bool:
    for name in unique(tuple(name for name in person.names if name)):
        before, after = old.person_of_author(name), new.person_of_author(name)
        if before is not None and after is not None and new.person_of(before) != after:
            return True
    return False
