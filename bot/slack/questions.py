"""Answers to questions: read from a snapshot, for full members of the workspace, writing nothing."""

from functools import partial

from bot.blocks import lists, replies
from bot.blocks.lists import HistoryRow, WhoView
from bot.blocks.parts import Message
from bot.engine import Engine
from bot.slack.views import Views
from handlers.outcome import Refusal
from handlers.people import Eligibility
from handlers.plan import Plan
from handlers.why import why
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
        """One release, or all open ones with everything that each waits for."""
        if question.release:
            return await self._why(question)
        open_ones = [
            release
            for plan in self._plans(question.service)
            for release in (await self._service(plan)).releases
        ]
        found = [await self._views.card(release.number) for release in open_ones]
        shown = [(view.release, view.reasons) for view in found if view is not None]
        return lists.status(shown, self._views.names(), self._engine.policy.directory)

    async def _why(self, question: Question) -> Message:
        if not question.release:
            return await self._why_all(question)
        picture = await self._views.picture(question.release)
        if picture is None:
            missing = Refusal("no_such_release", {"release": f"r{question.release}"})
            return replies.refused(missing, self._views.names(), self._engine.policy.directory)
        reasons = why(picture.release, picture.facts, self._engine.clock.now())
        return lists.why(picture.release, reasons, self._views.names(), self._engine.policy.directory)

    async def _why_all(self, question: Question) -> Message:
        open_ones = [
            release
            for plan in self._plans(question.service)
            for release in (await self._service(plan)).releases
        ]
        if len(open_ones) == 1:
            return await self._why(Question("why", question.actor, question.service, open_ones[0].number))
        return await self._status(question)

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
        lines = [
            line
            for plan in self._plans(question.service)
            for line in (await self._service(plan, rows=question.count)).history
        ]
        newest = sorted(lines, key=lambda line: line.at, reverse=True)[: question.count]
        return lists.history([_row(line) for line in newest], self._views.names())

    async def _whoami(self, question: Question) -> Message:
        policy, now = self._engine.policy, self._engine.clock.now()
        roll = self._engine.roster.roll(policy.directory)
        teams = {name: roll.eligible(question.actor, name, now) for name in policy.directory.teams}
        standing = roll.standing(question.actor, now)
        view = WhoView(question.actor, standing, teams, tuple(policy.plans.values()))
        return lists.whoami(view, self._views.names())

    async def _help(self, _: Question) -> Message:
        return lists.help()


def _row(line: HistoryLine) -> HistoryRow:
    refused = line.outcome.get("refused")
    outcome = str(refused or line.outcome.get("reply") or "")
    return HistoryRow(
        moment(line.at), line.actor, line.release, line.event, outcome, refused=refused is not None
    )
