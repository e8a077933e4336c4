"""The five minutes as a list that ticks itself off: every tick is read off what really happened, in whatever order it did."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.demo.cast import AMITA, ANDY, MARA, TIM
from bot.local_slack.model import Json, User

Release = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sight:
    """What can be seen of the demo at one moment. `releases` are those of the bot's API, oldest first.

    `changes` counts announced builds after the first; `asked` are the releases that somebody asked `why` about; `survived`
    says that a deployment ended well, once, although the bot was killed during it.
    """

    releases: Sequence[Release] = ()
    changes: int = 0
    asked: frozenset[int] = frozenset()
    survived: bool = False
    caught: bool = False
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to try: what to do, as whom, perhaps what to type, and how one sees that it was done."""

    name: str
    title: str
    text: str
    done: Callable[[Sight], bool]
    person: User | None = None
    line: str = ""


def _did(sight: Sight, event: str, person: User, *, refused: bool = False) -> bool:
    """Tell whether the history says that somebody did this, or tried and was refused."""
    return any(
        line["event"] == event and line["actor"] == person.id and line["refused"] is refused
        for release in sight.releases
        for line in release["history"]
    )


def _went(release: Release, environment: str) -> bool:
    return any(
        step["environment"] == environment and step["state"] == "succeeded" for step in release["steps"]
    )


def _on_staging(sight: Sight) -> bool:
    return any(_went(release, "staging") for release in sight.releases)


def _in_line(sight: Sight) -> list[Release]:
    """Give the releases that had to wait as soon as they were started."""
    return [
        release
        for release in sight.releases
        if any(line["event"] == "Started" and line["to"] == "waiting" for line in release["history"])
    ]


def _signed(sight: Sight) -> bool:
    """Amita signed, and whoever waited for that has staging now."""
    waited = _in_line(sight)
    followed = not waited or any(_went(release, "staging") for release in waited)
    return followed and _did(sight, "SignedOff", AMITA)


def _shipped(sight: Sight) -> bool:
    arrived = [
        release for release in sight.releases if release["kind"] == "normal" and release["state"] == "done"
    ]
    return bool(arrived) and _did(sight, "SignedOff", TIM)


def _rolled_back(sight: Sight) -> bool:
    return any(release["kind"] == "rollback" and release["state"] == "done" for release in sight.releases)


STEPS = (
    Step(
        "change",
        "Make a change",
        "Choose a colour and words for the headline. It becomes a real commit, passes real tests, and its build is announced.",
        lambda sight: sight.changes > 0,
    ),
    Step(
        "staging",
        "Release it to staging",
        "Press “Release to staging” under your build. The staging site takes your colour.",
        _on_staging,
    ),
    Step(
        "testing",
        "The phone rings",
        "Amita is away from her desk. Open her phone, and press “Start testing”.",
        lambda sight: _did(sight, "TestingStarted", AMITA),
        AMITA,
    ),
    Step(
        "line",
        "Get in the way, as Mara",
        "Make another change, and bring it to staging. It has to wait, and says for whom.",
        lambda sight: bool(_in_line(sight)),
        MARA,
        "/release staging",
    ),
    Step(
        "why",
        "Ask why",
        "You get the whole answer, and the line of the policy behind each reason lights up.",
        lambda sight: bool(sight.asked),
        line="/release why",
    ),
    Step(
        "refused",
        "Try to sign as Andy",
        "Press “Sign off for testers” on r1. You are refused, and told who can.",
        lambda sight: _did(sight, "SignedOff", ANDY, refused=True),
        ANDY,
    ),
    Step(
        "signed",
        "Tick and sign as Amita",
        "Her two ticks are asked for. Then staging is free, and takes Mara's colour.",
        _signed,
        AMITA,
    ),
    Step(
        "shipped",
        "Sign as Tim",
        "His was the last one missing: production takes your colour. What was signed is what ships.",
        _shipped,
        TIM,
    ),
    Step(
        "killed",
        "Kill Shiproom while it deploys",
        "Let Mara's change follow: Amita signs it, Tim signs it. While production is deployed, press “Kill Shiproom”. "
        "The deployment goes on, the bot is back, and it ran once.",
        lambda sight: sight.survived,
    ),
    Step(
        "rollback",
        "Roll back as Tim",
        "Two taps, and the colour before is back. Production stays locked in his name.",
        _rolled_back,
        TIM,
        "/release rollback production",
    ),
    Step(
        "cheat",
        "Try to cheat",
        "One click alters a stored sign-off in the database. The history names the row.",
        lambda sight: sight.caught,
    ),
    Step(
        "team",
        "Use it with your team",
        "What to paste for Slack with GitHub Actions, with your own script, or for just looking on.",
        lambda sight: sight.shared,
    ),
)


@dataclass(slots=True)
class Guide:
    """The list as it stands; what was done stays done."""

    done: set[str] = field(default_factory=set[str])

    def look(self, sight: Sight) -> None:
        """Tick off what can be seen to be done."""
        self.done |= {step.name for step in STEPS if step.done(sight)}

    def panel(self) -> Json:
        """Give the list in the form that the page takes."""
        steps = [
            {
                "name": step.name,
                "title": step.title,
                "text": step.text,
                "as": step.person.id if step.person else "",
                "line": step.line,
                "done": step.name in self.done,
            }
            for step in STEPS
        ]
        return {"kind": "guide", "title": "Your five minutes", "steps": steps}
