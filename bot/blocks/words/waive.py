"""Words about `/release waive`."""

from bot.blocks.words.action_words import ActionWords
from bot.blocks.words.template import RenderContext


def _waived(context: RenderContext) -> str:
    what = " of {what:long}" if context["what"] else ""
    known = "what is not known" + what if what or not context["lacks"] else ""
    lacks = "that it may lack {lacks}, which is live" if context["lacks"] else ""
    waived = " and ".join(filter(None, (known, lacks)))
    return context.render("{by:user} waived " + waived + "{reason:because}.")


WORDS = ActionWords(
    verbs={"waive": "waive what is not known of a build"},
    replies={"waived": "Noted: that no longer holds {release} up. You cannot sign for this step any more."},
    refusals={
        "nothing_to_waive": "Nothing that could be waived holds {release} up.",
        "signer_may_not_waive": "You have signed for this step of {release}, and who signs does not waive what is not "
        "known of it. "
        "Somebody else has to: {people}. Or take your sign-off back: /release withdraw {release}.",
    },
    thread={"waived": _waived},
    history={"authors_waived": "{actor:user} waived what is not known{reason:because}"},
    attempted={"authors_waived": "waive what is not known"},
    refused={"signer_may_not_waive": "they had signed for it"},
)
