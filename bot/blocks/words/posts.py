"""Sentences of thread posts, channel posts and direct messages, one per code.

If somebody has to act, the sentence starts with what is wanted, because it is the push notification.
"""

from datetime import datetime

from bot.blocks.names import span
from bot.blocks.silence import silence_words
from bot.blocks.text import entities, link
from bot.blocks.words.policy_changes import policy_weaker
from bot.blocks.words.reasons import called_off
from bot.blocks.words.records import LOST, RESTORED
from bot.blocks.words.registry import of_actions
from bot.blocks.words.template import RenderContext, Sentence

LOST_TRACK = {
    "no_answer": "The start got no clear answer",
    "sender_silent": "The start was not finished",
    "no_run_named": "The CI took the start and named no run",
    "vanished": "The run is no longer there",
    "cancel_unanswered": "The run did not stop in time",
}


COULD_NOT_BE_ASKED = "The CI could not be asked since {silent:clock}"


def _cancelling(context: RenderContext) -> str:
    if context["code"] == "timed_out" and context["silent"]:
        return context.render(f"The time limit is over. {COULD_NOT_BE_ASKED}; it is asked to stop it.")
    if context["code"] == "timed_out":
        return "The time limit is over: it is being stopped."
    return context.render("{by:user} wants it stopped{reason:because}.")


def _lost_track(context: RenderContext) -> str:
    if context["silent"]:
        return context.render(
            f"{COULD_NOT_BE_ASKED}; nobody knows whether it stopped in {{environment}}. It will not be started twice."
        )
    what = LOST_TRACK.get(context["code"], "Lost track of the run")
    return context.render(what + " in {environment}{detail:detail}. Searching; it will not be started twice.")


def _unknown(context: RenderContext) -> str:
    seen = "No run {correlation} is to be seen, and nothing is sent again."
    if context["silent"]:
        seen = f"{COULD_NOT_BE_ASKED}; nobody knows whether it stopped. Nothing is sent again."
    return context.render(
        "Look for {title} in {environment} and say how it ended. "
        + seen
        + " Until then {environment} is closed to other releases."
    )


def _stop_refused(context: RenderContext) -> str:
    there = link(context["url"], "Look at it")
    sentence = (
        "Stop {title} in {environment} by hand if it still runs: the CI refuses to stop its run {run}{detail:detail}. "
        "It is not asked again."
    )
    return f"{context.render(sentence)} {there}".rstrip()


def _waits_at_ci(context: RenderContext) -> str:
    whom = "{detail}" if context["detail"] else "somebody to let it go on"
    there = link(context["url"], "Look at it")
    sentence = 'It waits at CI "{ci}" for ' + whom + ". No time limit runs."
    return f"{context.render(sentence)} {there}".rstrip()


def _queued_long(context: RenderContext) -> str:
    there = link(context["url"], "Look at it")
    sentence = 'Look at {title}: it is still queued at CI "{ci}" for {environment}, and nothing of it runs. Is there a runner?'
    return f"{context.render(sentence)} {there}".rstrip()


def _grant_void(context: RenderContext) -> str:
    return context.render(
        "Ask again for {title} in {environment}: " + called_off(context["why"]) + "{detail:detail}."
    )


def _start_lost(context: RenderContext) -> str:
    return context.render(
        "{title} does not start in {environment} as it was told: " + called_off(context["why"]) + "."
    )


def _failed(context: RenderContext) -> str:
    what = {
        "not_sent": "it was not started in {environment}{detail:detail}. Nothing was deployed.",
        "timed_out": "it ran into its time limit in {environment}{detail:detail}.",
        "run_cancelled": "its run in {environment} was cancelled from outside{detail:detail}.",
    }.get(context["code"], "it failed in {environment}{detail:detail}.")
    return context.render("Decide on {title}: " + what)


def _settled_by(context: RenderContext) -> str:
    return context.render(" {settled_by:user} says that it was deployed.") if context["settled_by"] else ""


def _done(context: RenderContext) -> str:
    """Return what went live, and what is in it: who was not there reads no card."""
    what = " {changes:long}" if context["changes"] else ""
    return context.render("{title} went live in {environment}." + what) + _settled_by(context)


def _rolled_back(context: RenderContext) -> str:
    line = "{by:user} rolled {environment} of {service} back to {version} ({release}){reason:because}."
    if context["locked"]:
        line += " It is locked now. To open it: {environment:unlock}"
    return context.render(line) + _settled_by(context)


def _rerun(context: RenderContext) -> str:
    sentence = {
        "running": "Look at {title}: somebody re-runs its deployment to {environment} at the CI (run {run}). Nobody asked "
        "for it here, and nothing stops it by itself.",
        "succeeded": "Look at {environment}: a re-run at the CI deployed {version} ({title}, run {run}). It is live there now.",
        "failed": "Look at {environment}: a re-run of {title} at the CI failed (run {run}). It may be changed in part.",
    }.get(
        context["state"],
        "Look at {environment}: a re-run of {title} at the CI was stopped (run {run}). It may be changed in part.",
    )
    there = link(context["url"], "Look at it")
    return f"{context.render(sentence)} {there}".rstrip()


