"""The people in the demo's Slack."""

from collections.abc import Callable
from datetime import datetime

from bot.local_slack.model import BOT, Channel, User
from bot.local_slack.workspace import Workspace

CHANNEL = "C0RELEASES"
ANDY = User("U0ANDY", "Andy", colour="#2f6f4f", title="developer")
MARA = User("U0MARA", "Mara", colour="#8a4b2f", title="developer")
AMITA = User("U0AMITA", "Amita", colour="#6a4c93", title="tester")
TIM = User("U0TIM", "Tim", colour="#1f6f8b", title="operations")
IRWIN = User("U0IRWIN", "Irwin", colour="#7a6a1f", title="product manager")
STRANGER = User(
    "U0STRANGER", "Stranger", colour="#7b4a5e", title="from another company", team_id="T0ELSEWHERE"
)
PEOPLE = (ANDY, MARA, AMITA, TIM, IRWIN, STRANGER)
DEVELOPERS = (ANDY, MARA)


def make_workspace(clock: Callable[[], datetime]) -> Workspace:
    """Make a workspace with everybody in #releases."""
    workspace = Workspace(clock)
    for person in PEOPLE:
        workspace.put_user(person)
    workspace.put_channel(Channel(CHANNEL, "releases", (BOT.id, *(person.id for person in PEOPLE))))
    return workspace
