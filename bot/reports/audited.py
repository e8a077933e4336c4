"""What an auditor is told of one deployment; times are as RFC 3339 writes them, in UTC, and people their Slack member ids."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signed:
    """A sign-off that counted at the grant.

    `stands_for` is in whose place a stand-in signed; `armed_by` had one counted again that an attempt before had spent; `alone`
    means that an operator signed an emergency which they had started themselves.
    """

    team: str
    user: str
    at: str
    note: str = ""
    stands_for: str = ""
    armed_by: str = ""
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Waived:
    """What was not known, and who let it pass: authors, versions whose changes nobody told, a live build that it may lack."""

    by: str
    at: str
    reason: str = ""
    authors: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    lacks: str = ""


@dataclass(frozen=True, slots=True)
class Passed:
    """A gate as it was at the grant; `name` tells two of one kind apart, of a `sign_off` it is the team."""

    kind: str
    name: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The review of an emergency: until when it was owed, and who found what, or why nobody had to (`waived`).

    `by` is empty as long as nobody did.
    """

    due: str = ""
    by: str = ""
    at: str = ""
    note: str = ""
    waived: bool = False


@dataclass(frozen=True, slots=True)
class AuditedRun:
    """The run that deployed."""

    ci: str
    id: str
    attempt: int
    url: str


@dataclass(frozen=True, slots=True)
class AuditedBuild:
    """What was deployed; of a run from outside perhaps only the commit is known."""

    version: str
    commit: str
    digest: str
    branch: str


@dataclass(frozen=True, slots=True)
class Audited:
    """One deployment into an environment, as the history tells it.

    `release` and `attempt` are 0 for a run that no release started. `settled_by` is the operator who said how it ended, if no
    run did; `detail` is what they or the CI said. `asked_by` asked for the step, of a run from outside the CI says who did.
    `row` and `hash` are of the row that tells how it ended, `head` is the end of the chain that the report was made from.
    """

    service: str
    environment: str
    release: int
    attempt: int
    kind: str
    outcome: str
    began: str
    ended: str
    build: AuditedBuild
    row: int
    hash: str
    head: str
    settled_by: str = ""
    detail: str = ""
    requesters: tuple[str, ...] = ()
    asked_by: str = ""
    reason: str = ""
    sign_offs: tuple[Signed, ...] = ()
    waivers: tuple[Waived, ...] = ()
    gates: tuple[Passed, ...] = ()
    review: Reviewed | None = None
    run: AuditedRun | None = None
