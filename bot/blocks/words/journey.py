"""Words about starting a release and requesting its next step."""

from bot.blocks.words.action_words import ActionWords
from bot.blocks.words.template import RenderContext

_ON_ITS_WAY = {
    "succeeded": "is in {environment} already",
    "cancelling": "is being stopped in {environment}",
    "unknown": "was sent to {environment}, and nobody knows yet how that ended",
    "failed": "failed in {environment}: it can be tried again",
    "skipped": "goes to {environment} no more",
}


def _already_there(context: RenderContext) -> str:
    where = _ON_ITS_WAY.get(context["state"], "is on its way to {environment} already")
    return context.render("{release} ({service} {version}) " + where + ".")


WORDS = ActionWords(
    offer="Release to",
    verbs={"start": "start a release", "promote": "ask for the next step"},
    replies={
        "started": "{release} is created; its first stop is {environment}.",
        "asked": "{release} is requested for {environment}.",
        "already_asked": "{release} is already requested for {environment}.",
        "already_there": _already_there,
    },
    refusals={
        "skipped_environment": "{version} was not in {missing} yet, and {environment} comes after it. Release it to "
        "{missing} first.",
        "no_such_environment": "{service} has no environment called {environment}. /release where lists them.",
        "unknown_build": "{service} has no build {token}. /release builds lists the newest.",
        "ambiguous_build": "{token} fits several builds: {builds:long}. Name one by its version.",
        "no_build": "{service} has no build of {branch} yet.",
        "nothing_ready": "No release of {service} is ready for {environment}. Start one: "
        "/release {service} to {missing}",
        "several_ready": "Several releases could go to {environment}: {releases:long}. Say which one by its version.",
    },
    thread={
        "started": "{by:user} started {title}{note:because}.",
        "asked": "{by:user} asked for {environment}.",
    },
    history={
        "started": "{actor:user} started the release of {version}, first into {environment}",
        "step_requested": "{actor:user} asked for {environment}",
    },
    attempted={"started": "start the release of {version}", "step_requested": "ask for {environment}"},
    refused={"skipped_environment": "it was not in the environment before"},
    usage_errors={"unknown_words": 'I could not read "{word}".'},
)
