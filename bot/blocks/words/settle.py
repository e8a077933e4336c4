"""Words about `/release settle`."""

from bot.blocks.words.action_words import ActionWords, ReasonPrompt
from bot.blocks.words.records import asked
from bot.blocks.words.template import RenderContext


def _ending(context: RenderContext) -> str:
    return "it was deployed" if context["deployed"] == "yes" else "it was not deployed"


def _thread(context: RenderContext) -> str:
    return context.render("{by:user} looked and says " + _ending(context) + "{reason:because}.")


def _history(context: RenderContext) -> str:
    return context.render("{actor:user} said that " + _ending(context) + " to {environment}{reason:because}")


def _loss_history(context: RenderContext) -> str:
    if context["backup"]:
        return context.render(
            "{actor:user} confirmed what is live after the restore: {live:long}{reason:because}"
        )
    return context.render(
        "{actor:user} settled that the database had lost records of {service}{reason:because}"
    )


def _goes_on(context: RenderContext) -> str:
    live = f" {context.render('{live:long}')}." if context["live"] else ""
    return (
        context.render("Noted. {service} goes on from row {found}; what was open and did not run has ended.")
        + live
    )


def _told_of_loss(context: RenderContext) -> str:
    if context["backup"]:
        return context.render(
            "{by:user} confirmed what is live of {service} since it was restored from a backup of {backup:clock}: {live:long}"
            "{reason:because}. It goes on from here; what was open in the backup has to be started again."
        )
    live = f" {context.render('{live:long}')}." if context["live"] else ""
    return (
        context.render(
            "{by:user} settled what the database had lost of {service} (row {lost}; the last one is row {found})"
            "{reason:because}. What was open and did not run has ended; what may be running is searched for."
        )
        + live
    )


WORDS = ActionWords(
    verbs={"settle": "say how a deployment ended"},
    replies={
        "settled_deployed": "Noted: {release} was deployed to {environment}.",
        "settled_not_deployed": "Noted: {release} was not deployed to {environment}.",
        "loss_settled": _goes_on,
    },
    refusals={
        "nothing_to_settle": "{release} is {state:state} in {environment}. Only an unknown or failed deployment needs "
        "your word.",
        "went_on": "It was said of {release} that it was not deployed to {environment}, and {environment} was free since: "
        "{other} has it now. "
        "/release retry {release} deploys it once more.",
        "live_needed": asked,
        "nothing_lost": "The database has all that was confirmed of {service}: there is nothing to settle.",
    },
    thread={"settled": _thread},
    channel={
        "loss_settled": _told_of_loss,
    },
    history={"settled": _history, "loss_settled": _loss_history},
    attempted={"settled": "say how it ended", "loss_settled": "settle what was lost"},
    usage_errors={"ending_needed": "How did it end?"},
    reason_prompt=ReasonPrompt(
        "{release} was not deployed",
        "How do you know that it was not deployed?",
        "The environment is free for others then. If a run of this start shows up after all, it is cancelled and you are "
        "told, but it is not prevented.",
    ),
)
