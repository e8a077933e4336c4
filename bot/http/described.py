"""What a route says of itself, beside its handler: the OpenAPI document and the check of tokens both read it.

OpenAPI 3.1, "Security Requirement Object": the words behind a scheme are the rights that are needed.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Protocol, TypeVar, cast

from aiohttp import hdrs, web

from bot.http.body import JsonBody
from handlers.policy import ApiToken

JSON = "application/json"

HandlerT = TypeVar("HandlerT", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Answer:
    """One status that a route answers with: in which case, with which body, and what can be asked with it next.

    `shape` is the type of the body, a TypedDict or a list of them; None if it is no JSON. `links` maps a name to the id of an
    operation and where its parameters stand in the answer (OpenAPI 3.1, "Link Object"). `headers` maps a name to what it says.
    """

    when: str
    shape: object = None
    media: str = JSON
    links: Mapping[str, tuple[str, Mapping[str, str]]] = field(
        default_factory=dict[str, tuple[str, Mapping[str, str]]]
    )
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter in the path or the query: what it is, and the JSON Schema of its value."""

    name: str
    what: str
    schema: Mapping[str, Any]
    place: str = "query"


@dataclass(frozen=True, slots=True)
class Operation:
    """A route as the document shows it.

    A token needs one of the `rights`; without any the route belongs to no token, and `scheme` names how a sender is proved
    otherwise, empty if everybody may ask. `owner` is who defines the route, if it is not Shiproom.
    """

    summary: str
    answers: Mapping[HTTPStatus, Answer]
    rights: tuple[str, ...] = ()
    scheme: str = ""
    body: type[JsonBody] | None = None
    takes: str = ""
    parameters: tuple[Parameter, ...] = ()
    owner: str = ""

    @property
    def is_refusal(self) -> bool:
        """Whether the route is there only to say that a method is not taken."""
        return set(self.answers) == {HTTPStatus.METHOD_NOT_ALLOWED}


class TokenHandler(Protocol):
    """Handles a request of a token that has the right for it."""

    async def __call__(self, request: Any, token: ApiToken) -> Any:  # noqa: ANN401 - aiohttp's request and response
        """Answer a request."""
        ...


def described(operation: Operation) -> Callable[[HandlerT], HandlerT]:
    """Return a decorator that says what a handler does."""

    def describe(handler: HandlerT) -> HandlerT:
        cast(Any, handler).operation = operation
        return handler

    return describe


def operation_of(handler: object) -> Operation:
    """Return what a handler says of itself.

    Raises TypeError if it says nothing: a route that is not in the document is a mistake.
    """
    found = getattr(handler, "operation", None)
    if not isinstance(found, Operation):
        raise TypeError(f"{handler!r} does not say what it does: add @described")
    return found


def operations(app: web.Application) -> Iterator[tuple[str, str, str, Operation]]:
    """Return the method, the path, the name and the description of each route; HEAD goes with its GET (RFC 9110, 9.3.2)."""
    for route in app.router.routes():
        if route.method != hdrs.METH_HEAD and route.resource is not None:
            operation = operation_of(route.handler)
            yield route.method, route.resource.canonical, _name(route.handler), operation


def _name(handler: object) -> str:
    return str(getattr(handler, "__name__", "")).strip("_")
