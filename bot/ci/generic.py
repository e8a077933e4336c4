"""The `generic` CI: any HTTP API, spoken to as the policy describes its requests and answers (docs/ci-generic.yml).

What such an API does about repeated requests nobody here knows, so a start is sent once as everywhere; it also carries the
correlation id as its `Idempotency-Key`, for those that mind it. Requests go to the hosts that the policy names, and nowhere
else: not after a redirect, and not into a private network unless it says so.
"""

import hmac
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from typing import cast

from bot import redaction
from bot.ci.provider import Provider, Surroundings
from bot.ci_api.answer import Answer
from bot.ci_api.client import Body, CiClient, Peer
from bot.ci_api.generic_answer import at, complaint_in, name_of, native_state, words
from bot.ci_api.generic_request import address, faults_of, line, told_at_start, told_of, tree
from bot.ci_api.parts import correlation_in, is_id, listed, number, one_line, part, text
from bot.ci_api.run import (
    Accepted,
    ForgedError,
    Hint,
    RunStatus,
    Source,
    StartAnswer,
    StartRequest,
    State,
    Target,
)
from bot.ci_api.starting import start_answer
from bot.outside_json import read_json
from handlers.facts import Capabilities
from handlers.plan import Connection
from handlers.reports import FoundRun

KIND = "generic"
_OVER = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.GONE})

log = logging.getLogger("shiproom.ci.generic")


