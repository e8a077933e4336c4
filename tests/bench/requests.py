"""What GitHub is asked at rest, and what a webhook costs: the real pollers against the tests' GitHub, in virtual time.

Only the clock is virtual. Requests are sent and counted at GitHub, for MINUTES of it, and the count is scaled to an hour.
"""

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from bot.ci.github.provider import GitHub, connect
from bot.ci.provider import Provider, ProviderContext
from bot.engine import Engine
from bot.polling.builds import BuildPoller
from bot.polling.external_runs import ExternalRunPoller
from bot.polling.poller import Poller
from bot.tasks import Tasks
from handlers.plan import (
    BuildSource,
    Deploy,
    EnvironmentPlan,
    Plan,
)
from handlers.policy import Connection
from tests.bot.ci_api.turned import TurnedClock
from tests.github.engines import Scripted
from tests.github.hooks import signed
from tests.github.hub import TOKEN
from tests.github.server import LocalGitHub, local_github
from tests.github.shapes import repository as repository_shape
from tests.github.shapes import run as run_shape
from tests.scenarios.on_github import BUILD, DEPLOY

SERVICES, POLL, MINUTES, RUNS = 200, 15, 10, 20
SECRET = "webhooks-of-the-bench"
LIMIT = 5000
"""Requests an hour of one token (GitHub's docs, "Rate limits for the REST API")."""

POINTS = 900
"""Requests a minute: the same page, secondary rate limits."""


@dataclass
class Polled:
    """A GitHub with all repositories, and the pollers that watch them."""

    github: LocalGitHub
    ours: GitHub
    clock: TurnedClock
    pollers: list[Poller] = field(default_factory=list[Poller])

    async def go_on(self, seconds: float) -> None:
        """Poll what becomes due within so many seconds."""
        end = self.clock.passed + seconds
        while self.clock.passed < end:
            waits = [await poller.run_once() for poller in self.pollers]
            self.clock.passed = min(end, self.clock.passed + min(waits))

    async def counted(self, seconds: float) -> tuple[int, int]:
        """Return the requests of so many seconds that count, and those that do not."""
        self.github.asked.clear()
        self.github.unchanged = 0
        await self.go_on(seconds)
        return len(self.github.asked) - self.github.unchanged, self.github.unchanged

    def hear(self, event: str, payload: dict[str, Any]) -> int:
        """Take a webhook in, as the bot's own route does; return how many places it wakes."""
        delivery = signed(event, payload, SECRET)
        headers = {name.lower(): value for name, value in delivery.headers.items()}
        hint = self.ours.parse_webhook(headers, delivery.body, self.clock.now())
        for poller in self.pollers:
            poller.on_hint(self.ours.name, hint)
        return sum(len(list(poller.keys_for(self.ours.name, hint))) for poller in self.pollers)


def plan_of(name: str) -> Plan:
    deploy = Deploy("hub", workflow="deploy.yml")
    source = BuildSource("main", "hub", "build.yml")
    place = (EnvironmentPlan("production", deploy),)
    return Plan(name, "C0RELEASES", ("ops",), ("ops",), place, source, repository=f"tailspin/{name}")


async def furnish(github: LocalGitHub) -> None:
    """Give each repository runs, none of which is a build that succeeded: the pollers then need no database."""
    for number in range(SERVICES):
        repository = github.repository(f"tailspin/service-{number}")
        repository.put("build.yml", BUILD)
        repository.put("deploy.yml", DEPLOY)
        for _ in range(RUNS):
            run = github.start(repository, "build.yml", "main", {}, "push")
            await run.over.wait()


async def measure() -> None:
    """Print the requests at rest, and those of a webhook."""
    clock = TurnedClock()
    async with local_github(Scripted(lambda _: "fails"), clock) as github:
        await furnish(github)
        settings = {"url": github.url, "token": TOKEN, "poll": POLL, "webhook_secret": SECRET}
        around = ProviderContext(clock, Tasks(), Path())
        ours = connect(Connection("hub", "github", {**settings, "oidc_issuer": ""}), around)
        plans = {f"service-{number}": plan_of(f"service-{number}") for number in range(SERVICES)}
        engine = cast(Engine, SimpleNamespace(policy=SimpleNamespace(plans=plans), clock=clock))
        providers: dict[str, Provider] = {"hub": ours}
        polled = Polled(github, ours, clock)
        polled.pollers += [BuildPoller(engine, providers), ExternalRunPoller(engine, providers)]
        await polled.go_on(120)
        counted, free = await polled.counted(MINUTES * 60)
        share = 60 / MINUTES
        print(
            f"  {SERVICES} services with a repository each, one token, poll {POLL} s, {MINUTES} virtual minutes"
        )
        print(f"  an hour: {counted * share:.0f} count (of {LIMIT}), {free * share:.0f} do not (304)")
        print(f"  a minute: {(counted + free) / MINUTES:.0f} in all (of {POINTS}, if those count there)")
        await _webhooks(polled)
        await ours.close()


async def _webhooks(polled: Polled) -> None:
    """Count the requests to the repository that a webhook names, within the two seconds after it."""
    github = polled.github
    service, other = github.repository("tailspin/service-7"), github.repository("tailspin/other")
    other.put("build.yml", BUILD)
    for what, event, repository, file in (
        ("of a build", "workflow_run", service, "build.yml"),
        ("of a deployment", "workflow_run", service, "deploy.yml"),
        ("of a job", "workflow_job", service, "build.yml"),
        ("of a repository that no service has", "workflow_run", other, "build.yml"),
    ):
        # A run of the workflow that builds stands for any: with one that deploys, the pollers would need a database.
        run = github.start(repository, "build.yml", "main", {}, "push")
        await run.over.wait()
        told: dict[str, Any] = {
            "workflow_run": run_shape(run, github.root),
            "workflow": {"path": f".github/workflows/{file}"},
        }
        told = told if event == "workflow_run" else {"workflow_job": {"run_id": run.id}}
        woken = polled.hear(event, {**told, "repository": repository_shape(repository, github.root)})
        await polled.counted(2)
        own = [asked for asked in github.asked if f"/{repository.full_name}/" in asked]
        print(f"  a webhook {what}: wakes {woken} of {SERVICES * 2} places, {len(own)} requests")
