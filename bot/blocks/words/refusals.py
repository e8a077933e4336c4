"""Sentences of refusals, one per code.

Each is about why, who can do it, and how to join a team that may.
"""

from bot.blocks.names import listing
from bot.blocks.text import escape
from bot.blocks.words.records import sentence_with_remedy
from bot.blocks.words.registry import of_actions
from bot.blocks.words.template import RenderContext, Sentence
from handlers.actions import COMMANDS

LONGEST_TROUBLE = 400
VERBS = of_actions(lambda words: words.verbs, {})


def attempted(context: RenderContext) -> str:
    """Return what somebody tried to do, with the release if it is known."""
    verb = VERBS.get(context["action"], "{action}")
    return context.also(this=context["release"] or "this").render(verb)


def how_to_join(context: RenderContext) -> str:
    """Return how to join a team that may do it."""
    known = [context.directory.teams.get(name) for name in context.who]
    by_slack = bool(known) and all(team is not None and team.usergroup and not team.members for team in known)
    if by_slack:
        groups = listing([f"@{escape(name)}" for name in context.who], "or")
        return f"Who is in the user group {groups} in Slack can: add somebody to it there."
    team = f"the team {escape(context.who[0])}" if len(context.who) == 1 else "one of these teams"
    return f"Ask {context.policy_owners()} to be added to {team} in shiproom.yml."


def _not_in_team(context: RenderContext) -> str:
    if not context.who:
        return f"Nobody can {attempted(context)} here."
    return f"Only {context.teams()} can {attempted(context)} ({context.people()}). {how_to_join(context)}"


def _not_full_member(context: RenderContext) -> str:
    can = f" {context.people()} can do it." if context.who else ""
    return (
        f"Only full members of this workspace can {attempted(context)}, no guests and no accounts of other workspaces."
        f"{can}"
    )


def _account_unconfirmed(context: RenderContext) -> str:
    can = f" {context.people()} can {attempted(context)}." if context.who else ""
    trouble = f" {escape(context['trouble'], LONGEST_TROUBLE)}" if context["trouble"] else ""
    return (
        "Slack cannot be asked now whether you are a member and in the team, and unknown counts as no. "
        f"Nothing was changed: try again in half a minute.{trouble}{can}"
    )


def _reason_needed(context: RenderContext) -> str:
    command = COMMANDS.get(context["action"])
    at = {"lock": 0, "settle": 1}.get(context["action"], -1)
    example = f" For example: /release {command.usage[at]}" if command is not None else ""
    return f"Please say why; the reason is kept.{example}"


def _finished(context: RenderContext) -> str:
    endings = {
        "done": "{release} is done: it has arrived everywhere it was going.",
        "rejected": "{release} has ended: {by:user} rejected it.",
        "cancelled": "{release} has ended: {by:user} cancelled it.",
        "superseded": "{release} has ended: {replaced_by} took its place.",
    }
    ending = endings.get(context["state"], "{release} has ended.")
    return context.render(ending + " Nothing was changed. A new release can be started by {teams}.")


def _old_card(context: RenderContext) -> str:
    now = ": {release} is {state:state} now ({now})" if context["release"] else ""
    return context.render(f"This button is from an old card{now}. Nothing was changed. Use the newest card.")


def _environment_changed(context: RenderContext) -> str:
    live = (
        "{live} is live in {environment} now" if context["live"] else "nothing is live in {environment} now"
    )
    held = "{holder} holds {environment} now" if context["holder"] else "no release holds {environment} now"
    now = {"live": live, "holder": held}.get(context["changed"], "{version} would go to {environment} now")
    again = (
        "Look again: /release rollback {service} {environment}."
        if context["kind"] == "rollback"
        else "Use the newest announcement, or /release for the form."
    )
    return context.render(f"It is not as it was shown any more: {now}. Nothing was changed. {again}")


def _not_in_policy(context: RenderContext) -> str:
    what = {
        "service": "{service} is not in the policy any more",
        "environment": "{environment} of {service} is not in the policy any more",
    }.get(context["absent"], "CI {ci} is not in the policy any more")
    return context.render(
        what
        + ", so nothing of {release} is signed or started. {people} can cancel it, or settle what ran. To go on, add it "
        "to shiproom.yml again."
    )


_SHARED: dict[str, Sentence] = {
    "unknown_person": "I know nobody called {name}. Mention them with @, as in for @amita.",
    "which_person": "Who is {name}? {users:users} are called like that: mention one of them with @.",
    "in_no_team": "{user:user} is in no team of shiproom.yml, so nobody waits for them.",
    "not_in_team": _not_in_team,
    "not_full_member": _not_full_member,
    "standing_unknown": _account_unconfirmed,
    "reason_needed": _reason_needed,
    "finished": _finished,
    "old_card": _old_card,
    "environment_changed": _environment_changed,
    "not_in_policy": _not_in_policy,
    "unreadable": "Nothing was changed: {what} cannot be read from the database ({why}). Ask who runs Shiproom to run "
    "`shiproom audit verify`, and to restore it from a backup.",
    "behind": lambda context: "Nothing was changed: " + sentence_with_remedy(context),
    "wrong_branch": "Only builds of {branches} can go to {environment}, and this one is of {branch}. Nobody can let "
    "it pass: build it from {branches}. {policy_owners} can add a branch in shiproom.yml.",
    "held_by_another": "{by:user} holds {release}{reason:because}. {people} can change that.",
    "not_waiting": "{release} takes no sign-offs now: in {environment} it is {state:state}.",
    "no_sign_off_needed": "{environment} needs no sign-off, so {release} waits for none.",
    "no_such_release": "There is no release {release}. /release status shows the open ones.",
    "release_of_another": "{release} is no release of {service}. /release history {service} shows what succeeded in "
    "{environment}.",
    "unknown_environment": "There is no environment called {environment}. /release where lists them.",
    "unknown_service": "There is no service called {service} in shiproom.yml.",
    "build_differs": "{version} is known already, with another commit or digest ({sha:sha}).",
    "void_intent": "This start was called off or replaced. Do not deploy.",
    "claimed_by_another_run": "Run {run} has this deployment already. Do not deploy.",
    "other_commit": "This release is of commit {wanted:sha}, not of {sha:sha}. Do not deploy.",
    "gate_closed": "Not everything is open any more: {gate}. Do not deploy.",
    "undecided": "Slack has yet to confirm who signed ({gate}). Ask again in a moment; do not deploy before.",
    "not_ours": "No release started this run.",
}
"""The last five are read by a CI's job or log, not by a person in Slack."""

REFUSALS = of_actions(lambda words: words.refusals, _SHARED)
