"""Sentences for the history, one per event name as the history stores it."""

from bot.blocks.words.registry import of_actions
from bot.blocks.words.template import RenderContext, Sentence

_RUNS = {
    "queued": "is queued for {environment}",
    "waits": "waits at the CI, for {environment}",
    "running": "is being deployed to {environment}",
    "succeeded": "was deployed to {environment}",
    "failed": "failed in {environment}",
    "cancelled": "was stopped in {environment}",
    "timed_out": "ran out of time in {environment}",
    "vanished": "is no longer seen in {environment}",
}


def _run(context: RenderContext) -> str:
    return context.render("it " + _RUNS.get(context["state"], "is {state:state} in {environment}"))


def _reevaluated(context: RenderContext) -> str:
    return context.render("{environment}: it is {state:state}")


def _displaced(context: RenderContext) -> str:
    kind = "an emergency" if context["kind"] == "emergency" else "a rollback"
    return context.render("r{by}, " + kind + ", needed its place in {environment}")


_SHARED: dict[str, Sentence] = {
    "newer_requested": "r{by} was requested for {environment}",
    "newer_succeeded": "r{by} is in {environment}",
    "records_lost": "the database had lost what was written last of it; {by:user} settled that",
    "restored": "it ended, as the database was restored from a backup of {backup_at:clock}",
    "displaced": _displaced,
    "call_accepted": "Slack took the call for the sign-offs of {environment}",
    "review_due": "its review is overdue",
    "reevaluated": _reevaluated,
    "send_requested": "its start in {environment} is being sent",
    "send_accepted": "its deployment to {environment} has begun",
    "send_refused": "it was not started in {environment}{detail:detail}",
    "send_unclear": "no clear answer to its start in {environment}{detail:detail}",
    "search_ended": "its run in {environment} was searched for",
    "run_reported": _run,
    "stop_refused": "the CI refused to stop its run{detail:detail}",
    "claimed": "its run was admitted to {environment}",
    "build_reported": "build {version} is ready",
    "commits_compared": "the CI told what lies between {old:sha} and {new:sha}",
    "external_run_seen": "{environment} was deployed from outside (run {run})",
    "external_watch_started": "runs that deploy to {environment} are watched from now on",
    "policy_loaded": "the rules in shiproom.yml were read",
    "database_restored": "the database was restored from a backup of {backup_at:clock}",
    "adopted": "an upgrade began to vouch for older rows",
}

_ATTEMPTED = {
    "send_requested": "send its start",
    "claimed": "have its run admitted",
    "run_reported": "note a run",
}
"""What somebody tried to do, for events that can be refused."""

_REFUSED = {
    "not_in_team": "not in the team",
    "not_full_member": "no full member of the workspace",
    "standing_unknown": "Slack did not confirm the account in time",
    "reason_needed": "no reason was given",
    "finished": "the release had ended",
    "old_card": "the button was from an old card",
    "environment_changed": "the environment was not as it was shown any more",
    "held_by_another": "somebody else held it",
    "not_waiting": "it did not wait for sign-offs",
    "no_sign_off_needed": "no sign-off is needed there",
    "wrong_branch": "its branch may not go there",
    "not_in_policy": "the policy does not name it any more",
    "void_intent": "it had been called off",
}
"""Why an event was refused, in a few words; a code that is missing here is shown with spaces."""

HISTORY = of_actions(lambda words: words.history, _SHARED)
ATTEMPTED = of_actions(lambda words: words.attempted, _ATTEMPTED)
REFUSED = of_actions(lambda words: words.refused, _REFUSED)
