"""What people said of a step: sign-offs, that they test it, and waivers."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SignOff:
    """One person's verdict on this step's build.

    It is spent when its deployment is sent, and `lost` while its signer may not sign any more, which people were told. It has
    `expired` once it is older than its gate lets sign-offs count. A `void` one never counts again: its signer came to stand for
    the release. `stands_for` is the member of the team in whose place a stand-in signed.
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
    expired: bool = False
    void: bool = False
    stands_for: str = ""
    alone: bool = False

    @property
    def slot(self) -> str:
        """Whose slot it fills: that of the signer, or of whom they stand for."""
        return self.stands_for or self.user

    @property
    def counts(self) -> bool:
        """Whether it is a yes of somebody who may sign, spent or not, and not too old."""
        return self.verdict == "yes" and not (self.lost or self.expired or self.void)


@dataclass(frozen=True, slots=True)
class Testing:
    """A person said "I am testing it"."""

    user: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Waiving:
    """Who waives what is not known, by team, and how many distinct people have to; without teams operators do."""

    by: tuple[str, ...] = ()
    needs: int = 1


BY_OPERATORS = Waiving()
"""One operator waives it."""


@dataclass(frozen=True, slots=True)
class Review:
    """What somebody found who reviewed an emergency afterwards, or why an operator `waived` that."""

    by: str
    at: datetime
    note: str
    waived: bool = False


@dataclass(frozen=True, slots=True)
class Waiver:
    """Somebody who may let the gates pass although something is not known.

    It covers exactly these unknown `authors`, these `versions` whose changes nobody has told, and that the build may lack the
    live build that `lacks` names.
    """

    by: str
    at: datetime
    reason: str
    authors: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    lacks: str = ""
