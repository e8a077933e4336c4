"""The `remind:` and `notify:` of a service: when people are reminded, who is called then, and who is told of the end."""

from typing import Annotated, ClassVar

from pydantic import Field

from bot.policy.references import TeamNames
from bot.schema.fields import Flag, Part, Seconds, one_of
from bot.schema.section import Section, SectionContext
from handlers.plan import OPT_IN, Notifying, Reminding

NEVER = "never"
SHORTEST_PAUSE = 3600
"""Seconds between two reminders at least: nobody is reminded more often, over all services."""


class EscalateSection(Section):
    """Who is called when nobody of a team signs."""

    noun: ClassVar[str] = "escalation"

    after: Seconds = Field(description="how long after a team was called, like `4h`")
    to: TeamNames = Field(description="the teams that are called then, like `[leads]`")


class RemindSection(Section):
    """When people are reminded of what waits for them."""

    after: Seconds = Field(description="how long after the call the first reminder comes, like `30m`")
    then: Seconds = Field(
        default=0,
        description="how long after a reminder the next one comes, like `2h`; without it there is one",
    )
    escalate: Part[EscalateSection] = Field(
        default=None, description="who is called when nobody signs, like `{after: 4h, to: [leads]}`"
    )

    def check(self, context: SectionContext) -> None:
        """Report reminders that would come more often than once an hour."""
        if self.has("then") and 1 < self.then < SHORTEST_PAUSE:
            message = "nobody is reminded more than once an hour: write `1h` or longer"
            context.diagnostics.error(self.value_position("then"), message)

    def reminding(self) -> Reminding:
        """Return what the plan keeps."""
        escalate = self.escalate
        if escalate is None:
            return Reminding(self.after, self.then)
        return Reminding(self.after, self.then, escalate.after, tuple(team.text for team in escalate.to))


class NotifySection(Section):
    """Who is told of how a release ended, beside those who signed and test it."""

    author_live: Annotated[str, one_of((OPT_IN, NEVER))] = Field(
        default=OPT_IN,
        description="`opt_in`: authors who asked for it hear that their change is live; `never`: nobody does",
    )
    requester: Flag = Field(
        default=True, description="whether whoever asked for a release is mentioned when it ends or fails"
    )

    def notifying(self) -> Notifying:
        """Return what the plan keeps."""
        return Notifying("never" if self.author_live == NEVER else "opt_in", self.requester)
