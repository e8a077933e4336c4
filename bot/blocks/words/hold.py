"""Words about `/release hold`, and the gate that a hold closes."""

from bot.blocks.words.action_words import ActionWords, GateWords, ReasonPrompt
from bot.blocks.words.template import RenderContext

_TIMES = (
    "Nothing was held. Write for 90m, until 18:00, until mon 09:00, until friday or until 2027-01-04 08:00 before the reason; "
    "leave it out for a hold without an end. A reason with a time in it stands in quotation marks."
)


def _held(context: RenderContext) -> str:
    line = "{release} is held{until:moment}: nothing of it starts, and what is signed stays signed."
    if context["called_back"]:
        line += " Its start in {environment} was called back and has to be asked for again."
    return context.render(line + " To let it go on: /release go {release}")


def _posted(context: RenderContext) -> str:
    line = "{by:user} holds it{until:end}{reason:because}."
    if context["called_back"]:
        line += " Its start was called back: ask for it again once it goes on."
    return context.render(line)


def _still_held(context: RenderContext) -> str:
    return context.render(
        "You hold {release} {service} {version} for {environment} since {at:clock}{until:end}{reason:briefly}. "
        "Let it go on: /release go {release}. End it: /release cancel {release}"
    )


WORDS = ActionWords(
    offer="Hold",
    verbs={"hold": "hold {this}"},
    replies={"held": _held, "hold_changed": _held},
    refusals={
        "rollback_not_held": "{release} is a rollback, and nothing holds one back. To end it: /release cancel {release}",
        "too_late_to_hold": "Too late to hold {release}: it is {state:state} in {environment}. Cancel it instead? "
        "/release cancel {release}",
        "nothing_to_hold": "{release} is {state:state} in {environment}, and nothing of it starts by itself: there is nothing "
        "to hold.",
    },
    thread={
        "held": _posted,
        "hold_over": "The hold by {by:user} has ended by its time{reason:because}.",
        "open_after_hold": "Release {title} to {environment}: it is held no more and all else is done.",
    },
    direct={"still_held": _still_held},
    history={"held": "{actor:user} held it{reason:because}"},
    attempted={"held": "hold it"},
    refused={
        "rollback_not_held": "nothing holds a rollback back",
        "too_late_to_hold": "it had been sent already",
        "nothing_to_hold": "there was nothing to hold",
    },
    usage_errors={
        "hold_unreadable": f"I cannot read {{word}} as a time. {_TIMES}",
        "hold_time_or_reason": "Is {word} a time, or part of the reason? Nothing was held. Write the end before the reason: "
        "/release hold r42 until fri 18:00 REASON. A hold begins at once. A reason with a time in it stands in quotation "
        'marks: "REASON".',
        "hold_past": f"{{word}} is past. Name the day too, as in until thu 09:00. {_TIMES}",
    },
    reason_prompt=ReasonPrompt(
        "Hold {release}",
        know="Nothing of it starts until you or an operator let it go on. What is signed stays signed.",
    ),
)

GATE = GateWords(
    waited="a hold to be taken off",
    reasons={
        "held": "{by:user} holds it{until:end}{reason:because}. {people} can let it go on: /release go {release}."
    },
    short={"held": "held{until:until}{reason:briefly}"},
    called_off={
        "hold": "a hold ended the request",
        "hold_over": "a hold ended the request",
        "held": "it was held meanwhile",
    },
)
