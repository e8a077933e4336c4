"""Carries out what is asked of several releases or services: each decides for itself, in an event of its own."""

from collections.abc import Sequence
from dataclasses import replace

from bot.blocks import bulk
from bot.blocks.block_kit import MESSAGE_TEXT, message
from bot.blocks.bulk import Signable
from bot.blocks.fitting import fitted
from bot.blocks.paragraphs import paragraphs
from bot.blocks.presence import with_stand_ins
from bot.blocks.text import escape
from bot.blocks.values import encode
from bot.engine import Engine
from bot.freshness import Freshness
from bot.slack.actions import Actions, Origin
from bot.slack.reply import SlackReply, failure_reply
from bot.snapshots import Snapshots
from handlers.actions import action_of, read_command
from handlers.command_parsing import CommandContext
from handlers.decide import decide
from handlers.events import ReleaseAction
from handlers.outcome import Refusal
from handlers.requests import BuildRequest, Several, SignSeveralForm
from handlers.rights import current_precondition
from handlers.step import StepState
from storage import releases
from storage.reading import ReleaseSnapshot

MOST_SHOWN = 40
"""How many releases the form to sign several shows; it counts the rest."""


class SeveralActions:
    """Carries out one part after the other, and names each with its outcome."""

    def __init__(self, engine: Engine, freshness: Freshness, snapshots: Snapshots, actions: Actions) -> None:
        self._engine = engine
        self._freshness = freshness
        self._snapshots = snapshots
        self._actions = actions

    async def do(self, request: Several, origin: Origin) -> SlackReply:
        """Carry out every part; a repeated delivery gets the answers that its parts got first."""
        if not request.parts:
            return SlackReply(error="Nothing is ticked. Tick what you sign off, or close the form.")
        lines: list[str] = []
        for at, part in enumerate(request.parts):
            delivery = f"{origin.sender.delivery}:{at}" if origin.sender.delivery else ""
            own = Origin(replace(origin.sender, delivery=delivery), filled=True)
            lines.append(f"{bulk.named(part)}: {await self._one(part, own)}")
        words = message(fitted("\n".join(lines), MESSAGE_TEXT), *paragraphs(lines))
        return SlackReply(words, done=True, view=bulk.outcome_view(lines) if origin.filled else None)

    async def _one(self, part: ReleaseAction | BuildRequest, origin: Origin) -> str:
        if isinstance(part, ReleaseAction):
            if await self._actions.form(part) is not None:
                return bulk.checklist(part)
            reply = await self._actions.on_release(part, origin)
        else:
            reply = await self._start(part, origin)
        return reply.message.text if reply.message is not None else "done"

    async def _start(self, part: BuildRequest, origin: Origin) -> SlackReply:
        plan = self._engine.policy.plans.get(part.service)
        if plan is not None and plan.environment(part.environment) is None:
            return self._actions.refused(Refusal("unknown_environment", {"environment": part.environment}))
        return await self._actions.on_build(part, origin)

    async def form(self, request: SignSeveralForm, context: CommandContext, origin: Origin) -> SlackReply:
        """Open the form with every release that the person may sign; below stand the others, with the reason."""
        await self._freshness.refresh_person(request.actor)
        opened = await self._engine.database.read(releases.open_everywhere)
        numbers = [number for number, service in opened if request.service in {"", service}]
        found = [await self._snapshots.snapshot(number) for number in numbers[:MOST_SHOWN]]
        waiting = [each for each in found if each is not None and _takes_sign_offs(each)]
        parts = [self._signable(each, request.team, context) for each in waiting]
        able = [each for part in parts for each in part if isinstance(each, Signable)]
        others = [each for part in parts for each in part if isinstance(each, str)]
        left = len(numbers) - MOST_SHOWN
        if left > 0:
            others.append(f"{left} more are open: name them, as in /release approve r42 r43.")
        if not able:
            return failure_reply(bulk.nothing_to_sign(others))
        return await self._actions.open_form(bulk.sign_several_form(able, others), origin)

    def _signable(
        self, snapshot: ReleaseSnapshot, team: str, context: CommandContext
    ) -> Sequence[Signable | str]:
        """Return each sign-off that the person can give on a release, or in one line why they cannot."""
        release, now = snapshot.release, self._engine.clock.now()
        rules = [rule for rule in release.rules(release.step) if team in {"", rule.team}]
        made: list[Signable | str] = []
        refusals: list[Refusal] = []
        for rule in rules:
            line = f"approve r{release.number} as {rule.team}"
            event = read_command(line, context)
            if not isinstance(event, ReleaseAction):
                continue
            action = action_of(event)
            asked = action.form(event, release, snapshot.facts, now) if action.form is not None else None
            outcome = decide(
                release, asked.rehearsal if asked is not None else event, snapshot.facts, now, seed=""
            )
            if isinstance(outcome, Refusal):
                refusals.append(outcome)
            elif asked is not None:
                made.append(
                    f"r{release.number} {escape(release.service, 40)}: {bulk.checklist(event, rule.team)}"
                )
            else:
                value = encode(line, current_precondition(release))
                made.append(
                    Signable(release, rule.team, value) if bulk.fits(value) else bulk.alone(release, line)
                )
        if made or not refusals:
            return made
        told = with_stand_ins(refusals[0], release, snapshot.facts, now)
        words = self._actions.refused(told, release.plan, context.actor, snapshot.facts).message
        return [f"r{release.number} {escape(release.service, 40)}: {words.text if words is not None else ''}"]


def _takes_sign_offs(snapshot: ReleaseSnapshot) -> bool:
    release = snapshot.release
    return release.step.state is StepState.WAITING and bool(release.rules(release.step))
