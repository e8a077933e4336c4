"""A bot with a CI of the tests, whose runs claim what they deploy: it is asked for them, and the test posts in their name."""

import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import aiohttp
import pytest

from bot.ci import KINDS
from bot.ci.http.oidc import TokenIssuer
from bot.ci.kind import CiKind
from bot.ci.provider import Provider, ProviderContext
from bot.ci.run import (
    STOP_ASKED,
    Accepted,
    Admission,
    RunStatus,
    StartRequest,
    StartResult,
    StopAnswer,
    Target,
    UnauthenticatedError,
)
from bot.ci.settings import RemoteSettings
from handlers.facts import Capabilities
from handlers.policy import Connection
from handlers.reports import FoundRun
from tests.bot.ci_api.issuer import Issuer, issuer
from tests.bot.inside import Inside, inside
from tests.scenarios.acting import HEAD, ServiceScenario, channel_of, furnished
from tests.virtual_clock import ManualClock

KIND = "paper"
REPOSITORY = "tailspin/space-game-web"

CONNECTIONS = """\
  signing: {{kind: paper, url: "{issuer}"}}
  plain: {{kind: paper}}
services:
"""

SERVICE = """\
  {name}:
    channel: {channel}
    repository: {repository}
    starters: [developers, ops]
    operators: [ops]
    environments:
      - name: production
        gates: [{{sign_off: ops}}]
        deploy: {{ci: {ci}, workflow: deploy.yml, claim: required}}
"""


@dataclass
class Paper(Provider):
    """A CI on paper: it takes every start and runs nothing; with an issuer its runs have tokens."""

    name: str
    issuer: TokenIssuer | None
    poll: float = 0.05
    capabilities: Capabilities = field(default_factory=Capabilities)
    started: dict[str, StartRequest] = field(default_factory=dict[str, StartRequest])

    @classmethod
    def connect(cls, connection: Connection, around: ProviderContext) -> Self:
        url = str(connection.settings.get("url", ""))
        return cls(connection.name, TokenIssuer(url, around.clock) if url else None)

    async def start(self, request: StartRequest) -> StartResult:
        self.started[request.correlation] = request
        return Accepted()

    async def find(self, target: Target, correlation: str) -> Sequence[FoundRun] | None:
        del target, correlation
        return ()

    async def status(self, target: Target, correlation: str, run_id: str) -> RunStatus | None:
        del target, correlation
        return RunStatus("running", int(run_id.partition("/")[2] or 1))

    async def cancel(self, target: Target, correlation: str, run_id: str) -> StopAnswer:
        del target, correlation, run_id
        return STOP_ASKED

    async def close(self) -> None:
        if self.issuer is not None:
            await self.issuer.close()

    @property
    def takes_tokens(self) -> bool:
        return self.issuer is not None

    async def admit(self, target: Target, token: str) -> Admission:
        assert self.issuer is not None
        claims = await self.issuer.claims(token)
        if claims.get("repository") != target.repository:
            raise UnauthenticatedError("the token is of another repository")
        return Admission(str(claims.get("run_id")), int(claims.get("run_attempt", 0)))


@dataclass(frozen=True)
class Answer:
    """What a run was told."""

    status: int
    body: dict[str, Any]
    retry_after: str = ""

    @property
    def short(self) -> tuple[int, str]:
        """The status and, of a final refusal, its code."""
        return self.status, str(self.body.get("code", ""))


@dataclass
class Claimant:
    """A deployment under way whose run may claim it: run 17, attempt 1."""

    bot: Inside
    issuer: Issuer
    scenario: ServiceScenario
    number: int
    request: StartRequest
    run: str = "17"

    @property
    def posted(self) -> dict[str, Any]:
        """What its run posts."""
        return {
            "correlation_id": self.request.correlation,
            "run_id": self.run,
            "run_attempt": 1,
            "sha": self.request.sha,
        }

    def token(self, **claims: Any) -> str:  # noqa: ANN401 - claims of a token
        """Sign what its run is; the time is the bot's."""
        said = {"repository": REPOSITORY, "run_id": self.run, "run_attempt": "1", **claims}
        return self.issuer.token(self.issuer.claims(**said))

    async def claims(self, token: str = "", body: object = None, **posted: Any) -> Answer:  # noqa: ANN401
        """Post a claim."""
        bearer = token or (self.request.claim_secret or self.token())
        sent = {**self.posted, **posted} if body is None else body
        return await post(self.bot, bearer, json.dumps(sent).encode())

    async def step(self) -> Mapping[str, Any]:
        """Give the step as the API shows it."""
        shown = await self.bot.world.release(self.number)
        return shown["steps"][0]


async def post(bot: Inside, bearer: str, body: bytes) -> Answer:
    """Post to the route as a run does."""
    headers = {"Authorization": f"Bearer {bearer}", "Content-Type": "application/json"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{bot.world.url}/claim", data=body, headers=headers) as answer,
    ):
        return Answer(answer.status, await answer.json(), answer.headers.get("Retry-After", ""))


@dataclass
class Office:
    """The running bot with its services that nothing was deployed of yet."""

    bot: Inside
    issuer: Issuer
    clock: ManualClock
    papers: dict[str, Paper]
    free: dict[str, list[str]]

    async def deploys(self, ci: str = "signing") -> Claimant:
        """Have a release started, signed off and sent, in a service of its own."""
        scenario = ServiceScenario(self.bot, self.free[ci].pop())
        await scenario.build("2.4.1")
        number = await scenario.starts("Andy", "2.4.1 to production")
        await scenario.types("Tim", f"approve r{number}")
        await self.bot.until(lambda: bool(self.starts_of(number)))
        return Claimant(self.bot, self.issuer, scenario, number, self.starts_of(number)[0])

    def starts_of(self, number: int) -> list[StartRequest]:
        """List what the CIs were asked for a release, oldest first."""
        return [
            each
            for paper in self.papers.values()
            for each in paper.started.values()
            if each.release == number
        ]


@asynccontextmanager
async def office(directory: Path, services: int) -> AsyncGenerator[Office]:
    """Run the bot with a CI that signs and one that does not, and so many services on each."""
    clock, papers = ManualClock(), dict[str, Paper]()
    free = {ci: [f"{ci}{index}" for index in range(services)] for ci in ("signing", "plain")}

    def connect(connection: Connection, around: ProviderContext) -> Provider:
        papers[connection.name] = Paper.connect(connection, around)
        return papers[connection.name]

    async with issuer(clock) as signing:
        written = [
            SERVICE.format(name=name, channel=channel_of(name), repository=REPOSITORY, ci=ci)
            for ci, names in free.items()
            for name in names
        ]
        head = HEAD.partition("  here: ")[0] + CONNECTIONS.format(issuer=signing.url)
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(KINDS, KIND, CiKind(RemoteSettings, connect))
            rooms = furnished(*free["signing"], *free["plain"])
            async with inside(directory, head + "".join(written), furnish=rooms) as bot:
                signing.clock = bot.clock
                yield Office(bot, signing, bot.clock, papers, free)
