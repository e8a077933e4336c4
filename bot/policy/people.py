"""The `people:` and `teams:` parts: who is one person under several names, and who acts for what."""

from collections.abc import Mapping

from bot.policy.faults import shown
from bot.policy.readers import Written
from bot.policy.section import Section
from bot.policy.words import EMAIL, LOGIN, USER, USERGROUP
from handlers.people import Person, Team


def read_people(root: Section) -> tuple[Person, ...]:
    """Read the persons; each name, Slack id, login and address belongs to one of them only, or authors could be mistaken."""
    owners: dict[str, int] = {}
    return tuple(
        _person(section, number, owners) for number, section in enumerate(root.sections("people", "person"))
    )


def read_teams(root: Section) -> Mapping[str, tuple[Team, Written]]:
    """Read the teams by name, each with where it is written."""
    section = root.section("teams", "`teams`")
    if section is None:
        return {}
    return {name.text: (_team(name.text, each), name) for name, each in section.each_named("team")}


def _person(section: Section, number: int, owners: dict[str, int]) -> Person:
    section.need(name="the person's name")
    slack = section.texts("slack", USER)
    person = Person(
        name=section.text("name"),
        slack=tuple(each.text for each in slack),
        github=section.text("github", LOGIN),
        email=section.text("email", EMAIL),
    )
    section.close()
    called = [Written(getattr(person, key), section.value_place(key)) for key in ("name", "github", "email")]
    for each in (*called, *slack):
        _own(section, each, number, owners)
    if "slack" not in section:
        section.findings.warn(
            section.place, f"{section.title} has no `slack`: as an author this person counts as unknown"
        )
    return person


def _own(section: Section, name: Written, number: int, owners: dict[str, int]) -> None:
    if name.text and owners.setdefault(name.text.casefold(), number) != number:
        message = (
            f"{shown(name.text)} belongs to another person above: one person is one entry with all names"
        )
        section.findings.fault(name.place, message)


def _team(name: str, section: Section | None) -> Team:
    if section is None:
        return Team(name)
    if "members" not in section and "usergroup" not in section:
        wanted = "name `members: [U0TIM]`, a `usergroup: S0OPS`, or both"
        section.findings.fault(section.place, f"{section.title} is empty: {wanted}")
    team = Team(
        name=name,
        members=tuple(each.text for each in section.texts("members", USER)),
        usergroup=section.text("usergroup", USERGROUP),
    )
    section.close()
    return team
