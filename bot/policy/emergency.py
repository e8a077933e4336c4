"""The `emergency:` of an environment, and what in it would leave an emergency unsigned, stuck or unreviewed."""

from typing import Annotated, cast

from pydantic import Field

from bot.policy.gates import Gates, LocatedGate, sign_offs
from bot.policy.quorum import persons_of
from bot.policy.references import TeamName, TeamNames
from bot.schema.diagnostics import Diagnostics, shown, suggest
from bot.schema.fields import Days, Part, Seconds, located_texts, texts
from bot.schema.readers import LocatedText
from bot.schema.section import Section
from bot.schema.words import TEXT
from handlers.emergency_plan import EmergencyPlan, ReviewPlan
from handlers.gate import GateSettings
from handlers.people import Directory


class ReviewSection(Section):
    """Who reviews an emergency, and how soon."""

    by: TeamName = Field(description="the team of which somebody reviews it, who had no part in it")
    within: Days = Field(description="how long after its end, like `2d`; then the environment is closed")


class EmergencySection(Section):
    """How a build gets into an environment in an emergency."""

    may: TeamNames = Field(description="the teams that may start one, like `[ops, developers]`")
    gates: Gates = Field(description="who signs one instead, like `[{sign_off: on-call}]`")
    branches: Annotated[tuple[str, ...], texts(TEXT)] = Field(
        default=(), description="builds of these may go there in one, instead of those of the environment"
    )
    skips: Annotated[tuple[LocatedText, ...], located_texts(TEXT)] = Field(
        default=(), description="environments before it in which the build need not have succeeded"
    )
    alone_after: Seconds = Field(
        default=0,
        description="how long after the call an operator may sign although they started it; never by default",
    )
    review: Part[ReviewSection] = Field(
        default=None, description="who reviews it afterwards, like `{by: testers, within: 2d}`"
    )

    def plan(self) -> EmergencyPlan:
        """Return the settings as a release keeps them."""
        return EmergencyPlan(
            may=tuple(team.text for team in self.may),
            gates=tuple(cast(GateSettings, each.rule) for each in self.gates),
            branches=self.branches,
            skips=tuple(each.text for each in self.skips),
            alone_after=self.alone_after,
            review=ReviewPlan(self.review.by, self.review.within) if self.review else None,
        )


def gates_of(section: EmergencySection | None) -> tuple[LocatedGate[object], ...]:
    """Return what an emergency has to pass; nothing without such a lane."""
    return section.gates if section is not None else ()


def check_emergency(
    section: EmergencySection, before: tuple[str, ...], directory: Directory, diagnostics: Diagnostics
) -> None:
    """Report a lane that nobody signs, that skips what does not come before it, or that too few could review."""
    if not sign_offs(section.gates):
        diagnostics.error(section.key_position("gates"), _UNSIGNED)
    for each in section.skips:
        if each.text not in before:
            remedy = suggest(each.text, before) if before else "nothing comes before it: remove `skips`"
            diagnostics.error(
                each.position, f"{shown(each.text)} is no environment before this one; {remedy}"
            )
    if section.review is None:
        diagnostics.warn(section.position, _UNREVIEWED)
    else:
        _check_reviewers(section, section.review, directory, diagnostics)


_UNSIGNED = "nobody signs an emergency: add `{sign_off: TEAM}` to its `gates`"
_UNREVIEWED = "nobody reviews an emergency afterwards: add `review: {by: TEAM, within: 2d}`"


def _check_reviewers(
    section: EmergencySection, review: ReviewSection, directory: Directory, diagnostics: Diagnostics
) -> None:
    """Report a team of which nobody could be left once the emergency was started and signed.

    Whoever starts it or signs it does not review it. As many of the team as have to sign may have done so, and one more may
    have started it; of people outside the team neither takes a reviewer away.
    """
    able = persons_of(review.by, directory)
    if able is None:
        return
    starting = _taken(frozenset(team.text for team in section.may), able, 1, directory)
    signing = sum(
        _taken(frozenset({gate.rule.team}), able, gate.rule.needs, directory)
        for gate in sign_offs(section.gates)
    )
    taken = starting + signing
    if len(able) <= taken:
        count = "one person" if len(able) == 1 else f"{len(able)} persons"
        message = f"{shown(review.by)} reviews emergencies, and that is {count}, of whom {taken} may start or sign one"
        diagnostics.error(
            review.key_position("by"),
            f"{message}, and then do not review it: add members, or name another team",
        )


def _taken(teams: frozenset[str], able: frozenset[str], most: int, directory: Directory) -> int:
    """Return how many of the reviewers the teams may take away at most; only people in the policy are known."""
    named = (directory.teams[team] for team in teams if team in directory.teams)
    persons = {directory.person_of(member) for team in named for member in team.members}
    return min(most, len(persons & able))
