"""What the routes outside /api/v1 say of themselves: claims, webhooks, health, and Slack's own."""

from http import HTTPStatus

from bot.http.answers import (
    AliveJson,
    ErrorJson,
    FieldErrorJson,
    GrantedJson,
    HeardJson,
    NotGrantedJson,
    ReadyJson,
)
from bot.http.claim_input import ClaimBody
from bot.http.described import JSON, Answer, Operation, Parameter

EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"
"""The text format of Prometheus (its docs, "Exposition formats")."""

SLACK = "Slack"
RUN, SLACK_SIGNED = "run", "slack"
_FORM = "application/x-www-form-urlencoded"
_RETRY = {"Retry-After": "After how many seconds to ask again."}

CLAIM = Operation(
    "Ask, as the last thing before a run deploys, whether it may. Anything but 200 means: do not deploy.",
    {
        HTTPStatus.OK: Answer("Granted. The same run and attempt may ask again.", GrantedJson),
        HTTPStatus.UNAUTHORIZED: Answer("It is not proved which run asks.", ErrorJson),
        HTTPStatus.CONFLICT: Answer("Refused for good.", NotGrantedJson),
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE: Answer("The body is compressed.", ErrorJson),
        HTTPStatus.UNPROCESSABLE_ENTITY: Answer("A field is wrong: `field` names it.", FieldErrorJson),
        HTTPStatus.SERVICE_UNAVAILABLE: Answer("Not decided now: ask again.", ErrorJson, headers=_RETRY),
    },
    scheme=RUN,
    body=ClaimBody,
)
WEBHOOK = Operation(
    "Take a webhook of a CI, signed as that CI signs. It is a hint to look, and never believed.",
    {
        HTTPStatus.ACCEPTED: Answer("The delivery is genuine, whatever it says.", HeardJson),
        HTTPStatus.UNAUTHORIZED: Answer("The delivery is not signed as this CI signs.", ErrorJson),
        HTTPStatus.NOT_FOUND: Answer("No CI of this name has a webhook secret.", ErrorJson),
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE: Answer("The body is compressed.", ErrorJson),
    },
    takes=JSON,
    parameters=(
        Parameter(
            "ci",
            "The CI's name under `ci` of the policy.",
            {"type": "string", "minLength": 1, "pattern": "^[^/]+$", "examples": ["github"]},
            "path",
        ),
    ),
)
ALIVE = Operation("Tell whether the process answers.", {HTTPStatus.OK: Answer("It does.", AliveJson)})
READY = Operation(
    "Tell whether Shiproom can work, and what it lacks.",
    {
        HTTPStatus.OK: Answer("It can.", ReadyJson),
        HTTPStatus.UNPROCESSABLE_ENTITY: Answer("`without` is something else than `slack`.", ErrorJson),
        HTTPStatus.SERVICE_UNAVAILABLE: Answer("It cannot: `missing` says why.", ReadyJson),
    },
    parameters=(Parameter("without", "`slack`: whether Slack answers does not count.", {"enum": ["slack"]}),),
)
METRICS = Operation(
    "Return the metrics for Prometheus.",
    {HTTPStatus.OK: Answer("The text format of Prometheus.", media=EXPOSITION)},
)
FROM_SLACK = Operation(
    "Take commands, clicks, forms and events of Slack, which Slack signs. It defines what is in them.",
    {
        HTTPStatus.OK: Answer("What Slack shows; empty if nothing.", media="*/*"),
        HTTPStatus.UNAUTHORIZED: Answer("Slack has not signed this, or not lately.", ErrorJson),
        HTTPStatus.NOT_FOUND: Answer("This installation uses Socket Mode.", ErrorJson),
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE: Answer("The body is compressed.", ErrorJson),
    },
    scheme=SLACK_SIGNED,
    takes=_FORM,
    owner=SLACK,
)
TRY_CERTIFICATE = Operation(
    "Answer Slack's check of the certificate.",
    {
        HTTPStatus.OK: Answer("An empty answer to `?ssl_check=1`."),
        HTTPStatus.NOT_FOUND: Answer("This installation uses Socket Mode.", ErrorJson),
        HTTPStatus.METHOD_NOT_ALLOWED: Answer("Anything else is posted.", ErrorJson),
    },
    parameters=(
        Parameter("ssl_check", "Slack sends 1.", {"enum": ["1"]}),
        Parameter("token", "Slack's old token, which nothing reads.", {"type": "string"}),
    ),
    owner=SLACK,
)
