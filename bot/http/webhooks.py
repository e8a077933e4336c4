"""`POST /webhooks/{ci}`: verifies a CI's webhook, which is only a hint to poll, never the truth."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from aiohttp import web

from bot.ci.provider import Provider
from bot.ci.run import Hint, UnauthenticatedError
from bot.clock import Clock
from bot.http.answers import HeardJson
from bot.http.described import described
from bot.http.guard import refuse
from bot.http.other_operations import WEBHOOK
from bot.origin import came_via

Listener = Callable[[str, Hint], None]


class Webhooks:
    """The route; it does not exist for a CI that the policy does not name or that has no secret."""

    def __init__(self, providers: Mapping[str, Provider], clock: Clock, notify: Listener) -> None:
        self._providers = providers
        self._clock = clock
        self._notify = notify

    def routes(self) -> list[web.RouteDef]:
        """Return the route."""
        return [web.post("/webhooks/{ci}", self.receive)]

    @described(WEBHOOK)
    async def receive(self, request: web.Request) -> web.Response:
        """Accept a delivery: 202 if it is genuine, whatever it says, 401 if not."""
        came_via("webhook")
        name = request.match_info["ci"]
        provider = self._providers.get(name)
        if provider is None or not provider.has_webhook:
            return refuse(
                "webhook",
                HTTPStatus.NOT_FOUND,
                "No webhook is configured for this CI: set `webhook_secret` under `ci`.",
            )
        if request.headers.get("Content-Encoding"):
            return refuse("encoding", HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Content-Encoding is not supported.")
        body = await request.read()
        headers = _single(request)
        try:
            hint = provider.parse_webhook(headers, body, self._clock.now())
        except UnauthenticatedError:
            return refuse("webhook", HTTPStatus.UNAUTHORIZED, "The delivery is not signed as this CI signs.")
        if hint.kind != "nothing":
            self._notify(name, hint)
        return web.json_response(HeardJson(heard=hint.kind), status=HTTPStatus.ACCEPTED)


def _single(request: web.Request) -> dict[str, str]:
    """Return the headers that are there once: of two signatures it would not be clear which one counts.

    Proxies repeat others, such as X-Forwarded-For.
    """
    headers = request.headers
    return {key.lower(): text for key, text in headers.items() if len(headers.getall(key)) == 1}
