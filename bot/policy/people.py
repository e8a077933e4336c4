"""The `people:` and `teams:` parts: the names of each person, and the members of each team."""

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from bot.policy.windows import HoursSection
from bot.schema.diagnostics import Diagnostics, shown
from bot.schema.fields import Part, Seconds, Text, located_texts, text, texts
from bot.schema.readers import LocatedText
from bot.schema.section import Section, SectionContext
from bot.schema.words import EMAIL, LOGIN, USER, USERGROUP
from handlers.hours import Hours
from handlers.people import Person, Team


class PersonSection(Section):
    """One person with all their names."""

    noun: ClassVar[str] = "person"

    name: Text = Field(description="the person's name")
    slack: Annotated[tuple[LocatedText, ...], located_texts(USER)] = Field(
        default=(), description="their Slack member ids, like `[U0MARA]`"
    )
    github: Annotated[str, text(LOGIN)] = Field(
        default="", description="their GitHub login, as authors of commits have it"
    )
    email: Annotated[str, text(EMAIL)] = Field(
        default="", description="their address, as authors of commits have it"
    )

    def check(self, context: SectionContext) -> None:
        """Warn of a person who cannot be matched with any signature."""
        if not self.has("slack"):
            message = f"{self.title} has no `slack`: as an author this person counts as unknown"
            context.diagnostics.warn(self.position, message)

    def person(self) -> Person:
        """Return the person."""
        return Person(self.name, tuple(each.text for each in self.slack), self.github, self.email)

    def names(self) -> Iterator[LocatedText]:
        """Return every name that belongs to this person."""
        for key, name in (("name", self.name), ("github", self.github), ("email", self.email)):
            yield LocatedText(name, self.value_position(key))
        yield from self.slack


class WorkingHoursSection(HoursSection):
    """When the people of a team work."""

    noun: ClassVar[str] = ""

    def hours(self) -> Hours:
        """Return the hours."""
        return Hours(self.days, self.begins, self.ends)


class TeamSection(Section):
    """A team: members one by one, a user group of Slack, or both."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["members"]}, {"required": ["usergroup"]}]}
    )
    noun: ClassVar[str] = "team"

    members: Annotated[tuple[str, ...], texts(USER)] = Field(
        default=(), description="Slack member ids, like `[U0TIM]`"
    )
    usergroup: Annotated[str, text(USERGROUP)] = Field(
        default="", description="a Slack user group whose members count too, like `S0OPS`"
    )

    hours: Part[WorkingHoursSection] = Field(
        default=None,
        description="when its people are reminded, in their own zones; Mon-Fri from 09:00 to 17:30 without it",
    )
    stand_ins: Annotated[tuple[LocatedText, ...], located_texts(USER)] = Field(
        default=(), description="who may sign in place of a member who is away, like `[U0MARA]`"
    )
    fallback: Annotated[tuple[str, ...], texts(USER)] = Field(
        default=(), description="who counts while nobody is in the user group, like `[U0BERTA]`"
    )
    handover: Seconds = Field(
        default=0,
        description="how long a sign-off counts after its signer has left the user group, like `30m`; 12h at most",
    )

    def check(self, context: SectionContext) -> None:
        """Report a team without members, and what says something of a user group that it does not have."""
        if not self.has("members") and not self.has("usergroup"):
            wanted = "name `members: [U0TIM]`, a `usergroup: S0OPS`, or both"
            context.diagnostics.error(self.position, f"{self.title} is empty: {wanted}")
        for key, what in _OF_A_GROUP.items():
            if self.has(key) and not self.has("usergroup"):
                context.diagnostics.error(self.key_position(key), _NO_GROUP.format(key=key, what=what))
        if self.handover > LONGEST_HANDOVER:
            context.diagnostics.error(self.key_position("handover"), _TOO_LONG)
        for each in self.stand_ins:
            if each.text in self.members:
                context.diagnostics.warn(each.position, _MEMBER_ALREADY.format(user=shown(each.text)))

    def team(self, name: str) -> Team:
        """Return the team."""
        return Team(
            name,
            self.members,
            self.usergroup,
            self.hours.hours() if self.hours else None,
            stand_ins=tuple(each.text for each in self.stand_ins),
            fallback=self.fallback,
            handover=self.handover,
        )


LONGEST_HANDOVER = 12 * 3600
_OF_A_GROUP = {
    "fallback": "who counts while nobody is in the user group",
    "handover": "how long a sign-off counts after its signer left the user group",
}
_NO_GROUP = "`{key}` says {what}, and this team has none: add `usergroup: S0OPS`, or remove `{key}`"
_TOO_LONG = "`handover` is longer than `12h`: after a whole shift whoever is on call signs again"
_MEMBER_ALREADY = "{user} is a member already, and signs in their own place: a stand-in is somebody else"


def check_people(people: Iterable[PersonSection], diagnostics: Diagnostics) -> None:
    """Report each name, Slack id, login and address that two persons share.

    Authors could otherwise be mistaken for each other.
    """
    owners: dict[str, int] = {}
    for number, person in enumerate(people):
        for name in person.names():
            if name.text and owners.setdefault(name.text.casefold(), number) != number:
                message = f"{shown(name.text)} belongs to another person above"
                diagnostics.error(name.position, f"{message}: one person is one entry with all names")
