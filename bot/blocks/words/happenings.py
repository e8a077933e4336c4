"""What happened, one sentence per event, for the history; the names are those that the history keeps."""

from bot.blocks.words.scope import Scope, Sentence

_RUNS = {
    "running": "is being deployed to {environment}",
    "succeeded": "was deployed to {environment}",
    "failed": "failed in {environment}",
    "cancelled": "was stopped in {environment}",
    "timed_out": "ran out of time in {environment}",
    "vanished": "is no longer seen in {environment}",
}


def _run(scope: Scope) -> str:
    return scope.say("it " + _RUNS.get(scope["state"], "is {state:state} in {environment}"))


def _looked(scope: Scope) -> str:
    return scope.say("{environment}: it is {state:state}")


def _settled(scope: Scope) -> str:
    ending = "it was deployed" if scope["deployed"] == "yes" else "it was not deployed"
    return scope.say("{actor:user} said that " + ending + " to {environment}{reason:because}")


HAPPENINGS: dict[str, Sentence] = {
    "Started": "{actor:user} started the release of {version}, first into {environment}",
    "RollbackStarted": "{actor:user} started to roll {environment} back to {version}{reason:because}",
    "StepAsked": "{actor:user} asked for {environment}",
    "TestingStarted": "{actor:user} is testing it before {environment}",
    "SignedOff": "{actor:user} signed off for {environment}{note:because}",
    "Withdrawn": "{actor:user} took a sign-off for {environment} back",
    "Rejected": "{actor:user} rejected it{reason:because}",
    "CancelAsked": "{actor:user} cancelled it{reason:because}",
    "RetryAsked": "{actor:user} tried {environment} once more",
    "Settled": _settled,
    "AuthorsWaived": "{actor:user} let it pass although an author is unknown{reason:because}",
    "NewerAsked": "r{by}, a newer build, was asked into {environment}",
    "NewerSucceeded": "r{by}, a newer build, is in {environment}",
    "Displaced": "r{by}, a rollback, needed its place in {environment}",
    "Looked": _looked,
    "SendWanted": "its start in {environment} is being sent",
    "SendAccepted": "its deployment to {environment} has begun",
    "SendRefused": "it was not started in {environment}{detail:detail}",
    "SendUnclear": "no clear answer to its start in {environment}{detail:detail}",
    "SearchEnded": "its run in {environment} was searched for",
    "RunReported": _run,
    "Claimed": "its run was let into {environment}",
    "LockAsked": "{actor:user} locked {environment:places}{reason:because}",
    "UnlockAsked": "{actor:user} unlocked {environment:places}",
    "BuildReported": "build {version} is ready",
    "OutsideSeen": "{environment} was deployed from outside (run {run})",
    "WatchBegan": "runs that deploy to {environment} are watched from now on",
    "PolicyTaken": "the rules in shiproom.yml were read",
}

TRIED: dict[str, str] = {
    "Started": "start the release of {version}",
    "RollbackStarted": "roll {environment} back",
    "StepAsked": "ask for {environment}",
    "TestingStarted": "say that they are testing",
    "SignedOff": "sign off",
    "Withdrawn": "take a sign-off back",
    "Rejected": "reject it",
    "CancelAsked": "cancel it",
    "RetryAsked": "retry it",
    "Settled": "say how it ended",
    "AuthorsWaived": "let it pass with an unknown author",
    "SendWanted": "send its start",
    "Claimed": "let its run in",
    "RunReported": "note a run",
    "LockAsked": "lock {environment:places}",
    "UnlockAsked": "unlock {environment:places}",
}
"""What was wanted, for what can be refused."""

REFUSED = {
    "not_in_team": "not in the team",
    "not_full_member": "no full member of the workspace",
    "standing_unknown": "Slack did not confirm the account in time",
    "reason_needed": "no reason was given",
    "finished": "the release had ended",
    "old_card": "the button was from an old card",
    "not_waiting": "it did not wait for sign-offs",
    "no_sign_off_needed": "no sign-off is needed there",
    "no_such_gate": "that team does not sign there",
    "which_team": "more than one team was possible",
    "requester_may_not_sign": "it was their own release",
    "author_may_not_sign": "it was their own work",
    "already_signed": "they had signed already",
    "one_person_one_slot": "they had signed for another team",
    "checklist_incomplete": "not every box was ticked",
    "skipped_environment": "it was not in the environment before",
    "wrong_branch": "its branch may not go there",
    "already_locked": "somebody else had locked it",
    "not_locked": "it was not locked",
    "void_intent": "it had been called off",
}
"""Why, in a few words; a code that is not here is written in words as it stands."""
