"""Words about `/release review`, and the gate that an overdue review closes."""

from bot.blocks.words.action_words import ActionWords, GateWords, ReasonPrompt
from bot.blocks.words.template import RenderContext


def _none_owed(context: RenderContext) -> str:
    if context["by"]:
        return context.render("{release} was reviewed by {by:user} already.")
    if context["early"]:
        return context.render(
            "{release} has not ended yet. It is reviewed afterwards: /release why {release}"
        )
    return context.render(
        "{release} owes no review. Reviews are of emergencies which may have deployed something."
    )


WORDS = ActionWords(
    offer="Review",
    verbs={"review": "review {this}", "waive_review": "waive the review of {this}"},
    replies={
        "reviewed": "Noted: {release} is reviewed.",
        "review_waived": "Noted: nobody has to review {release}.",
    },
    refusals={
        "no_review_owed": _none_owed,
        "took_part": "You started, signed, waived or wrote some of {release}, so somebody else has to review it: {people}.",
    },
    thread={
        "reviewed": "{by:user} reviewed it{reason:because}.",
        "review_waived": "{by:user} says that nobody has to review it{reason:because}.",
        "review_overdue": "Review {title} now: that was due {due:clock}. Until somebody does, {environment} takes no normal "
        "release if it is protected. Who had no part in it: /release review {release} TEXT, or an operator: /release review "
        "{release} waive REASON",
    },
    history={
        "reviewed": "{actor:user} reviewed the emergency{reason:because}",
        "review_waived": "{actor:user} waived the review of the emergency{reason:because}",
    },
    attempted={"reviewed": "review the emergency", "review_waived": "waive the review of the emergency"},
    refused={"no_review_owed": "it owes no review", "took_part": "they had a part in it"},
    reason_prompt=ReasonPrompt("Review of {release}", "What did you find?"),
)

GATE = GateWords(
    waited="the review of an emergency",
    reasons={
        "review_overdue": "{environment} is closed: the emergency {release} was to be reviewed by {team} until {due:clock}. "
        "{people} can, if they had no part in it: /release review {release} TEXT. An operator who had none can waive it: "
        "/release review {release} waive REASON.",
    },
    short={"review_overdue": "the review of {release} is overdue"},
    called_off={
        "review": "the review of an emergency was overdue",
        "review_overdue": "the review of an emergency was overdue",
    },
)
