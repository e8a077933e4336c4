"""Words about planned starts: `/release r42 to production at mon 09:00`, and `at cancel r42`."""

from bot.blocks.words.action_words import ActionWords

_TIMES = "Write it behind the environment: at 18:00, at mon 09:00, at 2027-01-04 08:00, or in 2h."

WORDS = ActionWords(
    offer="Cancel the planned start",
    verbs={"at": "plan or cancel a start"},
    replies={
        "started_at": "{release} is created; it starts in {environment} at {at:day}, or later, once all else is done.",
        "asked_at": "{release} is requested for {environment} at {at:day}. To take that back: /release at cancel {release}",
        "planned_start_cancelled": "{release} does not start by itself any more: somebody has to ask for {environment}.",
    },
    refusals={
        "nothing_planned": "No start of {release} is planned. /release why {release} says what it waits for."
    },
    thread={
        "planned_start_cancelled": "{by:user} cancelled its planned start in {environment}: it has to be asked for again."
    },
    history={"planned_start_cancelled": "{actor:user} cancelled its planned start"},
    attempted={"planned_start_cancelled": "cancel its planned start"},
    refused={"nothing_planned": "no start was planned"},
    usage_errors={
        "at_alone": "A time alone starts nothing. Name what goes where, and then the time: /release r42 to production at mon "
        "09:00. To take that back: /release at cancel r42",
        "start_unreadable": f"I cannot read {{word}} as a time, so nothing was requested. {_TIMES}",
        "start_past": f"{{word}} is past, so nothing was requested. Name the day too. {_TIMES}",
    },
)
