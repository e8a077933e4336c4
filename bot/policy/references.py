"""What a service names of the rest of the policy: unknown names are faults on the spot, unused ones show at the end."""

from collections.abc import Mapping

from bot.policy.faults import Findings, instead, shown
from bot.policy.kinds import KINDS, KindReader
from bot.policy.readers import Written
from bot.policy.section import Section
from handlers.people import Directory
from handlers.plan import Connection


class References:
    """The teams and CIs of the policy, and which of them were named."""

    def __init__(
        self, directory: Directory, connections: Mapping[str, Connection], findings: Findings
    ) -> None:
        self.directory = directory
        self.connections = connections
        self.findings = findings
        self._named: set[tuple[str, str]] = set()

    def teams(self, section: Section, key: str) -> tuple[Written, ...]:
        """Read a list of teams."""
        named = section.texts(key)
        for team in named:
            self._team(team)
        return named

    def team(self, section: Section, key: str) -> Written:
        """Read the name of a team."""
        team = Written(section.text(key), section.value_place(key))
        if team.text:
            self._team(team)
        return team

    def connection(self, section: Section) -> tuple[str, KindReader | None]:
        """Read the name of a CI under `ci`, with its kind if that is known."""
        name = section.text("ci")
        self._named.add(("ci", name))
        connection = self.connections.get(name)
        if name and connection is None:
            hint = instead(name, self.connections)
            self.findings.fault(
                section.value_place("ci"), f"{shown(name)} is not described under `ci`; {hint}"
            )
        return name, self.kind(name)

    def kind(self, name: str) -> KindReader | None:
        """Give the kind of a CI by its name, if both are known."""
        connection = self.connections.get(name)
        return KINDS.get(connection.kind) if connection else None

    def is_named(self, part: str, name: str) -> bool:
        """Tell whether a team (`teams`) or a CI (`ci`) was named by a service."""
        return (part, name) in self._named

    def _team(self, team: Written) -> None:
        self._named.add(("teams", team.text))
        if team.text not in self.directory.teams:
            hint = instead(team.text, self.directory.teams)
            self.findings.fault(team.place, f"{shown(team.text)} is not described under `teams`; {hint}")
