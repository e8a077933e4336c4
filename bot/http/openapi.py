"""The OpenAPI 3.1 document of the whole HTTP outside, made from the routes and what their handlers say of themselves.

Everybody may read it: it is the same for each installation of a version and names nothing of the policy, and neither editors
nor generators of clients can send a token for it. The same holds for the JSON Schema of the policy.
"""

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from aiohttp import web

from bot import VERSION
from bot.http.answers import ErrorJson
from bot.http.described import JSON, Answer, Operation, described, operations
from bot.http.json_types import Schemas
from bot.http.other_operations import RUN, SLACK_SIGNED
from bot.policy.json_schema import policy_schema

TOKEN = "token"  # noqa: S105 - the name of a scheme
PATH = "/api/v1/openapi.json"
POLICY_PATH = "/api/v1/policy.schema.json"
DIALECT = "https://json-schema.org/draft/2020-12/schema"

EVERY_ROUTE = {
    HTTPStatus.REQUEST_TIMEOUT: Answer("The request took too long to send.", ErrorJson),
    HTTPStatus.INTERNAL_SERVER_ERROR: Answer("A fault of Shiproom. Nothing was changed.", ErrorJson),
    HTTPStatus.SERVICE_UNAVAILABLE: Answer(
        "The database, or the policy in force, cannot be used here now.",
        ErrorJson,
        headers={"Retry-After": "After how many seconds to try again."},
    ),
}
"""What the middleware of all routes answers with."""

WITH_BODY = {HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Answer("The body is too large.", ErrorJson)}
WITH_TOKEN = {
    HTTPStatus.UNAUTHORIZED: Answer("The bearer token is missing or wrong.", ErrorJson),
    HTTPStatus.FORBIDDEN: Answer("The token lacks the right.", ErrorJson),
    HTTPStatus.NOT_FOUND: Answer("The API is off: no token is set.", ErrorJson),
}
SCHEMES = {
    TOKEN: {
        "type": "http",
        "scheme": "bearer",
        "description": "`SHIPROOM_API_TOKEN`, which may read and build, or a secret of `tokens` in the policy.",
    },
    RUN: {
        "type": "http",
        "scheme": "bearer",
        "description": "The CI's OIDC token with the audience `shiproom`, or the one-time secret of the start.",
    },
    SLACK_SIGNED: {
        "type": "apiKey",
        "in": "header",
        "name": "X-Slack-Signature",
        "description": 'With X-Slack-Request-Timestamp: Slack\'s docs, "Verifying requests from Slack".',
    },
}
_ABOUT = (
    "Every refusal is JSON whose `error` is a sentence that says what is wrong and what to do. A path that is not here is "
    "404, a method that a path does not take is 405 with `Allow`. Behind a scheme stand the rights of a token: any one of "
    "them is enough."
)

_DOCUMENT = Operation("Return this document.", {HTTPStatus.OK: Answer("OpenAPI 3.1.", dict[str, object])})
_POLICY_SCHEMA = Operation(
    "Return the JSON Schema of the policy file.",
    {HTTPStatus.OK: Answer("JSON Schema, draft 2020-12.", dict[str, object])},
)


class Documents:
    """The routes of what describes the outside."""

    def __init__(self) -> None:
        self._document: dict[str, Any] = {}

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [web.get(PATH, self.openapi), web.get(POLICY_PATH, self.policy)]

    @described(_DOCUMENT)
    async def openapi(self, request: web.Request) -> web.Response:
        """Return the document of the application that serves it."""
        self._document = self._document or document(request.app)
        return web.json_response(self._document)

    @described(_POLICY_SCHEMA)
    async def policy(self, request: web.Request) -> web.Response:
        """Return the schema of the policy."""
        del request
        return web.json_response(policy_schema())


def document(app: web.Application) -> dict[str, Any]:
    """Return the document of an application's routes."""
    schemas = Schemas()
    paths: dict[str, dict[str, Any]] = {}
    for method, path, name, operation in operations(app):
        if not operation.is_refusal:
            paths.setdefault(path, {})[method.lower()] = _operation(name, operation, schemas)
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": DIALECT,
        "info": {
            "title": "Shiproom",
            "version": VERSION,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": schemas.named, "securitySchemes": SCHEMES},
    }


def _operation(name: str, operation: Operation, schemas: Schemas) -> dict[str, Any]:
    found: dict[str, Any] = {"operationId": name, "summary": operation.summary}
    if operation.owner:
        found["tags"] = [operation.owner]
    if operation.rights:
        found["security"] = [{TOKEN: [right]} for right in operation.rights]
    elif operation.scheme:
        found["security"] = [{operation.scheme: []}]
    if operation.parameters:
        found["parameters"] = [
            {
                "name": each.name,
                "in": each.place,
                "required": each.place == "path",
                "description": each.what,
                "schema": dict(each.schema),
            }
            for each in operation.parameters
        ]
    if body := _body(operation, schemas):
        found["requestBody"] = body
    answers = all_answers(operation)
    found["responses"] = {str(int(status)): _answer(answers[status], schemas) for status in sorted(answers)}
    return found


def _body(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    if operation.body is not None:
        return {"required": True, "content": {JSON: {"schema": schemas.of_body(operation.body)}}}
    return {"required": True, "content": {operation.takes: {"schema": {}}}} if operation.takes else {}


def all_answers(operation: Operation) -> dict[HTTPStatus, Answer]:
    """Return the answers of an operation, with those that come from its token and from the middleware."""
    answers = dict(EVERY_ROUTE)
    if operation.body is not None or operation.takes:
        answers |= WITH_BODY
    if operation.rights:
        answers |= WITH_TOKEN
    for status, answer in operation.answers.items():
        answers[status] = _either(answer, answers.get(status))
    return answers


def _either(answer: Answer, other: Answer | None) -> Answer:
    """Return an answer that a route gives for two reasons."""
    if other is None:
        return answer
    shape: Any = answer.shape
    shapes = shape if shape == other.shape else shape | other.shape
    return replace(answer, when=f"{answer.when} Or: {other.when}", shape=shapes, headers=other.headers)


def _answer(answer: Answer, schemas: Schemas) -> dict[str, Any]:
    found: dict[str, Any] = {"description": answer.when}
    if answer.shape is not None:
        found["content"] = {answer.media: {"schema": schemas.of(answer.shape)}}
    elif answer.media != JSON:
        found["content"] = {answer.media: {"schema": {"type": "string"}}}
    if answer.headers:
        found["headers"] = {
            name: {"description": what, "schema": {"type": "string"}} for name, what in answer.headers.items()
        }
    if answer.links:
        found["links"] = {
            name: {"operationId": to, "parameters": dict(parameters)}
            for name, (to, parameters) in answer.links.items()
        }
    return found
