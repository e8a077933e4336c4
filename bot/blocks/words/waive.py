"""Words about `/release waive`."""

from bot.blocks.words.action_words import ActionWords
from bot.blocks.words.template import RenderContext


def _waived(context: RenderContext) -> str:
    what = " of {what:long}" if context["what"] else ""
    known = "what is not known" + what if what or not context["lacks"] else ""
    lacks = "that it may lack {lacks}, which is live" if context["lacks"] else ""
    waived = " and ".join(filter(None, (known, lacks)))
    partly = " {waived} of {needs} have to." if context["needs"] else ""
    return context.render("{by:user} waived " + waived + "{reason:because}." + partly)


def _noted(context: RenderContext) -> str:
    if context["needs"]:
        line = (
            "Noted: {waived} of {needs} who have to have waived it, so it holds {release} up until more have."
        )
        return context.render(line + " You cannot sign for this step any more.")
    return context.render("Noted: that no longer holds {release} up. You cannot sign for this step any more.")


WORDS = ActionWords(
    verbs={"waive": "waive what is not known of a build"},
    replies={"waived": _noted},
    refusals={
        "nothing_to_waive": "Nothing that could be waived holds {release} up.",
        "waived_already": "You have waived that already; somebody else has to as well: {people}.",
        "signer_may_not_waive": "You have signed for this step of {release}, and who signs does not waive what is not "
        "known of it. "
        "Somebody else has to: {people}. Or take your sign-off back: /release withdraw {release}.",
    },
    thread={"waived": _waived},
    history={"authors_waived": "{actor:user} waived what is not known{reason:because}"},
    attempted={"authors_waived": "waive what is not known"},
    refused={
        "waived_already": "they had waived it already",
        "signer_may_not_waive": "they had signed for it",
    },
)
