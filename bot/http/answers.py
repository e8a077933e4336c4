"""The bodies of answers as types: the serializers return them, and the OpenAPI document is derived from them.

The names are part of the API's contract; names may be added, and none changes.
"""

from typing import Annotated, Literal, NotRequired, TypedDict

from pydantic import Field

from handlers.gate import Verdict
from handlers.release import Kind, ReleaseState
from handlers.step import StepState

Time = Annotated[str, Field(json_schema_extra={"format": "date-time"}, description="RFC 3339, in UTC")]


class ErrorJson(TypedDict):
    """What is wrong, and what to do, in a sentence for people."""

    error: str


class FieldErrorJson(ErrorJson):
    """What is wrong, and the one field that it is about; empty if it is the whole body."""

    field: str


class BuildTakenJson(TypedDict):
    """The build that is known now."""

    service: str
    version: str


class ReleasedBuildJson(TypedDict):
    """The build that a release is bound to."""

    version: str
    sha: str
    digest: str
    branch: str
    url: str


class RunJson(TypedDict):
    """A run of the CI."""

    ci: str
    id: str
    url: str
    state: str


class GateJson(TypedDict):
    """A gate before a step; `who` are the teams that can open it, `until` is when it is looked at again."""

    kind: str
    name: str
    verdict: Verdict
    why: str
    who: list[str]
    until: Time | None


class SignOffJson(TypedDict):
    """A sign-off; one whose signer may not sign any more is no yes.

    `alone`: they had started the emergency themselves. `stands_for` is in whose place a stand-in signed, or null.
    """

    team: str
    user: str
    at: Time
    note: str
    verdict: Literal["yes", "no"]
    spent: bool
    alone: bool
    stands_for: str | None


class StepJson(TypedDict):
    """A step of a release: what happens to one environment."""

    environment: str
    state: StepState
    attempt: int
    requested: bool
    taken_over: str | None
    run: RunJson | None
    gates: list[GateJson]
    sign_offs: list[SignOffJson]


class SilenceJson(TypedDict):
    """What does not answer, since when, and why."""

    connection: str
    since: Time
    why: str


class ReviewJson(TypedDict):
    """The review of an emergency: `by` is the team that owes it, or who reviewed it or waived that."""

    state: Literal["owed", "overdue", "done", "waived"]
    by: str
    at: Time | None
    note: str
    due: Time | None


class HistoryJson(TypedDict):
    """One row of the history."""

    row: int
    at: Time
    actor: str
    event: str
    outcome: str
    refused: bool
    to: str


class ReleaseJson(TypedDict):
    """A release with its steps, gates, sign-offs and history."""

    number: int
    kind: Kind
    service: str
    build: ReleasedBuildJson
    state: ReleaseState
    requester: str | None
    created_at: Time
    steps: list[StepJson]
    silent: SilenceJson | None
    review: ReviewJson | None
    history: list[HistoryJson]


class PlacesJson(TypedDict):
    """Environments of a service."""

    service: str
    environments: list[str]


class LockedJson(TypedDict):
    """The lock as it stands now; `left_out` are services where so many locks stand that no more can be added."""

    key: str
    owner: str
    reason: str
    url: str
    until: Time | None
    locked: list[PlacesJson]
    left_out: list[str]


class LockJson(TypedDict):
    """A lock in force on an environment; `key` is empty unless the lock is the token's own."""

    service: str
    environment: str
    owner: str
    owner_kind: Literal["token", "person"]
    own: bool
    key: str
    reason: str
    url: str
    since: Time
    until: Time | None


class UnlockedJson(TypedDict):
    """Where a lock was lifted."""

    key: str
    unlocked: list[PlacesJson]


class GrantedJson(TypedDict):
    """The run may deploy."""

    granted: Literal[True]
    release: int
    environment: str
    version: str
    sha: str


class NotGrantedJson(TypedDict):
    """The run may never deploy: the code of the refusal, and why in a sentence."""

    code: str
    why: str


class HeardJson(TypedDict):
    """What a delivery was taken for."""

    heard: Literal["run", "build", "nothing"]


class AliveJson(TypedDict):
    """The process answers."""

    alive: Literal[True]


class ReadyJson(TypedDict):
    """Whether Shiproom can work, what it lacks, and what does not answer."""

    ready: bool
    missing: NotRequired[str]
    silent: list[SilenceJson]
    unreadable: NotRequired[list[str]]
    lost: NotRequired[list[str]]
