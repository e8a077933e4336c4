"""Words about `/release stop`."""

from bot.blocks.words.action_words import ActionWords

WORDS = ActionWords(
    verbs={"stop": "stop a re-run"},
    replies={"stopping": "The CI is asked to stop run {run} of {release}."},
    refusals={
        "nothing_to_stop": "Re-run {run} of {release} is not under way any more, so nothing was stopped. If it runs once more, "
        "the newest message about it has the button."
    },
    thread={"rerun_stopped": "{by:user} wants the re-run stopped (run {run})."},
    history={"rerun_stopped": "{actor:user} wanted re-run {run} stopped"},
    attempted={"rerun_stopped": "stop a re-run"},
    usage_errors={"run_needed": "Which run? A re-run is stopped by its number, as in the message about it."},
)
