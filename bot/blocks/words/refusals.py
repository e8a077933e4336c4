"""Why something was refused, one sentence per code: what the matter is, who can do it, and how one gets in."""

from bot.blocks.names import listing
from bot.blocks.text import escape
from bot.blocks.words.scope import Scope, Sentence
from handlers.commands import COMMANDS

DEEDS = {
    "start": "start a release",
    "ask for a step": "ask for the next step",
    "test": "say that they are testing it",
    "sign off": "sign {this} off",
    "reject": "reject {this}",
    "cancel": "cancel {this}",
    "retry": "retry {this}",
    "settle": "say how a deployment ended",
    "waive": "waive an unknown author",
    "roll back": "roll back",
    "lock": "lock",
    "unlock": "unlock",
}


def deed(scope: Scope) -> str:
    """Say what somebody wanted to do, and to which release where that is known."""
    said = DEEDS.get(scope["deed"], "{deed}")
    return scope.also(this=scope["release"] or "this").say(said)


def way_in(scope: Scope) -> str:
    """Say how one gets into a team that may."""
    place = f"the team {escape(scope.who[0])}" if len(scope.who) == 1 else "one of these teams"
    return f"Ask {scope.keeper()} to be added to {place} in shiproom.yml."


def _not_in_team(scope: Scope) -> str:
    if not scope.who:
        return f"Nobody can {deed(scope)} here."
    return f"Only {scope.teams()} can {deed(scope)} ({scope.people()}). {way_in(scope)}"


def _not_full_member(scope: Scope) -> str:
    return (
        f"Only full members of this workspace can {deed(scope)}, no guests and no accounts of other workspaces. "
        f"{scope.people()} can do it."
    )


def _standing_unknown(scope: Scope) -> str:
    return (
        "Slack did not say in time whether you are in the team, and unknown counts as no. Nothing was changed: "
        f"try again in half a minute. {scope.people()} can {deed(scope)}."
    )


def _reason_needed(scope: Scope) -> str:
    command = COMMANDS.get(scope["deed"])
    example = f" For example: /release {command.usage[-1]}" if command is not None else ""
    return f"Please say why; the reason is kept with the release.{example}"


def _finished(scope: Scope) -> str:
    endings = {
        "done": "{release} is done: it has arrived everywhere it was going.",
        "rejected": "{release} has ended: {by:user} rejected it.",
        "cancelled": "{release} has ended: {by:user} cancelled it.",
        "superseded": "{release} has ended: {replaced_by} took its place.",
    }
    ending = endings.get(scope["state"], "{release} has ended.")
    return scope.say(ending + " Nothing was changed. A new release can be started by {teams}.")


def _which_team(scope: Scope) -> str:
    teams = [escape(team) for team in scope["teams"].split(", ")]
    return f"You are in {listing(teams)}. Say for which one you sign, for example: as {teams[0]}"


REFUSALS: dict[str, Sentence] = {
    "not_in_team": _not_in_team,
    "not_full_member": _not_full_member,
    "standing_unknown": _standing_unknown,
    "reason_needed": _reason_needed,
    "finished": _finished,
    "skipped_environment": "{version} was not in {missing} yet, and {environment} comes after it. Release it to "
    "{missing} first.",
    "old_card": "This button is from an old card: {release} is {state:state} now ({now}). Nothing was changed. "
    "Use the newest card.",
    "no_such_environment": "{service} has no environment called {environment}. /release where lists them.",
    "wrong_branch": "Only builds of {branches} can go to {environment}, and this one is of {branch}. Nobody can let "
    "it pass: build it from {branches}. {keeper} can add a branch in shiproom.yml.",
    "not_waiting": "{release} takes no sign-offs now: in {environment} it is {state:state}.",
    "no_sign_off_needed": "{environment} needs no sign-off, so {release} waits for none.",
    "no_such_gate": "{team} does not sign off for {environment}: {teams} does ({people}).",
    "which_team": _which_team,
    "requester_may_not_sign": "You started {release}, so somebody else has to sign it off for {team}: {people}.",
    "author_may_not_sign": "Some of {release} is your own work, so somebody else has to sign it off for {team}: {people}.",
    "already_signed": "You have signed {release} off for {team}, and it counts. To take it back: "
    "/release withdraw {release}",
    "one_person_one_slot": "You have signed {release} off for {signed_for}, and one person signs for one team only. "
    "For {team} somebody else can: {people}.",
    "checklist_incomplete": "Not ticked yet: {missing:long}. {team} signs off when every box is ticked.",
    "nothing_to_withdraw": "You have no sign-off to take back on {release} ({environment}).",
    "nothing_to_test": "Nothing of {release} waits for a test now: it is {state:state}.",
    "nothing_to_retry": "{release} is {state:state} in {environment}. Only what failed can be tried again.",
    "nothing_to_settle": "{release} is {state:state} in {environment}. Only an unknown or failed deployment needs "
    "your word.",
    "nothing_to_waive": "No unknown author holds {release} up.",
    "already_locked": "{environment:places} {environment:are} locked already by {by:user}{reason:because}. An operator can "
    "open what is locked: {environment:unlock}",
    "not_locked": "{environment:places} of {service} {environment:are} not locked.",
    "never_succeeded_there": "{version} never succeeded in {environment}, so it is no way back. /release history shows "
    "what did.",
    "nothing_to_roll_back_to": "There is no earlier good build in {environment} of {service} to go back to.",
    "already_live": "{version} is live in {environment} already.",
    "rollback_open": "{release} is rolling {environment} back already. To end it first: /release cancel {release}",
    "holder_in_flight": "{holder} is being deployed to {environment} right now. It has to be cancelled first: tick the "
    "box in the form, or /release cancel {holder}. {people} can.",
    "unknown_build": "{service} has no build {token}. /release builds lists the newest.",
    "ambiguous_build": "{token} fits several builds: {builds:long}. Name one by its version.",
    "no_build": "{service} has no build of {branch} yet.",
    "nothing_ready": "No release of {service} is ready for {environment}. Start one: /release {service} to {missing}",
    "several_ready": "Several releases could go to {environment}: {releases:long}. Say which one by its version.",
    "no_such_release": "There is no release {release}. /release status shows the open ones.",
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
"""By code. The last five are read by a CI's job or log, not by a person in Slack."""
