"""How a call ended, one sentence per code: what its message says once nobody is wanted any more."""

from bot.blocks.words.template import Sentence

CONCLUSIONS: dict[str, Sentence] = {
    "signed": "signed by {users:users}.",
    "settled": "decided: {by:user} says that it was deployed.",
    "live": "live since {at}.",
    "retried": "decided: retried by {by:user}.",
    "taken": "{by:user} stands for it.",
    "requested": "asked for by {by:user}.",
    "starts": "it starts.",
    "runs": "it is being deployed.",
    "stops": "it is being stopped.",
    "lost": "nobody knows how it ended; its run is searched for.",
    "failed": "it failed.",
    "waits": "it waits.",
    "cancelled": "cancelled by {by:user}{reason:because}.",
    "rejected": "rejected by {by:user}{reason:because}.",
    "superseded": "replaced by {by}.",
    "done": "done since {at}.",
}
