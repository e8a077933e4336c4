"""Words about the gate of what the policy in force does not name any more."""

from bot.blocks.words.action_words import GateWords

GATE = GateWords(
    waited="a policy that has it",
    reasons={
        "service_removed": "{service} is not in the policy any more: nothing of it starts. What runs is followed to its end. "
        "{people} can cancel it.",
        "environment_removed": "{environment} of {service} is not in the policy any more: nothing starts there. {people} can "
        "cancel it.",
        "ci_removed": "CI {ci} is not in the policy any more: nothing starts there, and a run may not be seen. {people} can "
        "cancel it.",
    },
    short={
        "service_removed": "{service} is not in the policy any more",
        "environment_removed": "{environment} is not in the policy any more",
        "ci_removed": "CI {ci} is not in the policy any more",
    },
    called_off={
        "policy": "it was not in the policy any more",
        "service_removed": "its service is not in the policy any more",
        "environment_removed": "it is not in the policy any more",
        "ci_removed": "its CI is not in the policy any more",
    },
)
