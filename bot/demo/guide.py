"""The six minutes as a checklist; a step is ticked off by what really happened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.demo.cast import AMITA, ANDY, MARA, TIM
from bot.local_slack.model import Json, User

ReleaseJson = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Observation:
    """What can be observed of the demo at one moment.

    `releases` are those of the bot's API, oldest first; `changes` counts announced builds after the first; `asked` are the
    releases that somebody asked `why` about; `survived` says that a deployment succeeded, in one run, although the bot was
    killed during it.
    """

    releases: Sequence[ReleaseJson] = ()
    changes: int = 0
    asked: frozenset[int] = frozenset()
    survived: bool = False
    caught: bool = False
    shared: bool = False


@dataclass(frozen=True, slots=True)
class GuideStep:
    """One thing to try, as whom, with which command, and the test that it was done.

    With `pastes` the texts to paste are offered in it.
    """

    name: str
    title: str
    text: str
    done: Callable[[Observation], bool]
    person: User | None = None
    line: str = ""
    pastes: bool = False


def _did(observation: Observation, event: str, person: User, *, refused: bool = False) -> bool:
    """Tell whether the history says that the user did this, or was refused."""
    return any(
        line["event"] == event and line["actor"] == person.id and line["refused"] is refused
        for release in observation.releases
        for line in release["history"]
    )


def _went(release: ReleaseJson, environment: str) -> bool:
    return any(
        step["environment"] == environment and step["state"] == "succeeded" for step in release["steps"]
    )


def _on_staging(observation: Observation) -> bool:
    return any(_went(release, "staging") for release in observation.releases)


def _in_line(observation: Observation) -> list[ReleaseJson]:
    """List the releases that had to wait as soon as they were started."""
    return [
        release
        for release in observation.releases
        if any(line["event"] == "started" and line["to"] == "waiting" for line in release["history"])
    ]


def _signed(observation: Observation) -> bool:
    """Tell whether Amita signed, and whoever waited for that has staging now."""
    waited = _in_line(observation)
    followed = not waited or any(_went(release, "staging") for release in waited)
    return followed and _did(observation, "signed_off", AMITA)


def _shipped(observation: Observation) -> bool:
    arrived = [
        release
        for release in observation.releases
        if release["kind"] == "normal" and release["state"] == "done"
    ]
    return bool(arrived) and _did(observation, "signed_off", TIM)


def _failed(observation: Observation) -> bool:
    return any(
        step["environment"] == "production" and step["state"] == "failed"
        for release in observation.releases
        for step in release["steps"]
    )


def _rolled_back(observation: Observation) -> bool:
    return any(
        release["kind"] == "rollback" and release["state"] == "done" for release in observation.releases
    )


STEPS = (
    GuideStep(
        "change",
        "Make a change",
        "Choose a colour and words for the headline. It becomes a real commit, passes real tests, and its build is announced.",
        lambda observation: observation.changes > 0,
    ),
    GuideStep(
        "staging",
        "Release it to staging",
        "Press “Release to staging” under your build. The staging site takes your colour.",
        _on_staging,
    ),
    GuideStep(
        "testing",
        "The phone rings",
        "Amita is away from her desk. Open her phone, and press “Start testing”.",
        lambda observation: _did(observation, "testing_started", AMITA),
        AMITA,
    ),
    GuideStep(
        "line",
        "Get in the way, as Mara",
        "Make another change, and bring it to staging. It has to wait, and says for whom.",
        lambda observation: bool(_in_line(observation)),
        MARA,
        "/release staging",
    ),
    GuideStep(
        "why",
        "Ask why",
        "You get the whole answer, and the line of the policy behind each reason lights up.",
        lambda observation: bool(observation.asked),
        line="/release why",
    ),
    GuideStep(
        "refused",
        "Try to sign as Andy",
        "Press “Sign off for testers” on r1. Andy is refused, and told who can.",
        lambda observation: _did(observation, "signed_off", ANDY, refused=True),
        ANDY,
    ),
    GuideStep(
        "signed",
        "Tick and sign as Amita",
        "Her two ticks are asked for. Then staging is free, and takes Mara's colour.",
        _signed,
        AMITA,
    ),
    GuideStep(
        "shipped",
        "Sign as Tim",
        "It was the last sign-off missing: production takes your colour. What was signed is what ships.",
        _shipped,
        TIM,
    ),
    GuideStep(
        "killed",
        "Kill Shiproom while it deploys",
        "Let Mara's change follow: Amita signs it, Tim signs it. While production is deployed, press “Kill Shiproom”. "
        "The deployment goes on, the bot comes back, and it ran once.",
        lambda observation: observation.survived,
    ),
    GuideStep(
        "failed",
        "Make a deployment fail",
        "Tick “Make the next deployment to production fail”. Then make a change, bring it to staging, and let Amita and Tim "
        "sign it. Production breaks, and the card says what happened and who decides.",
        _failed,
        ANDY,
    ),
    GuideStep(
        "rollback",
        "Roll back as Tim",
        "Press “Roll back” on the card that failed, or type the command; its form asks for one more tap. "
        "The version before is back, and production stays locked in Tim's name.",
        _rolled_back,
        TIM,
        "/release rollback production",
    ),
    GuideStep(
        "cheat",
        "Try to cheat",
        "One click alters a stored sign-off in the database. The history names the row.",
        lambda observation: observation.caught,
    ),
    GuideStep(
        "team",
        "Use it with your team",
        "What to paste for Slack with GitHub Actions, with your own script, or for just watching.",
        lambda observation: observation.shared,
        pastes=True,
    ),
)
SEEN = (
    "Who waits is told for whom, and by which line of the policy.",
    "Who may not sign is told who can.",
    "What was signed is what ships.",
    "Killed while it deploys, nothing runs twice.",
    "A failure names who decides, and what worked is one form away.",
    "A forged sign-off is found, by its row.",
)
NEXT = "Next: “Install it for a team” in README.md, or what to paste:"


@dataclass(slots=True)
class Guide:
    """The checklist; what was done stays done."""

    done: set[str] = field(default_factory=set[str])

    def update(self, observation: Observation) -> None:
        """Tick off what was done."""
        self.done |= {step.name for step in STEPS if step.done(observation)}

    def panel(self) -> Json:
        """Return the checklist as a side panel."""
        steps = [
            {
                "name": step.name,
                "title": step.title,
                "text": step.text,
                "as": step.person.id if step.person else "",
                "line": step.line,
                "pastes": step.pastes,
                "done": step.name in self.done,
            }
            for step in STEPS
        ]
        end = {
            "title": "What you saw",
            "lines": SEEN,
            "next": NEXT,
            "label": "Start again",
            "post": "/demo/again",
        }
        return {"kind": "guide", "title": "Your six minutes", "steps": steps, "end": end}
