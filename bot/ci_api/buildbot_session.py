"""The door of a Buildbot: GET and JSON-RPC in one session, whose cookie is taken anew when it is refused.

Basic auth opens `/auth/login` alone, and its cookie the rest (Buildbot's docs, "Authentication plugins"); a request whose
session has run out is answered like anybody's, with 403 where that is not enough.
"""

from collections.abc import Mapping
from http import HTTPStatus

import aiohttp

from bot.ci_api.answer import Answer, Sent, Unsent
from bot.ci_api.client import Body, CiClient

API = "/api/v2"
_REFUSED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


class Session:
    """A session of one user; without a user everything is asked as anybody may."""

    def __init__(self, client: CiClient, user: str, password: str) -> None:
        self._client = client
        self._credentials = (
            {"Authorization": aiohttp.encode_basic_auth(user, password, "utf-8")} if user else {}
        )
        self._cookie = ""

    async def read(self, path: str) -> Answer | None:
        """Read something under the API, `path` being percent-encoded; None where it cannot be read now."""
        answer = await self._client.read(f"{API}{path}", headers=self._headers)
        if answer is not None and answer.status in _REFUSED and await self.enter() is None:
            return await self._client.read(f"{API}{path}", headers=self._headers)
        return answer

    async def control(
        self, path: str, method: str, params: Mapping[str, object], not_after: float = float("inf")
    ) -> Sent:
        """Have something done, once. A refusal of a session that was opened earlier proves only that it has run out."""
        earlier = bool(self._cookie)
        if not earlier and self._credentials and (failed := await self.enter()) is not None:
            return failed
        call = {"jsonrpc": "2.0", "id": 1, "method": method, "params": dict(params)}
        sent = await self._client.send(
            "POST", f"{API}{path}", body=Body(json=call), headers=self._headers, not_after=not_after
        )
        if earlier and isinstance(sent, Answer) and sent.status in _REFUSED:
            self._cookie = ""
            return Unsent("the session has run out, and is opened anew", retry_after=1.0)
        return sent

    async def enter(self) -> Unsent | None:
        """Log in; gives why not, if so."""
        self._cookie = ""
        if not self._credentials:
            return Unsent("it wants a user, and the policy names none", final=True)
        answer = await self._client.read("/auth/login", headers=self._credentials)
        if answer is None:
            return Unsent("nobody answers at its login")
        if answer.status in _REFUSED:
            return Unsent("it refuses the user or the password", final=True)
        self._cookie = answer.header("Set-Cookie").partition(";")[0]
        return None if self._cookie else Unsent(f"its login answers HTTP {answer.status}, without a session")

    @property
    def _headers(self) -> dict[str, str]:
        return {"Cookie": self._cookie} if self._cookie else {}

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.close()
