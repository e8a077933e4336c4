"""Answers what was typed and not understood: with what was meant, from what is open and ready, and a button for a deed."""

from functools import partial

from bot.blocks import offers, replies
from bot.blocks.offers import Suggested
from bot.engine import Engine
from bot.freshness import Freshness
from bot.slack.reply import SlackReply, failure_reply
from bot.snapshots import Snapshots
from handlers.actions import COMMANDS, action_of, read_command, reads
from handlers.command_parsing import CommandContext
from handlers.decide import decide
from handlers.events import ReleaseAction
from handlers.known_builds import Known
from handlers.named_release import named_release
from handlers.outcome import Refusal
from handlers.people import Eligibility
from handlers.requests import BuildRequest, Request, UsageError
from handlers.suggestions import explained
from storage import builds, reading, releases
from storage.reading import ReleaseSnapshot, ServiceParts

MOST_SERVICES = 10
"""Of how many services versions are read for a suggestion; of more, a service has to be named."""
MOST_RELEASES = 12
NEWEST = 25


class UsageAnswers:
    """Finds what a person may have meant, by what they may read and do."""

    def __init__(self, engine: Engine, freshness: Freshness, snapshots: Snapshots) -> None:
        self._engine = engine
        self._freshness = freshness
        self._snapshots = snapshots

    async def checked(self, request: Request | UsageError, line: str) -> Request | UsageError:
        """Return a typed request, or a usage error where its first word is no build: it was meant as a command."""
        if not isinstance(request, BuildRequest):
            return request
        token = request.named_build
        if not token or any(letter.isdigit() for letter in token):
            return request
        read = partial(builds.named, service=request.service, token=token)
        return request if await self._engine.database.read(read) else UsageError("unknown_words", line)

    async def answer(self, wrong: UsageError, line: str, context: CommandContext) -> SlackReply:
        """Return what was not understood, with what was meant; only full members are told what is open."""
        await self._freshness.refresh_person(context.actor)
        membership, now = self._freshness.membership(), self._engine.clock.now()
        member = membership.account_status(context.actor, now) is Eligibility.YES
        if wrong.code == "release_needed" and not wrong.meant and member:
            return await self._which_release(wrong, line, context)
        known = await self._known(context) if member else Known()
        wrong = explained(wrong, line, context, known)
        if wrong.code == "other_word" and member:
            asked = read_command(wrong.meant[0], context)
            if isinstance(asked, UsageError) and asked.code == "release_needed":
                return await self._which_release(asked, wrong.meant[0], context, wrong.word)
        return failure_reply(replies.usage_error(wrong, await self._offers(wrong.meant, context)))

    async def _known(self, context: CommandContext) -> Known:
        plans = self._engine.policy.plans
        services = [context.service] if context.service in plans else list(plans)
        if len(services) > MOST_SERVICES:
            return Known()
        found = [
            await self._engine.database.read(
                partial(reading.service, plan=plans[each], parts=ServiceParts(builds=NEWEST))
            )
            for each in services
        ]
        opened = tuple(release.number for each in found for release in each.releases)
        versions = tuple((each.plan.service, build.version) for each in found for build in each.builds)
        branches = tuple((each.plan.service, each.plan.builds.branch) for each in found)
        return Known(opened, versions, branches)

    async def _offers(self, lines: tuple[str, ...], context: CommandContext) -> list[Suggested]:
        """Return what buttons can be made of: deeds that can be done as they were typed."""
        found = [await self._offer(line, context) for line in lines]
        return [each for each in found if each is not None]

    async def _offer(self, line: str, context: CommandContext) -> Suggested | None:
        request = read_command(line, context)
        if isinstance(request, ReleaseAction):
            snapshot = await self._snapshots.snapshot(request.release)
            if snapshot is None or snapshot.release.ended:
                return None
            return offers.of_release(line, request, snapshot.release)
        return offers.of_request(line, request)

    async def _which_release(
        self, wrong: UsageError, line: str, context: CommandContext, instead_of: str = ""
    ) -> SlackReply:
        """Return the open releases that may be meant; those come first that the person can do it to.

        Where a version, an environment, a service or a release was typed, no release but those of it is named.
        """
        command = wrong.choices[0]
        named = named_release(tuple(line.split()[1:]), context)
        if named.elsewhere:
            return failure_reply(replies.usage_error(wrong))
        about, rest = " ".join(named.said), " ".join(named.rest)
        service = "" if named.services or named.numbers else context.service
        snapshots = [each for each in await self._open(service) if named.fits(each.release)]
        typed = (f"{command} r{each.release.number} {rest}".strip() for each in snapshots)
        lines = [_without_condition(each, context) for each in typed]
        able = [self._can(each, said, context) for each, said in zip(snapshots, lines, strict=True)]
        order = sorted(range(len(lines)), key=lambda at: (not able[at], -snapshots[at].release.number))
        found = [offers.Candidate(snapshots[at].release, lines[at], able[at]) for at in order]
        meant = tuple(each.line for each in found if each.able)
        shown = (
            await self._offers(meant[: offers.MOST_BUTTONS], context) if not reads(COMMANDS[command]) else []
        )
        return failure_reply(
            replies.which_release(wrong, offers.Found(service, found, shown, about), instead_of)
        )

    async def _open(self, service: str) -> list[ReleaseSnapshot]:
        opened = await self._engine.database.read(releases.open_everywhere)
        numbers = sorted((number for number, of in opened if service in {"", of}), reverse=True)
        found = [await self._snapshots.snapshot(number) for number in numbers[:MOST_RELEASES]]
        return [each for each in found if each is not None]

    def _can(self, snapshot: ReleaseSnapshot, line: str, context: CommandContext) -> bool:
        """Return whether the person could do it now, once they have given a reason, ticked the boxes or said for which team."""
        event = read_command(line, context)
        if not isinstance(event, ReleaseAction):
            return False
        form, now = action_of(event).form, self._engine.clock.now()
        asked = form(event, snapshot.release, snapshot.facts, now) if form is not None else None
        rehearsal = asked.rehearsal if asked is not None else event
        decided = decide(snapshot.release, rehearsal, snapshot.facts, now, seed="")
        return not isinstance(decided, Refusal) or decided.incomplete


def _without_condition(line: str, context: CommandContext) -> str:
    """Return a line without what keeps it from being done: it is offered, and the question is which release."""
    request = read_command(line, context)
    return request.meant[0] if isinstance(request, UsageError) and request.meant else line
