"""What somebody is told when it worked, one sentence per code; some are heard by a CI or kept in the history only."""

from bot.blocks.words.scope import Scope, Sentence

_ON_ITS_WAY = {
    "succeeded": "is in {environment} already",
    "cancelling": "is being stopped in {environment}",
    "unknown": "was sent to {environment}, and nobody knows yet how that ended",
    "failed": "failed in {environment}: it can be tried again",
    "skipped": "goes to {environment} no more",
}


def _already_there(scope: Scope) -> str:
    where = _ON_ITS_WAY.get(scope["state"], "is on its way to {environment} already")
    return scope.say("{release} ({service} {version}) " + where + ".")


REPLIES: dict[str, Sentence] = {
    "started": "{release} is created; its first stop is {environment}.",
    "rollback_started": "{release} is created; it rolls back to {version}.",
    "asked": "{release} is asked into {environment}.",
    "already_asked": "{release} was asked into {environment} before; once is enough.",
    "already_there": _already_there,
    "testing": "You are testing {release}: no newer build takes its place from now on.",
    "already_testing": "You are testing {release} already.",
    "signed": "You have signed {release} off for {team}. Until it starts in {environment} you can take it back: "
    "/release withdraw {release}",
    "withdrawn": "Your sign-off on {release} is taken back.",
    "rejected": "{release} is rejected and has ended.",
    "cancelled": "{release} is cancelled.",
    "cancelling": "{release} is being stopped in {environment}.",
    "already_cancelling": "{release} is being stopped in {environment} already.",
    "retried": "{release} tries {environment} once more.",
    "settled_deployed": "Noted: {release} was deployed to {environment}.",
    "settled_not_deployed": "Noted: {release} was not deployed to {environment}.",
    "waived": "Noted: an unknown author no longer holds {release} up.",
    "locked": "{environment:places} of {service} {environment:are} locked{until:until}. Rollbacks still pass. To open: "
    "{environment:unlock}",
    "unlocked": "{environment:places} of {service} {environment:are} open again. What waited there has to be asked again "
    "where it is protected.",
    "build_ready": "{version} is ready.",
    "build_known": "{version} was known already.",
    "nothing_new": "Nothing new.",
    "superseded": "{by} took its place.",
    "displaced": "It made room for {by}.",
    "send": "It is being started.",
    "grant_void": "It was not started: not everything was open any more.",
    "accepted": "The CI took the start.",
    "not_sent": "Nothing was started{detail:detail}.",
    "unclear": "Nobody knows yet whether it was started{detail:detail}.",
    "found": "Its run was found: {run}.",
    "admitted": "Run {run} may deploy.",
    "other_run": "Run {run} is not the one that counts.",
    "reported": "Its run is {state}.",
    "unclaimed": "Run {run} succeeded in {environment} without ever asking to be let in.",
    "outside_seen": "Run {run} deploys to {environment} from outside: {version}.",
    "watched": "Runs that deploy to {environment} are watched from now on.",
    "late": "A late run is {state} in {environment}: {run}.",
}
