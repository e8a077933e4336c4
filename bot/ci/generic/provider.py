"""The `generic` CI: an HTTP API that is called as the policy describes it (docs/ci-generic.yml).

It is not known how such an API treats repeated requests, so a start is sent once, as everywhere. It also carries the
correlation id as its `Idempotency-Key`, for APIs that honour it. Requests go only to the hosts that the policy names: redirects
are not followed, and private networks are refused unless the policy allows them.
"""

import hmac
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from typing import cast

from bot import redaction
from bot.ci.generic.extract import error_message_in, run_id_at, state_at, text_at, value_at
from bot.ci.generic.request import fill_header, fill_json, fill_url, problems_of, request_values, start_values
from bot.ci.http.client import CiClient, Peer, RequestBody
from bot.ci.http.json_access import correlation_in, is_id, listed, number, one_line, part, text
from bot.ci.http.response import CiResponse
from bot.ci.http.start_result import start_result, stop_answer
from bot.ci.provider import Provider, ProviderContext
from bot.ci.run import (
    STOP_ASKED,
    Accepted,
    Hint,
    RunStatus,
    Source,
    StartRequest,
    StartResult,
    State,
    StopAnswer,
    Target,
    UnauthenticatedError,
)
from bot.outside_json import read_json
from handlers.facts import Capabilities
from handlers.policy import Connection
from handlers.reports import FoundRun

_OVER = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.GONE})

log = logging.getLogger("shiproom.ci.generic")


