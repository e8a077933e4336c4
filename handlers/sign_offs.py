"""What people said of a step: sign-offs, that they test it, and waivers."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SignOff:
    """One person's verdict on this step's build.

    It is spent when its deployment is sent, and `lost` while its signer may not sign any more, which people were told.
    `alone` means that an operator signed an emergency that they had started themselves.
    """

    team: str
    user: str
    at: datetime
    note: str = ""
    verdict: str = "yes"
    spent: bool = False
    armed_by: str = ""
    lost: bool = False
    alone: bool = False

    @property
    def counts(self) -> bool:
        """Whether it is a yes of somebody who may sign, spent or not."""
        return self.verdict == "yes" and not self.lost


@dataclass(frozen=True, slots=True)
class Testing:
    """A person said "I am testing it"."""

    user: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Review:
    """What somebody found who reviewed an emergency afterwards, or why an operator `waived` that."""

    by: str
    at: datetime
    note: str
    waived: bool = False


@dataclass(frozen=True, slots=True)
class Waiver:
    """An operator let the gates pass although something is not known.

    It covers exactly these unknown `authors`, these `versions` whose changes nobody has told, and that the build may lack the
    live build that `lacks` names.
    """

    by: str
    at: datetime
    reason: str
    authors: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    lacks: str = ""
