"""Answers to questions: read from a snapshot, for full members of the workspace, writing nothing."""

import asyncio
import json
from functools import partial
from typing import Any

from bot.blocks import lists, replies
from bot.blocks.card_view import CardView
from bot.blocks.history import HistoryRow, history
from bot.blocks.lists import WhoView
from bot.blocks.parts import Message
from bot.engine import Engine
from bot.slack.views import Views
from handlers.outcome import Refusal
from handlers.people import Eligibility
from handlers.plan import Plan
from handlers.step import StepState
from handlers.wishes import Misread, Question
from storage import reading
from storage.codec import moment
from storage.history import HistoryLine
from storage.reading import ServicePicture

NEWEST_BUILDS = 10


class Questions:
    """What can be asked."""

    def __init__(self, engine: Engine, views: Views) -> None:
        self._engine = engine
        self._views = views
        self._answers = {
            "status": self._status,
            "why": self._why,
            "where": self._where,
            "builds": self._builds,
            "history": self._history,
            "whoami": self._whoami,
            "help": self._help,
        }

    async def answer(self, question: Question) -> Message:
        """Answer, if the person is a full member of the workspace."""
        await self._engine.roster.fresh([question.actor], self._groups(question))
        policy = self._engine.policy
        standing = self._engine.roster.roll(policy.directory).standing(
            question.actor, self._engine.clock.now()
        )
        if standing is not Eligibility.YES and question.kind != "whoami":
            return replies.refused(
                Refusal(standing.value, {"deed": "read"}), self._views.names(), policy.directory
            )
        return await self._answers[question.kind](question)

    def _groups(self, question: Question) -> list[str]:
        if question.kind != "whoami":
            return []
        return [team.usergroup for team in self._engine.policy.directory.teams.values()]

    def _plans(self, service: str) -> list[Plan]:
        plans = self._engine.policy.plans
        return [plans[service]] if service in plans else list(plans.values())

    async def _service(self, plan: Plan, *, rows: int = 0, newest: int = 0) -> ServicePicture:
        return await self._engine.database.read(partial(reading.service, plan=plan, rows=rows, newest=newest))

    async def _status(self, question: Question) -> Message:
        """One release at length, or a line for each open one."""
        if question.release:
            return await self._why(question)
        return lists.status(await self._open_ones(question))

    async def _why(self, question: Question) -> Message:
        """Everything that one release waits for, or each open one."""
        if not question.release:
            return lists.why(await self._open_ones(question))
        view = await self._views.card(question.release)
        if view is None:
            missing = Refusal("no_such_release", {"release": f"r{question.release}"})
            return replies.refused(missing, self._views.names(), self._engine.policy.directory)
        return lists.why([view])

    async def _open_ones(self, question: Question) -> list[CardView]:
        numbers = [
            release.number
            for plan in self._plans(question.service)
            for release in (await self._service(plan)).releases
        ]
        # At once, since each of them may wait a while for Slack's word on who signed.
        found = await asyncio.gather(*(self._views.card(number) for number in numbers))
        return [view for view in found if view is not None]

    async def _where(self, question: Question) -> Message:
        plans = self._plans(question.service)
        if len(plans) != 1:
            return replies.misread(Misread("which_service", "", tuple(plan.service for plan in plans)))
        picture = await self._service(plans[0])
        return lists.where(picture.plan, picture.grounds, self._views.names())

    async def _builds(self, question: Question) -> Message:
        found = [
            build
            for plan in self._plans(question.service)
            for build in (await self._service(plan, newest=NEWEST_BUILDS)).builds
        ]
        return lists.builds(found, self._views.names())

    async def _history(self, question: Question) -> Message:
        rows = [
            _row(line, plan)
            for plan in self._plans(question.service)
            for line in (await self._service(plan, rows=question.count)).history
        ]
        newest = sorted(rows, key=lambda row: row.at, reverse=True)[: question.count]
        return history(newest, self._views.names())

    async def _whoami(self, question: Question) -> Message:
        policy, now = self._engine.policy, self._engine.clock.now()
        roll = self._engine.roster.roll(policy.directory)
        teams = {name: roll.eligible(question.actor, name, now) for name in policy.directory.teams}
        standing = roll.standing(question.actor, now)
        view = WhoView(question.actor, standing, teams, tuple(policy.plans.values()))
        return lists.whoami(view, self._views.names())

    async def _help(self, _: Question) -> Message:
        return lists.help()


def _row(line: HistoryLine, plan: Plan) -> HistoryRow:
    event: dict[str, Any] = json.loads(line.body)
    told = {**line.outcome, **event.get("build", {}), **event}
    values = {name: str(told[name]) for name in ("reason", "note", "detail", "by", "version") if name in told}
    values["deployed"] = "yes" if told.get("deployed") else "no"
    values["state"] = str(told.get("state") or told.get("step_state") or "")
    values["environment"] = _environment(told, plan)
    refused = line.outcome.get("refused", "")
    return HistoryRow(moment(line.at), line.actor, line.release, line.event, values, refused)


def _environment(told: dict[str, Any], plan: Plan) -> str:
    """Give where it happened; a success leaves a release at its next step, so that it was in the one before."""
    named = told.get("environment") or ", ".join(told.get("environments", ()))
    names, step = [each.name for each in plan.environments], told.get("step", "")
    succeeded = told.get("state") == "succeeded" or told.get("deployed")
    if named or step not in names or not succeeded or told.get("step_state") not in _NOT_BEGUN:
        return named or step
    return names[max(names.index(step) - 1, 0)]


_NOT_BEGUN = frozenset({StepState.PENDING, StepState.WAITING, StepState.GRANTED})