class Generic(Provider):
    """A connection to an API that the policy describes."""

    def __init__(self, connection: Connection, context: ProviderContext) -> None:
        self.name = connection.name
        self._settings = dict(connection.settings)
        self._clock = context.clock
        self.poll = float(number(self._settings, "poll") or 15)
        self.capabilities = Capabilities(
            authoritative_search=part(self._settings, "search", "authoritative") is True,
            grace=number(self._settings, "search", "grace") or 120,
            cancel=bool(self._settings.get("cancel")),
        )
        self._secret = text(self._settings, "webhook_secret")
        self._redact = redaction.redactor(
            filter(None, (self._secret, *self._names("secrets"), *context.secrets))
        )
        self._client = CiClient(self._peer(), context.clock, context.health)

    def _peer(self) -> Peer:
        headers = cast(dict[str, str], self._settings.get("headers") or {})
        hosts, private = frozenset(self._names("hosts")), frozenset(self._names("private_hosts"))
        product = f'CI "{self.name}"'
        return Peer(self.name, "", headers, self._redact, hosts, private, product)

    def _names(self, *path: str) -> list[str]:
        return [str(each) for each in listed(self._settings, *path)]

    async def start(self, request: StartRequest) -> StartResult:
        """Send the request that starts a run."""
        values, trigger = start_values(request), self._settings.get("trigger")
        headers = {"Idempotency-Key": request.correlation}
        for name, template in cast(dict[str, str], part(trigger, "headers") or {}).items():
            headers[name] = fill_header(template, values)
        sent = await self._client.send(
            text(trigger, "method"),
            fill_url(text(trigger, "url"), values),
            body=_body(trigger, values),
            headers=headers,
            not_after=request.not_after,
        )
        error_message = self._redact(error_message_in(sent.json)) if isinstance(sent, CiResponse) else ""
        run_id = run_id_at(sent.json, text(trigger, "id")) if isinstance(sent, CiResponse) else ""
        return start_result(sent, error_message) or Accepted(run_id, self._page(request.target, run_id))

    def _page(self, target: Target, run_id: str, correlation: str = "") -> str:
        page = text(self._settings, "page")
        return fill_url(page, request_values(target, correlation, run_id)) if run_id else ""

    async def find(self, target: Target, correlation: str) -> Sequence[FoundRun] | None:
        """Search the list that the policy names.

        None without a search, and if the response does not look as described.
        """
        search = self._settings.get("search")
        if not search or not correlation:
            return None
        answer = await self._client.read(fill_url(text(search, "url"), request_values(target, correlation)))
        rows = value_at(answer.json, text(search, "list")) if answer is not None and answer.ok else None
        if not isinstance(rows, list):
            return None
        ours = [
            row
            for row in cast(list[object], rows)
            if correlation in text_at(row, text(search, "correlation"))
        ]
        names = [run_id_at(row, text(search, "id")) for row in ours]
        if not all(names):
            log.warning("%s lists a run of ours without an id", self.name)
            return None
        found = [FoundRun(name, url=self._page(target, name, correlation)) for name in dict.fromkeys(names)]
        return found if part(search, "oldest_first") is True else found[::-1]

    async def status(self, target: Target, correlation: str, run_id: str) -> RunStatus | None:
        """Read a run; a state that the policy does not map counts as running."""
        request = self._settings.get("status")
        if not run_id:
            return RunStatus("vanished", detail="there is no such run")
        answer = await self._client.read(
            fill_url(text(request, "url"), request_values(target, correlation, run_id))
        )
        if answer is not None and answer.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
            return RunStatus("vanished", detail="there is no such run")
        if answer is None or not answer.ok or answer.json is None:
            return None
        native = state_at(answer.json, self._names("status", "state"))
        state = cast(State, text(request, "map", native) or "running")
        attempt, log_url = (
            text_at(answer.json, text(request, "attempt")),
            text_at(answer.json, text(request, "log_url")),
        )
        detail = "" if state in {"queued", "running", "succeeded"} else self._detail(answer, native, state)
        return RunStatus(
            state,
            int(attempt) if is_id(attempt) and int(attempt) > 0 else 1,
            self._page(target, run_id, correlation),
            detail,
            log_url=log_url if _is_link(log_url) else "",
        )

    def _detail(self, answer: CiResponse, native: str, state: State) -> str:
        """Return what the API says of a run, else its state; or, if it waits, that somebody has to act there."""
        written = one_line(text_at(answer.json, text(self._settings, "status", "detail")))
        otherwise = f"somebody at {self.name}" if state == "waits" else one_line("its state is", native)
        return self._redact(written or otherwise)

    async def cancel(self, target: Target, correlation: str, run_id: str) -> StopAnswer:
        """Request that a run is stopped; one that is gone or has ended counts as done."""
        request, values = self._settings.get("cancel"), request_values(target, correlation, run_id)
        if not run_id:
            return STOP_ASKED
        if not request:
            return StopAnswer(asked=False, final=True, detail="the policy has no `cancel` for it")
        path = fill_url(text(request, "url"), values)
        sent = await self._client.send(text(request, "method"), path, body=_body(request, values))
        if isinstance(sent, CiResponse) and sent.status in _OVER:
            return STOP_ASKED
        reason = self._redact(error_message_in(sent.json)) if isinstance(sent, CiResponse) else ""
        return stop_answer(sent, reason)

    @property
    def has_webhook(self) -> bool:
        """Whether webhooks are described, and a secret to check them with."""
        return bool(self._secret and self._settings.get("webhook"))

    def parse_webhook(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Hint:
        """Check the hexadecimal HMAC-SHA256 of the body, and read which run it is about.

        Raises UnauthenticatedError.
        """
        del now
        hook = self._settings.get("webhook")
        given = headers.get(text(hook, "header"), "").removeprefix("sha256=").lower()
        wanted = hmac.new(self._secret.encode(), body, sha256).hexdigest()
        if not self.has_webhook or not hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode()):
            raise UnauthenticatedError
        try:
            values = read_json(body)
        except (ValueError, RecursionError):
            return Hint("nothing")
        run_id = run_id_at(values, text(hook, "id"))
        correlation = correlation_in(text_at(values, text(hook, "correlation")))
        return Hint("run", run_id, correlation) if run_id or correlation else Hint("nothing")

    async def check(self, targets: Sequence[Target], sources: Sequence[Source]) -> Sequence[str]:
        """Try the search once, and report what the requests leave out of the steps' settings."""
        del sources
        trigger = self._settings.get("trigger")
        found = [problem for target in targets for problem in problems_of(trigger, self._settings, target)]
        if self._settings.get("search") and targets:
            found += await self._search_problems(targets[0])
        return list(dict.fromkeys(found))

    async def _search_problems(self, target: Target) -> list[str]:
        path = fill_url(text(self._settings, "search", "url"), request_values(target, self._clock.new_id()))
        answer = await self._client.read(path)
        if answer is None:
            return [
                "The search cannot be read now: see the log for the reason, and check `hosts` and `private_hosts`."
            ]
        if not answer.ok:
            return [
                f"The search is answered with HTTP {answer.status}: check `search` and the token in `headers`."
            ]
        if not isinstance(value_at(answer.json, text(self._settings, "search", "list")), list):
            return ["The search is answered without a list: check `list` under `search`."]
        return []

    async def close(self) -> None:
        """Close connections."""
        await self._client.close()


def connect(connection: Connection, context: ProviderContext) -> Generic:
    """Connect an API by its settings as the policy's reader returns them."""
    return Generic(connection, context)


def _body(request: object, values: Mapping[str, object]) -> RequestBody | None:
    template = part(request, "json")
    return None if template is None else RequestBody(json=fill_json(template, values))


def _is_link(written: str) -> bool:
    return written.startswith(("https://", "http://")) and not set(written) & set(" <>|\n")
