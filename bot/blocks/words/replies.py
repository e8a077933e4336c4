"""Sentences of confirmations, one per code.

Some are only sent to a CI or stored in the history.
"""

from bot.blocks.words.registry import of_actions
from bot.blocks.words.template import Sentence

_SHARED: dict[str, Sentence] = {
    "build_ready": "{version} is ready.",
    "build_known": "{version} was known already.",
    "nothing_new": "Nothing new.",
    "superseded": "{by} took its place.",
    "records_lost": "It ended, or is searched for: the database had lost what was written last.",
    "restored": "It ended: the database was restored from a backup.",
    "displaced": "It made room for {by}.",
    "send": "It is being started.",
    "grant_void": "It was not started: not everything was open any more.",
    "call_accepted": "Noted.",
    "review_overdue": "Noted.",
    "accepted": "The CI took the start.",
    "not_sent": "Nothing was started{detail:detail}.",
    "unclear": "Nobody knows yet whether it was started{detail:detail}.",
    "found": "Its run was found: {run}.",
    "admitted": "Run {run} may deploy.",
    "claim_refused": "Its run was refused before it deployed, as {gate} had closed.",
    "other_run": "Run {run} is not the one that counts.",
    "reported": "Its run is {state}.",
    "stop_refused": "The CI refuses to stop run {run}.",
    "unclaimed": "Run {run} succeeded in {environment} without ever asking to be let in.",
    "outside_seen": "Run {run} deploys to {environment} from outside: {version}.",
    "watched": "Runs that deploy to {environment} are watched from now on.",
    "compared": "The CI told what lies between {old:sha} and {new:sha}.",
    "rerun": "Re-run {run} is {state} in {environment}.",
    "late": "A late run is {state} in {environment}: {run}.",
}

REPLIES = of_actions(lambda words: words.replies, _SHARED)
