"""Whether anybody can sign a release off in spite of who stands for it."""

from dataclasses import dataclass

from handlers.draft import Draft
from handlers.people import Eligibility, Membership
from handlers.plan import unique
from handlers.rights import current_precondition
from handlers.sign_off_rule import SignOffRule
from handlers.step import OVER, Step
from handlers.tally import barred

STANDS = "requester"
"""Why whoever stands for a release may not sign it, as `barred` says."""


@dataclass(frozen=True, slots=True)
class Shortage:
    """A team of which too few can sign for an environment, since one of those who could stands for the release."""

    environment: str
    team: str
    able: int
    needs: int


def short_of(draft: Draft) -> dict[str, str]:
    """Return what a person is told who has started a release that too few can sign because of that; empty if enough can."""
    found = () if draft.release.automatic else shortages(draft)
    if not found:
        return {}
    shown = current_precondition(draft.release)
    values = {"attempt": str(shown.attempt), "fingerprint": shown.fingerprint, "step": shown.environment}
    counts = {"able": str(found[0].able), "needs": str(found[0].needs)} if len(found) == 1 else {}
    return {**values, **counts, "short_of": ", ".join(each.team for each in found)}


def shortages(draft: Draft) -> tuple[Shortage, ...]:
    """Return where too few are left to sign off because of who stands for the release; each team once.

    Of a team with people whom Slack has not named nothing is said.
    """
    steps = (step for step in draft.release.steps if step.state not in OVER)
    found = [
        each for step in steps for rule in draft.release.rules(step) for each in _shortage(draft, step, rule)
    ]
    return tuple({each.team: each for each in reversed(found)}.values())[::-1]


def _shortage(draft: Draft, step: Step, rule: SignOffRule) -> tuple[Shortage, ...]:
    membership, context = draft.facts.membership, draft.gate_context(step)
    people = _people(rule.team, membership)
    if people is None:
        return ()
    may = [user for user in people if membership.eligible(user, rule.team, draft.now) in _COUNTED]
    kept = {user: barred(rule, user, context) for user in may}
    person_of = membership.directory.person_of
    able = {person_of(user) for user, why in kept.items() if not why}
    without = able | {person_of(user) for user, why in kept.items() if why == STANDS}
    if len(able) < rule.needs <= len(without):
        return (Shortage(step.environment, rule.team, len(able), rule.needs),)
    return ()


_COUNTED = frozenset({Eligibility.YES, Eligibility.UNKNOWN})


def _people(name: str, membership: Membership) -> tuple[str, ...] | None:
    """Return everybody in a team; None if Slack has not said who is in its user group."""
    team = membership.directory.teams.get(name)
    if team is None:
        return None
    group = membership.groups.get(team.usergroup)
    if team.usergroup and group is None:
        return None
    return unique((*team.members, *sorted(group.members if group is not None else ())))
