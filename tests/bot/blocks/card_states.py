"""The states that docs/messages.md shows, as a release goes through them: a message, and what is wanted of whom."""

from dataclasses import dataclass, replace

from bot.blocks.announcement import announcement
from bot.blocks.block_kit import Message
from bot.blocks.card import card
from bot.blocks.card_view import CardView
from bot.blocks.references import References
from bot.blocks.taken_back import TakenBack
from handlers.build import Change
from handlers.environments import EnvironmentState, Live
from handlers.release import ReleaseState
from tests.bot.blocks.lineage import BAD, lineage_states
from tests.bot.blocks.test_ready import VIEW
from tests.bot.blocks.world import AMITA, BUILD, CHANGES, OLD, ago, ended, states

TICKETS = References("SG-[0-9]+", "https://tickets.example.org/{ticket}", "https://code.example.org/pull")
TOLD = (
    Change("a" * 40, "Mara", "SG-12 Faster leaderboard"),
    Change("b" * 40, "Andy", "SG-15 Safari log-in (#31)"),
    *CHANGES[2:],
    Change("d" * 40, "Mara", "Fewer cookies"),
)


@dataclass(frozen=True, slots=True)
class CardState:
    """A message of a state, and in one sentence what is wanted of whom."""

    message: Message
    meaning: str


def card_states() -> dict[str, CardState]:
    """Return the message of each state by its name."""
    known = {**states(), **lineage_states()}
    drawn = {
        name: CardState(card(_shown(known[state])), meaning) for name, (state, meaning) in _CARDS.items()
    }
    ready = replace(
        VIEW, changes=TOLD, references=TICKETS, here=EnvironmentState("staging", live=Live(OLD, 41, ago(900)))
    )
    bad = replace(
        ready,
        taken_back=TakenBack("production", replace(BAD, build=BUILD, release=47)),
        release=ended(ReleaseState.DONE, AMITA),
    )
    return {
        "Ready": CardState(
            announcement(ready),
            "Who may start releases can take it to staging; nothing is asked of anybody else.",
        ),
        **drawn,
        "Ready, but it was bad": CardState(
            announcement(bad),
            "It was rolled back, so nobody is invited to release it; the menu still can, and asks first.",
        ),
    }


def _shown(view: CardView) -> CardView:
    return replace(view, changes=TOLD, references=TICKETS, product="GitHub", policy=3)


_CARDS = {
    "In line": ("first step", "Nothing to do: it starts by itself when its turn comes."),
    "Waits for sign-offs": ("step waiting", "Amita tests it and signs, Tim signs; either can say no."),
    "Being tested": ("testing", "Amita is at it; she signs or rejects. Nothing takes its place meanwhile."),
    "All signed": ("ready", "Andy, Mara or Tim start production."),
    "Held": (
        "held",
        "Tim holds it; he or an operator lets it go on. If his time is over first, somebody starts production.",
    ),
    "Locked": (
        "locked",
        "Wait for Tim's lock to end, then somebody starts production: nothing starts by itself.",
    ),
    "Deploying": ("step running", "Nothing to do."),
    "Queued at the CI": ("queued at the CI", "Nothing to do, unless no runner is there."),
    "Waits at the CI": ("waits at the CI", "A reviewer at GitHub lets it go on, or somebody cancels it."),
    "Being stopped": ("step cancelling", "Nothing to do; ops are asked if it does not stop."),
    "Failed": ("step failed", "Tim decides: back to 2.4.0, or once more."),
    "Failed again": ("failed again", "Tim decides, and sees that it was tried before."),
    "Not sent": ("not sent", "Tim has it tried again or cancels it; nothing was deployed."),
    "Nobody knows": ("step unknown", "Tim looks at GitHub and says which it was."),
    "Settled as not deployed": (
        "settled as not deployed",
        "Tim has it tried again or cancels it; others may go on.",
    ),
    "Live": ("step succeeded", "Nothing to do; the way back is in the menu."),
    "Rolled back later": ("rolled back later", "Nothing to do: it was live, and is not any more."),
    "Going back": ("rollback", "Nothing to do: 2.4.0 comes back."),
    "Rejected": ("step skipped", "The developers mend it; the same build can be released again."),
    "Failed, then cancelled": ("cancelled after failures", "Nothing to do: what happened is kept."),
    "Replaced": ("release superseded", "Nothing to do: r43 has it."),
}
