"""People at the gates: emergencies, holds, takes, windows and stand-ins, each in a service of its own."""

import asyncio
import random
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import aiohttp

from tests.crash.gates_stage import GatesStage, channel_of
from tests.crash.people import UserAction, build_report, insist
from tests.local_slack.chat_user import ChatUser

WINDOWED, URGENT, HELD, TAKEN, STOOD = "windowed", "urgent", "held", "taken", "stood"
SERVICES = (WINDOWED, URGENT, HELD, TAKEN, STOOD)

_HEAD = """\
version: 1
time_zone: UTC
people:
  - {name: Andy, slack: [U0ANDY], github: andy}
teams:
  developers: {members: [U0ANDY, U0MARA]}
  testers: {members: [U0AMITA]}
  ops: {members: [U0TIM, U0OLGA, U0ANDY]}
  legal: {members: [U0KIM], stand_ins: [U0LENA]}
  reviewers: {members: [U0IRWIN, U0LENA]}
ci:
  here: {kind: local, directory: deploy}
services:
"""

_SERVICE = """\
  {name}:
    channel: {channel}
    starters: [developers, ops]
    operators: [ops]
    environments:
      - name: production
        gates: {gates}
        deploy: {{ci: here, command: [./deploy.sh, {name}]}}
"""

_LANE = "{may: [developers], branches: ['hotfix/*'], gates: [{sign_off: ops}], review: {by: reviewers, within: 2d}}"
_BOTH, _OPS = "[{sign_off: testers}, {sign_off: ops}]", "[{sign_off: ops}]"


def _service(name: str, gates: str, more: str = "") -> str:
    written = _SERVICE.format(name=name, channel=channel_of(name), gates=gates)
    return written + (f"        {more}\n" if more else "")


POLICY = _HEAD + "".join(
    (
        _service(WINDOWED, _OPS, 'windows: [{days: Mon-Fri, from: "09:00", to: "16:00"}]'),
        _service(URGENT, _BOTH, f"emergency: {_LANE}"),
        _service(HELD, _OPS),
        _service(TAKEN, _BOTH),
        _service(STOOD, "[{sign_off: legal}]"),
    )
)

ANDY, AMITA, TIM, OLGA = "U0ANDY", "U0AMITA", "U0TIM", "U0OLGA"
KIM, LENA = "U0KIM", "U0LENA"


@dataclass(frozen=True, slots=True)
class Typed:
    """A command, the words that confirm it, and those that refuse it for good, if any may."""

    name: str
    words: str
    confirmed: str
    refused: str = ""


