"""What the routes under /api/v1 say of themselves: builds, releases and locks."""

from http import HTTPStatus

from bot.http.answers import (
    BuildTakenJson,
    FieldErrorJson,
    LockedJson,
    LockJson,
    ReleaseJson,
    UnlockedJson,
)
from bot.http.build_input import BuildBody
from bot.http.described import Answer, Operation, Parameter
from bot.http.lock_input import LockBody
from bot.reports.report_json import ReportJson
from handlers.release import ReleaseState

MOST_LISTED = 200

_NUMBER = Parameter(
    "number",
    "The release's number, with or without the r: 42 or r42.",
    {"type": "string", "pattern": "^r?[0-9]{1,9}$", "examples": ["42", "r42"]},
    "path",
)
_KEY = Parameter(
    "key",
    "The key under which the token set the lock.",
    {"type": "string", "minLength": 1, "examples": ["INC-7"]},
    "path",
)
_WRONG = Answer("A field is wrong: `field` names it, and the sentence says what to write.", FieldErrorJson)
_LIFT = {"unlock": ("unlock", {"key": "$response.body#/key"})}
_RELEASE_LINK = {"first": ("release", {"number": "$response.body#/0/number"})}

BUILD_READY = Operation(
    "Report that a build is ready.",
    {
        HTTPStatus.CREATED: Answer("The build is new.", BuildTakenJson),
        HTTPStatus.OK: Answer("This build is known; changes that nobody had told are added.", BuildTakenJson),
        HTTPStatus.CONFLICT: Answer(
            "The version is known with another commit or digest: a build never changes.", FieldErrorJson
        ),
        HTTPStatus.UNPROCESSABLE_ENTITY: _WRONG,
    },
    rights=("build",),
    body=BuildBody,
)
BUILDS_ARE_POSTED = Operation(
    "Builds are posted, and not listed.",
    {HTTPStatus.METHOD_NOT_ALLOWED: Answer("Only POST is taken here.", FieldErrorJson)},
    rights=("build",),
)
RELEASES = Operation(
    "List releases, newest first.",
    {
        HTTPStatus.OK: Answer(
            "The releases of the token's services.", list[ReleaseJson], links=_RELEASE_LINK
        ),
        HTTPStatus.UNPROCESSABLE_ENTITY: _WRONG,
    },
    rights=("read",),
    parameters=(
        Parameter("service", "Only releases of this service.", {"type": "string", "examples": ["website"]}),
        Parameter(
            "state",
            "Only releases in this state; empty for all.",
            {"enum": ["", *(state.value for state in ReleaseState)]},
        ),
        Parameter(
            "limit",
            "How many at most.",
            {"type": "integer", "minimum": 1, "maximum": MOST_LISTED, "default": 50},
        ),
    ),
)
RELEASE = Operation(
    "Return one release in full.",
    {
        HTTPStatus.OK: Answer("The release.", ReleaseJson),
        HTTPStatus.NOT_FOUND: Answer("There is no such release, or it is not the token's.", FieldErrorJson),
    },
    rights=("read",),
    parameters=(_NUMBER,),
)
_WHEN = {"type": "string", "examples": ["2026-11-20", "2026-11-20T09:30:00Z"]}
REPORT = Operation(
    "Report how often, how fast and how safely was released, and where releases waited.",
    {
        HTTPStatus.OK: Answer("The report on the token's services, or one of them.", ReportJson),
        HTTPStatus.UNPROCESSABLE_ENTITY: _WRONG,
    },
    rights=("read",),
    parameters=(
        Parameter("from", "Since when: by default seven days before the end.", _WHEN),
        Parameter("to", "Until when, at most until now, which is the default.", _WHEN),
        Parameter("service", "Only this service.", {"type": "string", "examples": ["website"]}),
    ),
)
LOCK = Operation(
    "Lock a service's environment, its protected environments, or everything.",
    {
        HTTPStatus.CREATED: Answer("The lock is new.", LockedJson, links=_LIFT),
        HTTPStatus.OK: Answer("The token had a lock of this key; it is changed.", LockedJson, links=_LIFT),
        HTTPStatus.CONFLICT: Answer("So many locks stand there that no more can be added.", FieldErrorJson),
        HTTPStatus.UNPROCESSABLE_ENTITY: _WRONG,
    },
    rights=("lock",),
    body=LockBody,
)
UNLOCK = Operation(
    "Lift the token's own lock, wherever it stands.",
    {
        HTTPStatus.OK: Answer("Where it was lifted.", UnlockedJson),
        HTTPStatus.NOT_FOUND: Answer("The token has no lock of this key.", FieldErrorJson),
    },
    rights=("lock",),
    parameters=(_KEY,),
)
LOCKS = Operation(
    "List the locks in force on the token's services, oldest first in each environment.",
    {HTTPStatus.OK: Answer("The locks, of people and of programs.", list[LockJson])},
    rights=("lock", "read"),
)
