"""Words about `/release notify`, and the message that it asks for."""

from bot.blocks.words.action_words import ActionWords
from bot.blocks.words.template import RenderContext


def _change_live(context: RenderContext) -> str:
    more = " and {more} more" if context["more"] else ""
    return context.render(
        "Your change is live in {environment} of {service}: {titles:long}"
        + more
        + " ({release}, {version}). To hear no more "
        "of this: /release notify off"
    )


WORDS = ActionWords(
    replies={
        "followed": "You get a direct message when a change of yours goes live. To end that: /release notify off",
        "followed_already": "You get a direct message already when a change of yours goes live. To end that: "
        "/release notify off",
        "followed_unnamed": "You get a direct message when a change of yours goes live, once I know which are yours: have your "
        "`github` or `email` added to `people` in shiproom.yml.",
        "followed_no_more": "You are not told any more when a change of yours goes live.",
        "not_followed": "You were not told of your changes, and are not.",
    },
    direct={"change_live": _change_live},
    usage_errors={
        "notify_whom": "Say whom, and of what: there is only yourself, and your own changes.",
        "notify_others": "Everybody asks for themselves: {word} cannot be asked for.",
        "notify_of_what": 'There is nothing to hear of "{word}", so nothing was done. You can be told when a change of yours '
        "is live. Whoever starts, tests or signs a release is told of its end by itself.",
    },
)