class Generic(Provider):
    """A connection to an API that the policy describes."""

    def __init__(self, connection: Connection, around: Surroundings) -> None:
        self.name = connection.name
        self._said = dict(connection.settings)
        self._clock = around.clock
        self.poll = float(number(self._said, "poll") or 15)
        self.capabilities = Capabilities(
            authoritative_search=part(self._said, "search", "authoritative") is True,
            grace=number(self._said, "search", "grace") or 120,
            cancel=bool(self._said.get("cancel")),
        )
        self._secret = text(self._said, "webhook_secret")
        self._redact = redaction.redactor(
            filter(None, (self._secret, *self._names("secrets"), *around.secrets))
        )
        self._client = CiClient(self._peer(), around.clock)

    def _peer(self) -> Peer:
        headers = cast(dict[str, str], self._said.get("headers") or {})
        hosts, private = frozenset(self._names("hosts")), frozenset(self._names("private_hosts"))
        return Peer(self.name, "", headers, self._redact, hosts, private)

    def _names(self, *path: str) -> list[str]:
        return [str(each) for each in listed(self._said, *path)]

    async def start(self, request: StartRequest) -> StartAnswer:
        """Send the request that starts a run."""
        told, trigger = told_at_start(request), self._said.get("trigger")
        headers = {"Idempotency-Key": request.correlation}
        for name, template in cast(dict[str, str], part(trigger, "headers") or {}).items():
            headers[name] = line(template, told)
        sent = await self._client.send(
            text(trigger, "method"),
            address(text(trigger, "url"), told),
            body=_body(trigger, told),
            headers=headers,
            not_after=request.not_after,
        )
        complaint = self._redact(complaint_in(sent.json)) if isinstance(sent, Answer) else ""
        run_id = name_of(sent.json, text(trigger, "id")) if isinstance(sent, Answer) else ""
        return start_answer(sent, complaint) or Accepted(run_id, self._page(request.target, run_id))

    def _page(self, target: Target, run_id: str, correlation: str = "") -> str:
        page = text(self._said, "page")
        return address(page, told_of(target, correlation, run_id)) if run_id else ""

    async def find(self, target: Target, correlation: str) -> Sequence[FoundRun] | None:
        """Search the list that the policy names; None without one, and where it does not look as described."""
        search = self._said.get("search")
        if not search or not correlation:
            return None
        answer = await self._client.read(address(text(search, "url"), told_of(target, correlation)))
        rows = at(answer.json, text(search, "list")) if answer is not None and answer.ok else None
        if not isinstance(rows, list):
            return None
        ours = [
            row for row in cast(list[object], rows) if correlation in words(row, text(search, "correlation"))
        ]
        names = [name_of(row, text(search, "id")) for row in ours]
        if not all(names):
            log.warning("%s lists a run of ours without an id", self.name)
            return None
        found = [FoundRun(name, url=self._page(target, name, correlation)) for name in dict.fromkeys(names)]
        return found if part(search, "oldest_first") is True else found[::-1]

    async def status(self, target: Target, correlation: str, run_id: str) -> RunStatus | None:
        """Ask about a run; a state that the policy does not map is taken for one that goes on."""
        asked = self._said.get("status")
        if not run_id:
            return RunStatus("vanished", detail="there is no such run")
        answer = await self._client.read(address(text(asked, "url"), told_of(target, correlation, run_id)))
        if answer is not None and answer.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
            return RunStatus("vanished", detail="there is no such run")
        if answer is None or not answer.ok or answer.json is None:
            return None
        native = native_state(answer.json, self._names("status", "state"))
        state = cast(State, text(asked, "map", native) or "running")
        attempt, log_url = (
            words(answer.json, text(asked, "attempt")),
            words(answer.json, text(asked, "log_url")),
        )
        detail = "" if state in {"running", "succeeded"} else self._detail(answer, native)
        return RunStatus(
            state,
            int(attempt) if is_id(attempt) and int(attempt) > 0 else 1,
            self._page(target, run_id, correlation),
            detail,
            log_url=log_url if _is_link(log_url) else "",
        )

    def _detail(self, answer: Answer, native: str) -> str:
        written = words(answer.json, text(self._said, "status", "detail"))
        return self._redact(one_line(written)) or self._redact(one_line("its state is", native))

    async def cancel(self, target: Target, correlation: str, run_id: str) -> bool:
        """Ask for a run to be stopped; one that is gone or over needs no more."""
        asked, told = self._said.get("cancel"), told_of(target, correlation, run_id)
        if not asked or not run_id:
            return not run_id
        path = address(text(asked, "url"), told)
        sent = await self._client.send(text(asked, "method"), path, body=_body(asked, told))
        return isinstance(sent, Answer) and (sent.ok or sent.status in _OVER)

    @property
    def hears(self) -> bool:
        """Whether webhooks are described, and a secret to check them with."""
        return bool(self._secret and self._said.get("webhook"))

    def hear(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Hint:
        """Check the HMAC-SHA256 of the body, in hexadecimal, and read which run it is about; raises ForgedError."""
        del now
        hook = self._said.get("webhook")
        given = headers.get(text(hook, "header"), "").removeprefix("sha256=").lower()
        wanted = hmac.new(self._secret.encode(), body, sha256).hexdigest()
        if not self.hears or not hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode()):
            raise ForgedError
        try:
            told = read_json(body)
        except (ValueError, RecursionError):
            return Hint("nothing")
        run_id = name_of(told, text(hook, "id"))
        correlation = correlation_in(words(told, text(hook, "correlation")))
        return Hint("run", run_id, correlation) if run_id or correlation else Hint("nothing")

    async def check(self, targets: Sequence[Target], sources: Sequence[Source]) -> Sequence[str]:
        """Search once, for nothing; say what the requests leave out of what the steps say."""
        del sources
        trigger = self._said.get("trigger")
        found = [fault for target in targets for fault in faults_of(trigger, self._said, target)]
        if self._said.get("search") and targets:
            found += await self._search_faults(targets[0])
        return list(dict.fromkeys(found))

    async def _search_faults(self, target: Target) -> list[str]:
        path = address(text(self._said, "search", "url"), told_of(target, self._clock.new_id()))
        answer = await self._client.read(path)
        if answer is None:
            return [
                "The search cannot be asked now: look into the log for why, and at `hosts` and `private_hosts`."
            ]
        if not answer.ok:
            return [
                f"The search is answered with HTTP {answer.status}: look at `search` and at the token in `headers`."
            ]
        if not isinstance(at(answer.json, text(self._said, "search", "list")), list):
            return ["The search is answered without a list: look at `list` under `search`."]
        return []

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.close()


def connect(connection: Connection, around: Surroundings) -> Generic:
    """Connect an API by what the policy's reader made of its description."""
    return Generic(connection, around)


def _body(request: object, told: Mapping[str, object]) -> Body | None:
    template = part(request, "json")
    return None if template is None else Body(json=tree(template, told))


def _is_link(written: str) -> bool:
    return written.startswith(("https://", "http://")) and not set(written) & set(" <>|\n")
