"""The settings of the `sign_off` gate."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from handlers.gate import GateSettings

MOST_ITEMS = 10


MOST_LETTERS = 75
"""Slack's limits for check boxes: ten options of 75 characters.

Source: docs.slack.dev/reference/block-kit/composition-objects
"""


ROLES = ("requester", "asker", "waiver", "authors")
"""From whom a signer can be kept apart: who started the release, who asked for this step, who waived something of the release,
and who wrote the changes."""


@dataclass(frozen=True, slots=True)
class SignOffRule(GateSettings):
    """`needs` distinct people of `team` have to sign this exact build.

    The policy's reader is derived from these fields and their metadata, as bot/policy/gates.py documents.
    """

    team: str = field(metadata={"own_value": True, "team": True, "what": "the team that signs"})
    needs: int = field(
        default=1,
        metadata={"least": 1, "most": 99, "what": "how many of the team have to sign; 1 by default"},
    )
    checklist: tuple[str, ...] = field(
        default=(),
        metadata={
            "most_items": MOST_ITEMS,
            "most_letters": MOST_LETTERS,
            "what": "what whoever signs has to tick, like `[Log in works]`",
        },
    )
    requester_may_sign: bool = field(
        default=False, metadata={"what": "whether whoever asked for the release may sign it"}
    )
    same_person: bool = field(
        default=False, metadata={"what": "whether one person may sign for several teams of the step"}
    )
    authors_may_sign: bool = field(
        default=True, metadata={"what": "false keeps those who wrote the changes from signing them"}
    )

    signed_for: int = field(
        default=0,
        metadata={"seconds": True, "what": "how long a sign-off counts, like `3d`; for ever by default"},
    )

    apart_from: tuple[str, ...] = field(
        default=(),
        metadata={
            "choices": ROLES,
            "what": "who of the release signs for no other reason than that, like `[asker, waiver]`",
        },
    )

    @property
    def bars_requester(self) -> bool:
        """Whether whoever stands for the release may not sign it."""
        return not self.requester_may_sign or "requester" in self.apart_from

    @property
    def bars_authors(self) -> bool:
        """Whether those who wrote the changes may not sign them."""
        return not self.authors_may_sign or "authors" in self.apart_from

    def teams(self) -> tuple[str, ...]:
        """Return the team that signs."""
        return (self.team,)


def sign_off_rules(settings: Iterable[GateSettings]) -> tuple[SignOffRule, ...]:
    """Return the settings that belong to sign-off gates."""
    return tuple(each for each in settings if isinstance(each, SignOffRule))
