"""One thing that a release waits for, under a stable name: `why` explains it to people, reports and metrics count it."""

from dataclasses import dataclass
from datetime import datetime

REQUEST = "request"
"""Nobody has asked for the next step."""

DEPLOYMENT = "deployment"
"""A deployment is under way."""

DECISION = "decision"
"""A deployment failed, or nobody knows how it ended: people decide."""

TEAM, GATE = "team:", "gate:"


@dataclass(frozen=True, slots=True)
class Wait:
    """What a release waits for on its way into an environment, and since when.

    `on` is `request`, `deployment`, `decision`, a `team:` whose sign-off is missing, or another `gate:`, each with its name.
    """

    environment: str
    on: str
    since: datetime