class GatesPeople:
    """People who all type, each in the channel of the service that it is about."""

    def __init__(self, stage: GatesStage, chance: random.Random) -> None:
        self._stage = stage
        self._chance = chance
        self._starts = random.Random(chance.random())

    async def build(self, service: str, version: str, branch: str = "main") -> None:
        """The build server reports a build until it is told that it is known."""
        body = {**build_report(version, service), "branch": branch}

        async def report() -> bool:
            try:
                status, _ = await self._stage.api("POST", "/api/v1/builds", body)
            except (aiohttp.ClientError, TimeoutError):
                return False
            return status in {200, 201}

        async def seen() -> bool:
            found = f"SELECT count(*) FROM build WHERE service = '{service}' AND version = '{version}'"  # noqa: S608
            return (await self._stage.rows(found))[0][0] == 1

        await insist(self._stage, UserAction(f"the report of {version}", report, seen), self._chance)

    async def start(self, number: int, name: str, service: str, version: str) -> None:
        """Somebody starts a release of a build."""

        async def seen() -> bool:
            return bool(await self._stage.release(number))

        typed = Typed(name, f"{version} to production", rf"r{number} (is created|is requested|is already)")
        await self._do(service, typed, seen)

    async def ask_again(self, number: int, service: str) -> None:
        """Andy asks for production once more, unless that is asked for."""

        async def seen() -> bool:
            (step,) = (await self._stage.release(number))["steps"]
            return bool(step["requested"] or step["state"] != "waiting")

        if not await seen():
            typed = Typed("Andy", f"r{number} to production", f"^r{number} is requested|is already requested")
            await self._do(service, typed, seen)

    async def sign(
        self, number: int, service: str, signer: tuple[str, str], team: str, refused: str = ""
    ) -> bool:
        """Somebody signs off; gives whether it counts, or they were told for good that it cannot."""
        name, user = signer
        typed = Typed(name, f"approve r{number} as {team}", "^You have signed", refused)
        return await self._do(service, typed, self.has_signed(number, user, team))

    def has_signed(self, number: int, user: str, team: str) -> Callable[[], Awaitable[bool]]:
        """Say how to see whether a sign-off counts."""

        async def seen() -> bool:
            (step,) = (await self._stage.release(number))["steps"]
            return any(
                (signed["user"], signed["team"], signed["verdict"]) == (user, team, "yes")
                for signed in step["sign_offs"]
            )

        return seen

    async def hold(self, number: int) -> bool:
        """Olga holds a release; gives whether it was not too late."""
        typed = Typed(
            "Olga", f"hold r{number} legal looks", f"^r{number} is held", "^Too late to hold|nothing to hold"
        )
        return await self._do(HELD, typed, self.has_event(HELD, number, "held"))

    async def let_go(self, number: int) -> None:
        """Olga lets it go on."""
        typed = Typed("Olga", f"go r{number} legal agrees", f"^r{number} is held no more")
        await self._do(HELD, typed, self.has_event(HELD, number, "hold_lifted"))

    async def take(self, number: int) -> bool:
        """Andy stands for a release; gives whether it was not too late."""
        typed = Typed(
            "Andy",
            f"take r{number}",
            f"^You stand for r{number}",
            "nobody else can stand for it now|has ended",
        )
        return await self._do(TAKEN, typed, self.has_event(TAKEN, number, "taken"))

    async def start_emergency(self, number: int, version: str) -> None:
        """Mara asks for an emergency, and fills in its form."""
        mara = self._stage.person("Mara")

        async def act() -> bool:
            if mara.modal is None:
                await self._answer(URGENT, "Mara", f"emergency {version} log in is down")
            return await self._sends_off(mara)

        async def seen() -> bool:
            return (await self._stage.release(number)).get("kind") == "emergency"

        await insist(self._stage, UserAction("the emergency", act, seen), self._chance)
        self._stage.slack.workspace.modals.clear(mara.user.id)

    async def review(self, number: int) -> None:
        """Irwin says what he found."""
        typed = Typed("Irwin", f"review r{number} a test is added", f"r{number} is reviewed")
        await self._do(URGENT, typed, self.has_event(URGENT, number, "reviewed"))

    async def go_away(self) -> None:
        """Kim says that he is away."""
        typed = Typed("Kim", "away for 3 days", "^You are away until")
        await self._do(STOOD, typed, self.has_event(STOOD, 0, "went_away"))

    async def come_back(self) -> None:
        """Kim says that he is back."""
        typed = Typed("Kim", "back", "^You are back")
        await self._do(STOOD, typed, self.has_event(STOOD, 0, "came_back"))

    def has_event(self, service: str, number: int, event: str) -> Callable[[], Awaitable[bool]]:
        """Say how to see that something was done, and not refused."""

        async def seen() -> bool:
            return any(
                (each.event, each.release, each.refused) == (event, number, False)
                for each in await self._stage.history(service)
            )

        return seen

    async def _do(self, service: str, typed: Typed, seen: Callable[[], Awaitable[bool]]) -> bool:
        """Type until it shows or is refused for good; gives which of both."""
        refused = False

        async def act() -> bool:
            nonlocal refused
            said = await self._answer(service, typed.name, typed.words)
            refused = bool(typed.refused and re.search(typed.refused, said))
            return re.search(typed.confirmed, said) is not None

        async def over() -> bool:
            return refused or await seen()

        await insist(self._stage, UserAction(f"{typed.name}: {typed.words}", act, over), self._chance)
        return await seen()

    async def _answer(self, service: str, name: str, words: str) -> str:
        """Type a command; gives what is answered, empty where nobody answers."""
        await self._stage.there()
        answer = await self._stage.person(name).command("/release", words, channel_of(service))
        said = answer.body.get("text", "") if isinstance(answer.body, dict) else str(answer.body)
        self._stage.heard.append(f"{name} typed {words}: {answer.error or said}")
        return "" if answer.error else said

    async def _sends_off(self, person: ChatUser) -> bool:
        """Send a form off; where it stays open with trouble it is thrown away."""
        if person.modal is None:
            return False
        answer = await person.fill(person.modal, {"Reason": "log in is down"}).submit()
        self._stage.heard.append(
            f"{person.user.name} sent a form off: {answer.error or answer.body or 'taken'}"
        )
        if not answer.error and not answer.body:
            return True
        self._stage.slack.workspace.modals.clear(person.user.id)
        return False

    async def together(self, one: Awaitable[object], other: Awaitable[object]) -> None:
        """Have two things done at the same time; one of them may have a little start."""

        async def after(pause: float, act: Awaitable[object]) -> None:
            await asyncio.sleep(pause)
            await act

        starts = self._starts.choice(((0.0, 0.0), (0.0, 0.04), (0.04, 0.0)))
        async with asyncio.TaskGroup() as group:
            group.create_task(after(starts[0], one))
            group.create_task(after(starts[1], other))