_THREAD: dict[str, Sentence] = {
    "escalated": "Look at {title}: nobody of {team} has signed it for {environment} in {seconds:span}.",
    "sign_off_lost": "{user:user} may not sign for {team} any more: that sign-off does not count.",
    "start_lost": _start_lost,
    "sign_off_expired": "{user:user}'s sign-off for {team} is too old to count: somebody has to sign again.",
    "closes_soon": "Sign off {title} for {environment} soon: nothing starts there after {closes:day}.",
    "done": _done,
    "rolled_back": _rolled_back,
    "superseded": "{by} took its place.",
    "cancelling": _cancelling,
    "cancelled": "{by:user} cancelled it{reason:because}.",
    "restored": "The database was restored from a backup of {backup:clock}, so this has ended. Its grant and sign-offs count "
    "for nothing any more; a run of it that goes on is stopped once an operator has confirmed what is live.",
    "too_late": "Too late to cancel {title}: it is live in {environment}. The release ends here.",
    "open_again": "Release {title} to {environment}: {environment} is open again and all else is done.",
    "failed": _failed,
    "grant_void": _grant_void,
    "lost_sight": _lost_track,
    "seen_again": "Its run was found again.",
    "unknown": _unknown,
    "stop_refused": _stop_refused,
    "unclaimed": "Check {environment}: the run of {title} says that it succeeded, but it never asked to be admitted ({run}), "
    "so nobody knows what it deployed. Look and say how it ended.",
    "second_run": "Check {title}: a second run of the same start was found and is being cancelled ({run}).",
    "goes_no_further": "It is in {environment} now and ends there: {next} takes no builds of {branch}.",
    "waits_at_ci": _waits_at_ci,
    "queued_long": _queued_long,
    "rerun": _rerun,
    "late_run": "Check {environment}: a run of {title} that was called off has started after all and is being "
    "cancelled ({run}).",
    "late_success": "Check {environment}: a run of {title} that was called off deployed after all ({run}). {version} is "
    "live there now.",
    "log_tail": "The end of the log:",
}


def _external_run(what: str) -> Sentence:
    def render(context: RenderContext) -> str:
        by = context.render(", started by {by}") if context["by"] else ""
        watch_link = link(context["url"], "Look at it")
        sentence = context.render(what + " Nobody asked for it here: run {run} of commit {sha:sha}")
        return f"{sentence}{by}. {watch_link}".rstrip()

    return render


def _connection_silent(context: RenderContext) -> str:
    since = datetime.fromisoformat(context["since"])
    said = silence_words(context["refusal"], since, context.names)
    return context.render('Look at CI "{ci}": ') + f"{said}. {_MAY_BE_OLD}"


def _connection_back(context: RenderContext) -> str:
    lasted = span(datetime.fromisoformat(context["at"]) - datetime.fromisoformat(context["since"]))
    named = context.render(' (CI "{ci}")') if context["ci"] else ""
    return (
        context.render("{product} answers again since {at:clock}; it was silent for ") + f"{lasted}{named}."
    )


def _token_ends(context: RenderContext) -> str:
    left = span(float(context["seconds"]))
    return context.render(
        'Renew the token of CI "{ci}": {product} lets it end at {at:clock}, in '
        + left
        + ". Then nothing can "
        "be started, stopped or seen there."
    )


def _anchors(context: RenderContext) -> str:
    """Return the heads of all chains, each on a line that `audit verify --anchor` takes."""
    about = "The heads of all histories on {day}. Keep this message: `shiproom audit verify --anchor SERVICE:ROW:HASH` finds "
    heads = [f"`{entities(head)}`" for head in context["heads"].split("\n")]
    return "\n".join((context.render(about + "whatever was altered before it."), *heads))


_MAY_BE_OLD = (
    "What is shown of runs and builds there may be old, and nothing can be started or stopped. It goes on by itself "
    "once this is mended."
)
_CHANNEL: dict[str, Sentence] = {
    "policy_weaker": policy_weaker,
    "policy_unreadable_before": "policy {number} is in force for {service}. What it changed is not known: this Shiproom cannot "
    "read the policy before it.",
    "older_policy_file": "Look at shiproom.yml: policy {number} is in force; this file is policy {of_file}. A start does not "
    "go back. Send SIGHUP to go back, or install the file of policy {number}.",
    "unreadable": "Look at the database: {what} cannot be read ({why}). Nothing is decided on it, and everything else goes on. "
    "Run `shiproom audit verify` to see what was altered, and restore it from a backup.",
    "restored": "Look at {service}: "
    + RESTORED
    + " Look at what is live, then confirm it: /release settle {service} lost shows what the backup and the CI say.",
    "behind": "Look at {service}: "
    + LOST
    + " Nothing of it is started, sent or admitted. Look at what is live and what runs, "
    "then say it with /release settle {service} lost ..., which ends what is open.",
    "anchors": _anchors,
    "connection_silent": _connection_silent,
    "connection_back": _connection_back,
    "token_ends": _token_ends,
    "build_repeated": "Look at the builds of {service}: its CI has built {version} again from another commit "
    "({other:sha}, before it was {sha:sha}). A build never changes, so this one and all that follow under known "
    "versions are ignored. Was the workflow renamed or made again? Then write another `version` under `builds` in "
    "shiproom.yml.",
    "outside_running": _external_run("{environment} of {service} is being deployed from outside."),
    "outside_succeeded": _external_run(
        "{environment} of {service} was deployed from outside: {version} is live there now."
    ),
    "outside_before": _external_run(
        "{environment} of {service} was deployed from outside ({version}) before what is live there now."
    ),
    "outside_failed": _external_run(
        "A deployment of {service} to {environment} from outside failed: look what is there."
    ),
}

THREAD_POSTS = of_actions(lambda words: words.thread, _THREAD)
CHANNEL_POSTS = of_actions(lambda words: words.channel, _CHANNEL)
DIRECT_MESSAGES = of_actions(lambda words: words.direct, {})
