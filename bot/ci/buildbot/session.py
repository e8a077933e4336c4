"""A login session with Buildbot for GET and JSON-RPC; logs in again when refused.

Basic auth is accepted by `/auth/login` only, and its cookie by everything else (Buildbot's docs, "Authentication plugins"). A
request with an expired session is treated as anonymous, and gets 403 where that is not enough.
"""

from collections.abc import Mapping
from http import HTTPStatus

import aiohttp

from bot.ci.http.client import CiClient, RequestBody
from bot.ci.http.response import CiResponse, NotSent, SendResult

API = "/api/v2"
_REFUSED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


class LoginSession:
    """A session of one user; without a user, requests are anonymous."""

    def __init__(self, client: CiClient, user: str, password: str) -> None:
        self._client = client
        self.reports = client.reports
        self._credentials = (
            {"Authorization": aiohttp.encode_basic_auth(user, password, "utf-8")} if user else {}
        )
        self._cookie = ""

    async def read(self, path: str) -> CiResponse | None:
        """Read a percent-encoded path under the API; None if it cannot be read now."""
        answer = await self._client.read(f"{API}{path}", headers=self._headers)
        if answer is not None and answer.status in _REFUSED and await self.log_in() is None:
            return await self._client.read(f"{API}{path}", headers=self._headers)
        return answer

    async def control(
        self, path: str, method: str, params: Mapping[str, object], not_after: float = float("inf")
    ) -> SendResult:
        """Send a JSON-RPC call once.

        A refusal in a session that was opened earlier proves only that the session has expired.
        """
        earlier = bool(self._cookie)
        if not earlier and self._credentials and (failed := await self.log_in()) is not None:
            return failed
        call = {"jsonrpc": "2.0", "id": 1, "method": method, "params": dict(params)}
        sent = await self._client.send(
            "POST", f"{API}{path}", body=RequestBody(json=call), headers=self._headers, not_after=not_after
        )
        if earlier and isinstance(sent, CiResponse) and sent.status in _REFUSED:
            self._cookie = ""
            return NotSent("the session has expired, and is opened again", retry_after=1.0)
        return sent

    async def log_in(self) -> NotSent | None:
        """Log in; return why that failed, or None."""
        self._cookie = ""
        if not self._credentials:
            return NotSent("it requires a user, and the policy names none", final=True)
        answer = await self._client.read_here("/auth/login", self._credentials)
        if answer is None:
            return NotSent("its login does not answer")
        if answer.status in _REFUSED:
            self.reports.refused(
                f"Buildbot refuses the user or the password ({answer.status})", "/auth/login"
            )
            return NotSent("it refuses the user or the password", final=True)
        self._cookie = answer.header("Set-Cookie").partition(";")[0]
        return None if self._cookie else NotSent(f"its login answers HTTP {answer.status}, without a session")

    @property
    def _headers(self) -> dict[str, str]:
        return {"Cookie": self._cookie} if self._cookie else {}

    async def close(self) -> None:
        """Close connections."""
        await self._client.close()
