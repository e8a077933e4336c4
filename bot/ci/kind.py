"""What a kind of CI declares about itself; nothing else in the product names a kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.ci.provider import Provider, ProviderContext
from bot.ci.settings import CiSettings
from handlers.plan import Deploy
from handlers.policy import Connection

REMOTE_DEPLOY = frozenset({"workflow", "inputs", "send", "claim"})
"""The settings of a step that a remote CI can carry out."""


def nothing_absent(connection: Connection, deploy: Deploy) -> str:
    """Say that a deployment needs nothing of this machine."""
    del connection, deploy
    return ""


@dataclass(frozen=True, slots=True)
class CiKind:
    """One kind of CI: the model of its settings, and `connect`, which makes its provider.

    `deploy` names the settings of a `deploy` that it uses besides `ci` and `timeout`, `needed` those of them that it requires,
    each with what it should hold. `announces` is whether builds can come from it, `repository` what a service has to set as its
    `repository` for it (empty: nothing), `compares` whether it can tell the changes between two commits, and
    `single_machine` means that its runs live on the bot's own machine, so only one process may use the database. `absent`
    says what a deployment needs and this machine lacks, in a sentence without its end.
    """

    settings: type[CiSettings]
    connect: Callable[[Connection, ProviderContext], Provider]
    deploy: frozenset[str] = REMOTE_DEPLOY
    needed: Mapping[str, str] = field(default_factory=dict[str, str])
    announces: bool = False
    repository: str = ""
    compares: bool = False
    single_machine: bool = False
    absent: Callable[[Connection, Deploy], str] = nothing_absent
