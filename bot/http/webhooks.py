"""`POST /webhooks/{ci}`: what a CI calls out is checked as that CI signs it, and is a hint to look, never the truth."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from aiohttp import web

from bot.ci.provider import Provider
from bot.ci_api.run import ForgedError, Hint
from bot.clock import Clock
from bot.http.guard import refuse

Listener = Callable[[str, Hint], None]


class Webhooks:
    """The route. A CI that the policy does not name, or that has no secret, is not there."""

    def __init__(self, providers: Mapping[str, Provider], clock: Clock, tell: Listener) -> None:
        self._providers = providers
        self._clock = clock
        self._tell = tell

    def routes(self) -> list[web.RouteDef]:
        """Give the route."""
        return [web.post("/webhooks/{ci}", self.heard)]

    async def heard(self, request: web.Request) -> web.Response:
        """Take a delivery: 202 if it is genuine, whatever it says, 401 if not."""
        name = request.match_info["ci"]
        provider = self._providers.get(name)
        if provider is None or not provider.hears:
            return refuse("webhook", HTTPStatus.NOT_FOUND, "No CI is heard here. Look at `ci` in the policy.")
        if request.headers.get("Content-Encoding"):
            return refuse(
                "encoding", HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Content-Encoding is not taken here."
            )
        body = await request.read()
        headers = {key.lower(): text for key, text in request.headers.items()}
        if any(len(request.headers.getall(key)) > 1 for key in headers):
            return refuse("headers", HTTPStatus.UNAUTHORIZED, "A header is there more than once.")
        try:
            hint = provider.hear(headers, body, self._clock.now())
        except ForgedError:
            return refuse("webhook", HTTPStatus.UNAUTHORIZED, "The delivery is not signed as this CI signs.")
        if hint.kind != "nothing":
            self._tell(name, hint)
        return web.json_response({"heard": hint.kind}, status=HTTPStatus.ACCEPTED)
