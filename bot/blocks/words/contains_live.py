"""Words about the gate that admits only builds that contain what is live."""

from bot.blocks.words.action_words import GateWords
from bot.blocks.words.template import RenderContext, partly_waived


def _lacks(context: RenderContext) -> str:
    line = (
        "It lacks {version} ({branch}), which is live in {environment}. Build it with that in it, "
        "or {people} can waive it: /release waive."
    )
    return context.render(line) + partly_waived(context)


def _unrelated(context: RenderContext) -> str:
    line = (
        "Nobody knows yet whether it contains {version} ({branch}), which is live in {environment}. "
        "The CI is asked again, or {people} can waive it: /release waive."
    )
    return context.render(line) + partly_waived(context)


GATE = GateWords(
    waited="a newer build, or a waiver",
    reasons={"lacks_live": _lacks, "live_unrelated": _unrelated},
    short={
        "lacks_live": "it lacks {version}, which is live",
        "live_unrelated": "it may lack {version}, which is live",
    },
    called_off={
        "lacks_live": "it lacks what is live there",
        "live_unrelated": "it is not known whether it contains what is live there",
    },
)
