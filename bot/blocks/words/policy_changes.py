"""Sentences about what changed from one policy to the next, one per code of handlers/policy_changes.py.

Channels, the log and `shiproom check` use the same ones.
"""

import json
import re
from datetime import UTC, datetime
from html import unescape

from bot.blocks.names import Names
from bot.blocks.words.template import RenderContext, Sentence
from handlers.people import Directory
from handlers.policy_changes import PolicyChange

MOST_LINES = 15

_MENTION = re.compile(r"<@([A-Z0-9]+)>")


def _needs(sentence: str) -> Sentence:
    """Return a sentence about the gates of an environment, or of its rollbacks or emergencies."""

    def render(context: RenderContext) -> str:
        where = "{environment}"
        if context["rollback"] or context["emergency"]:
            where = f"{'a rollback of' if context['rollback'] else 'an emergency in'} {where}"
        return context.render(where + " " + sentence)

    return render


POLICY_CHANGES: dict[str, Sentence] = {
    "sign_off_removed": _needs("no longer needs a sign-off of {team}"),
    "gate_removed": _needs("no longer has the gate {gate}"),
    "needs_fewer": _needs("needs {after} instead of {before} sign-offs of {team}"),
    "checklist_shorter": _needs("no longer has in the checklist of {team}: {names:long}"),
    "emergency_added": "{names} may release to {environment} in an emergency, past windows, freezes and the line",
    "emergency_widened": "an emergency in {environment} may also be of: {names}",
    "alone_sooner": "whoever starts an emergency in {environment} may sign it alone, or sooner than before",
    "review_weaker": "an emergency in {environment} is reviewed later than before, or not at all",
    "requester_may_sign": _needs("may be signed for {team} by whoever asked for the release"),
    "same_person": _needs("may be signed for {team} by someone who signed for another team"),
    "authors_may_sign": _needs("may be signed for {team} by the authors of the changes"),
    "apart_from_fewer": _needs("no longer keeps from signing for {team}: {names:long}"),
    "signed_for_longer": _needs("counts sign-offs for {team} for longer than before"),
    "waivers_added": "{names:long} waive what is not known of a build",
    "waive_needs_fewer": "{after} instead of {before} have to waive what is not known of a build",
    "protection_removed": "{environment} is no longer protected",
    "signing_removed": "nobody has to sign for {environment} any more",
    "automatic_start": "{environment} starts by itself once its gates are open",
    "claim_removed": "a run no longer has to ask before it deploys to {environment}",
    "contains_live_removed": "{environment} takes builds that lack what is live there",
    "windows_removed": "{environment} may be deployed to at any time",
    "windows_changed": "{environment} has other windows",
    "windows_added": "{environment} has windows",
    "freeze_removed": "{environment} is no longer frozen: {name:long}",
    "freeze_shorter": "{environment} is frozen for less time: {name:long}",
    "freeze_added": "{environment} is to be frozen: {name:long}",
    "kept_removed": "{environment} is no longer kept until {names} have signed",
    "branches_added": "{environment} takes builds of {names:long} too",
    "environment_removed": "{environment} is not in the policy any more, and nothing has to pass through it",
    "order_changed": "the environments have another order: {environments:long}",
    "starters_added": "{names:long} can start releases",
    "operators_added": "{names:long} are operators",
    "stand_ins_added": "{names:members} can sign for people of {team} who are away",
    "fallback_added": "{names:members} can act for {team} while nobody is in its user group",
    "handover_longer": "sign-offs for {team} count longer after their signers left the user group",
    "members_added": "{names:members} can act for {team}",
    "usergroup_changed": "whoever is in the user group {usergroup} can act for {team}",
    "accounts_split": "the accounts of {person} count as several persons",
    "commits_moved": "commits of {person} count as another person's",
    "service_removed": "it is not in the policy any more: nothing of it starts",
    "service_added": "it is new",
    "channel_changed": "its messages go to {after} instead of {before}",
    "otherwise_changed": "other settings changed; nothing is weaker",
}


def change_lines(context: RenderContext) -> list[str]:
    """Return the changes that an effect carries, one line each."""
    found: list[tuple[str, dict[str, str]]] = json.loads(context["changes"])
    lines = [
        RenderContext(values, context.names, context.directory).render(POLICY_CHANGES[code])
        for code, values in found
    ]
    left = len(lines) - MOST_LINES
    return [*lines[:MOST_LINES], f"and {left} more: see shiproom.yml"] if left > 0 else lines


def described(change: PolicyChange, *directories: Directory) -> str:
    """Return a change for a log or a terminal, where people are known by what a policy says of them, or by their id."""
    people = [person for directory in reversed(directories) for person in directory.people]
    users = {account: person.name for person in people for account in person.slack}
    names = Names(users, UTC, datetime.min.replace(tzinfo=UTC))
    said = RenderContext(change.values, names, Directory()).render(POLICY_CHANGES[change.code])
    return unescape(_MENTION.sub(r"\1", said))


def policy_weaker(context: RenderContext) -> str:
    """Return what a policy weakened for one service."""
    lines = change_lines(context)
    taken = context.render("policy {number}, taken ") + context.names.clock(
        datetime.fromisoformat(context["at"])
    )
    if len(lines) == 1:
        return context.render("{service}: ") + f"{lines[0]} ({taken})."
    head = context.render("The policy of {service} is weaker now ") + f"({taken}):"
    return "\n".join([head, *(f"• {line}" for line in lines)])
