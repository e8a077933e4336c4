"""The input of a card: a release with its reasons, facts and names.

The caller reads it; rendering reads nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.blocks.names import Names
from bot.blocks.references import NO_REFERENCES, References
from bot.blocks.taken_back import TakenBack
from bot.blocks.text import escape
from bot.blocks.waits import Waiting
from bot.health import Condition
from handlers.build import Build, Change
from handlers.environments import EnvironmentState, Live, ReviewOwed, RolledBack
from handlers.gate import GateResult, Reason
from handlers.gates.policy import ABSENT
from handlers.holding import HELD_ALONE
from handlers.lineage import NO_MARKS, Marks
from handlers.people import Directory
from handlers.release import Kind, Release, ReleaseState
from handlers.slots import Awaited
from handlers.step import Step, StepState

LONGEST_PART = 24

_BLOCKING = frozenset({*ABSENT, "wrong_branch", "team_removed"})


@dataclass(frozen=True, slots=True)
class CardView:
    """A release as a card shows it, as of `names.now`.

    `reasons` and `gate_results` come from handlers/why.py. `environment_state` is of its step's environment. `changes` are
    those since version `since`, which is live there ("" if nothing is). `roll_back_to` is the build that the rollback rule
    names (None for none), `marks` what to know of the build, `head` the end of the audit chain, `changes_url` where the
    changes are. `holder` is the release that holds the environment, if this one waits for its turn, `successor` the one that
    replaced it. `silence` is why its CI cannot be asked about it, if it cannot; `product` is what people call that CI.
    `policy` is the number of the policy in force, `references` are what titles of changes can refer to, and `lies_in` the
    environments where this release's deployment is the live one, and `taken_back` where a rollback took that away. `left`
    is what is live in the environment before the step, if it is not what this release brought there. `cannot_sign` are by
    team those of its people who may not sign for the step, `awaited` who is away of the others, and who stands in.
    """

    release: Release
    reasons: tuple[Reason, ...]
    gate_results: tuple[GateResult, ...]
    environment_state: EnvironmentState
    changes: tuple[Change, ...]
    since: str
    roll_back_to: Build | None
    names: Names
    directory: Directory
    head: str
    marks: Marks = NO_MARKS
    changes_url: str = ""
    holder: Release | None = None
    successor: Release | None = None
    silence: Condition | None = None
    product: str = ""
    policy: int = 0
    references: References = NO_REFERENCES
    lies_in: tuple[str, ...] = ()
    taken_back: TakenBack | None = None
    left: Live | None = None
    cannot_sign: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    awaited: Mapping[str, Awaited] = field(default_factory=dict[str, Awaited])

    @property
    def waiting(self) -> Waiting:
        """The release and what it waits for."""
        return Waiting(self.release, self.reasons, self.holder, self.cannot_sign, self.awaited)

    @property
    def step(self) -> Step:
        """The current step."""
        return self.release.step

    @property
    def title(self) -> str:
        """Number, service and version."""
        return title(self.release)

    @property
    def version(self) -> str:
        """The build's version, escaped."""
        return escape(self.release.build.version, LONGEST_PART)

    @property
    def environment(self) -> str:
        """The environment of the current step, escaped."""
        return escape(self.step.environment, LONGEST_PART)

    @property
    def ci(self) -> str:
        """What people call the CI that deploys there; one without a name of its own by the policy's name, in quotes."""
        named = escape(self.release.environment.deploy.ci, LONGEST_PART)
        return escape(self.product, LONGEST_PART) or f'CI "{named}"'

    @property
    def before(self) -> str:
        """The environment that the release is in already, escaped; empty before the first."""
        position = self.release.position
        return escape(self.release.steps[position - 1].environment, LONGEST_PART) if position > 0 else ""

    @property
    def barred(self) -> bool:
        """Whether nobody can sign or start anything of the release: it left the policy, or records of it are lost."""
        return self.lost is not None or any(reason.code in ABSENT for reason in self.reasons)

    @property
    def lost(self) -> Reason | None:
        """The reason that the database has lost records of its service."""
        return next((reason for reason in self.reasons if reason.code == "records_lost"), None)

    @property
    def blocking(self) -> Reason | None:
        """A reason that no sign-off can clear, if there is one: nobody is asked to sign before it is gone."""
        return self.lost or next((each for each in self.reasons if each.code in _BLOCKING), None)

    @property
    def lost_line(self) -> str:
        """The line that records are lost, and who settles that; empty if none are."""
        if self.lost is None:
            return ""
        who = self.names.members(self.directory, self.lost.who)
        return f"The database has lost what was confirmed. {who} can settle it: /release why r{self.release.number}"

    @property
    def rolls_back(self) -> bool:
        """Whether the release brings back an earlier build."""
        return self.release.kind is Kind.ROLLBACK

    @property
    def is_urgent(self) -> bool:
        """Whether the release is an emergency."""
        return self.release.kind is Kind.EMERGENCY

    @property
    def review(self) -> ReviewOwed | None:
        """The review that the release owes."""
        reviews = self.environment_state.reviews
        return next((each for each in reviews if each.release == self.release.number), None)

    @property
    def missing(self) -> tuple[str, ...]:
        """The teams whose sign-off is missing, in the order of the gates."""
        return tuple(each.values["team"] for each in self.reasons if each.code == "sign_off_missing")

    @property
    def is_signed(self) -> bool:
        """Whether the step takes sign-offs: one that takes over what lies there untouched takes none."""
        return any(each.gate == "sign_off" for each in self.gate_results)

    @property
    def lock(self) -> Reason | None:
        """The reason of a lock that keeps the step out of its environment, if there is one."""
        return next((each for each in self.reasons if each.code == "locked"), None)

    @property
    def frozen(self) -> Reason | None:
        """The reason of the freeze that lasts longest, if there is one."""
        return next((each for each in self.reasons if each.code == "frozen"), None)

    @property
    def hold(self) -> Reason | None:
        """The reason that somebody holds the release, if somebody does."""
        return next((each for each in self.reasons if each.code == "held"), None)

    @property
    def starts_when_let_go(self) -> bool:
        """Whether the step starts once the hold is lifted: nothing else holds it up, and somebody asked for it."""
        asked = self.step.requested or self.step.unrequested_by == HELD_ALONE
        return asked and not any(each.code not in {"held", "not_asked", "turn"} for each in self.reasons)

    @property
    def signatures(self) -> int:
        """How many sign-offs are missing."""
        missing = (each for each in self.reasons if each.code == "sign_off_missing")
        return sum(int(each.values["missing"]) for each in missing)

    @property
    def waits_for(self) -> bool:
        """Whether anything has to come true before the step can start, beside that somebody asks for it."""
        return any(each.code not in {"not_asked", "about_to_start"} for each in self.reasons)

    @property
    def waits_at_ci(self) -> bool:
        """Whether the run waits for a person at its CI."""
        return self.step.run is not None and self.step.run.state == "waits"

    @property
    def tries(self) -> int:
        """How many attempts of the step have failed, by the number of the last one: only the last ones are remembered."""
        failures = self.step.failures
        return max(len(failures), failures[-1].attempt if failures else 0)

    @property
    def is_live(self) -> bool:
        """Whether this release's deployment is what is live in its environment now."""
        live = self.environment_state.live
        return live is not None and live.release == self.release.number

    @property
    def undone(self) -> RolledBack | None:
        """The rollback that took away what this release had brought to the last environment that it reached."""
        reached = [step.environment for step in self.release.steps if step.state is StepState.SUCCEEDED]
        taken = self.taken_back if self.release.state is ReleaseState.DONE else None
        return taken.mark if taken is not None and reached[-1:] == [taken.environment] else None

    @property
    def starts_after_sign_offs(self) -> bool:
        """Whether the step starts by itself as soon as its last sign-off is in: nothing else holds it up."""
        others_open = all(each.open for each in self.gate_results if each.gate != "sign_off")
        only_sign_offs = all(each.code in {"sign_off_missing", "about_to_start"} for each in self.reasons)
        return self.step.requested and others_open and only_sign_offs

    @property
    def asks_operators(self) -> bool:
        """Whether operators were asked how a deployment ended, its run being lost."""
        intent = self.step.intent
        return self.release.state is ReleaseState.UNKNOWN and (intent is None or intent.alerted)

    @property
    def unclaimed(self) -> bool:
        """Whether a run reported success without having claimed the deployment."""
        return any(each.endswith(":unclaimed") for each in self.step.late)

    def starters(self) -> str:
        """Return the people who may request the step, as text."""
        return self.names.members(self.directory, self.release.requesting_teams)


def title(release: Release) -> str:
    """Return a release's number, service and version, escaped."""
    service = escape(release.service, LONGEST_PART)
    return f"r{release.number} {service} {escape(release.build.version, LONGEST_PART)}"
