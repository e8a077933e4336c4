"""What is said in a release's thread, in a service's channel, and to one person, one sentence per code.

Where somebody has to act the sentence starts with what is wanted, because it is the push line.
"""

from bot.blocks.text import link
from bot.blocks.words.reasons import called_off
from bot.blocks.words.scope import Scope, Sentence

LOST_SIGHT = {
    "no_answer": "The start got no clear answer",
    "sender_silent": "The start was not finished",
    "no_run_named": "The CI took the start and named no run",
    "vanished": "The run is no longer there",
    "cancel_unanswered": "The run did not stop in time",
}


def _sign_offs_wanted(scope: Scope) -> str:
    return scope.say("Sign off {title} for {environment}: {teams_wanted:long}")


def _cancelling(scope: Scope) -> str:
    if scope["code"] == "timed_out":
        return "The time limit is over: it is being stopped."
    return scope.say("{by:user} wants it stopped{reason:because}.")


def _settled(scope: Scope) -> str:
    ending = "it was deployed" if scope["deployed"] == "yes" else "it was not deployed"
    return scope.say("{by:user} looked and says " + ending + "{reason:because}.")


def _lost_sight(scope: Scope) -> str:
    what = LOST_SIGHT.get(scope["code"], "It was lost sight of")
    return scope.say(what + " in {environment}{detail:detail}. Searching; nothing is sent again.")


def _running(scope: Scope) -> str:
    seen = link(scope["url"], "Watch it")
    return scope.say("It is being deployed to {environment}.") + (f" {seen}" if seen else "")


def _grant_void(scope: Scope) -> str:
    return scope.say("Ask again for {title} in {environment}: " + called_off(scope["why"]) + ".")


def _failed(scope: Scope) -> str:
    what = {
        "not_sent": "it was not started in {environment}{detail:detail}. Nothing was deployed.",
        "timed_out": "it ran into its time limit in {environment}{detail:detail}.",
        "run_cancelled": "its run in {environment} was cancelled from outside{detail:detail}.",
    }.get(scope["code"], "it failed in {environment}{detail:detail}.")
    return scope.say("Decide on {title}: " + what)


def _says_so(scope: Scope) -> str:
    return scope.say(" {settled_by:user} says that it was deployed.") if scope["settled_by"] else ""


def _done(scope: Scope) -> str:
    return scope.say("{title} went live in {environment}.") + _says_so(scope)


def _rolled_back(scope: Scope) -> str:
    line = "{by:user} rolled {environment} of {service} back to {version} ({release}){reason:because}."
    return scope.say(line) + _says_so(scope)


SAID: dict[str, Sentence] = {
    "started": "{by:user} started {title}{note:because}.",
    "rollback_started": "{by:user} is rolling back to {version}{reason:because}.",
    "asked": "{by:user} asked for {environment}.",
    "sign_offs_wanted": _sign_offs_wanted,
    "testing": "{by:user} is testing it: no newer build takes its place.",
    "signed": "{by:user} signed off for {team}{note:because}.",
    "withdrawn": "{by:user} took the sign-off for {team} back.",
    "rejected": "{title} is rejected by {by:user}{reason:because}.",
    "running": _running,
    "deployed": "{version} is in {environment} now.",
    "done": _done,
    "rolled_back": _rolled_back,
    "superseded": "{by} took its place.",
    "cancelling": _cancelling,
    "cancelled": "{by:user} cancelled it{reason:because}.",
    "too_late": "Too late to cancel {title}: it is live in {environment}. The release ends here.",
    "open_again": "Release {title} to {environment}: {environment} is open again and all else is done.",
    "retried": "{by:user} tries {environment} once more.",
    "failed": _failed,
    "settled": _settled,
    "waived": "{by:user} let it pass although an author is unknown{reason:because}.",
    "grant_void": _grant_void,
    "lost_sight": _lost_sight,
    "seen_again": "Its run was found again.",
    "unknown": "Look for {title} in {environment} and say how it ended. No run {correlation} is to be seen, and nothing "
    "is sent again. Until then {environment} is closed to other releases.",
    "unclaimed": "Check {environment}: the run of {title} says that it succeeded, but it never asked to be admitted ({run}), "
    "so nobody knows what it deployed. Look and say how it ended.",
    "second_run": "Check {title}: a second run of the same start was found and is being cancelled ({run}).",
    "late_run": "Check {environment}: a run of {title} that was called off has started after all and is being "
    "cancelled ({run}).",
    "late_success": "Check {environment}: a run of {title} that was called off deployed after all ({run}). {version} is "
    "live there now.",
    "log_tail": "The end of the log:",
    "locked_after_rollback": "{environment} of {service} is locked after the rollback to {version} by {by:user}. To open "
    "it: {environment:unlock}",
}


def _outside(what: str) -> Sentence:
    def said(scope: Scope) -> str:
        by = scope.say(", started by {by}") if scope["by"] else ""
        seen = link(scope["url"], "Look at it")
        sentence = scope.say(what + " Nobody asked for it here: run {run} of commit {sha:sha}")
        return f"{sentence}{by}. {seen}".rstrip()

    return said


PROCLAIMED: dict[str, Sentence] = {
    "outside_running": _outside("{environment} of {service} is being deployed from outside."),
    "outside_succeeded": _outside(
        "{environment} of {service} was deployed from outside: {version} is live there now."
    ),
    "outside_failed": _outside(
        "A deployment of {service} to {environment} from outside failed: look what is there."
    ),
    "locked": "{environment:places} of {service} {environment:are} locked by {by:user}{until:until}{reason:because}. "
    "Rollbacks still pass.",
    "unlocked": "{environment:places} of {service} {environment:are} open again, unlocked by {by:user}. Nothing protected "
    "starts by itself.",
}

WHISPERED: dict[str, Sentence] = {
    "unlocked": "{by:user} opened {environment:places} of {service}, which you had locked.",
}
