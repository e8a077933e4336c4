"""References from services to teams, CIs and windows: unknown names are errors, unused ones are listed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field, TypeAdapter, WithJsonSchema

from bot.ci import KINDS
from bot.ci.kind import CiKind
from bot.policy.windows import Windows, WindowSection
from bot.schema.diagnostics import Position, shown, suggest
from bot.schema.fields import SectionList, read_in
from bot.schema.json_shapes import list_schema, name_schema
from bot.schema.nodes import ScalarNode
from bot.schema.readers import LocatedText, read_text, read_texts
from bot.schema.section import Entry, SectionContext
from bot.schema.words import TEXT
from handlers.people import Directory
from handlers.plan import Deploy
from handlers.policy import Connection


@dataclass(frozen=True, slots=True)
class References(SectionContext):
    """The context that services are read with: the known teams, CIs and windows, and which were named."""

    directory: Directory
    connections: Mapping[str, Connection]
    windows: Mapping[str, Windows] = field(default_factory=dict[str, Windows])
    _named: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])

    def teams(self, entry: Entry) -> tuple[LocatedText, ...]:
        """Read a list of teams."""
        named = read_texts(entry.node, TEXT, self.diagnostics)
        for team in named:
            self._refer("teams", team.text, self.directory.teams, team.position)
        return named

    def team(self, entry: Entry) -> str:
        """Read the name of a team."""
        name = read_text(entry.node, TEXT, self.diagnostics)
        self._refer("teams", name, self.directory.teams, entry.node.position)
        return name

    def connection(self, entry: Entry) -> str:
        """Read the name of a CI."""
        name = read_text(entry.node, TEXT, self.diagnostics)
        self._refer("ci", name, self.connections, entry.node.position)
        return name

    def listed_windows(self, entry: Entry) -> Windows:
        """Read a list of windows, or the name of one."""
        if not isinstance(entry.node, ScalarNode):
            return _WINDOWS.validate_python(entry, context=self)
        name = read_text(entry.node, TEXT, self.diagnostics)
        self._refer("windows", name, self.windows, entry.node.position)
        return self.windows.get(name, ())

    def kind(self, name: str) -> CiKind | None:
        """Return the kind of a CI by its name, if both are known."""
        connection = self.connections.get(name)
        return KINDS.get(connection.kind) if connection else None

    def absent(self, deploy: Deploy) -> str:
        """Return what a deployment needs and this machine lacks; empty if nothing."""
        kind = self.kind(deploy.ci)
        return kind.absent(self.connections[deploy.ci], deploy) if kind else ""

    def is_named(self, part: str, name: str) -> bool:
        """Return whether a service named a team (`teams`), a CI (`ci`) or windows (`windows`)."""
        return (part, name) in self._named

    def _refer(self, part: str, name: str, known: Iterable[str], position: Position) -> None:
        self._named.add((part, name))
        if name and name not in known:
            self.diagnostics.error(
                position, f"{shown(name)} is not described under `{part}`; {suggest(name, known)}"
            )


def kind_of(ci: str, context: SectionContext) -> CiKind | None:
    """Return the kind of a CI by its name, if both are known."""
    return context.kind(ci) if isinstance(context, References) else None


_WINDOWS: TypeAdapter[Windows] = TypeAdapter(SectionList[WindowSection])

TeamName = Annotated[str, read_in(References.team, name_schema())]
TeamNames = Annotated[tuple[LocatedText, ...], read_in(References.teams, list_schema(name_schema()))]
ConnectionName = Annotated[str, read_in(References.connection, name_schema())]
EnvironmentWindows = Annotated[
    Windows,
    read_in(
        References.listed_windows,
        Annotated[str, WithJsonSchema(name_schema())] | Annotated[list[WindowSection], Field(min_length=1)],
    ),
]
"""A list of windows, or the name of one at the top of the file."""
