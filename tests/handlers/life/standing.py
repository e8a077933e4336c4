"""A second implementation of stand-ins: who may sign in whose place, and whether distinct people fill distinct slots."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations
from typing import TYPE_CHECKING

from handlers.actions.approve import SignedOff
from handlers.effects import Call
from handlers.outcome import Decision
from handlers.release import Release
from tests.handlers.life import reference

if TYPE_CHECKING:
    from tests.handlers.life.reference import AcceptedSignOff
    from tests.handlers.life.world import World

Filled = tuple[str, str]
"""The person who signed, and the person whose slot that fills."""
Choice = tuple[Filled, ...]


@dataclass
class Standing:
    """Until when each person is away and who said so, and for which steps others were called in place of a team."""

    seen: Counter[str]
    away: dict[str, tuple[datetime, str]] = field(default_factory=dict[str, tuple[datetime, str]])
    escalated: set[tuple[int, str, str]] = field(default_factory=set[tuple[int, str, str]])

    def went(self, user: str, until: datetime, by: str) -> None:
        """Take down that somebody is away."""
        self.away[reference.person(user)] = (until, reference.person(by))

    def came_back(self, user: str) -> None:
        """Take down that somebody is back."""
        self.away.pop(reference.person(user), None)

    def is_away(self, user: str, now: datetime) -> bool:
        """Whether somebody is away."""
        until, _ = self.away.get(reference.person(user), (now, ""))
        return now < until

    def hear(self, release: Release, decision: Decision) -> None:
        """Take down which teams were called, and for which of them others were."""
        for effect in decision.effects:
            if not isinstance(effect, Call):
                continue
            place = effect.values.get("environment", "")
            keys = {(release.number, place, team) for team in effect.teams}
            if effect.code == "escalated":
                self.escalated |= keys
            elif effect.code == "sign_offs_wanted":
                self.escalated -= keys

    def check_signed(
        self, world: "World", before: Release, event: SignedOff, signed: "AcceptedSignOff"
    ) -> None:
        """Check who signed in whose place, before it counts."""
        actor, team, place = reference.person(event.actor), signed.team, signed.environment
        assert reference.is_full(world, event.actor), "somebody signed who is no full member"
        for other in world.invariants.sign_offs:
            same = (other.release, other.environment, other.team) == (before.number, place, team)
            if same and other.counts(world.now):
                assert reference.person(other.user) != actor, "signed twice for a team"
                assert reference.person(other.slot) != reference.person(signed.slot), (
                    "a slot was filled twice"
                )
        rule = next(each for each in reference.rules_of(before, place) if each.team == team)
        assert not reference.barred(world, before, place, rule) & {actor, reference.person(signed.slot)}, (
            "barred"
        )
        if signed.stands_for:
            self._check_stand_in(world, before, event.actor, signed)
        else:
            assert reference.belongs(world, event.actor, team), "signed for a team of others"

    def _check_stand_in(self, world: "World", before: Release, user: str, signed: "AcceptedSignOff") -> None:
        actor, gone = reference.person(user), reference.person(signed.stands_for)
        assert is_listed(world, user, signed.team), "no stand-in of the team"
        assert not self.is_away(actor, world.now), "a stand-in who is away"
        assert reference.in_team(world, signed.stands_for, signed.team), "stands in for a stranger"
        if self.is_away(gone, world.now):
            assert self.away[gone][1] != actor, "stands in for whom they set away"
        else:
            key = (before.number, signed.environment, signed.team)
            assert key in self.escalated, "stands in for somebody who is there"
        self.seen["signed by stand-ins"] += 1


def is_listed(world: "World", user: str, team: str) -> bool:
    """Whether the policy lists a person as a stand-in of a team."""
    return reference.person(user) in {reference.person(each) for each in world.teams[team].stand_ins}


def still_counts(world: "World", signed: "AcceptedSignOff") -> bool:
    """Whether who signed may still sign for the team: a stand-in as long as they are listed."""
    if signed.stands_for:
        return reference.is_full(world, signed.user) and is_listed(world, signed.user, signed.team)
    return reference.belongs(world, signed.user, signed.team)


def fills(slots: Sequence[tuple[Sequence[Filled], int]]) -> bool:
    """Whether distinct people fill distinct slots of all rules; neither signs for one rule and is stood in for at another."""
    if not slots:
        return True
    (filled, needs), *rest = slots
    for chosen in _choices(filled, needs):
        used = {each for pair in chosen for each in pair}
        if fills([([each for each in others if used.isdisjoint(each)], count) for others, count in rest]):
            return True
    return False


def _choices(filled: Sequence[Filled], needs: int) -> Iterator[Choice]:
    for chosen in combinations(sorted(set(filled)), needs):
        signers, places = {signer for signer, _ in chosen}, {place for _, place in chosen}
        if len(signers) == len(places) == needs:
            yield chosen
