"""Words about starting a release and requesting its next step."""

from dataclasses import replace

from bot.blocks.names import listing
from bot.blocks.text import escape
from bot.blocks.words.action_words import ActionWords
from bot.blocks.words.template import RenderContext

_ON_ITS_WAY = {
    "succeeded": "is in {environment} already",
    "cancelling": "is being stopped in {environment}",
    "unknown": "was sent to {environment}, and nobody knows yet how that ended",
    "failed": "failed in {environment}; /release why {release} names who can try it again",
    "skipped": "goes to {environment} no more",
}


def _skipped(context: RenderContext) -> str:
    why = "{version} was not in {missing} yet"
    if context["seen"] == "before":
        why = "{version} is not in {missing} any more"
    if context["seen"] == "touched":
        why = "{missing} may not be as {version} left it: something was attempted there since"
    return context.render(why + ", and {environment} comes after it. Release it to {missing} first.")


def _live_already(context: RenderContext) -> str:
    where = "everywhere" if context["everywhere"] == "yes" else "in {environment}"
    return context.render(
        "{service} {version} is live " + where + " already; deploy it again? "
        "`/release {service}@{version} to {first} again`"
    )


def _deciding(context: RenderContext) -> str:
    """Return everybody who can decide, the reader too."""
    return replace(context, excluded=frozenset()).people()


def _again_open(context: RenderContext) -> str:
    said = "{release} of {version} is open and waits for {environment}; it has to end before {version} is deployed again. "
    return (
        context.render(said)
        + _deciding(context)
        + context.render(" can cancel it: /release cancel {release}")
    )


def _again_failed(context: RenderContext) -> str:
    said = "{release} of {version} failed in {environment}, and {version} is not deployed again before that is decided. "
    return context.render(said) + _deciding(context) + context.render(" can decide: /release why {release}")


def _already_there(context: RenderContext) -> str:
    where = _ON_ITS_WAY.get(context["state"], "is on its way to {environment} already")
    return context.render("{release} ({service} {version}) " + where + ".")


def _started(context: RenderContext) -> str:
    return context.render("{release} is created; its first stop is {environment}.") + _short_of(context)


def _goes_on(context: RenderContext) -> str:
    line = (
        "{release} is created. {version} lies in {environment} since {from} and is untouched there: it is not "
        "deployed there again, and needs new sign-offs to go on."
    )
    return context.render(line) + _short_of(context)


def _short_of(context: RenderContext) -> str:
    """Return which teams have too few left to sign because the person started it."""
    teams = [escape(each, 40) for each in context["short_of"].split(", ") if each]
    if not teams:
        return ""
    if context["able"] not in {"", "0"}:
        return context.render(
            f" You start it, so only {{able}} of {teams[0]} can sign it, and {{needs}} have to."
        )
    return f" You start it, so nobody of {listing(teams, 'or')} can sign it."


WORDS = ActionWords(
    offer="Release to",
    verbs={"start": "start a release", "promote": "ask for the next step"},
    replies={
        "started": _started,
        "goes_on": _goes_on,
        "asked": "{release} is requested for {environment}.",
        "asked_in_vain": "{release} cannot be requested for {environment} now.",
        "already_asked": "{release} is already requested for {environment}.",
        "already_there": _already_there,
    },
    refusals={
        "skipped_environment": _skipped,
        "live_already": _live_already,
        "again_begins_first": "Again begins in the first environment: /release {service}@{version} to {first} again",
        "again_open": _again_open,
        "again_failed": _again_failed,
        "again_under_way": "{release} of {version} is {state:state} in {environment}, so it is not deployed again now. "
        "/release why {release}",
        "again_in_line": "{release} of {version} is in line for {environment} and was not deployed there yet: nothing has to "
        "be done, it goes on when its turn comes. /release why {release}",
        "again_waits": "{release} of {version} waits for {environment} and was not deployed there yet, so there is nothing to "
        "do again. /release why {release} says what it waits for.",
        "no_such_environment": "{service} has no environment called {environment}. /release where lists them.",
        "unknown_build": "{service} has no build {token}. /release builds lists the newest.",
        "ambiguous_build": "{token} fits several builds: {builds:long}. Name one by its version.",
        "no_build": "{service} has no build of {branch} yet.",
        "nothing_ready": "No release of {service} is ready for {environment}. Start one: "
        "/release {service} to {missing}",
        "several_ready": "Several releases could go to {environment}: {releases:long}. Say which one by its version.",
    },
    thread={
        "taken_over": "It lies in {environment} since {from}, and nothing was attempted there since: it is not deployed there "
        "again. Sign-offs of {from} do not count here.",
    },
    history={
        "started": "{actor:user} started the release of {version}, first into {environment}",
        "step_requested": "{actor:user} asked for {environment}",
    },
    attempted={"started": "start the release of {version}", "step_requested": "ask for {environment}"},
    refused={
        "skipped_environment": "it is not in the environment before",
        "live_already": "it is live there already",
        "again_begins_first": "again begins in the first environment",
    },
    usage_errors={"unknown_words": 'I could not read "{word}".'},
)
