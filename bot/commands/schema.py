"""`shiproom schema`: prints the JSON Schema of the policy file."""

import json

from bot.commands.output import OK, say
from bot.policy.json_schema import policy_schema


def schema() -> int:
    """Print it; return the exit status."""
    say(json.dumps(policy_schema(), indent=2))
    return OK
