"""What a first policy is made of."""

from dataclasses import dataclass, field

from bot.slack_client.directory import Listed


@dataclass(frozen=True, slots=True)
class TeamAnswer:
    """A team: its name, people one by one, and at most one user group."""

    name: str
    listed: tuple[Listed, ...] = ()

    @property
    def people(self) -> list[Listed]:
        """Return the members that are named one by one."""
        return [each for each in self.listed if each.kind == "person"]

    @property
    def group(self) -> Listed | None:
        """Return the user group, if there is one."""
        return next((each for each in self.listed if each.kind == "group"), None)


@dataclass(frozen=True, slots=True)
class CiAnswer:
    """A CI: its kind, and what that kind needs; `workflow` and `command` may hold `{environment}`."""

    kind: str
    url: str = ""
    user: str = ""
    repository: str = ""
    workflow: str = ""
    build_workflow: str = ""
    branch: str = "main"
    command: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything that was asked; `url` is the bot's public address, empty with Socket Mode."""

    service: str
    channel: Listed
    environments: tuple[str, ...]
    starters: TeamAnswer
    testers: TeamAnswer
    operators: TeamAnswer
    ci: CiAnswer
    time_zone: str = "UTC"
    url: str = ""
    secrets: dict[str, str] = field(default_factory=dict[str, str], repr=False)
